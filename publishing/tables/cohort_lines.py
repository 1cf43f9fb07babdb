"""Cohorts as lines under their headings: what a line shows, and which lines there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field

from analysis.review_data import ReviewData
from publishing.displays.cohort_groups import Grouping, fitting_arms, grouping_of
from publishing.displays.specification import ColumnHead, Part, TableSpecification
from publishing.printing.cells import evidence_rows, source_cell
from publishing.printing.row_values import (
    cohort_of,
    counting_of,
    number,
    percent_text,
    secondary_mark,
    share_text,
    value_text,
)
from publishing.printing.table import Cell, Table

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


class Lines(Part):
    """Lines under one heading, or under the group of their cohort where there is none."""

    heading: str = ""
    where: str = ""


class CohortLines(TableSpecification):
    """Rows of `table`, a line each `line`: a cohort, a cohort and counting, or a row.

    The rows of a line are spread over the columns by what they hold `across`: of two that would
    stand in one cell the first does, and those that stand in no column are left out. So are
    the cohorts of groups in `without`, and those that a selector of `cohorts` does not find.
    """

    kind: Literal["cohort-lines"]
    table: str
    line: Literal["cohort", "counting", "row"]
    across: str = "row_id"
    parts: tuple[Lines, ...] = (Lines(),)
    cohorts: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    columns: tuple[LineColumn, ...]

    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""
        grouping = grouping_of(data)
        lines = [line for part in self.parts for line in self._found(data, part, grouping)]
        cells = [[self._cell(data, column, line) for column in self.columns] for line in lines]
        return self.filled(data, self.columns, cells, [line.heading for line in lines])

    def names(self) -> Iterator[tuple[str, str]]:
        """Claims, the rows of every part, and the cohorts."""
        yield from super().names()
        for at, selector in enumerate(self.cohorts):
            yield f"cohorts.{at + 1}", selector
        for at, part in enumerate(self.parts):
            yield f"parts.{at + 1}.where", f"{self.table}[{part.where}]"

    def _found(self, data: ReviewData, part: Lines, grouping: Grouping) -> Iterator[Line]:
        """The lines of a part, in the order of groups and of names of cohorts."""
        usual = grouping.defined.usual_populations
        rows = self._rows(data, part, grouping)
        names = {row["arm_id"]: cohort_of(data, row["arm_id"]) for row in rows}
        rows.sort(key=lambda row: (grouping.place(row["arm_id"]), names[row["arm_id"]]))
        lines: dict[tuple[str, ...], Line] = {}
        for row in rows:
            heading = part.heading or grouping.title(row["arm_id"])
            counting = counting_of(row, usual)
            fresh = Line(self.table, heading, names[row["arm_id"]], counting)
            line = lines.setdefault(self._line_of(row, counting), fresh)
            line.rows.setdefault(str(row[self.across]), row)
        needed = [column.of for column in self.columns if column.needed]
        yield from (line for line in lines.values() if all(map(line.row, needed)))

    def _rows(self, data: ReviewData, part: Lines, grouping: Grouping) -> list[Row]:
        arms = set(fitting_arms(data.evidence, self.cohorts)) - set(grouping.defined.left_out)
        shown = [column.of for column in self.columns if column.of]
        return [
            row
            for _, row in evidence_rows(data, f"{self.table}[{part.where}]")
            if row["arm_id"] in arms
            and grouping.group[row["arm_id"]].id not in self.without
            and (not shown or any(row[self.across] in names for names in shown))
        ]

    def _line_of(self, row: Row, counting: str) -> tuple[str, ...]:
        if self.line == "row":
            return (str(row["row_id"]),)
        return (str(row["arm_id"]), counting if self.line == "counting" else "")

    def _cell(self, data: ReviewData, column: LineColumn, line: Line) -> Cell:
        if column.show == "sources":
            return sources_of(self.columns, line)
        return column.cell(data, line)
