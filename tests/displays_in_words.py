"""Tables and figures as text: what a golden snapshot keeps and a reviewer reads in a diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import numpy as np
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Rectangle

from publishing.printing.table import Cell, Table
from schemas.rounding import round_half_up


def table_in_words(table: Table) -> str:
    """Heads, groups, cells with the claim or row each names, and notes, a line each."""
    heads = [f"{column.label} [{column.align}]" for column in table.columns]
    lines = ["heads: " + " | ".join(heads), ""]
    groups = table.groups or [""] * len(table.rows)
    for group, rows in groupby(zip(groups, table.rows, strict=True), key=lambda pair: pair[0]):
        lines += [f"== {group}"] if group else []
        lines += [" | ".join(map(cell_in_words, row)) for _, row in rows]
    return "\n".join([*lines, "", *(f"note: {note}" for note in table.notes)]) + "\n"


def cell_in_words(cell: Cell) -> str:
    """The text of a cell and, in brackets, what it stands on."""
    if cell.parts:
        return "".join(map(cell_in_words, cell.parts))
    named = cell.claim or cell.row or "; ".join(cell.citekeys)
    return f"{cell.text} <{named}>" if named else cell.text


def drawing_in_words(drawing: Drawing) -> str:
    """Axes, legend, labels, values and intervals of a figure, a line each."""
    lines = []
    for number, axes in enumerate(drawing.axes, start=1):
        limits = (*axes.get_xlim(), *axes.get_ylim())
        lines.append(f"axes {number}: {_number(limits)} {axes.get_xscale()}")
        lines.append(f"x: {axes.get_xlabel()} | y: {axes.get_ylabel()} | {axes.get_title()}")
        handles, labels = axes.get_legend_handles_labels()
        lines += [
            f"legend: {label} ({_look(one)})" for one, label in zip(handles, labels, strict=True)
        ]
        lines += [f"text: {_number(t.get_position())} {t.get_text()!r}" for t in axes.texts]
        lines += [f"tick: {label.get_text()}" for label in axes.get_yticklabels()]
        lines += [f"bar: {_bar(bar)}" for bar in axes.patches if isinstance(bar, Rectangle)]
        lines += [
            f"marks: {np.shape(marks.get_offsets())[0]} {_number(np.ravel(marks.get_facecolor()))}"
            for marks in axes.collections
        ]
    lines += [f"mark: {_number(place)} {words}" for place, words in marks_of(drawing)]
    lines += [f"line: {_number(np.ravel(ends))}" for ends in segments_of(drawing)]
    return "\n".join(line.replace("\n", "/") for line in lines) + "\n"


def _look(handle: object) -> str:
    """What tells a mark of the legend from another."""
    names = ("get_marker", "get_markerfacecolor", "get_linestyle", "get_hatch")
    return " ".join(str(getattr(handle, name)()) for name in names if hasattr(handle, name))


def _bar(bar: Rectangle) -> str:
    place = (bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height())
    return f"{_number(place)} {bar.get_hatch()} {_number(bar.get_facecolor())}"


def _number(values: object) -> str:
    return " ".join(f"{value:.4g}" for value in np.asarray(values, dtype=float).ravel())


def marks_of(drawing: Drawing) -> Iterator[tuple[tuple[float, float], str]]:
    """Markers of lines and ends of bars, each with the words beside it or in its legend."""
    for axes in drawing.axes:
        beside = [(text.get_position()[1], text.get_text()) for text in axes.texts]
        ticks = zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
        beside += [(float(at), label.get_text()) for at, label in ticks]
        for line in axes.lines:
            if line.get_marker() not in ("None", "", None):
                legend = str(line.get_label())
                for x, y in np.asarray(line.get_xydata(), dtype=float):
                    yield (x, y), _words(beside, y, legend)
        for bar in axes.patches:
            if isinstance(bar, Rectangle):
                y = bar.get_y() + bar.get_height() / 2
                end = bar.get_x() + bar.get_width()
                yield (end, y), _words(beside, int(round_half_up(y, 0)), "")


def _words(beside: Iterable[tuple[float, str]], y: float, legend: str) -> str:
    said = [text for at, text in beside if abs(at - y) < 0.5]
    return " ".join([*said, legend if not legend.startswith("_") else ""])


def segments_of(drawing: Drawing) -> Iterator[np.ndarray]:
    """Both ends of every line of two points."""
    for line in (line for axes in drawing.axes for line in axes.lines):
        ends = np.asarray(line.get_xydata(), dtype=float)
        if len(ends) == 2:
            yield ends
