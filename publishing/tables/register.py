"""A register: rows of one evidence table as they stand, a column of the table each."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from publishing.cells import evidence_rows, source_cell
from publishing.displays.specification import ColumnHead, Part, TableSpecification
from publishing.table import Cell, Table, table_of
from publishing.workbench import Workbench
from schemas.fields import SEPARATOR


class RegisterColumn(ColumnHead):
    """A column of the register: what it shows, and words for the codes of the evidence.

    `source` cites what the cell names, `places` prints sections as cross-references; a
    `figure` leads to its row, and so does a `list` of names that stand in one cell.
    """

    cell: str
    show: Literal["text", "figure", "list", "source", "places"] = "text"
    words: dict[str, str] = Field(default_factory=dict)

    def cell_of(self, row: dict[str, Any], reference: str) -> Cell:
        """The cell of one row."""
        value = row[self.cell]
        text = "" if value is None else self.words.get(str(value), str(value))
        if self.show == "source":
            return source_cell(text)
        if self.show == "places":
            places = tuple(text.split(SEPARATOR)) if text else ()
            return Cell("; ".join(f"@{place}" for place in places), places=places)
        if self.show == "list":
            return Cell(text.replace(SEPARATOR, ", "), row=reference)
        return Cell(text, row=reference if self.show == "figure" else "")


class Group(Part):
    """What groups the rows: a column of the evidence, with words for its codes."""

    by: str
    words: dict[str, str] = Field(default_factory=dict)

    def title(self, row: dict[str, Any]) -> str:
        """The group of one row."""
        return self.words.get(str(row[self.by]), str(row[self.by]))


class Register(TableSpecification):
    """Rows of `table` that meet `where`, in the order of the evidence or of the groups."""

    kind: Literal["register"]
    table: str
    where: str = ""
    group: Group | None = None
    columns: tuple[RegisterColumn, ...]

    def make(self, bench: Workbench) -> Table:
        """The table with its cells."""
        rows = evidence_rows(bench, f"{self.table}[{self.where}]")
        if self.group:
            order = list(dict.fromkeys(evidence_order(bench, self.table, self.group.by)))
            rows.sort(key=lambda found: order.index(found[1][self.group.by]))  # type: ignore[union-attr]
        return table_of(
            self.id,
            [column.column() for column in self.columns],
            [[column.cell_of(row, reference) for column in self.columns]
             for reference, row in rows],
            groups=[self.group.title(row) for _, row in rows] if self.group else (),
            notes=self.noted(bench),
        )  # fmt: skip


def evidence_order(bench: Workbench, table: str, column: str) -> list[Any]:
    """The values of a column in the order of the whole table."""
    return [row[column] for _, row in evidence_rows(bench, f"{table}[]")]
