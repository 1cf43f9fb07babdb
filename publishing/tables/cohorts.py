"""Results of cohorts side by side: a row a cohort, a column an outcome or a time to an event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, Self

from pydantic import model_validator

from analysis.review_data import ReviewData
from analysis.rounding import format_number
from publishing.displays.cohort_groups import found_arms
from publishing.displays.specification import ColumnHead, Part, TableSpecification
from publishing.printing.cells import citekeys_of, measure_of, row_of, source_cell
from publishing.printing.cohort_names import (
    cohort_name,
    counted_cell,
    follow_up_cell,
    latest_outcome,
    latest_time,
    populations_of,
    value_cell,
)
from publishing.printing.table import Cell, Table
from schemas.typed_yaml import WrongError


class CohortColumn(ColumnHead):
    """A column: the latest row of an `outcome`, or of an `endpoint` (its median, or its rate
    after `months`), or what `show` says.

    `cohort` is the cohort with the population and size of its first figure, `patients` the
    number that an analysis pooled, `follow-up` that of the first figure.
    `subgroups` admits a row of a subgroup, named in the cell, where there is no other;
    rows whose population is in `not_of` leave the cell empty.
    """

    show: Literal["figure", "cohort", "patients", "follow-up", "sources"] = "figure"
    outcome: str = ""
    endpoint: str = ""
    months: float | None = None
    subgroups: bool = False
    not_of: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_one_figure(self) -> Self:
        if (self.show == "figure") != bool(self.outcome or self.endpoint):
            raise WrongError("names no figure", "outcome or endpoint, or show")
        return self

    def reference(self, data: ReviewData, arm: str, populations: Sequence[str]) -> str:
        """The row of a cohort, of the first population that has one."""
        if self.endpoint:
            return latest_time(data, arm, self.endpoint, self.months, populations)
        whole = latest_outcome(data, arm, self.outcome, populations)
        if whole or not self.subgroups:
            return whole
        return latest_outcome(data, arm, self.outcome, populations, subgroups=True)


class CohortRow(Part):
    """A cohort, counted on a given `population`; `label` stands for its name."""

    arm: str
    population: str = ""
    label: str = ""


class CohortGroup(Part):
    """Cohorts under one heading: those listed, or those with a figure whose arm, study or product
    each selector of `where` finds.
    """

    title: str = ""
    rows: tuple[str | CohortRow, ...] = ()
    where: tuple[str, ...] = ()

    def cohorts(self, data: ReviewData, common: tuple[str, ...]) -> list[CohortRow]:
        """The cohorts as listed, or those found that `common` finds too, as in the evidence."""
        if not self.where:
            return [CohortRow(arm=row) if isinstance(row, str) else row for row in self.rows]
        fitting = [found_arms(data.evidence, selector) for selector in (*common, *self.where)]
        arms = data.evidence.arms["arm_id"]
        return [CohortRow(arm=arm) for arm in arms if all(arm in found for found in fitting)]


class Cohorts(TableSpecification):
    """Cohorts in groups, each with its latest figures.

    The first outcome is of the first of `populations`, or of the review's, that has one, and all
    other outcomes of the same; times to an event are of the first that has one. What is selected
    in every group is selected by the `where` of the table.
    """

    kind: Literal["cohorts"]
    populations: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    groups: tuple[CohortGroup, ...]
    columns: tuple[CohortColumn, ...]

    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""
        plan = [
            (group.title, self._row(data, row, found))
            for group in self.groups for row in group.cohorts(data, self.where)
            if any(found := self._found(data, row)) or not group.where
        ]  # fmt: skip
        titles = [title for title, _ in plan]
        return self.filled(data, self.columns, [row for _, row in plan], titles)

    def names(self) -> Iterator[tuple[str, str]]:
        """Claims, cohorts, and the terms of outcomes and endpoints."""
        yield from super().names()
        yield from (("where", selector) for selector in self.where)
        for at, group in enumerate(self.groups, 1):
            yield from ((f"groups.{at}.where", selector) for selector in group.where)
            for line, row in enumerate(group.rows, 1):
                arm = row if isinstance(row, str) else row.arm
                yield f"groups.{at}.rows.{line}", f"arms:{arm}"
        for at, column in enumerate(self.columns, 1):
            if column.outcome:
                yield f"columns.{at}.outcome", f"vocabulary:{column.outcome}"
            if column.endpoint:
                yield f"columns.{at}.endpoint", f"vocabulary:{column.endpoint}"

    def labels(self) -> Iterator[tuple[str, str, str]]:
        """Each label that stands for the name of a cohort."""
        for at, group in enumerate(self.groups, 1):
            for line, row in enumerate(group.rows, 1):
                if isinstance(row, CohortRow) and row.label:
                    yield f"groups.{at}.rows.{line}.label", row.label, f"arms:{row.arm}"

    def _row(self, data: ReviewData, row: CohortRow, found: list[str]) -> list[Cell]:
        used = [reference for reference in found if reference]
        first = used[0] if used else ""
        return [
            self._figure(data, column, reference) if column.show == "figure"
            else self._told(data, column, row, first, used)
            for column, reference in zip(self.columns, found, strict=True)
        ]  # fmt: skip

    def _found(self, data: ReviewData, row: CohortRow) -> list[str]:
        """The row behind each column, empty where there is none."""
        usual = self.populations or populations_of(data)
        outcomes = (row.population,) if row.population else usual
        times = (row.population, *usual) if row.population else usual
        found = []
        for column in self.columns:
            wanted = times if column.endpoint else outcomes
            asked = column.show == "figure" and row.population not in column.not_of
            found.append(column.reference(data, row.arm, wanted) if asked else "")
            if found[-1] and column.outcome:
                outcomes = (str(row_of(data, found[-1])["population"]),)
        return found

    def _figure(self, data: ReviewData, column: CohortColumn, reference: str) -> Cell:
        cell = value_cell(data, reference)
        words = measure_of(data, reference).subgroup if reference and column.subgroups else ""
        return Cell(f"{cell.text}, of {words}", row=reference) if words else cell

    def _told(
        self, data: ReviewData, column: CohortColumn, row: CohortRow, first: str, used: list[str]
    ) -> Cell:
        arm = f"arms:{row.arm}"
        if column.show == "sources":
            return source_cell(*citekeys_of(data, *used))
        if column.show == "follow-up":
            return follow_up_cell(data, first)
        if column.show == "patients":
            size = row_of(data, arm)["n_pooled"]
            return Cell() if size is None else Cell(format_number(int(size), 0), row=arm)
        if row.label or not first:
            return Cell(row.label or cohort_name(data, row.arm), row=arm)
        return counted_cell(data, row.arm, first)
