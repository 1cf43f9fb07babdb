"""The kinds of figures, by the name a specification gives, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping

from publishing.displays.named_kinds import Kinds
from publishing.displays.specification import FigureSpecification

FIGURE_KINDS: Mapping[str, type[FigureSpecification]] = Kinds(
    "publishing.figures",
    {
        "baujat": "baujat.Baujat",
        "bubble": "bubble.Bubble",
        "claims-beside": "claims_beside.ClaimsBeside",
        "cumulative": "pooled_forests.Cumulative",
        "event-matrix": "event_matrix.EventMatrix",
        "flow": "flow.Flow",
        "forest": "forest.Forest",
        "funnel": "funnel.Funnel",
        "grouped-bars": "grouped_bars.GroupedBars",
        "icon-array": "icon_array.IconArray",
        "influence": "influence_plot.InfluencePlot",
        "labbe": "labbe.LAbbe",
        "left-out": "pooled_forests.LeftOut",
        "pairs": "pairs.Pairs",
        "proportions": "proportions.Proportions",
        "risk-of-bias": "risk_of_bias.RiskOfBias",
        "specification-curve": "specification_curve.SpecificationCurve",
        "study-effects": "study_effects.StudyEffects",
        "subgroup-forest": "pooled_forests.SubgroupForest",
        "time-course": "time_course.TimeCourse",
        "timeline": "timeline.Timeline",
        "two-grades": "two_grades.TwoGrades",
    },
)
