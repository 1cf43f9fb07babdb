"""Proof of tables and figures: what they show, recomputed from the evidence in every build.

It runs where a document asks for the table or figure, on the very one that is printed, and in
`validate` before that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from analysis.review_data import ReviewData
from publishing.displays.specification import (
    FigureSpecification,
    Specification,
    TableSpecification,
)
from publishing.documents.proof.tables import check_table
from publishing.printing.figure import Figure
from publishing.printing.table import Table
from schemas.problems import Problem, ReviewError

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

__all__ = ["check_table", "prove", "prove_figure", "prove_table"]
IMPOSSIBLE = (ValueError, LookupError, ArithmeticError)  # what a specification may ask for


def prove(data: ReviewData, display: Specification) -> None:
    """Make a table or figure and prove it; nothing is written. ReviewError as below."""
    if isinstance(display, TableSpecification):
        prove_table(data, display)
    elif isinstance(display, FigureSpecification):
        _, shown = _drawn(data, display)
        with _told(display):
            display.words(data, shown)


def prove_table(data: ReviewData, display: TableSpecification) -> Table:
    """The table; ReviewError for a cell, label or head that does not show what it names."""
    with _told(display):
        made = display.make(data)
        _refuse(check_table(data, made, display.file))
        return made


def prove_figure(data: ReviewData, display: FigureSpecification) -> Figure:
    """The figure, saved; ReviewError for a row without its mark, interval or name."""
    drawing, shown = _drawn(data, display)
    with _told(display):
        return display.finish(data, drawing, shown)


def _drawn(data: ReviewData, display: FigureSpecification) -> tuple[Drawing, tuple[str, ...]]:
    from publishing.documents.proof.figures import check_figure

    with _told(display):
        drawing, rows = display.draw(data)
        shown = tuple(rows)
        _refuse(check_figure(data, display, drawing))
        return drawing, shown


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise ReviewError(problems)


@contextmanager
def _told(display: Specification) -> Iterator[None]:
    """What cannot be made is a problem of its file."""
    try:
        yield
    except IMPOSSIBLE as error:
        what = f"cannot be drawn: {error.args[0] if error.args else type(error).__name__}"
        action = "ask for something the evidence has, or take it out"
        raise ReviewError([Problem(display.file, what=what, action=action)]) from error
