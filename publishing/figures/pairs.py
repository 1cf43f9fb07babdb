"""Pairs of values of one thing: filled marker for the first, open marker for the second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import model_validator

from publishing.displays.labels import Labelled
from publishing.figures.drawn_rows import (
    SeriesFigure,
    Shown,
    arm_title,
    hide_left,
    only_row,
    shown_text,
    value_of,
)
from publishing.figures.forest_drawing import LINE, WIDTH
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import FILL, INK, PAPER, QUIET
from schemas.typed_yaml import WrongError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

    from analysis.review_data import ReviewData

STYLES: tuple[dict[str, Any], ...] = (
    {"color": FILL},
    {"markerfacecolor": PAPER, "markeredgecolor": INK},
)


class Pair(Labelled):
    """Two rows of the evidence, named as `first` and `second`, or the two that meet `where`.

    `note` stands after their values.
    """

    single: ClassVar = True
    first: str = ""
    second: str = ""
    where: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _has_rows(self) -> Self:
        if not self.where and not (self.first and self.second):
            raise WrongError("has no rows", "`first` and `second`, or `where`", "add them")
        return self

    def rows(self, display: Pairs) -> tuple[str, str]:
        """The selectors of both rows."""
        return (
            self.first or display.select(self.where, display.first),
            self.second or display.select(self.where, display.second),
        )


class Pairs(SeriesFigure):
    """`markers` explains the filled and the open marker.

    A pair with `where` has one row that meets `first` too, and one that meets `second`.
    `shown` is what the text beside a pair says of each value, `between` what joins the two.
    """

    kind: Literal["pairs"]
    draws: ClassVar = "values"
    markers: tuple[str, str]
    table: str = ""
    first: str = ""
    second: str = ""
    xlabel: str
    limits: tuple[float, float] = (0, 103)
    shown: Shown = "fraction"
    between: str = " and "
    pairs: tuple[Pair, ...]

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and its rows pair by pair."""
        rows = [[only_row(data, side) for side in pair.rows(self)] for pair in self.pairs]
        height = LINE * 1.25 * len(rows) + 1.15
        drawing = blank_drawing(WIDTH, height)
        axes = drawing.add_axes((0.36, 0.55 / height, 0.36, 1 - 1.05 / height))
        for index, (pair, both) in enumerate(zip(self.pairs, rows, strict=True)):
            y = len(rows) - index
            _draw(axes, y, [value_of(data, reference) for reference in both])
            transform = axes.get_yaxis_transform()
            title = arm_title(data, both[0], pair.label)
            axes.text(-1.0, y, title, transform=transform, va="center")
            text = self._text(data, pair, both)
            axes.text(1.04, y, text, transform=transform, va="center", fontsize=9)
        self._finish(axes)
        return drawing, tuple(reference for both in rows for reference in both)

    def _text(self, data: ReviewData, pair: Pair, both: Sequence[str]) -> str:
        words = self.between.join(shown_text(data, reference, self.shown) for reference in both)
        return f"{words} ({pair.note})" if pair.note else words

    def _finish(self, axes: Axes) -> None:
        for style, name in zip(STYLES, self.markers, strict=True):
            axes.plot([], [], "o", markersize=7, label=name, **style)
        axes.set_xlim(*self.limits)
        axes.set_ylim(0.4, len(self.pairs) + 0.6)
        hide_left(axes)
        axes.set_xlabel(self.xlabel)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)


def _draw(axes: Axes, y: float, values: Sequence[float]) -> None:
    axes.plot(values, [y, y], color=QUIET, linewidth=1.2, zorder=1)
    for value, style in zip(values, STYLES, strict=True):
        axes.plot([value], [y], "o", markersize=7, zorder=2, **style)
