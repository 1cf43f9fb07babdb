"""The pooled value of each synthesis, and how far leaving one cohort out moves it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from analysis.review_data import ReviewData
from publishing.displays.lines import Line, LineTable
from publishing.displays.specification import SynthesisName
from publishing.printing.analysis_cells import amount_of, analysis_cell, ask, unit_of
from publishing.printing.cohort_names import member_name
from publishing.printing.table import Cell, cell_of

LONGEST = 20  # characters of a cohort's name


class Influence(LineTable):
    """A line for each of `syntheses`.

    Columns show `synthesis`, `cohorts`, `pooled`, `lowest` and `highest` (each with the cohort
    left out) and `beyond` (the cohorts beyond a limit of influence, or the word `none`).
    """

    SHOWS = ("synthesis", "cohorts", "pooled", "lowest", "highest", "beyond")
    WORDS = ("none",)
    kind: Literal["influence"]
    syntheses: tuple[SynthesisName, ...]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The syntheses in the order given."""
        ask(data, *(f"left-out.{name}" for name in self.syntheses))
        for name in self.syntheses:
            yield "", self._line(data, name)

    def _line(self, data: ReviewData, name: str) -> dict[str, Cell | str]:
        analyses, synthesis, key = data.analyses, data.syntheses[name], f"left-out.{name}"
        found, own = analyses.without_each(name), f"syntheses:{name}"
        names = [member_name(data, cohort, LONGEST) for cohort in found.effects.cohorts]
        values, pooled = found.first[0], synthesis.overall.first
        unit = unit_of(synthesis)

        def without(at: int) -> Cell:
            return cell_of(analysis_cell(amount_of(unit, values[at]), key), f", {names[at]}")

        beyond = [names[at] for at in np.flatnonzero(analyses.influence(name).influential)]
        whole = "" if pooled is None else amount_of(unit, pooled.value, pooled.lower, pooled.upper)
        return {
            "synthesis": Cell(synthesis.definition.title, row=own),
            "cohorts": analysis_cell(str(found.effects.k), key),
            "pooled": Cell(whole, row=own),
            "lowest": without(int(np.argmin(values))),
            "highest": without(int(np.argmax(values))),
            "beyond": "; ".join(beyond) or self.word("none"),
        }
