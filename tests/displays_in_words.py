"""Tables and figures as text: what a golden snapshot keeps and a reviewer reads in a diff."""

from __future__ import annotations

from itertools import groupby

import numpy as np
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Rectangle

from publishing.documents.proof.figures import marks_of, segments_of
from publishing.printing.table import Cell, Table


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
            f"marks: {len(marks.get_offsets())} {_number(np.ravel(marks.get_facecolor()))}"
            for marks in axes.collections
        ]
    lines += [f"mark: {_number((mark.x, mark.y))} {mark.words}" for mark in marks_of(drawing)]
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
