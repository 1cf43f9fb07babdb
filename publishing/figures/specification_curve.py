"""Specification curves: every set of cohorts, what it gives, and the decisions behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from analysis.multiverse import Multiverse
from analysis.review_data import ReviewData
from publishing.displays.specification import FigureSpecification, MultiverseName
from publishing.figures.forest_drawing import WIDTH
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import FILL, INK, PAPER, QUIET, SOFT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

ROW = 0.175  # inches a row of the lower panel: text of 8 points
TOP = 2.3  # inches of the upper panel
LEFT = 0.385  # of the width, for the labels


class SpecificationCurve(FigureSpecification):
    """The curve of one `multiverse` of the protocol; decisions and options are named there.

    Sets that follow the protocol are drawn full, the others of the wider set hollow.
    """

    kind: Literal["specification-curve"]
    draws: ClassVar = "analysis"
    multiverse: MultiverseName
    ylabel: str

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and the evidence rows that may enter a set."""
        found = data.analyses.multiverse(self.multiverse)
        rows = tuple(candidate.reference for candidate in found.candidates)
        return _draw_curve(found, self.ylabel), rows


def _draw_curve(found: Multiverse, ylabel: str) -> Drawing:
    order = np.argsort(found.bounds["estimate"][:, 0], kind="stable")
    options = sum(len(decision.options) + 1 for decision in found.decisions)
    height = TOP + ROW * options + 0.2
    drawing = blank_drawing(WIDTH, height)
    wide = 0.985 - LEFT
    upper = drawing.add_axes((LEFT, 1 - (TOP - 0.1) / height, wide, (TOP - 0.2) / height))
    lower = drawing.add_axes((LEFT, 0.1 / height, wide, ROW * options / height))
    _draw_values(upper, found, order)
    upper.set_ylabel(ylabel)
    _draw_decisions(lower, found, order)
    return drawing


def _draw_values(axes: Axes, found: Multiverse, order: np.ndarray) -> None:
    at = np.arange(len(order))
    estimates = found.bounds["estimate"][order]
    low, high = found.bounds["lower"][order, 0], found.bounds["upper"][order, 0]
    axes.vlines(at, estimates.min(axis=1), estimates.max(axis=1), color=SOFT, linewidth=3.2)
    axes.vlines(at, low, high, color=INK, linewidth=0.7)
    follows = np.array([bool(found.sets[i].following) for i in order])
    axes.plot(at[follows], estimates[follows, 0], "o", color=FILL, markersize=2.6)
    axes.plot(
        at[~follows], estimates[~follows, 0], "o", color=QUIET, markersize=2.6,
        markerfacecolor=PAPER, markeredgewidth=0.6,
    )  # fmt: skip
    if found.baseline is not None:
        where = int(np.flatnonzero(order == found.baseline)[0])
        axes.plot(
            [where], [estimates[where, 0]], "D", markersize=6, markerfacecolor=PAPER,
            markeredgecolor=INK, zorder=5,
        )  # fmt: skip
    for value in sorted({item.value for item in found.definition.conclusions}):
        axes.axhline(value, color=QUIET, linewidth=0.8, linestyle=(0, (4, 2)), zorder=0)
    axes.set_xlim(-1, len(order))
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    top = 102 if high.max() > 60 else 1.05 * float(max(high.max(), estimates.max()))
    axes.set_ylim(0, top)


def _draw_decisions(axes: Axes, found: Multiverse, order: np.ndarray) -> None:
    row, total = 0, sum(len(decision.options) + 1 for decision in found.decisions)
    transform = axes.get_yaxis_transform()
    for position, decision in enumerate(found.decisions):
        axes.text(
            -0.62, total - row, decision.title, transform=transform, fontsize=8.5,
            fontweight="semibold", va="center",
        )  # fmt: skip
        row += 1
        for option in decision.options:
            y = total - row
            used = [at for at, i in enumerate(order) if found.sets[i].uses(position, option.id)]
            axes.axhline(y, color=SOFT, linewidth=0.4, zorder=0)
            axes.plot(used, [y] * len(used), "s", color=INK, markersize=1.9, zorder=2)
            axes.text(-0.60, y, option.title, transform=transform, fontsize=8.5, va="center")
            row += 1
    axes.set_xlim(-1, len(order))
    axes.set_ylim(0.4, total + 0.6)
    axes.axis("off")
