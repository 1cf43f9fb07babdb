"""Bars that fill the whole: those who went on, and hatched those who did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from publishing.displays.labels import Labelled, LabelledSpecification
from publishing.displays.specification import FigureSpecification, Specification
from publishing.figures.drawn_rows import (
    Shown,
    arm_title,
    name_lines,
    only_row,
    shown_text,
    value_of,
)
from publishing.figures.forest_drawing import LINE, WIDTH
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import FILL, INK, PAPER

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

    from analysis.review_data import ReviewData

STYLES: tuple[dict[str, Any], ...] = ({"color": FILL}, {"color": PAPER, "hatch": "////"})


class Proportion(Labelled):
    """A bar: one `row` of the evidence."""

    single: ClassVar = True
    row: str

    def rows(self, display: Specification) -> tuple[str]:
        """The row."""
        return (self.row,)


class Proportions(LabelledSpecification, FigureSpecification):
    """`parts` names the filled part of each bar and the hatched rest."""

    kind: Literal["proportions"]
    draws: ClassVar[Any] = "values"
    parts: tuple[str, str]
    xlabel: str
    shown: Shown = "count and share"
    bars: tuple[Proportion, ...]

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and its rows from top to bottom."""
        rows = [only_row(data, bar.row) for bar in self.bars]
        titles = [arm_title(data, row, bar.label)
                  for row, bar in zip(rows, self.bars, strict=True)]  # fmt: skip
        height = 1.25 * LINE * len(rows) + 1.05
        drawing = blank_drawing(WIDTH, height)
        axes = drawing.add_axes((0.34, 0.5 / height, 0.42, 1 - 0.95 / height))
        for index, row in enumerate(rows):
            y, value = len(rows) - index, value_of(data, row)
            _bar(axes, y, value, 0)
            _bar(axes, y, 100 - value, 1, left=value)
            axes.text(1.03, y, shown_text(data, row, self.shown), va="center", fontsize=9,
                      transform=axes.get_yaxis_transform())  # fmt: skip
        for part, name in enumerate(self.parts):
            axes.barh([-9], [0], edgecolor=INK, label=name, **STYLES[part])
        axes.set(xlim=(0, 100), ylim=(0.4, len(rows) + 0.6))
        name_lines(axes, titles)
        axes.set_xlabel(self.xlabel)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
        return drawing, tuple(rows)


def _bar(axes: Axes, y: float, width: float, part: int, left: float = 0) -> None:
    axes.barh(y, width, left=left, height=0.62, edgecolor=INK, linewidth=0.7, **STYLES[part])
