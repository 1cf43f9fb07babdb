"""What moves a pooled value: single cohorts, and small studies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from analysis.review_data import ReviewData
from analysis.robustness_measures import format_p
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


class SmallStudy(LineTable):
    """A line for each pooled synthesis of proportions that can be tested, widest first.

    Columns show `synthesis`, `cohorts`, the p value of a test (`egger`, `peters`, `begg`),
    `added` (cohorts that trim and fill adds) and `with` (pooled with them). The last line
    counts the syntheses with too few cohorts: `words` say so, with `$number`.
    """

    SHOWS = ("synthesis", "cohorts", "egger", "peters", "begg", "added", "with")
    WORDS = ("too few $number",)
    kind: Literal["small-study"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The syntheses with a test, then the number of those without."""
        names = [name for name, item in data.syntheses.items() if item.overall.first is not None]
        ask(data, *(f"small-study.{name}" for name in names))
        names.sort(key=lambda name: -data.analyses.small_study(name).effects.k)
        found = [_line(data, name) for name in names]
        tested = [line for line in found if line]
        yield from (("", line) for line in tested)
        text = self.word("too few", number=len(found) - len(tested))
        yield "", {"synthesis": analysis_cell(text, "small-study.")}


def _line(data: ReviewData, name: str) -> dict[str, Cell]:
    """The tests of a synthesis; nothing where one of them is not possible."""
    found, key = data.analyses.small_study(name), f"small-study.{name}"
    if not (found.egger and found.begg and found.filled):
        return {}
    pooled = found.filled.pooled
    sides = found.effects.back([pooled.estimate, pooled.lower, pooled.upper])
    texts = {
        "cohorts": str(found.effects.k),
        "egger": format_p(found.egger.p_value),
        "peters": "" if found.peters is None else format_p(found.peters.p_value),
        "begg": format_p(found.begg.p_value),
        "added": str(found.filled.k0),
        "with": amount_of(unit_of(found.effects.synthesis), *(float(side) for side in sides)),
    }
    title = Cell(found.effects.synthesis.definition.title, row=f"syntheses:{name}")
    return {"synthesis": title, **{what: analysis_cell(text, key) for what, text in texts.items()}}
