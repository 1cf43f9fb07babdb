"""The kinds of figures, by the name a specification gives."""

from __future__ import annotations

from collections.abc import Mapping

from publishing.displays.specification import FigureSpecification
from publishing.figures.baujat import Baujat
from publishing.figures.bubble import Bubble
from publishing.figures.claims_beside import ClaimsBeside
from publishing.figures.event_matrix import EventMatrix
from publishing.figures.flow import Flow
from publishing.figures.forest import Forest
from publishing.figures.funnel import Funnel
from publishing.figures.grouped_bars import GroupedBars
from publishing.figures.icon_array import IconArray
from publishing.figures.influence_plot import InfluencePlot
from publishing.figures.labbe import LAbbe
from publishing.figures.pairs import Pairs
from publishing.figures.pooled_forests import Cumulative, LeftOut, SubgroupForest
from publishing.figures.proportions import Proportions
from publishing.figures.risk_of_bias import RiskOfBias
from publishing.figures.specification_curve import SpecificationCurve
from publishing.figures.study_effects import StudyEffects
from publishing.figures.time_course import TimeCourse
from publishing.figures.timeline import Timeline
from publishing.figures.two_grades import TwoGrades

FIGURE_KINDS: Mapping[str, type[FigureSpecification]] = {
    "baujat": Baujat,
    "bubble": Bubble,
    "claims-beside": ClaimsBeside,
    "cumulative": Cumulative,
    "event-matrix": EventMatrix,
    "flow": Flow,
    "forest": Forest,
    "funnel": Funnel,
    "grouped-bars": GroupedBars,
    "icon-array": IconArray,
    "influence": InfluencePlot,
    "labbe": LAbbe,
    "left-out": LeftOut,
    "pairs": Pairs,
    "proportions": Proportions,
    "risk-of-bias": RiskOfBias,
    "specification-curve": SpecificationCurve,
    "study-effects": StudyEffects,
    "subgroup-forest": SubgroupForest,
    "time-course": TimeCourse,
    "timeline": Timeline,
    "two-grades": TwoGrades,
}
