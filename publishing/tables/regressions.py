"""Meta-regressions of the protocol: slope, test, and what heterogeneity they leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.review_data import ReviewData
from analysis.rounding import format_number
from publishing.displays.lines import Line, LineTable
from publishing.printing.analysis_cells import analysis_cell, ask
from publishing.printing.table import Cell
from schemas.robustness import RegressionDefinition


class Regressions(LineTable):
    """A line an analysis. Columns show `analysis`, `cohorts`, `missing`, `slope`, `p`, `share`.

    `missing` counts the cohorts that cannot enter; where nothing could be fitted `slope` says
    why; `share` is the part of the variance that is explained.
    """

    SHOWS = ("analysis", "cohorts", "missing", "slope", "p", "share")
    kind: Literal["regressions"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The analyses in the order of the protocol."""
        for definition in data.evidence.review.robustness.regressions:
            yield "", _line(data, definition)


def _line(data: ReviewData, definition: RegressionDefinition) -> dict[str, Cell | str]:
    name, key = definition.id, f"regression.{definition.id}"
    ask(data, key)
    found = data.analyses.regression(name)
    line: dict[str, Cell | str] = {
        "analysis": definition.title,
        "cohorts": analysis_cell(str(len(found.cohorts)), key),
        "missing": analysis_cell(str(found.missing), key),
    }
    if found.fit is None:
        return {**line, "slope": analysis_cell(found.reason, key)}
    slope, p = data.ledger[f"slope.{name}"], data.ledger[f"slope-p.{name}"]
    share = "" if found.fit.r2 is None else f"{format_number(found.fit.r2, 0)}%"
    return {
        **line,
        "slope": Cell(slope.forms.ci, claim=slope.id),
        "p": Cell(p.forms.plain, claim=p.id),
        "share": analysis_cell(share, key),
    }
