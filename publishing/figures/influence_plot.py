"""Influence plots: diagnostics of every cohort of a synthesis when it is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.formulae.influence import Influence
from analysis.review_data import ReviewData
from publishing.displays.specification import FigureSpecification, Part, SynthesisName
from publishing.figures.forest_drawing import WIDTH
from publishing.printing.cohort_names import member_name
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import FILL, INK, QUIET

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing


@dataclass(frozen=True, eq=False)
class Panel:
    """A diagnostic of every cohort, and its limits."""

    title: str
    values: NDArray[np.float64]
    limits: tuple[float, ...]


class InfluenceHeadings(Part):
    """What stands above the panels; a line break keeps it within its panel."""

    residual: str
    dffits: str
    distance: str
    weight: str


class InfluencePlot(FigureSpecification):
    """A row a cohort of the `synthesis`, a panel a diagnostic; limits dashed."""

    kind: Literal["influence"]
    draws: ClassVar = "analysis"
    synthesis: SynthesisName
    heads: InfluenceHeadings

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and the evidence rows it shows."""
        cohorts = data.analyses.effects(self.synthesis).cohorts
        labels = [member_name(data, cohort, 30) for cohort in cohorts]
        found = data.analyses.influence(self.synthesis)
        return self._draw(found, labels), tuple(row for cohort in cohorts for row in cohort.rows)

    def _draw(self, found: Influence, labels: Sequence[str]) -> Drawing:
        k = len(labels)
        height = 0.185 * k + 0.8
        drawing = blank_drawing(WIDTH, height)
        for position, panel in enumerate(self._panels(found, k)):
            axes = drawing.add_axes(
                (0.34 + 0.168 * position, 0.28 / height, 0.145, 1 - 0.78 / height)
            )
            _draw_panel(axes, panel, found.influential)
            at = np.arange(k, 0, -1)
            axes.set_yticks([] if position else at, [] if position else list(labels))
            axes.tick_params(axis="y", length=0, labelsize=8)
        return drawing

    def _panels(self, found: Influence, k: int) -> tuple[Panel, ...]:
        """Each diagnostic with its limits for k cohorts, as viechtbauer2010 sets them."""
        dffits, weight = 3 * np.sqrt(1 / (k - 1)), 100 * 3 / k
        return (
            Panel(self.heads.residual, found.rstudent, (-1.96, 1.96)),
            Panel(self.heads.dffits, found.dffits, (-dffits, dffits)),
            Panel(self.heads.distance, found.cook_distance, (0.455,)),
            Panel(self.heads.weight, found.weights, (weight,)),
        )


def _draw_panel(axes: Axes, panel: Panel, marked: NDArray[np.bool_]) -> None:
    k = len(panel.values)
    at = np.arange(k, 0, -1)
    for limit in panel.limits:
        axes.axvline(limit, color=QUIET, linewidth=0.8, linestyle=(0, (4, 2)))
    axes.axvline(0, color=INK, linewidth=0.5)
    axes.hlines(at, 0, panel.values, color=QUIET, linewidth=0.8)
    axes.plot(panel.values[~marked], at[~marked], "o", color=FILL, markersize=4)
    axes.plot(panel.values[marked], at[marked], "D", color=INK, markersize=5)
    axes.set_title(panel.title)
    axes.set_ylim(0.4, k + 0.6)
