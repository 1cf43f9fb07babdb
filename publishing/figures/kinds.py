"""The kinds of figures, by the name a specification gives."""

from __future__ import annotations

from collections.abc import Mapping

from publishing.displays.specification import FigureSpecification
from publishing.figures.flow import Flow
from publishing.figures.grouped_bars import GroupedBars
from publishing.figures.icon_array import IconArray
from publishing.figures.pairs import Pairs
from publishing.figures.proportions import Proportions
from publishing.figures.time_course import TimeCourse
from publishing.figures.timeline import Timeline
from publishing.figures.two_grades import TwoGrades

FIGURE_KINDS: Mapping[str, type[FigureSpecification]] = {
    "flow": Flow,
    "grouped-bars": GroupedBars,
    "icon-array": IconArray,
    "pairs": Pairs,
    "proportions": Proportions,
    "time-course": TimeCourse,
    "timeline": Timeline,
    "two-grades": TwoGrades,
}
