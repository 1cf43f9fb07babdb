"""Forest plots of a synthesis of any measure: its studies, its groups, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from analysis.cohorts import Cohort
from analysis.review_data import ReviewData
from publishing.displays.specification import FigureSpecification, SynthesisName
from publishing.figures.forest_drawing import (
    Axis,
    Estimate,
    ForestHeadings,
    draw_forest,
    share_text,
)
from publishing.figures.forest_lines import shares_of
from publishing.figures.pooled_forests import counted, pooled_lines
from publishing.figures.product_marks import mark_of_cohort
from publishing.printing.analysis_cells import amount_of, unit_of
from publishing.printing.cohort_names import member_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

LONGEST = 34  # characters of a study's name


class StudyEffects(FigureSpecification):
    """A line a study with its own interval and weight, a diamond for each group and for all.

    Weights are those of the inverse-variance model, in percent. `pooled_label` names the diamond
    of all, and that of a group where `group_label` is not given. Heads stand above the columns:
    one without a head is not there.
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
        shares = shares_of(data, self.synthesis)
        heaviest = max(shares.values())
        groups = [(group.name, group.cohorts, group.first) for group in synthesis.groups]
        for title, members, pooled in groups or [("", cohorts, None)]:
            if title:
                yield Estimate(title.replace("_", " "), kind="heading")
            for cohort in members:
                yield self._study(data, cohort, unit, shares[cohort.row], heaviest)
            if pooled is not None:
                yield from pooled_lines(self.group_label or self.pooled_label, pooled, unit)
        if synthesis.overall.first is not None:
            yield from pooled_lines(self.pooled_label, synthesis.overall.first, unit)

    def _study(
        self, data: ReviewData, cohort: Cohort, unit: str, share: float, heaviest: float
    ) -> Estimate:
        return Estimate(
            member_name(data, cohort, LONGEST), cohort.value, cohort.lower, cohort.upper,
            text=amount_of(unit, cohort.value, cohort.lower, cohort.upper),
            count=counted(cohort) if self.heads.count else "",
            share=share_text(share) if self.heads.weight else "", weight=share / heaviest,
            mark=mark_of_cohort(data, cohort), secondary=cohort.verification == "secondary",
        )  # fmt: skip
