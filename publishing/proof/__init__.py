"""Proof of tables and figures: what they show, recomputed from the evidence in every build.

It runs where a document asks for the table or figure, on the very one that is printed.
"""

from __future__ import annotations

from publishing.displays.specification import FigureSpecification, TableSpecification
from publishing.figure import Figure
from publishing.proof.figures import check_figure
from publishing.proof.tables import check_table
from publishing.table import Table
from publishing.workbench import Workbench
from schemas.problems import ReviewError

__all__ = ["check_figure", "check_table", "prove_figure", "prove_table"]


def prove_table(bench: Workbench, display: TableSpecification) -> Table:
    """The table; ReviewError for a cell, label or head that does not show what it names."""
    made = display.make(bench)
    if problems := check_table(bench, made, display.file):
        raise ReviewError(problems)
    return made


def prove_figure(bench: Workbench, display: FigureSpecification) -> Figure:
    """The figure, saved; ReviewError for a row without its mark, interval or name."""
    drawing, rows = display.draw(bench)
    shown = tuple(rows)
    if problems := check_figure(bench, display, drawing, shown):
        raise ReviewError(problems)
    return display.finish(bench, drawing, shown)
