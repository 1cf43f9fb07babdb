"""Rates over time as printed, joined by straight lines that claim nothing between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from analysis.measures import Measure
from analysis.selection import select_rows
from publishing.figures.drawn_rows import DrawnSeries, SeriesFigure
from publishing.figures.forest_drawing import WIDTH
from publishing.printing.cells import measure_of
from publishing.printing.palette import FILL, INK, PAPER, QUIET

if TYPE_CHECKING:
    from analysis.review_data import ReviewData
    from schemas.evidence import Evidence

MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ("solid", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 1)))
EVERY = 6  # months between two ticks
Row = tuple[float, str]


class TimeCourse(SeriesFigure):
    """A line a cohort, a point for each time, in months, that column `time` gives."""

    kind: Literal["time-course"]
    time: str = "time_months"
    xlabel: str
    ylabel: str
    cohorts: tuple[DrawnSeries, ...]

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and its rows cohort by cohort."""
        courses = [self._rows(data.evidence, cohort) for cohort in self.cohorts]
        months = [month for course in courses for month, _ in course]
        drawing = Drawing(figsize=(WIDTH, 3.9))
        axes = drawing.add_axes((0.09, 0.13, 0.60, 0.82))
        shift = np.linspace(-0.45, 0.45, max(2, len(courses)))
        for index, (cohort, course) in enumerate(zip(self.cohorts, courses, strict=True)):
            measures = [measure_of(data, reference) for _, reference in course]
            title = cohort.title(data).replace(", ", ",\n", 1)
            _draw(axes, index, title, [m + shift[index] for m, _ in course], measures)
        last = EVERY * (int(max(months) / EVERY) + 1)
        axes.set(xlim=(0, last), ylim=(0, 100), xticks=range(0, last + 1, EVERY))
        axes.set_xlabel(self.xlabel)
        axes.set_ylabel(self.ylabel)
        axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
        return drawing, tuple(reference for course in courses for _, reference in course)

    def cells(self, evidence: Evidence) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each cohort at each of its times."""
        for place, cohort in enumerate(self.cohorts, start=1):
            for at in self._times(evidence, cohort):
                yield f"cohorts.{place}", (cohort.condition, f"{self.time}={at}")

    def _times(self, evidence: Evidence, cohort: DrawnSeries) -> list[float]:
        parts = select_rows(evidence, self.select(cohort.condition))
        return sorted({at for part in parts for at in part.cells(self.time) if at is not None})

    def _rows(self, evidence: Evidence, cohort: DrawnSeries) -> list[Row]:
        """Time and row of every point of a cohort."""
        found = [(float(at), self.find(evidence, cohort.condition, f"{self.time}={at}"))
                 for at in self._times(evidence, cohort)]  # fmt: skip
        return [(at, reference) for at, reference in found if reference]


def _draw(
    axes: Axes, index: int, title: str, months: Sequence[float], measures: Sequence[Measure]
) -> None:
    values = [float(measure.value or 0) for measure in measures]
    axes.plot(
        months, values, marker=MARKERS[index % 7], linestyle=DASHES[index % 5],
        color=FILL if index % 2 else INK, markersize=5, linewidth=1.1,
        markerfacecolor=PAPER if index % 2 else None, label=title,
    )  # fmt: skip
    for month, measure in zip(months, measures, strict=True):
        if measure.lower is not None and measure.upper is not None:
            ends = [measure.lower, measure.upper]
            axes.plot([month, month], ends, color=QUIET, linewidth=0.9)
