"""Funnels, bubbles, Baujat and influence plots, readable without colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from numpy.typing import NDArray

from analysis.formulae.funnel import compute_funnel
from analysis.formulae.influence import Influence
from analysis.moderators import Effects
from publishing.figure import SETTINGS
from publishing.figures.forest import WIDTH
from publishing.palette import FAINT, FILL, INK, MIDDLE, PAPER, QUIET, SOFT

Numbers = NDArray[np.float64]
GREYS = (MIDDLE, SOFT, FAINT, PAPER)  # from the outermost contour inwards
TICKS = (10, 25, 50, 75, 90, 97, 99)


@dataclass(frozen=True)
class Point:
    """One cohort in a plane."""

    x: float
    y: float
    label: str
    size: float


@dataclass(frozen=True, eq=False)
class Bubbles:
    """Cohorts against one number, with the fitted line: grid, fit, lower and upper."""

    title: str
    xlabel: str
    xs: Numbers
    ys: Numbers
    weights: Numbers
    line: tuple[Numbers, Numbers, Numbers, Numbers]


def _logit_ticks(axes: Axes) -> None:
    places = [float(np.log(tick / (100 - tick))) for tick in TICKS]
    axes.set_xticks(places, [str(tick) for tick in TICKS])


def draw_funnels(effects: Effects, pooled: float, added: Sequence[tuple[float, float]]) -> Drawing:
    """The standard error, with contours around one half, beside the number of patients."""
    with mpl.rc_context(SETTINGS):
        drawing = Drawing(figsize=(WIDTH, 3.5))
        left = drawing.add_axes((0.08, 0.15, 0.40, 0.80))
        right = drawing.add_axes((0.58, 0.15, 0.40, 0.80))
        _draw_contours(left, effects)
        left.plot(effects.yi, np.sqrt(effects.vi), "o", color=FILL, markersize=5, zorder=4)
        if added:
            xs, ys = zip(*added, strict=True)
            left.plot(xs, ys, "o", markerfacecolor=PAPER, markeredgecolor=INK, zorder=3)
        left.set_ylabel("Standard error of the logit")
        right.plot(effects.yi, effects.n, "o", color=FILL, markersize=5)
        right.set_yscale("log")
        right.set_yticks([10, 20, 50, 100, 200], ["10", "20", "50", "100", "200"])
        right.minorticks_off()
        right.set_ylabel("Patients")
        for axes in (left, right):
            axes.axvline(pooled, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=2)
            _logit_ticks(axes)
            axes.set_xlim(-1.2, 5.2)
            axes.set_xlabel("Overall response, % (logit scale)")
    return drawing


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


def draw_baujat(points: Sequence[Point], named: int = 4) -> Drawing:
    """Contribution to heterogeneity across, influence on the pooled value upwards."""
    by_x = sorted(points, key=lambda point: -point.x)[:named]
    by_y = sorted(points, key=lambda point: -point.y)[:named]
    with mpl.rc_context(SETTINGS):
        drawing = Drawing(figsize=(WIDTH, 3.4))
        axes = drawing.add_axes((0.09, 0.15, 0.88, 0.80))
        for point in points:
            axes.plot([point.x], [point.y], "o", color=FILL, markersize=5)
        right = max(point.x for point in points)
        for point in {*by_x, *by_y}:
            near_edge = point.x > 0.45 * right
            axes.annotate(
                point.label, (point.x, point.y), xytext=(-6 if near_edge else 6, 3),
                textcoords="offset points", ha="right" if near_edge else "left", fontsize=8,
            )  # fmt: skip
        axes.set_xlim(-0.03 * right, 1.05 * right)
        axes.set_xlabel("Contribution to the heterogeneity")
        axes.set_ylabel("Influence on the pooled value")
    return drawing


def draw_influence(found: Influence, labels: Sequence[str]) -> Drawing:
    """A row a cohort, a panel a diagnostic; limits dashed."""
    k = len(labels)
    dffits, weight = 3 * np.sqrt(1 / (k - 1)), 100 * 3 / k
    panels = (
        ("Studentised\nresidual", found.rstudent, (-1.96, 1.96)),
        ("DFFITS", found.dffits, (-dffits, dffits)),
        ("Cook's\ndistance", found.cook_distance, (0.455,)),
        ("Weight, %", found.weights, (weight,)),
    )
    height = 0.185 * k + 0.8
    with mpl.rc_context(SETTINGS):
        drawing = Drawing(figsize=(WIDTH, height))
        at = np.arange(k, 0, -1)
        for position, (title, values, limits) in enumerate(panels):
            axes = drawing.add_axes(
                (0.34 + 0.168 * position, 0.28 / height, 0.145, 1 - 0.78 / height)
            )
            for limit in limits:
                axes.axvline(limit, color=QUIET, linewidth=0.8, linestyle=(0, (4, 2)))
            axes.axvline(0, color=INK, linewidth=0.5)
            axes.hlines(at, 0, values, color=QUIET, linewidth=0.8)
            marked = found.influential
            axes.plot(values[~marked], at[~marked], "o", color=FILL, markersize=4)
            axes.plot(values[marked], at[marked], "D", color=INK, markersize=5)
            axes.set_title(title)
            axes.set_ylim(0.4, k + 0.6)
            axes.set_yticks([] if position else at, [] if position else list(labels))
            axes.tick_params(axis="y", length=0, labelsize=8)
    return drawing


def draw_bubbles(panels: Sequence[Bubbles]) -> Drawing:
    """Two panels a row."""
    rows = (len(panels) + 1) // 2
    with mpl.rc_context(SETTINGS):
        drawing = Drawing(figsize=(WIDTH, 2.55 * rows))
        for position, panel in enumerate(panels):
            axes = drawing.add_subplot(rows, 2, position + 1)
            grid, fit, lower, upper = panel.line
            axes.fill_between(grid, lower, upper, color=GREYS[2], zorder=0, linewidth=0)
            axes.plot(grid, fit, color=INK, linewidth=1)
            sizes = 12 + 110 * np.sqrt(panel.weights / panel.weights.max())
            axes.scatter(
                panel.xs, panel.ys, s=sizes, facecolor=PAPER, edgecolor=INK, linewidth=0.9,
                zorder=3,
            )  # fmt: skip
            axes.set_ylim(0, 103)
            axes.set_title(panel.title)
            axes.set_xlabel(panel.xlabel)
            axes.set_ylabel("%" if position % 2 == 0 else "")
        drawing.subplots_adjust(left=0.08, right=0.98, hspace=0.55, wspace=0.18)
    return drawing
