"""Funnel plots: cohorts against their standard error, and against their number of patients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from analysis.formulae.funnel import compute_funnel
from analysis.moderators import Effects
from analysis.review_data import ReviewData
from analysis.robustness import SmallStudy
from publishing.displays.specification import FigureSpecification, SynthesisName
from publishing.figures.forest_drawing import WIDTH, Axis
from publishing.printing.palette import FAINT, FILL, INK, MIDDLE, PAPER, SOFT

GREYS = (MIDDLE, SOFT, FAINT, PAPER)  # from the outermost contour inwards
TICKS = (10, 25, 50, 75, 90, 97, 99)


class Funnel(FigureSpecification):
    """Contours around one half on the standard error, beside the number of patients.

    `axis` is that of the proportion on the logit scale; `error` and `patients` name the others.
    Open circles are cohorts that trim and fill adds.
    """

    kind: Literal["funnel"]
    draws: ClassVar = "analysis"
    synthesis: SynthesisName
    axis: Axis
    error: str
    patients: str

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and the evidence rows it shows."""
        effects = data.analyses.effects(self.synthesis)
        pooled = data.analyses.pooled(self.synthesis).estimate
        added = _added(data.analyses.small_study(self.synthesis))
        return self._funnels(effects, pooled, added), tuple(c.row for c in effects.cohorts)

    def _funnels(
        self, effects: Effects, pooled: float, added: Sequence[tuple[float, float]]
    ) -> Drawing:
        drawing = Drawing(figsize=(WIDTH, 3.5))
        left = drawing.add_axes((0.08, 0.15, 0.40, 0.80))
        right = drawing.add_axes((0.58, 0.15, 0.40, 0.80))
        _draw_errors(left, effects, added)
        left.set_ylabel(self.error)
        _draw_patients(right, effects)
        right.set_ylabel(self.patients)
        for axes in (left, right):
            axes.axvline(pooled, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=2)
            places = [float(np.log(tick / (100 - tick))) for tick in TICKS]
            axes.set_xticks(places, [str(tick) for tick in TICKS])
            axes.set_xlim(*self.axis.limits)
            axes.set_xlabel(self.axis.title)
        return drawing


def _added(found: SmallStudy) -> list[tuple[float, float]]:
    """Logit and standard error of the cohorts that trim and fill adds."""
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
    axes.set_yticks([10, 20, 50, 100, 200], ["10", "20", "50", "100", "200"])
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
