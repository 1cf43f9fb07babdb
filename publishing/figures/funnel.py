"""Funnel plots: cohorts against their standard error, and against their number of patients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from analysis.formulae.funnel import compute_funnel
from analysis.moderators import Effects
from analysis.review_data import ReviewData
from analysis.robustness import SmallStudy
from publishing.displays.specification import FigureSpecification, SynthesisName
from publishing.figures.forest_drawing import WIDTH, Axis
from publishing.printing.analysis_cells import unit_of
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import FAINT, FILL, INK, MIDDLE, PAPER, SOFT
from schemas.rounding import significant

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

SIZES = (10, 20, 50, 100, 200, 500, 1000, 5000, 20_000, 100_000)
GREYS = (MIDDLE, SOFT, FAINT, PAPER)  # from the outermost contour inwards
TICKS = {
    "percent": (10, 25, 50, 75, 90, 97, 99),
    "ratio": (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20),
}
"""Where an axis is marked, by the unit of what is pooled; others are marked as they come."""


class Funnel(FigureSpecification):
    """Contours on the standard error around no effect, or one half, beside the number of people.

    `axis` is that of the effects on the scale of the model, such as logits or logs, its limits
    too; `error` and `patients` name the others. Open circles are cohorts that trim and fill adds.
    """

    kind: Literal["funnel"]
    draws: ClassVar = "cohorts"
    synthesis: SynthesisName
    axis: Axis
    error: str
    patients: str

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and the evidence rows it shows."""
        effects = data.analyses.effects(self.synthesis)
        pooled = data.analyses.pooled(self.synthesis).estimate
        added = _added(data.analyses.small_study(self.synthesis))
        rows = tuple(row for cohort in effects.cohorts for row in cohort.rows)
        return self._funnels(effects, pooled, added), rows

    def _funnels(
        self, effects: Effects, pooled: float, added: Sequence[tuple[float, float]]
    ) -> Drawing:
        drawing = blank_drawing(WIDTH, 3.5)
        left = drawing.add_axes((0.08, 0.15, 0.40, 0.80))
        right = drawing.add_axes((0.58, 0.15, 0.40, 0.80))
        _draw_errors(left, effects, added)
        left.set_ylabel(self.error)
        _draw_patients(right, effects)
        right.set_ylabel(self.patients)
        for axes in (left, right):
            axes.axvline(pooled, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=2)
            _mark(axes, effects)
            axes.set_xlim(self.axis.limits)
            axes.set_xlabel(self.axis.title)
        return drawing


def _mark(axes: Axes, effects: Effects) -> None:
    """Ticks at values as they are printed, on the scale of the model."""
    ticks = TICKS.get(unit_of(effects.synthesis), ())
    if ticks:
        places = effects.scale.to(np.array(ticks, dtype=float))
        axes.set_xticks([float(place) for place in places], [significant(tick) for tick in ticks])


def _added(found: SmallStudy) -> list[tuple[float, float]]:
    """Effect and standard error of the cohorts that trim and fill adds."""
    filled = found.filled
    if filled is None:
        return []
    return [
        (float(y), float(np.sqrt(v)))
        for y, v, new in zip(filled.yi, filled.vi, filled.filled, strict=True)
        if new
    ]


def _draw_errors(axes: Axes, effects: Effects, added: Sequence[tuple[float, float]]) -> None:
    _draw_contours(axes, effects)
    axes.plot(effects.yi, np.sqrt(effects.vi), "o", color=FILL, markersize=5, zorder=4)
    if added:
        xs, ys = zip(*added, strict=True)
        axes.plot(xs, ys, "o", markerfacecolor=PAPER, markeredgecolor=INK, zorder=3)


def _draw_patients(axes: Axes, effects: Effects) -> None:
    axes.plot(effects.yi, effects.n, "o", color=FILL, markersize=5)
    axes.set_yscale("log")
    low, high = float(np.nanmin(effects.n)), float(np.nanmax(effects.n))
    ticks = [tick for tick in SIZES if low / 2 <= tick <= 2 * high]
    axes.set_yticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.minorticks_off()


def _draw_contours(axes: Axes, effects: Effects) -> None:
    found = compute_funnel(effects.yi, effects.vi, reference=0.0)
    errors = found.contour_standard_errors
    axes.set_facecolor(GREYS[0])
    for level in range(len(found.levels) - 1, -1, -1):
        grey = GREYS[len(found.levels) - level]
        axes.fill_betweenx(
            errors, found.contour_lower[level], found.contour_upper[level], color=grey, zorder=1,
            linewidth=0,
        )  # fmt: skip
    axes.set_ylim(float(errors[-1]), 0)
