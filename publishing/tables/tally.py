"""A tally: how many rows of each table hold each of several codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.review_data import ReviewData
from analysis.selection import rows_of
from publishing.displays.specification import ColumnHead, TableSpecification
from publishing.printing.table import Cell, Table
from schemas.table_rows import TableRows


class TallyColumn(ColumnHead):
    """Counts the rows that hold `code`, those with something in `filled`, or every row."""

    code: str = ""
    filled: str = ""


class Tally(TableSpecification):
    """A line a table of `tables`: rows by what they hold in the column `of`."""

    kind: Literal["tally"]
    tables: tuple[str, ...]
    of: str
    head: ColumnHead
    columns: tuple[TallyColumn, ...]

    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""
        rows = [self._line(data, name) for name in self.tables]
        return self.filled(data, (self.head, *self.columns), rows)

    def names(self) -> Iterator[tuple[str, str]]:
        """Claims, and the tables with the column that is counted."""
        yield from super().names()
        for at, name in enumerate(self.tables):
            for column in (self.of, *(head.filled for head in self.columns if head.filled)):
                yield f"tables.{at + 1}", f"{name}[]#{column}"

    def _line(self, data: ReviewData, name: str) -> list[Cell]:
        rows = rows_of(data.evidence, name)
        counts = [self._count(rows, column) for column in self.columns]
        return [
            Cell(name.replace("_", " ")),
            *(Cell(str(count), row=f"tables:{name}") for count in counts),
        ]

    def _count(self, rows: TableRows, column: TallyColumn) -> int:
        if column.filled:
            return sum(cell is not None for cell in rows.cells(column.filled))
        cells = rows.cells(self.of)
        return cells.count(column.code) if column.code else len(cells)
