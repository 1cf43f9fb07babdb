"""Forest plots of a synthesis of any measure: its studies, its groups, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from matplotlib.figure import Figure as Drawing

from analysis.cohorts import Cohort
from analysis.review_data import ReviewData
from analysis.rounding import format_number
from publishing.displays.specification import FigureSpecification, SynthesisName
from publishing.figures.forest_drawing import Axis, Estimate, ForestHeadings, draw_forest
from publishing.figures.pooled_forests import diamond_of
from publishing.printing.analysis_cells import amount_of, unit_of
from publishing.printing.cohort_names import member_name

LONGEST = 34  # characters of a study's name


class StudyEffects(FigureSpecification):
    """A line a study with its own interval and weight, a diamond for each group and for all.

    Weights are those of the inverse-variance model, in percent. `pooled_label` names the diamond
    of all, and that of a group where `group_label` is not given. Heads stand above the value
    (`value`) and the weight (`count`).
    """

    kind: Literal["study-effects"]
    draws: ClassVar = "analysis"  # a study stands at the effect that its model reads
    synthesis: SynthesisName
    axis: Axis
    heads: ForestHeadings
    pooled_label: str
    group_label: str = ""

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and the evidence rows it shows."""
        synthesis = data.syntheses[self.synthesis]
        rows = tuple(row for cohort in synthesis.overall.cohorts for row in cohort.rows)
        return draw_forest(list(self._drawn(data)), self.axis, self.heads), rows

    def _drawn(self, data: ReviewData) -> Iterator[Estimate]:
        synthesis = data.syntheses[self.synthesis]
        unit, cohorts = unit_of(synthesis), synthesis.overall.cohorts
        weights = data.analyses.pooled(self.synthesis).weights
        heaviest = float(weights.max())
        of = {cohort.row: float(weight) for cohort, weight in zip(cohorts, weights, strict=True)}
        groups = [(group.name, group.cohorts, group.first) for group in synthesis.groups]
        for title, members, pooled in groups or [("", cohorts, None)]:
            if title:
                yield Estimate(title.replace("_", " "), kind="heading")
            for cohort in members:
                yield _study(data, cohort, unit, of[cohort.row], heaviest)
            if pooled is not None:
                yield diamond_of(self.group_label or self.pooled_label, pooled, unit)
        if synthesis.overall.first is not None:
            yield diamond_of(self.pooled_label, synthesis.overall.first, unit)


def _study(data: ReviewData, cohort: Cohort, unit: str, weight: float, heaviest: float) -> Estimate:
    return Estimate(
        member_name(data, cohort, LONGEST), cohort.value, cohort.lower, cohort.upper,
        text=amount_of(unit, cohort.value, cohort.lower, cohort.upper),
        count=f"{format_number(weight, 1)}%", weight=weight / heaviest,
        secondary=cohort.verification == "secondary",
    )  # fmt: skip
