"""Bubble plots: cohorts against one number of theirs, with the fitted line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from analysis.moderators import Regression
from analysis.review_data import ReviewData
from publishing.displays.specification import FigureSpecification, Part
from publishing.figures.forest_drawing import WIDTH
from publishing.figures.funnel import TICKS
from publishing.printing.analysis_cells import unit_of
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import FAINT, INK, PAPER
from schemas.rounding import significant

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing


class UnityWords(Part):
    """What {one} says in the texts: whether the interval of every slope includes one."""

    in_all: str
    not_in_all: str


class Bubble(FigureSpecification):
    """A panel for each of the `regressions` that could be fitted, two in a row.

    `ylabel` is the unit of all; ratios stand on a logarithmic axis, with a line at one. The claim
    of a slope is `slope.` and the regression's name.
    """

    fills: ClassVar[frozenset[str]] = frozenset({"one"})

    kind: Literal["bubble"]
    draws: ClassVar = "analysis"
    regressions: tuple[str, ...]
    ylabel: str
    one: UnityWords

    def names(self) -> Iterator[tuple[str, str]]:
        """The regressions and the claims of their slopes."""
        yield from super().names()
        for name in self.regressions:
            yield "regressions", f"regression:{name}"
            yield "regressions", f"claims:slope.{name}"

    def filled(self, data: ReviewData) -> dict[str, str]:
        """Whether every interval includes one."""
        slopes = [data.ledger[f"slope.{name}"] for name in self.regressions]
        every = all((slope.lower or 0) < 1 < (slope.upper or 0) for slope in slopes)
        return {"one": self.one.in_all if every else self.one.not_in_all}

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and the evidence rows it shows."""
        found = [data.analyses.regression(name) for name in self.regressions]
        fitted = [item for item in found if item.fit is not None]
        rows = -(-len(fitted) // 2)
        drawing = blank_drawing(WIDTH, 2.55 * rows)
        for position, regression in enumerate(fitted):
            axes = drawing.add_subplot(rows, 2, position + 1)
            _draw_panel(axes, regression)
            axes.set_ylabel(self.ylabel if position % 2 == 0 else "")
        drawing.subplots_adjust(left=0.08, right=0.98, hspace=0.55, wspace=0.18)
        return drawing, tuple(
            row for item in fitted for cohort in item.cohorts for row in cohort.rows
        )


def _draw_panel(axes: Axes, found: Regression) -> None:
    grid, fit, lower, upper = found.line()
    axes.fill_between(grid, lower, upper, color=FAINT, zorder=0, linewidth=0)
    axes.plot(grid, fit, color=INK, linewidth=1)
    if found.effects is not None:
        weights = 1 / found.effects.vi
        axes.scatter(
            found.values, found.effects.back(found.effects.yi),
            s=12 + 110 * np.sqrt(weights / weights.max()),
            facecolor=PAPER, edgecolor=INK, linewidth=0.9, zorder=3,
        )  # fmt: skip
    unit = unit_of(found.effects.synthesis) if found.effects is not None else ""
    if unit == "percent":
        axes.set_ylim(0, 103)
    elif unit == "ratio":
        axes.set_yscale("log")
        low, high = axes.get_ylim()
        ticks = [tick for tick in TICKS["ratio"] if low <= tick <= high]
        axes.set_yticks(ticks, [significant(tick) for tick in ticks])
        axes.minorticks_off()
        axes.axhline(1, color=INK, linewidth=0.6, linestyle=(0, (1, 2)))
    axes.set_title(found.definition.title)
    axes.set_xlabel(found.definition.label)
