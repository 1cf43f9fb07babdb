"""Reads a drawing back: its marks, the words beside each, its intervals and its lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.container import Container
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Annotation, Text

from schemas.rounding import round_half_up

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

HALF = 0.5  # of a row: words this near to a mark stand beside it
NEAR = 1e-6  # of a row: words this near stand at its height
Word = tuple[float, float, str]  # where it stands, and what it says


@dataclass(frozen=True)
class Panel:
    """The axes of a drawing, with their number."""

    at: int
    axes: Axes

    def marks(self) -> Iterator[Mark]:
        """Markers, ends of bars and diamonds; what hangs over the edge is no mark."""
        for line in self.axes.lines:
            if line.get_marker() not in ("None", "", None) and line.get_clip_on():
                own = str(line.get_label())
                said = self._meaning(line) if own.startswith("_") else own
                for x, y in np.asarray(line.get_xydata(), dtype=float):
                    yield self._mark(x, y, y, said)
        for group in self.axes.collections:
            if isinstance(group, PathCollection):
                for x, y in np.asarray(group.get_offsets(), dtype=float):
                    yield self._mark(x, y, y, "")
        for patch in self.axes.patches:
            if isinstance(patch, Rectangle) and self._holds(patch):
                y = patch.get_y() + patch.get_height() / 2
                row = float(round_half_up(y, 0))  # the band of a bar
                yield self._mark(patch.get_x() + patch.get_width(), y, row, self._meaning(patch))
            elif isinstance(patch, Polygon):
                (_, y), (value, _) = patch.get_xy()[:2]  # left, top, right and bottom of a diamond
                yield self._mark(value, y, y, "")

    def says(self, words: str) -> bool:
        """Whether a text of its own says it."""
        return any(text.strip() == words for _, _, text in self._words)

    def _mark(self, x: float, y: float, row: float, meaning: str) -> Mark:
        return Mark(float(x), float(y), row, self, meaning)

    def words_at(self, y: float, room: float, x: float | None = None) -> str:
        """The words within so much of a height, and of a place along it."""
        return " ".join(
            text for left, at, text in self._words
            if abs(at - y) < room and (x is None or abs(left - x) < room)
        )  # fmt: skip

    def _holds(self, bar: Rectangle) -> bool:
        """Whether a rectangle is a bar within the axes: bands and legends are not."""
        low, high = sorted(self.axes.get_ylim())
        in_data = bar.get_data_transform() == self.axes.transData
        return in_data and low <= bar.get_y() + bar.get_height() / 2 <= high

    @cached_property
    def _words(self) -> list[Word]:
        said = [(*_place(text), text.get_text()) for text in self.axes.texts]
        ticks = zip(self.axes.get_yticks(), self.axes.get_yticklabels(), strict=True)
        return said + [(np.nan, float(at), label.get_text()) for at, label in ticks]

    def _meaning(self, mark: Line2D | Rectangle) -> str:
        return self._legend.get(_look(mark), "")

    @cached_property
    def _legend(self) -> dict[tuple[str, str], str]:
        handles, labels = self.axes.get_legend_handles_labels()
        marks = [one[0] if isinstance(one, Container) else one for one in handles]
        known = (Line2D, Rectangle)
        return {_look(mark): label for mark, label in zip(marks, labels, strict=True)
                if isinstance(mark, known)}  # fmt: skip

    @cached_property
    def segments(self) -> np.ndarray:
        """Both ends of every straight line and of every diamond, [k, 2 ends, x and y]."""
        found = [np.asarray(line.get_xydata(), dtype=float) for line in self.axes.lines]
        for group in self.axes.collections:
            if isinstance(group, LineCollection):
                found += [np.asarray(ends, dtype=float) for ends in group.get_segments()]
        for patch in self.axes.patches:
            if isinstance(patch, Polygon):
                found.append(patch.get_xy()[[0, 2]])
        straight = [ends for ends in found if len(ends) == 2]
        return np.array(straight, dtype=float).reshape(-1, 2, 2)

    @property
    def heads(self) -> str:
        """What stands above and below it and at its side."""
        axes = self.axes
        return f"{axes.get_title()} {axes.get_xlabel()} {axes.get_ylabel()}"


@dataclass(frozen=True)
class Mark:
    """A drawn value in its `row`; `meaning` are the words of the legend for its look."""

    x: float
    y: float
    row: float
    panel: Panel
    meaning: str

    @cached_property
    def beside(self) -> str:
        """The words of its row."""
        return self.panel.words_at(self.row, HALF)

    @cached_property
    def level(self) -> str:
        """The words at its very height."""
        return self.panel.words_at(self.y, NEAR)

    @cached_property
    def point(self) -> str:
        """The words at its very place."""
        return self.panel.words_at(self.y, NEAR, self.x)


def panels_of(drawing: Drawing) -> list[Panel]:
    """The axes of a drawing."""
    return [Panel(at, axes) for at, axes in enumerate(drawing.axes)]


def _place(text: Text) -> tuple[float, float]:
    """Where a text stands; a note on a mark stands at the mark."""
    x, y = text.xy if isinstance(text, Annotation) else text.get_position()
    return float(x), float(y)


def _look(mark: Line2D | Rectangle) -> tuple[str, str]:
    """What tells a mark from another: its sign and its colour."""
    if isinstance(mark, Rectangle):
        return str(mark.get_hatch() or ""), to_hex(mark.get_facecolor())
    return str(mark.get_marker()), str(to_hex(mark.get_markerfacecolor()))
