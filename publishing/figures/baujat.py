"""Baujat plots: who makes the heterogeneity of a synthesis, and who moves its result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from analysis.review_data import ReviewData
from publishing.displays.specification import FigureSpecification, SynthesisName
from publishing.figures.forest_drawing import WIDTH
from publishing.printing.cohort_names import member_name
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import FILL

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

NAMED = 4  # cohorts named in either direction


@dataclass(frozen=True)
class Point:
    """One cohort in a plane."""

    x: float
    y: float
    label: str


class Baujat(FigureSpecification):
    """What each cohort adds to the heterogeneity, and how far it moves the pooled value.

    `xlabel` and `ylabel` say so. In the texts {most} is the cohort that adds most and {mover} the
    one that moves most, or the word `same` where both are one.
    """

    fills: ClassVar[frozenset[str]] = frozenset({"most", "mover"})

    kind: Literal["baujat"]
    draws: ClassVar = "analysis"
    synthesis: SynthesisName
    xlabel: str
    ylabel: str
    same: str

    def filled(self, data: ReviewData) -> dict[str, str]:
        """The cohorts farthest out in either direction."""
        points = self._points(data)
        most = max(points, key=lambda point: point.x)
        mover = max(points, key=lambda point: point.y)
        return {"most": most.label, "mover": self.same if mover == most else mover.label}

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and the evidence rows it shows."""
        cohorts = data.analyses.effects(self.synthesis).cohorts
        return self._draw(self._points(data)), tuple(
            row for cohort in cohorts for row in cohort.rows
        )

    def _points(self, data: ReviewData) -> list[Point]:
        found = data.analyses.baujat(self.synthesis)
        cohorts = data.analyses.effects(self.synthesis).cohorts
        return [
            Point(float(x), float(y), member_name(data, cohort, 24))
            for x, y, cohort in zip(found.contribution, found.influence, cohorts, strict=True)
        ]

    def _draw(self, points: Sequence[Point]) -> Drawing:
        by_x = sorted(points, key=lambda point: -point.x)[:NAMED]
        by_y = sorted(points, key=lambda point: -point.y)[:NAMED]
        right = max(point.x for point in points)
        drawing = blank_drawing(WIDTH, 3.4)
        axes = drawing.add_axes((0.09, 0.15, 0.88, 0.80))
        for point in points:
            axes.plot([point.x], [point.y], "o", color=FILL, markersize=5)
        for point in dict.fromkeys([*by_x, *by_y]):  # in one order: the same bytes each time
            near_edge = point.x > 0.45 * right
            axes.annotate(
                point.label, (point.x, point.y), xytext=(-6 if near_edge else 6, 3),
                textcoords="offset points", ha="right" if near_edge else "left", fontsize=8,
            )  # fmt: skip
        axes.set_xlim(-0.03 * right, 1.05 * right)
        axes.set_xlabel(self.xlabel)
        axes.set_ylabel(self.ylabel)
        return drawing
