"""Every kind of figure is proved mark by mark: whatever is moved, dropped or renamed is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text

from analysis.review_data import ReviewData, load_review_data
from publishing.displays.specification import FigureSpecification
from publishing.documents.catalogue import load_displays
from publishing.documents.proof.figures import check_figure
from publishing.documents.proof.objections import objections
from publishing.documents.proof.shown import shown_by
from publishing.figures.kinds import FIGURE_KINDS

PROJECT = Path(__file__).parents[1]
BCG = PROJECT / "examples" / "bcg"
PLACELESS = {"icon-array", "flow", "risk-of-bias"}  # where a mark stands in them says no value
NAMELESS = {"funnel", "labbe"}  # their marks bear no names
NAMED_BY_TICKS = {"grouped-bars", "influence", "proportions", "timeline"}
MOST = 3  # artists of a drawing that are changed, one after the other


def one_of_each() -> Iterator[tuple[str, Path, str]]:
    """A figure of every kind, from the review or from the example."""
    found: dict[str, tuple[Path, str]] = {}
    for root in (BCG, PROJECT):
        found |= {figure.kind: (root, name) for name, figure in load_displays(root).figures.items()}
    return ((kind, *found[kind]) for kind in sorted(found))


FIGURES = {kind: (root, name) for kind, root, name in one_of_each()}


def test_every_kind_has_a_figure_here_and_says_what_it_must_show() -> None:
    assert FIGURES.keys() == FIGURE_KINDS.keys()
    for kind in FIGURE_KINDS.values():
        unproved = shown_by.dispatch(kind) is shown_by.dispatch(FigureSpecification)
        own = objections.dispatch(kind) is not objections.dispatch(FigureSpecification)
        assert own or not unproved, kind


def drawn(kind: str) -> tuple[ReviewData, FigureSpecification, Drawing]:
    root, name = FIGURES[kind]
    data, display = load_review_data(root), load_displays(root).figures[name]
    return data, display, display.draw(data)[0]


def some(found: list[Any]) -> list[Any]:
    """So many of them, from the first to the last."""
    places = np.unique(np.linspace(0, len(found) - 1, MOST).astype(int)).tolist() if found else []
    return [found[place] for place in places]


def marks(drawing: Drawing) -> list[Any]:
    """Markers, bars, diamonds and people within their axes."""
    every = [
        one for axes in drawing.axes for one in (*axes.lines, *axes.collections, *axes.patches)
    ]
    return some([one for one in every if _is_mark(one)])


def _is_mark(one: Any) -> bool:
    if isinstance(one, Line2D):
        return (
            one.get_marker() not in ("None", "")
            and one.get_clip_on()
            and np.size(one.get_xdata()) > 0
        )
    if isinstance(one, Rectangle) and one.axes is not None:
        in_data = one.get_data_transform() == one.axes.transData
        return in_data and one.get_y() > min(one.axes.get_ylim()) and one.get_width() > 0
    return isinstance(one, PathCollection | Polygon)


def move(one: Any) -> Callable[[], None]:
    """Move a mark, or one of several, by a fiftieth of the axis; what puts it back."""
    low, high = one.axes.get_xlim()
    step = (high - low) / 50
    if isinstance(one, Line2D):
        was = np.asarray(one.get_xdata(), dtype=float)
        one.set_xdata([*was[:-1], was[-1] + step])
        return lambda: one.set_xdata(was)
    if isinstance(one, Rectangle):
        width = one.get_width()
        one.set_width(width + step)
        return lambda: one.set_width(width)
    if isinstance(one, Polygon):
        corners = one.get_xy().copy()
        one.set_xy(corners + np.array([step, 0]))
        return lambda: one.set_xy(corners)
    places = np.asarray(one.get_offsets(), dtype=float).copy()
    one.set_offsets([*places[:-1], places[-1] + [step, 0]])
    return lambda: one.set_offsets(places)


def drop(one: Any) -> Callable[[], None]:
    """Take a mark, or one of several, away; what puts it back."""
    if isinstance(one, Line2D):
        xs, ys = (np.asarray(places, dtype=float) for places in one.get_data())
        one.set_data(xs[1:], ys[1:])
        return lambda: one.set_data(xs, ys)
    if isinstance(one, PathCollection):
        places = np.asarray(one.get_offsets(), dtype=float).copy()
        one.set_offsets(places[1:])
        return lambda: one.set_offsets(places)
    axes = one.axes
    one.remove()
    return lambda: axes.add_patch(one)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(FIGURES))
def test_a_mark_that_is_moved_or_dropped_is_refused(kind: str) -> None:
    data, display, drawing = drawn(kind)
    assert check_figure(data, display, drawing) == []
    changes = [drop] if kind in PLACELESS else [drop, move]
    assert marks(drawing)
    for one in marks(drawing):
        for change in changes:
            undo = change(one)
            assert check_figure(data, display, drawing), (change.__name__, one)
            undo()


def test_twenty_people_too_few_are_refused() -> None:
    data, display, drawing = drawn("icon-array")
    people = max(
        (one for axes in drawing.axes for one in axes.collections if
         isinstance(one, PathCollection)), key=lambda one: len(one.get_offsets()),
    )  # fmt: skip
    people.set_offsets(np.asarray(people.get_offsets())[:-20])
    assert check_figure(data, display, drawing)


@pytest.mark.parametrize("kind", ["pairs", "two-grades"])
def test_a_figure_shifted_by_twenty_five_points_is_refused(kind: str) -> None:
    data, display, drawing = drawn(kind)
    markers = [one for one in drawing.axes[0].lines if _is_mark(one)]
    for one in markers:
        one.set_xdata(np.asarray(one.get_xdata(), dtype=float) + 25)
    assert markers
    assert check_figure(data, display, drawing)


def names(drawing: Drawing) -> list[tuple[Text, Text]]:
    """Words that stand one above the other, or at two marks, in pairs; headings name no mark."""
    pairs = []
    for axes in drawing.axes:
        columns: dict[tuple[float, str], list[Text]] = {}
        for text in axes.texts:
            if text.get_text() and text.get_fontweight() != "semibold":
                x = text.get_position()[0] if type(text) is Text else 0.0
                columns.setdefault((round(float(x), 4), type(text).__name__), []).append(text)
        pairs += [(one, other) for column in columns.values()
                  for one, other in pairwise(column)
                  if one.get_text() != other.get_text()]  # fmt: skip
    return some(pairs)


def exchange(one: Text, other: Text) -> None:
    said = one.get_text(), other.get_text()
    one.set_text(said[1])
    other.set_text(said[0])


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(FIGURES.keys() - NAMELESS - NAMED_BY_TICKS - {"bubble"}))
def test_names_that_are_exchanged_are_refused(kind: str) -> None:
    data, display, drawing = drawn(kind)
    assert names(drawing)
    for one, other in names(drawing):
        exchange(one, other)
        assert check_figure(data, display, drawing), (one, other)
        exchange(one, other)


@pytest.mark.parametrize("kind", sorted(NAMED_BY_TICKS))
def test_names_at_the_axis_that_are_exchanged_are_refused(kind: str) -> None:
    data, display, drawing = drawn(kind)
    axes = drawing.axes[0]
    first, second, *others = [label.get_text() for label in axes.get_yticklabels()]
    axes.set_yticks(axes.get_yticks(), [second, first, *others])
    assert check_figure(data, display, drawing)


def test_titles_of_two_panels_that_are_exchanged_are_refused() -> None:
    data, display, drawing = drawn("bubble")
    first, second = (axes.get_title() for axes in drawing.axes[:2])
    drawing.axes[0].set_title(second)
    drawing.axes[1].set_title(first)
    assert check_figure(data, display, drawing)
