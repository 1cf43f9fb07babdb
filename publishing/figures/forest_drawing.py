"""Forest plots: a line an estimate, diamonds for pooled values, prediction intervals dashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from pydantic import model_validator

from analysis.wording import SECONDARY_MARK
from publishing.displays.specification import Part
from publishing.printing.figure import in_style
from publishing.printing.palette import FILL, INK, PAPER, QUIET
from schemas.rounding import significant
from schemas.typed_yaml import WrongError

WIDTH = 7.2  # inches: the text width of both outputs
LINE = 0.215  # inches a row
SECOND = 1.52  # where the second column of text begins, in widths of the axes
COUNTS = 1.77  # where the counts end


class Axis(Part):
    """The scale below the lines: its title, its ends, and a dotted line at `reference`."""

    title: str
    limits: tuple[float, float]
    logarithmic: bool = False
    reference: float | None = None

    @model_validator(mode="after")
    def _runs_upwards(self) -> Axis:
        low, high = self.limits
        if low >= high:
            raise WrongError("the scale has no length", "the lower limit before the upper one")
        if self.logarithmic and low <= 0:
            raise WrongError("a logarithmic scale has no zero", "limits above 0")
        return self


class ForestHeadings(Part):
    """What stands above the texts beside the lines: their value, their count, and what is more."""

    value: str = ""
    count: str = ""
    second: str = ""


@dataclass(frozen=True)
class Estimate:
    """One line of a forest plot. `kind` is cohort, pooled, published or heading.

    Beside it stand `text`, then `count`, aligned on the right, or `second`.
    """

    label: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    text: str = ""
    count: str = ""
    second: str = ""
    kind: str = "cohort"
    weight: float = 1.0
    prediction: tuple[float, float] | None = None
    secondary: bool = False


def draw_forest(estimates: Sequence[Estimate], axis: Axis, heads: ForestHeadings) -> Drawing:
    """Draw the estimates from top to bottom; values on the scale of the axis."""
    with in_style():
        height = LINE * (len(estimates) + 1) + 0.75
        drawing = Drawing(figsize=(WIDTH, height))
        axes = drawing.add_axes((0.36, 0.55 / height, 0.36, 1 - 0.85 / height))
        _frame(axes, len(estimates), axis)
        if axis.reference is not None:
            axes.axvline(axis.reference, color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
        for position, estimate in enumerate(estimates):
            _draw(axes, len(estimates) - position, estimate, axis.limits)
        above = Estimate("", text=heads.value, count=heads.count, second=heads.second)
        _figures(axes, len(estimates) + 0.95, above, weight="semibold")
    return drawing


def _frame(axes: Axes, rows: int, axis: Axis) -> None:
    low, high = axis.limits
    if axis.logarithmic:
        axes.set_xscale("log")
        ticks = [tick for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10) if low <= tick <= high]
        axes.set_xticks(ticks, [significant(tick) for tick in ticks])
        axes.minorticks_off()
    axes.set_xlim(low, high)
    axes.set_ylim(0.3, rows + 0.9)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(axis.title)


def _beside(axes: Axes, y: float, x: float, text: str, *, weight: str = "normal") -> None:
    left = x < 0
    axes.text(
        x, y, text, transform=axes.get_yaxis_transform(), fontweight=weight,
        ha="left", va="center", fontsize=9 if not left else 9.5, color=INK,
    )  # fmt: skip


def _figures(axes: Axes, y: float, item: Estimate, *, weight: str) -> None:
    """The texts beside a line, or the heads above them."""
    if item.text:
        _beside(axes, y, 1.04, item.text, weight=weight)
    if item.count:
        axes.text(
            COUNTS, y, item.count, transform=axes.get_yaxis_transform(), fontweight=weight,
            ha="right", va="center", fontsize=9, color=INK,
        )  # fmt: skip
    if item.second:
        _beside(axes, y, SECOND, item.second, weight=weight)


def _draw(axes: Axes, y: float, item: Estimate, limits: tuple[float, float]) -> None:
    bold = "semibold" if item.kind in ("heading", "pooled") else "normal"
    mark = SECONDARY_MARK if item.secondary else ""
    _beside(axes, y, -1.0, item.label + mark, weight=bold)
    _figures(axes, y, item, weight=bold)
    if item.value is None:
        return
    if item.prediction is not None:
        low, high = np.clip(item.prediction, *limits)
        axes.plot([low, high], [y, y], color=QUIET, linewidth=1, linestyle=(0, (4, 2)), zorder=1)
    if item.kind == "pooled" and item.lower is not None and item.upper is not None:
        xs = [item.lower, item.value, item.upper, item.value]
        axes.fill(xs, [y, y + 0.28, y, y - 0.28], color=INK, zorder=3)
        return
    _draw_interval(axes, y, item, item.value, limits)


def _draw_interval(
    axes: Axes, y: float, item: Estimate, value: float, limits: tuple[float, float]
) -> None:
    if item.lower is not None:
        end = limits[1] if item.upper is None else min(item.upper, limits[1])
        axes.plot([max(item.lower, limits[0]), end], [y, y], color=INK, linewidth=1, zorder=2)
        if item.upper is None or item.upper > limits[1]:
            axes.plot([end], [y], marker=">", color=INK, markersize=4, clip_on=False, zorder=2)
    size = 3.5 + 4.5 * float(np.sqrt(item.weight))
    open_marker = item.kind == "published"
    axes.plot(
        [value], [y], marker="D" if open_marker else "s",
        markersize=5 if open_marker else size,
        markerfacecolor=PAPER if open_marker else FILL, markeredgecolor=INK,
        markeredgewidth=0.8, linestyle="none", zorder=4,
    )  # fmt: skip
