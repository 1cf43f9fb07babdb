"""A register: rows of one evidence table as they stand, a column of the table each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Self

from pydantic import model_validator

from analysis.review_data import ReviewData
from analysis.selection import key_column
from publishing.displays.lines import one_address
from publishing.displays.specification import TableSpecification
from publishing.printing.cells import evidence_rows
from publishing.printing.table import Table, table_of
from publishing.tables.register_column import Group, RegisterColumn, Row


class Register(TableSpecification):
    """Rows of `table` that meet `where`, or the `rows` named, in their order.

    Rows are sorted by the columns in `sort`, empty cells last, then by group. `without` selects
    rows of another table, as `products[class=device]`: rows that name one of these are left out.
    `explore` says what a group is where the page offers to filter and sort the table.
    """

    kind: Literal["register"]
    table: str
    where: str = ""
    rows: tuple[str, ...] = ()
    without: str = ""
    sort: tuple[str, ...] = ()
    group: Group | None = None
    columns: tuple[RegisterColumn, ...]
    explore: str = ""

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        one_address(self.columns, "address")
        return self

    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""
        rows = self._rows(data)
        titles = [self.group.title(data, row) for _, row in rows] if self.group else []
        return table_of(
            self.id,
            [column.column() for column in self.columns],
            [
                [column.cell_of(data, self.table, row, reference) for column in self.columns]
                for reference, row in rows
            ],
            groups=titles,
            notes=self.noted(data),
            explore=self.explore,
        )

    def names(self) -> Iterator[tuple[str, str]]:
        """Claims, and the rows that are shown or left out."""
        yield from super().names()
        for at, name in enumerate(self.rows):
            yield f"rows.{at + 1}", f"{self.table}:{name}"
        yield "where", f"{self.table}[{self.where}]"
        for at, column in enumerate(self.columns):
            yield f"columns.{at + 1}.cell", f"{self.table}[]#{column.cell}"
        if self.without:
            yield "without", self.without

    def _rows(self, data: ReviewData) -> list[tuple[str, Row]]:
        wanted = [f"{self.table}:{name}" for name in self.rows]
        rows = evidence_rows(data, " | ".join(wanted) or f"{self.table}[{self.where}]")
        for reference, _ in evidence_rows(data, self.without) if self.without else ():
            table, _, key = reference.partition(":")
            rows = [found for found in rows if found[1][key_column(table)] != key]
        rows.sort(key=lambda found: [_place(found[1][column]) for column in self.sort])
        if self.group:
            group = self.group
            order = group.order(data, [row for _, row in evidence_rows(data, f"{self.table}[]")])
            rows.sort(key=lambda found: order.index(group.title(data, found[1])))
        return rows


def _place(value: Any) -> tuple[bool, Any]:
    """Where a cell stands when rows are sorted: an empty one last."""
    return value is None, value
