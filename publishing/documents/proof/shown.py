"""What a picture must show, and whether it does: each mark in its place, with its words, once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, singledispatch
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from analysis.review_data import ReviewData
from publishing.displays.labels import studies_named
from publishing.displays.specification import FigureSpecification
from publishing.documents.proof.drawn import HALF, NEAR, Mark, Panel, panels_of
from schemas.rounding import significant

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

CLOSE = 1e-6  # of a value: what drawing may lose


@dataclass(frozen=True)
class Shown:
    """A mark that a picture must have, called `name` in messages.

    It stands at `x` and `y`, within `room` of `x` where names need it, in the axes `panel`; what
    is None is free. Its interval runs from `lower` to `upper` along the axis of its value. Beside
    it stand the words of `beside` in its row, those of `level` at its height, those of `point` at
    its place, and the legend says `meaning`; it bears the name of none but `studies`.
    """

    name: str
    x: float | None = None
    y: float | None = None
    lower: float | None = None
    upper: float | None = None
    panel: int | None = None
    room: float = 0.0
    beside: Sequence[str] = ()
    level: Sequence[str] = ()
    point: Sequence[str] = ()
    meaning: str = ""
    studies: frozenset[str] = frozenset()

    @property
    def place(self) -> str:
        """Where it must stand, as messages say it: its value."""
        value = self.x if self.x is not None and not self.room else self.y
        return "its place" if value is None else significant(value)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends, where both are known."""
        ends = (self.lower, self.upper)
        known = [float(end) for end in ends if end is not None and not np.isnan(end)]
        return (known[0], known[1]) if len(known) == 2 else None


@dataclass(frozen=True)
class Span:
    """An interval without a mark: from `lower` to `upper`, beside it the words of its row."""

    name: str
    lower: float
    upper: float
    beside: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class Course:
    """A line through `points`, [k, 2], in the axes `panel`, among whose heads are `heads`."""

    name: str
    panel: int
    points: Any
    heads: Sequence[str] = ()


@dataclass(frozen=True)
class Way:
    """A line that leads from a mark, within `room` along the axis, to its `words` at the side."""

    name: str
    x: float
    y: float
    room: float
    words: str


@dataclass(frozen=True)
class Note:
    """Words that stand alone in a row, for no mark."""

    words: str


Part = Shown | Span | Course | Way | Note


@singledispatch
def shown_by(display: FigureSpecification, data: ReviewData) -> Iterable[Part]:
    """Everything that a figure must show, from the evidence and its specification alone.

    Each kind of figure registers its own. Raises TypeError for a kind that did not.
    """
    raise TypeError(f"nothing says what a figure of the kind {display.kind} must show")


def compare(data: ReviewData, drawing: Drawing, parts: Iterable[Part]) -> Iterator[str]:
    """Each part that the picture does not show; then each mark that stands for no part."""
    listed, panels = list(parts), panels_of(drawing)
    marks = _Marks(mark for panel in panels for mark in panel.marks())
    shown = [part for part in listed if isinstance(part, Shown)]
    fits = [[at for at in marks.near(one) if not _wrong(data, one, marks.all[at])]
            for one in shown]  # fmt: skip
    own = _matched(fits, len(marks.all))
    lacking = [one for one, at in zip(shown, own, strict=True) if at < 0]
    for one in lacking:
        yield f"{one.name}: {_reason(data, one, marks)}"
    for part in listed:
        if not isinstance(part, Shown) and (what := _unshown(part, panels)):
            yield what
    if not lacking:
        for at in sorted(set(range(len(marks.all))) - set(own)):
            mark = marks.all[at]
            where = f"{significant(float(mark.x))}, {significant(float(mark.y))}"
            yield f"a mark stands at {where}, for nothing that the figure shows"


def _unshown(part: Span | Course | Way | Note, panels: Sequence[Panel]) -> str:
    """What is wrong with a part that is no mark; nothing where it is there."""
    if isinstance(part, Course):
        return _course(part, panels)
    if isinstance(part, Span):
        there, ends = any(_spans(part, panel) for panel in panels), (part.lower, part.upper)
        return "" if there else f"{part.name}: {' to '.join(map(significant, ends))} is not drawn"
    if isinstance(part, Way):
        there = any(_leads(part, panel) for panel in panels)
        return "" if there else f"{part.name}: no line leads from its last mark to its name"
    there = any(panel.says(part.words) for panel in panels)
    return "" if there else f"“{part.words}” stands nowhere"


def _matched(fits: Sequence[Sequence[int]], marks: int) -> list[int]:
    """A mark of its own for each part, -1 where there is none."""
    rows = [row for row, fitting in enumerate(fits) for _ in fitting]
    if not rows:
        return [-1] * len(fits)
    columns = [at for fitting in fits for at in fitting]
    graph = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(fits), marks))
    found: list[int] = maximum_bipartite_matching(graph, perm_type="column").tolist()
    return found


class _Marks:
    """The marks of a drawing, to be found by where they stand."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        self.all = list(marks)
        self.x = np.array([mark.x for mark in self.all], dtype=float)
        self.y = np.array([mark.y for mark in self.all], dtype=float)
        self.panel = np.array([mark.panel.at for mark in self.all], dtype=int)

    def near(self, one: Shown) -> list[int]:
        """The numbers of those that stand where it must."""
        keep = np.ones(len(self.all), dtype=bool)
        for value, room, places in ((one.x, one.room, self.x), (one.y, 0.0, self.y)):
            if value is not None:
                keep &= np.abs(places - value) <= CLOSE * max(1.0, abs(value)) + room
        if one.panel is not None:
            keep &= self.panel == one.panel
        found: list[int] = np.flatnonzero(keep).tolist()
        return found


def _wrong(data: ReviewData, one: Shown, mark: Mark) -> str:
    """What is wrong with a mark that stands where it must; nothing where it is the right one."""
    if one.studies:
        text = f"{mark.beside if one.beside else ''} {mark.meaning}"
        named = studies_named(data.evidence, text)
        if named and not named & one.studies:
            return f"the mark at {one.place} bears the name of {', '.join(sorted(named))}"
    said = [(words, mark.beside) for words in one.beside]
    said += [(words, mark.level) for words in one.level]
    said += [(words, mark.point) for words in one.point]
    said += [(one.meaning, mark.meaning)]
    for words, there in said:
        if _plain(words) not in _plain(there):
            return f"beside the mark at {one.place} stands no “{words.strip()}”"
    if one.interval is not None and not _has_interval(mark, one.interval):
        return f"its interval, {one.lower} to {one.upper}, is not drawn"
    return ""


def _reason(data: ReviewData, one: Shown, marks: _Marks) -> str:
    near = [marks.all[at] for at in marks.near(one)]
    if not near:
        return f"no mark stands at {one.place}"
    wrong = [what for mark in near if (what := _wrong(data, one, mark))]
    return wrong[0] if wrong else f"the mark at {one.place} stands for something else already"


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Words without what sets them apart in a picture: breaks and the comma before one."""
    return " ".join(text.replace(",", " ").split())


def _has_interval(mark: Mark, interval: tuple[float, float]) -> bool:
    """Whether a line runs between the limits through the mark, as far as the axes reach."""
    place = (mark.x, mark.y)
    return any(
        np.isclose(mark.panel.segments[_running(mark.panel, axis, interval), :, 1 - axis],
                   place[1 - axis]).all(axis=1).any()
        for axis in (0, 1)
    )  # fmt: skip


def _running(panel: Panel, axis: int, interval: tuple[float, float]) -> np.ndarray:
    """Which lines run from limit to limit along an axis, as far as it reaches, [k]."""
    low, high = sorted((panel.axes.get_xlim, panel.axes.get_ylim)[axis]())
    along = np.clip(np.sort(panel.segments[:, :, axis], axis=1), low, high)
    apart = np.abs(along - np.clip(interval, low, high)) - CLOSE * (1 + np.abs(along))
    close: np.ndarray = np.max(apart, axis=1, initial=-np.inf) <= 0
    return close


def _spans(part: Span, panel: Panel) -> bool:
    for line in panel.segments[_running(panel, 0, (part.lower, part.upper))]:
        words = _plain(panel.words_at(float(line[0, 1]), HALF))
        if all(_plain(one) in words for one in part.beside):
            return True
    return False


def _leads(part: Way, panel: Panel) -> bool:
    starts, ends = panel.segments[:, 0], panel.segments[:, 1]
    near = np.abs(starts[:, 0] - part.x) <= part.room + CLOSE
    near &= np.isclose(starts[:, 1], part.y)
    return any(_plain(part.words) in _plain(panel.words_at(float(y), NEAR)) for y in ends[near, 1])


def _course(part: Course, panels: Sequence[Panel]) -> str:
    if part.panel >= len(panels):
        return f"{part.name}: it has no axes"
    panel = panels[part.panel]
    drawn = [np.asarray(line.get_xydata(), dtype=float) for line in panel.axes.lines]
    points = np.asarray(part.points, dtype=float)
    if not any(line.shape == points.shape and np.allclose(line, points) for line in drawn):
        return f"{part.name}: its line is not drawn"
    lacking = [words for words in part.heads if _plain(words) not in _plain(panel.heads)]
    return f"{part.name}: “{lacking[0]}” stands not at its axes" if lacking else ""
