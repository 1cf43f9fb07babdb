"""A line a cohort: what its rows print stands side by side, by event, grade or measure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.review_data import ReviewData
from publishing.displays.cohort_groups import Grouping, fitting_arms, grouping_of
from publishing.displays.specification import Part, TableSpecification
from publishing.printing.cells import evidence_rows
from publishing.printing.row_values import cohort_of, counting_of
from publishing.printing.table import Cell, Table, table_of
from publishing.tables.cohort_line import Line, LineColumn, Row, sources_of


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
        return table_of(
            self.id,
            [column.column() for column in self.columns],
            [[self._cell(data, column, line) for column in self.columns] for line in lines],
            groups=[line.heading for line in lines],
            notes=self.noted(data),
        )

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
