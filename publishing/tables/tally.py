"""A tally: how many rows of each table hold each of several codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.selection import frame_of
from publishing.displays.specification import ColumnHead, TableSpecification
from publishing.table import Cell, Table, table_of
from publishing.workbench import Workbench


class TallyColumn(ColumnHead):
    """Counts the rows that hold `code`, or every row where none is given."""

    code: str = ""


class Tally(TableSpecification):
    """A line a table of `tables`: rows by what they hold in the column `of`."""

    kind: Literal["tally"]
    tables: tuple[str, ...]
    of: str
    head: ColumnHead
    columns: tuple[TallyColumn, ...]

    def make(self, bench: Workbench) -> Table:
        """The table with its cells."""
        return table_of(
            self.id,
            [column.column() for column in (self.head, *self.columns)],
            [self._line(bench, name) for name in self.tables],
            notes=self.noted(bench),
        )

    def names(self) -> Iterator[tuple[str, str]]:
        """Claims, and the tables with the column that is counted."""
        yield from super().names()
        for at, name in enumerate(self.tables):
            yield f"tables.{at + 1}", f"{name}[]#{self.of}"

    def _line(self, bench: Workbench, name: str) -> list[Cell]:
        held = frame_of(bench.evidence, name)[self.of]
        counts = [
            int((held == column.code).sum()) if column.code else len(held)
            for column in self.columns
        ]
        return [
            Cell(name.replace("_", " ")),
            *(Cell(str(count), row=f"tables:{name}") for count in counts),
        ]
