"""Forest plots: a line an estimate, diamonds for pooled values, prediction intervals dashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from publishing.figure import SETTINGS
from publishing.palette import FILL, INK, PAPER, QUIET

WIDTH = 7.2  # inches: the text width of both outputs
LINE = 0.215  # inches a row
SECOND = 1.52  # where the second column of text begins, in widths of the axes
COUNTS = 1.77  # where the counts end


@dataclass(frozen=True)
class Estimate:
    """One line of a forest plot. `kind` is cohort, pooled, published or heading."""

    label: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    text: str = ""
    kind: str = "cohort"
    weight: float = 1.0
    prediction: tuple[float, float] | None = None
    secondary: bool = False
    second: str = ""


def draw_forest(
    estimates: Sequence[Estimate],
    *,
    xlabel: str,
    limits: tuple[float, float],
    logarithmic: bool = False,
    reference: float | None = None,
    text_heading: str = "",
    second_heading: str = "",
) -> Drawing:
    """Draw the estimates from top to bottom; values on the scale of `limits`.

    `text` stands beside each line, `second` in a column to the right of it.
    """
    with mpl.rc_context(SETTINGS):
        height = LINE * (len(estimates) + 1) + 0.75
        drawing = Drawing(figsize=(WIDTH, height))
        axes = drawing.add_axes((0.36, 0.55 / height, 0.36, 1 - 0.85 / height))
        _frame(axes, len(estimates), xlabel, limits, logarithmic)
        if reference is not None:
            axes.axvline(reference, color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
        for position, estimate in enumerate(estimates):
            _draw(axes, len(estimates) - position, estimate, limits)
        if text_heading:
            _figures(axes, len(estimates) + 0.95, text_heading, weight="semibold")
        if second_heading:
            _beside(axes, len(estimates) + 0.95, SECOND, second_heading, weight="semibold")
    return drawing


def _frame(
    axes: Axes, rows: int, xlabel: str, limits: tuple[float, float], logarithmic: bool
) -> None:
    if logarithmic:
        axes.set_xscale("log")
        ticks = [tick for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10) if limits[0] <= tick <= limits[1]]
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
    axes.set_xlim(*limits)
    axes.set_ylim(0.3, rows + 0.9)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(xlabel)


def _beside(axes: Axes, y: float, x: float, text: str, *, weight: str = "normal") -> None:
    left = x < 0
    axes.text(
        x, y, text, transform=axes.get_yaxis_transform(), fontweight=weight,
        ha="left", va="center", fontsize=9 if not left else 9.5, color=INK,
    )  # fmt: skip


def _figures(axes: Axes, y: float, text: str, *, weight: str) -> None:
    """An interval, and after two spaces a count: counts end below each other."""
    interval, _, count = text.partition("  ")
    _beside(axes, y, 1.04, interval, weight=weight)
    if count:
        axes.text(
            COUNTS, y, count, transform=axes.get_yaxis_transform(), fontweight=weight,
            ha="right", va="center", fontsize=9, color=INK,
        )  # fmt: skip


def _draw(axes: Axes, y: float, item: Estimate, limits: tuple[float, float]) -> None:
    bold = "semibold" if item.kind in ("heading", "pooled") else "normal"
    _beside(axes, y, -1.0, item.label + ("‡" if item.secondary else ""), weight=bold)
    if item.text:
        _figures(axes, y, item.text, weight=bold)
    if item.second:
        _beside(axes, y, SECOND, item.second, weight=bold)
    if item.value is None:
        return
    if item.prediction is not None:
        low, high = np.clip(item.prediction, *limits)
        axes.plot([low, high], [y, y], color=QUIET, linewidth=1, linestyle=(0, (4, 2)), zorder=1)
    if item.kind == "pooled" and item.lower is not None and item.upper is not None:
        xs = [item.lower, item.value, item.upper, item.value]
        axes.fill(xs, [y, y + 0.28, y, y - 0.28], color=INK, zorder=3)
        return
    _draw_interval(axes, y, item, limits)


def _draw_interval(axes: Axes, y: float, item: Estimate, limits: tuple[float, float]) -> None:
    if item.lower is not None:
        end = limits[1] if item.upper is None else min(item.upper, limits[1])
        axes.plot([max(item.lower, limits[0]), end], [y, y], color=INK, linewidth=1, zorder=2)
        if item.upper is None or item.upper > limits[1]:
            axes.plot([end], [y], marker=">", color=INK, markersize=4, clip_on=False, zorder=2)
    size = 3.5 + 4.5 * float(np.sqrt(item.weight))
    open_marker = item.kind == "published"
    axes.plot(
        [item.value], [y], marker="D" if open_marker else "s",
        markersize=5 if open_marker else size,
        markerfacecolor=PAPER if open_marker else FILL, markeredgecolor=INK,
        markeredgewidth=0.8, linestyle="none", zorder=4,
    )  # fmt: skip
