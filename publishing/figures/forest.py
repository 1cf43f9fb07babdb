"""Forest plots: groups of lines, each an evidence row, a cohort, a pooled or a published value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from analysis.review_data import ReviewData
from publishing.displays.cohort_groups import fitting_arms
from publishing.displays.specification import FigureSpecification
from publishing.figures.forest_drawing import Axis, Estimate, draw_forest, share_text
from publishing.figures.forest_lines import (
    BesideLine,
    Group,
    cohorts_of,
    pooled_of,
    published_of,
    shares_of,
)
from publishing.figures.product_marks import mark_of_arm
from publishing.printing.cells import evidence_rows, measure_of, misfit, row_of
from publishing.printing.cohort_names import latest_outcome, latest_time, short_name, study_name
from schemas.evidence import Evidence
from schemas.problems import Problem, ReviewError
from schemas.table_rows import present
from schemas.typed_yaml import WrongError

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

Lines = Iterator[tuple[Estimate, str]]  # each with the evidence row it shows, or nothing


class Forest(FigureSpecification):
    """Groups of lines. Arms show their latest `outcome`, or their latest median of `endpoint`.

    `open` is a condition on evidence rows (`grade=not_stated`): marks of those that meet it are
    open. `size` is that of squares; those of a synthesis grow with the cohort instead. Lines
    below a title stand `indent` spaces in.
    """

    kind: Literal["forest"]
    outcome: str = ""
    endpoint: str = ""
    axis: Axis
    beside: BesideLine = BesideLine()
    open: str = ""
    size: float = Field(default=1.0, gt=0, le=1)
    indent: int = 2
    groups: tuple[Group, ...]

    @model_validator(mode="after")
    def _says_what_arms_show(self) -> Forest:
        arms = any(group.arms or group.where for group in self.groups)
        if arms != (bool(self.outcome) != bool(self.endpoint)):
            raise WrongError(
                "arms show their latest result of one thing",
                "one of outcome, endpoint" if arms else "neither outcome nor endpoint without arms",
            )
        return self

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and the evidence rows it shows."""
        lines = [line for group in self.groups for line in self._group(data, group)]
        drawing = draw_forest([estimate for estimate, _ in lines], self.axis, self.beside)
        return drawing, tuple(row for _, row in lines if row)

    def names(self) -> Iterator[tuple[str, str]]:
        """Rows, arms, claims, syntheses and terms of the vocabulary."""
        yield from super().names()
        for place in ("outcome", "endpoint"):
            if term := getattr(self, place):
                yield place, f"vocabulary:{term}"
        for at, group in enumerate(self.groups, start=1):
            yield from ((f"groups.{at}", name) for name in group.names())
        if self.open:
            rows = [line.row for group in self.groups for line in group.lines if line.row]
            tables = dict.fromkeys(row.partition(":")[0] for row in rows)
            yield from (("open", f"{table}[{self.open}]") for table in tables)

    def misfits(self, evidence: Evidence) -> Iterator[tuple[str, str]]:
        """The format of the values, for each row that is printed, published ones apart."""
        name = self.beside.format
        if name == "printed" or self.beside.show == "count":
            return
        for row in (*self._named_rows(), *self._pooled_rows(evidence), *self._arm_rows(evidence)):
            if wrong := misfit(evidence, row, name):
                yield "beside.format", wrong

    def _named_rows(self) -> Iterator[str]:
        yield from (line.row for group in self.groups for line in group.lines if line.row)

    def _pooled_rows(self, evidence: Evidence) -> Iterator[str]:
        for synthesis in filter(None, {group.synthesis: None for group in self.groups}):
            for row in evidence.rows["syntheses"].records("synthesis_id", synthesis):
                if row["include"] == "yes":
                    yield f"{row['evidence_table']}:{row['evidence_row']}"

    def _arm_rows(self, evidence: Evidence) -> Iterator[str]:
        arms = {arm for group in self.groups for arm in group.arms}
        for group in self.groups:
            arms.update(fitting_arms(evidence, group.where) if group.where else ())
        table, column = ("outcomes", "outcome") if self.outcome else ("time_to_event", "endpoint")
        for row in evidence.rows[table].records(column, self.outcome or self.endpoint):
            shown = self.outcome or row["measure"] == "median"
            if shown and row["arm_id"] in arms and row["latest"] == "yes":
                yield f"{table}:{row['row_id']}"

    def labels(self) -> Iterator[tuple[str, str, str]]:
        """Each label, with the row that it stands beside."""
        for at, group in enumerate(self.groups, start=1):
            for number, line in enumerate(group.lines, start=1):
                if line.row:
                    yield f"groups.{at}.lines.{number}.label", line.label, line.row

    def _group(self, data: ReviewData, group: Group) -> Lines:
        if group.title:
            yield Estimate(group.title, kind="heading"), ""
        before = " " * self.indent if group.title else ""
        cohorts = cohorts_of(data, group)
        largest = max((cohort.n or 0 for cohort in cohorts), default=1) or 1
        shares = shares_of(data, group.synthesis) if cohorts and self.beside.weight else {}
        for cohort in cohorts:
            label = before + short_name(data, cohort.arm_id)
            share = share_text(shares[cohort.row]) if shares else ""
            yield self._row(data, cohort.row, label, weight=(cohort.n or 0) / largest, share=share)
        for arm, reference in self._arms(data, group):
            yield self._row(data, reference, before + short_name(data, arm))
        for line in group.lines:
            if line.claim:
                yield from ((told, "") for told in pooled_of(data, line, before))
            else:
                yield self._line(data, line.row, before + line.label)
        for reference in published_of(data, group.published):
            name = study_name(data, str(row_of(data, reference)["arm_id"]))
            label = before + name.removesuffix(group.drop)
            yield self._row(data, reference, label, kind="published")

    def _line(self, data: ReviewData, reference: str, label: str) -> tuple[Estimate, str]:
        table, _, key = reference.partition(":")
        is_open = self.open and evidence_rows(data, f"{table}[row_id={key}, {self.open}]")
        kind = "published" if is_open else "cohort"
        return self._row(data, reference, label, kind=kind, weight=self.size)

    def _row(
        self, data: ReviewData, reference: str, label: str, **options: Any
    ) -> tuple[Estimate, str]:
        measure = measure_of(data, reference)
        value = None if present(measure.value) is None else float(measure.value or 0)
        text, count = self.beside.texts(data, reference, measure)
        arm = row_of(data, reference)["arm_id"]
        return Estimate(
            label, value, measure.lower, measure.upper, text, count,
            secondary=measure.verification == "secondary", mark=mark_of_arm(data, arm), **options,
        ), reference  # fmt: skip

    def _arms(self, data: ReviewData, group: Group) -> Iterator[tuple[str, str]]:
        """The arms of a group, each with its latest result."""
        for arm in group.arms:
            if not (found := self.latest(data, arm)):
                what = f"the evidence has no latest {self.outcome or self.endpoint} of it"
                action = "name another arm, or the row that the line is to show"
                raise ReviewError([Problem(self.file, row=arm, what=what, action=action)])
            yield arm, found
        for arm in fitting_arms(data.evidence, group.where) if group.where else ():
            if arm not in group.arms and (found := self.latest(data, arm)):
                yield arm, found

    def latest(self, data: ReviewData, arm: str) -> str:
        """The row that a line of an arm shows, empty where it has none."""
        if self.outcome:
            return latest_outcome(data, arm, self.outcome)
        return latest_time(data, arm, self.endpoint)
