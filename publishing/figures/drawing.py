"""Pairs, bars and courses over time, readable without colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Drawing

from publishing.figure import SETTINGS
from publishing.figures.forest import LINE, WIDTH
from publishing.palette import FAINT, FILL, INK, PAPER, QUIET, SOFT

HATCHES = ("", "////", "....", "xxxx")
SHADES = (FILL, PAPER, SOFT, FAINT)
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ("solid", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 1)))


@dataclass(frozen=True)
class Pair:
    """Two values of one thing, each with the text printed beside it."""

    label: str
    first: float
    second: float
    text: str = ""


@dataclass(frozen=True)
class Course:
    """A rate at several times, with its interval where one is printed."""

    label: str
    months: tuple[float, ...]
    values: tuple[float, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]


def draw_pairs(
    pairs: Sequence[Pair], names: tuple[str, str], *, xlabel: str, limits: tuple[float, float]
) -> Drawing:
    """A line a pair: filled marker for the first value, open marker for the second."""
    with mpl.rc_context(SETTINGS):
        height = LINE * 1.25 * len(pairs) + 1.15
        drawing = Drawing(figsize=(WIDTH, height))
        axes = drawing.add_axes((0.36, 0.55 / height, 0.36, 1 - 1.05 / height))
        for index, pair in enumerate(pairs):
            y = len(pairs) - index
            axes.plot([pair.first, pair.second], [y, y], color=QUIET, linewidth=1.2, zorder=1)
            axes.plot([pair.first], [y], "o", color=FILL, markersize=7, zorder=2)
            axes.plot(
                [pair.second], [y], "o", markersize=7, markerfacecolor=PAPER,
                markeredgecolor=INK, zorder=2,
            )  # fmt: skip
            transform = axes.get_yaxis_transform()
            axes.text(-1.0, y, pair.label, transform=transform, va="center")
            axes.text(1.04, y, pair.text, transform=transform, va="center", fontsize=9)
        axes.plot([], [], "o", color=FILL, markersize=7, label=names[0])
        axes.plot(
            [], [], "o", markersize=7, markerfacecolor=PAPER, markeredgecolor=INK, label=names[1]
        )
        axes.set_xlim(*limits)
        axes.set_ylim(0.4, len(pairs) + 0.6)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(xlabel)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return drawing


def draw_bars(
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None]]],
    *,
    xlabel: str,
    limit: float = 100,
    texts: Sequence[Sequence[str]] | None = None,
) -> Drawing:
    """Horizontal bars, one band a label, one hatch a series."""
    with mpl.rc_context(SETTINGS):
        band = LINE * (0.62 * len(series) + 0.45)
        height = band * len(labels) + 1.15
        drawing = Drawing(figsize=(WIDTH, height))
        axes = drawing.add_axes((0.33, 0.55 / height, 0.6, 1 - 1.05 / height))
        step = 0.8 / len(series)
        for order, (name, values) in enumerate(series):
            for index, value in enumerate(values):
                y = len(labels) - index + 0.4 - step * (order + 0.5)
                label = name if index == 0 else None
                axes.barh(
                    y, value or 0, height=step * 0.9, color=SHADES[order], edgecolor=INK,
                    hatch=HATCHES[order], linewidth=0.7, label=label,
                )  # fmt: skip
                text = texts[order][index] if texts else ""
                if value is None:
                    text = "not reported"
                axes.text((value or 0) + limit * 0.01, y, text, va="center", fontsize=8)
        axes.set_xlim(0, limit)
        axes.set_ylim(0.5, len(labels) + 0.5)
        axes.set_yticks([len(labels) - i for i in range(len(labels))], list(labels))
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(xlabel)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=min(3, len(series)))
    return drawing


def draw_courses(courses: Sequence[Course], *, ylabel: str, last: float) -> Drawing:
    """Rates over time as printed, joined by straight lines that claim nothing between them."""
    with mpl.rc_context(SETTINGS):
        drawing = Drawing(figsize=(WIDTH, 3.9))
        axes = drawing.add_axes((0.09, 0.13, 0.60, 0.82))
        shift = np.linspace(-0.45, 0.45, max(2, len(courses)))
        for index, course in enumerate(courses):
            months = np.array(course.months) + shift[index]
            axes.plot(
                months, course.values, marker=MARKERS[index % 7], linestyle=DASHES[index % 5],
                color=INK if index % 2 == 0 else FILL, markersize=5, linewidth=1.1,
                markerfacecolor=PAPER if index % 2 else None, label=course.label,
            )  # fmt: skip
            for month, low, high in zip(months, course.lower, course.upper, strict=True):
                if low is not None and high is not None:
                    axes.plot([month, month], [low, high], color=QUIET, linewidth=0.9)
        axes.set_xlim(0, last)
        axes.set_ylim(0, 100)
        axes.set_xticks(range(0, int(last) + 1, 6))
        axes.set_xlabel("Months")
        axes.set_ylabel(ylabel)
        axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    return drawing
