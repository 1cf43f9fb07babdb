"""Holds what a figure shows against the evidence anew, apart from the code that drew it.

Every evidence row that a figure says it shows must have a mark at its value, the interval drawn
to its ends, and beside it, or in the legend, the name of no other study.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from analysis.measures import Measure
from analysis.review_data import ReviewData
from publishing.displays.labels import studies_named
from publishing.displays.specification import FigureSpecification
from publishing.documents.proof.tables import studies_of
from publishing.figures.icon_array import IconArray
from publishing.printing.cells import measure_of
from publishing.printing.table import Cell
from schemas.choices import FIGURE_TABLES
from schemas.problems import Problem
from schemas.rounding import round_half_up, significant

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

CLOSE = 1e-6  # of the axis: what drawing may lose


@dataclass(frozen=True)
class Mark:
    """A drawn value: where it stands, the words beside it or in its legend, the axis limits."""

    x: float
    y: float
    words: str
    axes: Axes


def check_figure(
    data: ReviewData, display: FigureSpecification, drawing: Drawing, rows: Iterable[str]
) -> list[Problem]:
    """Every shown row without its mark, its interval or its name."""
    if isinstance(display, IconArray):
        found = list(_check_people(data, display, drawing))
    elif display.draws == "cohorts" and rows:  # a review without studies draws an empty plot
        found = list(_check_cohorts(data, display, drawing))
    else:
        shown = [row for row in dict.fromkeys(rows) if row.partition(":")[0] in FIGURE_TABLES]
        found = list(_check_rows(data, display, drawing, shown))
    action = "report this: the picture does not show what its rows say"
    return [
        Problem(display.file, what=what, expected="the evidence", action=action, rule="proof")
        for what in found
    ]


def _check_rows(
    data: ReviewData, display: FigureSpecification, drawing: Drawing, rows: Iterable[str]
) -> Iterator[str]:
    if display.draws == "analysis":
        return  # what an analysis yields has no mark for each row
    marks = list(marks_of(drawing))
    lines = list(segments_of(drawing)) if display.draws == "intervals" else None
    for row in rows:
        yield from _check_row(data, row, marks, lines)


def _check_cohorts(
    data: ReviewData, display: FigureSpecification, drawing: Drawing
) -> Iterator[str]:
    """Each cohort of the synthesis has a mark at its value, or at its effect on the model's scale.

    Where a name stands beside the mark it is that of no other study.
    """
    effects = data.analyses.effects(display.model_dump()["synthesis"])
    marks = list(marks_of(drawing))
    for cohort, effect in zip(effects.cohorts, effects.yi, strict=True):
        places = (cohort.value, float(effect))
        at = [mark for mark in marks if any(_same(mark.x, place) for place in places)]
        named = [studies_named(data.evidence, mark.words) for mark in at]
        own = studies_of(data, Cell(row=cohort.row))
        if not at:
            yield f"{cohort.arm_id}: no mark stands at {significant(cohort.value)}"
        elif not any(not names or names & own for names in named):
            yield f"{cohort.arm_id}: the mark at {significant(cohort.value)} has another name"


def _check_people(data: ReviewData, display: IconArray, drawing: Drawing) -> Iterator[str]:
    pictures = [picture for row in display.rows for picture in row]
    for picture, axes in zip(pictures, drawing.axes, strict=False):
        drawn = sum(
            len(np.asarray(marks.get_offsets()))
            for marks in axes.collections
            if np.allclose(marks.get_facecolor(), to_rgba(picture.colour))
        )
        record = data.ledger[picture.claim]
        most = 100 if record.value == 100 else 99  # a hundred people are all of them
        if record.value is None or abs(drawn - min(record.value, most)) > 0.5 + CLOSE:
            yield f"{picture.claim} is {record.forms.plain}, and {drawn} people are filled"


def _check_row(
    data: ReviewData, row: str, marks: Iterable[Mark], lines: list[np.ndarray] | None
) -> Iterator[str]:
    measure = measure_of(data, row)
    if measure.value is None:
        return
    value = float(measure.value)
    at = [mark for mark in marks if _same(mark.x, value) or _same(mark.y, value)]
    if not at:
        yield f"{row}: no mark stands at {significant(value)}"
        return
    own = studies_of(data, Cell(row=row))
    named = [studies_named(data.evidence, mark.words) for mark in at]
    if not any(not names or names & own for names in named):
        others = ", ".join(sorted(set().union(*named)))
        yield f"{row}: the mark at {significant(value)} bears the name of {others}"
    if lines is not None and not any(_has_interval(mark, measure, lines) for mark in at):
        yield f"{row}: its interval, {measure.lower} to {measure.upper}, is not drawn"


def _has_interval(mark: Mark, measure: Measure, lines: Iterable[np.ndarray]) -> bool:
    """Whether a line runs between the limits that a measure has, as far as the axes reach."""
    if measure.lower is None or measure.upper is None:
        return True
    for axis, (low, high) in enumerate((mark.axes.get_xlim(), mark.axes.get_ylim())):
        ends = np.clip([measure.lower, measure.upper], low, high)
        other = (mark.x, mark.y)[1 - axis]
        for line in lines:
            along, across = line[:, axis], line[:, 1 - axis]
            if np.allclose(np.sort(along), ends, atol=CLOSE) and np.allclose(across, other):
                return True
    return False


def _same(drawn: float, value: float) -> bool:
    return abs(drawn - value) <= CLOSE * max(1.0, abs(value))


def marks_of(drawing: Drawing) -> Iterator[Mark]:
    """Markers of lines and ends of bars, each with its words."""
    for axes in drawing.axes:
        beside = [(text.get_position()[1], text.get_text()) for text in axes.texts]
        ticks = zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
        beside += [(float(at), label.get_text()) for at, label in ticks]
        for line in axes.lines:
            if line.get_marker() not in ("None", "", None):
                legend = str(line.get_label())
                for x, y in np.asarray(line.get_xydata(), dtype=float):
                    yield Mark(x, y, _words(beside, y, legend), axes)
        for bar in axes.patches:
            if isinstance(bar, Rectangle):
                y = bar.get_y() + bar.get_height() / 2
                words = _words(beside, int(round_half_up(y, 0)), "")
                yield Mark(bar.get_x() + bar.get_width(), y, words, axes)


def _words(beside: Iterable[tuple[float, str]], y: float, legend: str) -> str:
    said = [text for at, text in beside if abs(at - y) < 0.5]
    return " ".join([*said, legend if not legend.startswith("_") else ""])


def segments_of(drawing: Drawing) -> Iterator[np.ndarray]:
    """Both ends of every line of two points."""
    for axes in drawing.axes:
        for line in axes.lines:
            ends = np.asarray(line.get_xydata(), dtype=float)
            if len(ends) == 2:
                yield ends
