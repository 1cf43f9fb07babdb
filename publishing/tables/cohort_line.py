"""One line of a table of cohorts: its rows, and the columns that print them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field

from analysis.review_data import ReviewData
from publishing.displays.specification import ColumnHead
from publishing.printing.cells import source_cell
from publishing.printing.row_values import (
    number,
    percent_text,
    secondary_mark,
    share_text,
    value_text,
)
from publishing.printing.table import Cell

Row = dict[str, Any]
Detail = Literal["counting", "population", "patients", "most patients"]


@dataclass(frozen=True)
class Line:
    """A cohort under its heading, how it was counted, and rows of `table` by their column."""

    table: str
    heading: str
    cohort: str
    counting: str
    rows: dict[str, Row] = field(default_factory=dict)

    def row(self, names: Sequence[str]) -> Row | None:
        """The first row that the line has of these; of any where none is named."""
        wanted = names or tuple(self.rows)
        return next((self.rows[name] for name in wanted if name in self.rows), None)

    def reference(self, row: Row | None) -> str:
        """`table:row`, or nothing."""
        return f"{self.table}:{row['row_id']}" if row else ""

    def detail(self, name: Detail, usual: Sequence[str]) -> tuple[str, Row | None]:
        """A detail of the cohort, and the row that says it; nothing where none does."""
        rows = list(self.rows.values())
        sized = [row for row in rows if row["n"] is not None]
        if name == "population":
            return str(rows[0]["population"]), None
        if name == "counting":
            return ("", None) if self.counting in ("", *usual) else (self.counting, rows[0])
        if not sized:
            return "", None
        if name == "patients":
            return " or ".join(map(str, sorted({int(row["n"]) for row in sized}))), rows[0]
        largest = max(sized, key=lambda row: int(row["n"]))
        return str(largest["n"]), largest


class LineColumn(ColumnHead):
    """A column: what it shows of the first row the line has `of` several.

    `share` is percentage, interval and count; `percent` the percentage; `value` a median with
    its range, or another value; `word` is the word by which `words` calls the row. `cohort` may
    say `details` in brackets, but no counting that is `usual`. `counted` says what was counted:
    fatal, serious or all events. Lines without a row in a `needed` column are left out.
    """

    show: Literal["cohort", "counting", "counted", "share", "percent", "value", "follow-up",
                  "word", "sources"]  # fmt: skip
    of: tuple[str, ...] = ()
    needed: bool = False
    words: dict[str, str] = Field(default_factory=dict)
    details: tuple[Detail, ...] = ()
    usual: tuple[str, ...] = ()

    def cell(self, data: ReviewData, line: Line) -> Cell:
        """What it shows of a line."""
        row = line.row(self.of)
        if row is None:
            return Cell()
        if self.show == "cohort":
            return self._cohort(line)
        if self.show == "word":
            return Cell(next(self.words.get(name, name) for name in self.of if name in line.rows))
        text = self._text(data, line, row)
        return Cell(text, row=line.reference(row) if text else "")

    def _text(self, data: ReviewData, line: Line, row: Row) -> str:
        if self.show == "counting":
            return line.counting
        if self.show == "counted":
            kind = "fatal" if row["grade"] == "5" else "serious" if row["serious"] else "all"
            return ", ".join(filter(None, (self.words.get(kind, kind), line.counting)))
        if self.show == "follow-up":
            return number(row["follow_up_months"]) if row["follow_up_months"] is not None else ""
        if self.show == "value":
            return value_text(row) + secondary_mark(row)
        text = share_text if self.show == "share" else percent_text
        return text(data, row, line.table) + secondary_mark(row)

    def _cohort(self, line: Line) -> Cell:
        details = [line.detail(name, self.usual) for name in self.details]
        said = ", ".join(text for text, _ in details if text)
        behind = [row for _, row in details if row]
        text = f"{line.cohort} ({said})" if said else line.cohort
        return Cell(text, row=line.reference(behind[-1] if behind else None))


def sources_of(columns: Sequence[LineColumn], line: Line) -> Cell:
    """The sources of all that stands in the columns of a line, or of the line."""
    shown = [line.row(column.of) for column in columns if column.of] or list(line.rows.values())
    return source_cell(*(str(row["citekey"]) for row in shown if row))
