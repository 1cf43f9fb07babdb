"""Dated decisions: a lane each, a mark for each decision by what it was."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Literal

from publishing.displays.labels import Labelled
from publishing.figures.drawn_rows import DrawnSeries, SeriesFigure, name_lines
from publishing.figures.forest_drawing import WIDTH
from publishing.printing.cells import evidence_rows
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import FILL, INK, PAPER, QUIET

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

    from analysis.review_data import ReviewData

SIGNS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D", "bar": "|", "cross": "x"}


class Mark(Labelled):
    """How rows with this `value` are drawn, explained by `label`.

    `filled` marks have room for a number; those `below` hang under the line, clear of the others.
    """

    label: str
    value: str
    sign: Literal["circle", "square", "triangle", "diamond", "bar", "cross"]
    filled: bool = False
    below: bool = False

    def rows(self, display: Timeline) -> tuple[str, ...]:
        """The rows that get the mark."""
        return (display.select(f"{display.by}={self.value}"),)

    @property
    def style(self) -> dict[str, Any]:
        """What matplotlib draws; a bar and a cross are all edge."""
        open_face = INK if self.sign in ("bar", "cross") else PAPER
        return {
            "marker": SIGNS[self.sign], "linestyle": "none", "markeredgecolor": INK,
            "markerfacecolor": FILL if self.filled else open_face,
        }  # fmt: skip


class Timeline(SeriesFigure):
    """Rows of `table` at their `date`; column `by` says which mark a row gets.

    Rows without a date, and rows that no mark is for, are left out. Column `number` stands in
    filled marks.
    """

    kind: Literal["timeline"]
    date: str = "date"
    by: str
    number: str = ""
    marks: tuple[Mark, ...]
    lanes: tuple[DrawnSeries, ...]

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and its rows lane by lane."""
        lanes = [self._rows(data, lane) for lane in self.lanes]
        years = [int(decimal_year(row[self.date])) for lane in lanes for _, row in lane]
        height = 0.36 * len(lanes) + 1.25
        drawing = blank_drawing(WIDTH, height)
        axes = drawing.add_axes((0.25, 0.42 / height, 0.73, 1 - 1.15 / height))
        for index, lane in enumerate(lanes):
            axes.axhline(len(lanes) - index, color=QUIET, linewidth=0.5, zorder=1)
            for _, row in lane:
                self._draw(axes, len(lanes) - index, row)
        for mark in self.marks:
            axes.plot([], [], label=mark.label, **mark.style)
        axes.set(xlim=(min(years), max(years) + 0.9), ylim=(0.4, len(lanes) + 0.6))
        axes.set_xticks(range(min(years), max(years) + 1))
        name_lines(axes, [lane.title(data) for lane in self.lanes])
        axes.legend(loc="lower center", bbox_to_anchor=(0.36, 1.0), ncols=3, columnspacing=1.0)
        return drawing, tuple(reference for lane in lanes for reference, _ in lane)

    def _rows(self, data: ReviewData, lane: DrawnSeries) -> list[tuple[str, dict[str, Any]]]:
        drawn = {mark.value for mark in self.marks}
        rows = evidence_rows(data, self.select(lane.condition))
        return [found for found in rows if found[1][self.by] in drawn and found[1][self.date]]

    def _draw(self, axes: Axes, y: float, row: dict[str, Any]) -> None:
        mark = next(mark for mark in self.marks if mark.value == row[self.by])
        year = decimal_year(row[self.date])
        size, order = (13, 3) if mark.filled else (8, 2)
        axes.plot([year], [y - 0.27 if mark.below else y], markersize=size, markeredgewidth=1.0,
                  zorder=order, **mark.style)  # fmt: skip
        if mark.filled and self.number and row[self.number] is not None:
            axes.text(year, y, str(row[self.number]), color=PAPER, ha="center", fontsize=9,
                      va="center_baseline", fontweight="semibold", zorder=4)  # fmt: skip


def decimal_year(text: Any) -> float:
    """A date as a decimal year; a year or month without a day stands at its middle."""
    parts = [int(part) for part in str(text).split("-")]
    year, month, day = [*parts, 7, 15][:3] if len(parts) == 1 else [*parts, 15][:3]
    start = datetime.date(year, 1, 1)
    return year + (datetime.date(year, month, day) - start).days / 365.25
