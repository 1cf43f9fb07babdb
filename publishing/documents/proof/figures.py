"""Holds what a figure shows against the evidence anew, apart from the code that drew it.

Every mark that its specification asks for must stand at its value, the interval drawn to its
ends, and beside it, or in the legend, its own name and no other; no mark may stand for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.review_data import ReviewData
from analysis.selection import TooFewError
from publishing.displays.specification import FigureSpecification
from publishing.documents.proof import of_analyses, of_counts, of_rows
from publishing.documents.proof.objections import objections
from publishing.printing.figure import in_style
from schemas.problems import Problem

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

PROVED = (of_analyses, of_counts, of_rows)
"""The modules in which each kind says what it must show."""


def check_figure(data: ReviewData, display: FigureSpecification, drawing: Drawing) -> list[Problem]:
    """Every mark that is missing, misplaced, misnamed or too many."""
    if data.evidence.studies.empty:
        return []  # it says so in words
    try:
        with in_style():  # ticks take their style when they are looked at
            found = list(objections(display, data, drawing))
    except TooFewError:
        return []  # as above
    action = "report this: the picture does not show what its rows say"
    return [
        Problem(display.file, what=what, expected="the evidence", action=action, rule="proof")
        for what in found
    ]
