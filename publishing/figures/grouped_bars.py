"""Horizontal bars: a band a cohort or event, in it a bar for each series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, product
from typing import TYPE_CHECKING, ClassVar, Literal

from publishing.figures.drawn_rows import (
    DrawnSeries,
    SeriesFigure,
    Shown,
    name_lines,
    shown_text,
    value_of,
)
from publishing.figures.forest_drawing import LINE, WIDTH
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import FAINT, FILL, INK, PAPER, SOFT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

    from analysis.review_data import ReviewData
    from schemas.evidence import Evidence

HATCHES = ("", "////", "", "\\\\\\\\")
SHADES = (FILL, PAPER, SOFT, FAINT)


class GroupedBars(SeriesFigure):
    """A bar is the row that meets the conditions of its band and of its series.

    `shown` is what stands beside a bar, `missing` where there is none; `limit` ends the axis.
    """

    kind: Literal["grouped-bars"]
    draws: ClassVar = "values"
    xlabel: str
    limit: float = 100
    shown: Shown = "fraction"
    missing: str = ""
    series: tuple[DrawnSeries, ...]
    bands: tuple[DrawnSeries, ...]

    def cells(self, evidence: Evidence) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each band in each series."""
        for series, (at, band) in product(self.series, enumerate(self.bands, start=1)):
            yield f"bands.{at}", (series.condition, band.condition)

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and its rows series by series."""
        rows = [
            [self.find(data.evidence, series.condition, band.condition) for band in self.bands]
            for series in self.series
        ]
        titles = [band.title(data).replace(", ", "\n", 1) for band in self.bands]
        drawing, axes = _frame(len(self.series), titles)
        for order, (series, references) in enumerate(zip(self.series, rows, strict=True)):
            self._draw_series(data, axes, order, series.title(data), references)
        axes.set_xlim(0, self.limit)
        axes.set_xlabel(self.xlabel)
        columns = min(3, len(self.series))
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=columns)
        return drawing, tuple(filter(None, chain(*rows)))

    def _draw_series(
        self, data: ReviewData, axes: Axes, order: int, title: str, references: Sequence[str]
    ) -> None:
        step = 0.8 / len(self.series)
        for index, reference in enumerate(references):
            y = len(references) - index + 0.4 - step * (order + 0.5)
            value = value_of(data, reference) if reference else 0
            axes.barh(
                y, value, height=step * 0.9, color=SHADES[order % 4], edgecolor=INK,
                hatch=HATCHES[order % 4], linewidth=0.7, label=None if index else title,
            )  # fmt: skip
            text = shown_text(data, reference, self.shown) if reference else self.missing
            axes.text(value + self.limit * 0.01, y, text, va="center", fontsize=8)


def _frame(series: int, titles: Sequence[str]) -> tuple[Drawing, Axes]:
    """A drawing with a band for each title."""
    height = LINE * (0.62 * series + 0.45) * len(titles) + 1.15
    drawing = blank_drawing(WIDTH, height)
    axes = drawing.add_axes((0.33, 0.55 / height, 0.6, 1 - 1.05 / height))
    axes.set_ylim(0.5, len(titles) + 0.5)
    name_lines(axes, titles)
    return drawing, axes
