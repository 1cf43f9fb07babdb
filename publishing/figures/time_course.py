"""Rates over time as printed, joined by straight lines that claim nothing between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from analysis.measures import Measure
from analysis.selection import select_rows
from publishing.figures.drawn_rows import DrawnSeries, SeriesFigure
from publishing.figures.forest_drawing import WIDTH
from publishing.figures.product_marks import mark_of_arm
from publishing.printing.cells import measure_of, row_of
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import INK, SOFT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

    from analysis.review_data import ReviewData
    from schemas.evidence import Evidence

GAP = 6.5  # percent between two names at the right
EVERY = 6  # months between two ticks
SHIFT = 0.45  # months at most that a point stands off its time, so that none hides another
Row = tuple[float, str]


class TimeCourse(SeriesFigure):
    """A line a cohort, a point for each time, in months, that column `time` gives.

    Each is named at the right, as near to its last point as the names above and below allow.
    """

    kind: Literal["time-course"]
    time: str = "time_months"
    xlabel: str
    ylabel: str
    cohorts: tuple[DrawnSeries, ...]

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and its rows cohort by cohort."""
        courses = [self.points(data.evidence, cohort) for cohort in self.cohorts]
        months = [month for course in courses for month, _ in course]
        drawing = blank_drawing(WIDTH, 3.9)
        axes = drawing.add_axes((0.09, 0.13, 0.60, 0.82))
        shift = np.linspace(-SHIFT, SHIFT, max(2, len(courses)))
        for at, (cohort, course) in enumerate(zip(self.cohorts, courses, strict=True)):
            measures = [measure_of(data, reference) for _, reference in course]
            mark = mark_of_arm(data, str(row_of(data, course[0][1])["arm_id"]))
            _draw(axes, cohort.title(data), mark, [m + shift[at] for m, _ in course], measures)
        last = EVERY * (int(max(months) / EVERY) + 1)
        axes.set(xlim=(0, last), ylim=(0, 100), xticks=range(0, last + 1, EVERY))
        axes.set_xlabel(self.xlabel)
        axes.set_ylabel(self.ylabel)
        _name(axes)
        return drawing, tuple(reference for course in courses for _, reference in course)

    def cells(self, evidence: Evidence) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each cohort at each of its times."""
        for place, cohort in enumerate(self.cohorts, start=1):
            for at in self._times(evidence, cohort):
                yield f"cohorts.{place}", (cohort.condition, f"{self.time}={at}")

    def _times(self, evidence: Evidence, cohort: DrawnSeries) -> list[float]:
        parts = select_rows(evidence, self.select(cohort.condition))
        return sorted({at for part in parts for at in part.cells(self.time) if at is not None})

    def points(self, evidence: Evidence, cohort: DrawnSeries) -> list[Row]:
        """Time and row of every point of a cohort."""
        found = [(float(at), self.find(evidence, cohort.condition, f"{self.time}={at}"))
                 for at in self._times(evidence, cohort)]  # fmt: skip
        return [(at, reference) for at, reference in found if reference]


def _draw(
    axes: Axes,
    title: str,
    mark: tuple[str, str],
    months: Sequence[float],
    measures: Sequence[Measure],
) -> None:
    colour, symbol = mark
    values = [float(measure.value or 0) for measure in measures]
    axes.plot(months, values, symbol, linestyle="solid", color=colour, markersize=5.5,
              linewidth=1.3, label=title)  # fmt: skip
    for month, measure in zip(months, measures, strict=True):
        if measure.lower is not None and measure.upper is not None:
            ends = [measure.lower, measure.upper]
            axes.plot([month, month], ends, color=colour, linewidth=0.8)


def _name(axes: Axes) -> None:
    """Names at the right in the order of the last points, each with its mark and a thin way."""
    lines = [line for line in axes.lines if not str(line.get_label()).startswith("_")]
    last = axes.get_xlim()[1]
    ends = sorted((np.asarray(line.get_xydata(), dtype=float)[-1].tolist(), at)
                  for at, line in enumerate(lines))  # fmt: skip
    ends.sort(key=lambda end: -end[0][1])
    for ((x, y), at), place in zip(ends, spread([end[0][1] for end in ends]), strict=True):
        line = lines[at]
        axes.plot([x, 1.02 * last], [y, place], color=SOFT, linewidth=0.6, zorder=0, clip_on=False)
        axes.plot([1.035 * last], [place], marker=line.get_marker(), color=line.get_color(),
                  linestyle="none", markersize=5.5, clip_on=False)  # fmt: skip
        axes.text(1.06 * last, place, str(line.get_label()), va="center", fontsize=9, color=INK)


def spread(values: Sequence[float]) -> list[float]:
    """Places from the highest down, at least GAP apart, none below 0, near to their values."""
    places: list[float] = []
    for at, value in enumerate(values):
        lowest = GAP * (len(values) - at - 1)
        highest = places[-1] - GAP if places else max(value, lowest)
        places.append(max(min(value, highest), lowest))
    return places
