"""Proof of tables and figures: what they show, recomputed from the evidence in every build.

It runs where a document asks for the table or figure, on the very one that is printed.
"""

from __future__ import annotations

from analysis.review_data import ReviewData
from publishing.displays.specification import FigureSpecification, TableSpecification
from publishing.documents.proof.figures import check_figure
from publishing.documents.proof.tables import check_table
from publishing.printing.figure import Figure
from publishing.printing.table import Table
from schemas.problems import ReviewError

__all__ = ["check_figure", "check_table", "prove_figure", "prove_table"]


def prove_table(data: ReviewData, display: TableSpecification) -> Table:
    """The table; ReviewError for a cell, label or head that does not show what it names."""
    made = display.make(data)
    if problems := check_table(data, made, display.file):
        raise ReviewError(problems)
    return made


def prove_figure(data: ReviewData, display: FigureSpecification) -> Figure:
    """The figure, saved; ReviewError for a row without its mark, interval or name."""
    drawing, rows = display.draw(data)
    shown = tuple(rows)
    if problems := check_figure(data, display, drawing, shown):
        raise ReviewError(problems)
    return display.finish(data, drawing, shown)
