"""Forest plots of the analyses beside the protocol: by subgroup, cohort by cohort, year by year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from analysis.cohorts import Cohort
from analysis.moderators import Level
from analysis.pooling import Pooled
from analysis.review_data import ReviewData
from analysis.robustness_measures import finite
from analysis.rounding import format_number
from publishing.displays.specification import FigureSpecification, SubgroupsName, SynthesisName
from publishing.figures.forest_drawing import (
    Axis,
    Estimate,
    ForestHeadings,
    draw_forest,
    share_text,
    with_prediction,
)
from publishing.figures.product_marks import mark_of_cohort
from publishing.printing.analysis_cells import amount_of, limits_of, unit_of
from publishing.printing.cohort_names import member_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

SMALL = 0.25  # weight of a square that stands for no single cohort


class PooledForest(FigureSpecification):
    """A forest of one `synthesis`; `heads` stand above the texts beside lines."""

    synthesis: SynthesisName
    axis: Axis
    heads: ForestHeadings

    def cohorts(self, data: ReviewData) -> tuple[Cohort, ...]:
        """The cohorts of the synthesis, as the analyses order them."""
        return data.analyses.effects(self.synthesis).cohorts

    def unit(self, data: ReviewData) -> str:
        """The unit of the values."""
        return unit_of(data.syntheses[self.synthesis])

    def pooled(self, data: ReviewData) -> Pooled | None:
        """The synthesis pooled by the first model; None where cohorts are too few."""
        return data.syntheses[self.synthesis].overall.first

    def drawn(self, data: ReviewData, lines: Sequence[Estimate]) -> tuple[Drawing, tuple[str, ...]]:
        """The lines as a drawing, and the rows of all cohorts."""
        rows = tuple(row for cohort in self.cohorts(data) for row in cohort.rows)
        return draw_forest(lines, self.axis, self.heads), rows


class SubgroupForest(PooledForest):
    """Every cohort by subgroup with its weight, the pooled value of each, then of all.

    `subgroups` is an analysis of the protocol. `pooled_label` names the value of a subgroup,
    `all_title` and `all_label` head and name that of all cohorts.
    """

    kind: Literal["subgroup-forest"]
    draws: ClassVar = "cohorts"  # at its count, as the models read it
    subgroups: SubgroupsName
    pooled_label: str
    all_title: str
    all_label: str

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and the evidence rows it shows."""
        weights = data.analyses.pooled(self.synthesis).weights
        cohorts = {
            cohort.arm_id: (cohort, float(weight))
            for cohort, weight in zip(self.cohorts(data), weights, strict=True)
        }
        lines: list[Estimate] = []
        for level in data.analyses.comparison(self.subgroups).levels:
            members = [cohorts[cohort.arm_id] for cohort in level.cohorts]
            lines += self._level(data, level, members)
        pooled = self.pooled(data)
        if pooled is not None:
            lines.append(Estimate(self.all_title, kind="heading"))
            lines += pooled_lines(self.all_label, pooled, self.unit(data))
        return self.drawn(data, lines)

    def _level(
        self, data: ReviewData, level: Level, members: Sequence[tuple[Cohort, float]]
    ) -> Iterator[Estimate]:
        yield Estimate(level.name.capitalize(), kind="heading")
        for cohort, weight in sorted(members, key=lambda member: -member[0].value):
            yield Estimate(
                f"  {member_name(data, cohort, 32)}", cohort.value, cohort.lower,
                cohort.upper, amount_of(self.unit(data), cohort.value, cohort.lower, cohort.upper),
                counted(cohort), share_text(weight), weight=weight / 10,
                mark=mark_of_cohort(data, cohort), secondary=cohort.verification == "secondary",
            )  # fmt: skip
        if level.first is not None:
            value, lower, upper = level.first
            yield Estimate(
                self.pooled_label, value, finite(lower), finite(upper),
                text=amount_of(self.unit(data), value, lower, upper), kind="pooled",
            )  # fmt: skip


class LeftOut(PooledForest):
    """The pooled value without each cohort in turn, lowest first; a line at that of all.

    `whole` names the value of all cohorts.
    """

    kind: Literal["left-out"]
    draws: ClassVar = "analysis"
    whole: str

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and the evidence rows it shows."""
        values = data.analyses.without_each(self.synthesis).first
        names = [member_name(data, cohort, 34) for cohort in self.cohorts(data)]
        order = np.argsort(values[0], kind="stable")
        unit = self.unit(data)
        lines = [_step(names[at], unit, *values[:, at]) for at in order]
        pooled = self.pooled(data)
        if pooled is None:
            return self.drawn(data, lines)
        axis = self.axis.model_copy(update={"reference": pooled.value})
        marked = self.model_copy(update={"axis": axis})
        return marked.drawn(data, [*lines, next(pooled_lines(self.whole, pooled, unit))])


class Cumulative(PooledForest):
    """The pooled value as reports came in: a line a cohort, by the year of its report."""

    kind: Literal["cumulative"]
    draws: ClassVar = "analysis"

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and the evidence rows it shows."""
        found = data.analyses.cumulative(self.synthesis)
        unit = self.unit(data)
        cohorts = [self.cohorts(data)[at] for at in found.order]
        lines = [
            _step(
                f"{year}  + {member_name(data, cohort, 27)}",
                unit,
                *found.first[:, at],
            )
            for at, (year, cohort) in enumerate(zip(found.years, cohorts, strict=True))
        ]
        return self.drawn(data, lines)


def counted(cohort: Cohort) -> str:
    """Events of people, of each arm where two are compared; the people where none is counted."""
    if cohort.treated is None or cohort.control is None:
        return "" if cohort.n is None else f"{cohort.events}/{cohort.n}"
    arms = (cohort.treated, cohort.control)
    return ", ".join(f"{arm.n}" if arm.events is None else f"{arm.events}/{arm.n}" for arm in arms)


def _step(label: str, unit: str, value: float, lower: float, upper: float) -> Estimate:
    text = amount_of(unit, value, lower, upper)
    return Estimate(label, value, finite(lower), finite(upper), text=text, weight=SMALL)


def pooled_lines(label: str, pooled: Pooled, unit: str) -> Iterator[Estimate]:
    """A pooled value, then its prediction interval and how far its cohorts differ, if known."""
    low, high = pooled.prediction_lower, pooled.prediction_upper
    diamond = Estimate(
        label, pooled.value, pooled.lower, pooled.upper, kind="pooled",
        text=amount_of(unit, pooled.value, pooled.lower, pooled.upper),
    )  # fmt: skip
    reach = None if low is None or high is None else (low, high)
    ends = "" if reach is None else limits_of(unit, *reach)
    tau2 = format_number(pooled.tau2, 2)
    i2 = "" if pooled.i2 is None else f"{format_number(pooled.i2, 0)}%"
    return with_prediction(diamond, reach, ends, tau2, i2)
