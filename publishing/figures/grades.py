"""Two grades of one event side by side: a line a cohort, readable without colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from publishing.cells import measure_of, row_of
from publishing.figure import SETTINGS
from publishing.figures.forest import LINE, WIDTH
from publishing.palette import FAINT, FILL, INK, PAPER, QUIET
from publishing.shares import mark_of, percent_text
from publishing.workbench import Workbench

AE = "adverse_events"


@dataclass(frozen=True)
class Share:
    """A share in percent with its exact interval, as drawn and as written."""

    value: float
    lower: float | None
    upper: float | None
    text: str


@dataclass(frozen=True)
class Two:
    """One cohort with its share of any grade and its share of grade 3 or higher."""

    label: str
    any_grade: Share | None = None
    severe: Share | None = None
    heading: bool = False


def share_of(bench: Workbench, name: str) -> Share:
    """The share of one adverse event row, as drawn and as written."""
    measure = measure_of(bench, f"{AE}:{name}")
    row = row_of(bench, f"{AE}:{name}")
    text = percent_text(bench, row) + mark_of(row)
    return Share(float(measure.value or 0), measure.lower, measure.upper, text)


def two_of(bench: Workbench, label: str, any_row: str, severe_row: str) -> Two:
    """One cohort of a figure with two shares; an empty row name is not drawn."""
    any_grade = share_of(bench, any_row) if any_row else None
    severe = share_of(bench, severe_row) if severe_row else None
    return Two(label, any_grade, severe, heading=any_grade is None and severe is None)


def draw_two(
    rows: Sequence[Two], *, xlabel: str, band: tuple[float, float, str] | None = None
) -> Drawing:
    """Squares for any grade, circles for grade 3 or higher, with intervals; texts beside them."""
    with mpl.rc_context(SETTINGS):
        height = LINE * (len(rows) + 1) + 1.05
        drawing = Drawing(figsize=(WIDTH, height))
        axes = drawing.add_axes((0.36, 0.55 / height, 0.42, 1 - 1.05 / height))
        if band is not None:
            low, high, label = band
            axes.axvspan(low, high, facecolor=FAINT, hatch="....", edgecolor=QUIET,
                         linewidth=0, label=label, zorder=0)  # fmt: skip
        for index, row in enumerate(rows):
            _draw_two(axes, len(rows) - index, row)
        axes.plot([], [], "s", color=FILL, markersize=6, label="any grade")
        axes.plot([], [], "o", markersize=6, markerfacecolor=PAPER, markeredgecolor=INK,
                  label="grade 3 or higher")  # fmt: skip
        for x, heading in ((1.06, "any"), (1.28, "grade ≥ 3")):
            axes.text(x, len(rows) + 0.95, heading, transform=axes.get_yaxis_transform(),
                      fontweight="semibold", va="center", fontsize=9)  # fmt: skip
        axes.set_xlim(0, 100)
        axes.set_ylim(0.3, len(rows) + 1.1)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(xlabel)
        axes.legend(loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=3, columnspacing=1.2)
    return drawing


def _draw_two(axes: Axes, y: float, row: Two) -> None:
    transform = axes.get_yaxis_transform()
    weight = "semibold" if row.heading else "normal"
    axes.text(-0.86, y, row.label, transform=transform, va="center", fontsize=9, fontweight=weight)
    places = ((row.any_grade, 0.14, "s", FILL, 1.06), (row.severe, -0.14, "o", PAPER, 1.28))
    for share, shift, marker, face, x in places:
        if share is None:
            if not row.heading:
                axes.text(x, y, "–", transform=transform, va="center", fontsize=9)
            continue
        if share.lower is not None and share.upper is not None:
            axes.plot([share.lower, share.upper], [y + shift] * 2, color=INK, linewidth=0.9)
        axes.plot([share.value], [y + shift], marker, markersize=5.5, markerfacecolor=face,
                  markeredgecolor=INK, markeredgewidth=0.8, zorder=3)  # fmt: skip
        axes.text(x, y, share.text, transform=transform, va="center", fontsize=9)
