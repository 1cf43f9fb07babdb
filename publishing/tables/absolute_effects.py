"""Absolute effects: of so many people, those with the event without treatment, and with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from analysis.absolute import BASELINES, absolute_effect
from analysis.review_data import ReviewData
from analysis.rounding import fit_digits, format_number
from publishing.displays.lines import Line, LineTable
from publishing.displays.specification import SynthesisName
from publishing.printing.analysis_cells import analysis_cell, ask

FEW = 10  # people with the event, below whom a decimal is printed


class AbsoluteEffects(LineTable):
    """A line for each baseline risk: the lowest, median and highest of the control groups.

    Columns show `baseline`, `without` and `with` (of `per` people) and the `difference`. `words`
    name the risks and say the difference: fewer, or more, with `$count`, `$low` and `$high`.
    """

    SHOWS = ("baseline", "without", "with", "difference")
    WORDS = (
        "lowest",
        "median",
        "highest",
        "of",
        "fewer $count $low $high",
        "more $count $low $high",
    )
    kind: Literal["absolute-effects"]
    synthesis: SynthesisName
    per: int = Field(default=1000, ge=1)

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """A line a baseline risk; none while there is no pooled effect with an interval."""
        pooled = data.syntheses[self.synthesis].overall.first
        if pooled is None or pooled.lower is None:
            return
        key = f"absolute.{self.synthesis}"
        ask(data, key)
        of = self.word("of")
        for name in BASELINES:
            found = absolute_effect(data.syntheses[self.synthesis], name)
            without, value, low, high = (self.per * risk for risk in found)
            fewer = value <= without
            apart = [abs(side - without) for side in (value, low, high)]
            signed = [(-1 if fewer else 1) * (side - without) for side in (low, high)]
            digits = fit_digits(0 if without >= FEW else 1, apart[0], (signed[0], signed[1]))
            told = {
                "count": format_number(apart[0], digits),
                "low": format_number(min(signed), digits),
                "high": format_number(max(signed), digits),
            }
            numbers = {
                "without": f"{format_number(without, digits)} {of} {format_number(self.per, 0)}",
                "with": f"{format_number(value, digits)} ({format_number(low, digits)} to "
                f"{format_number(high, digits)})",
                "difference": self.word("fewer" if fewer else "more", **told),
            }
            cells = {what: analysis_cell(text, key) for what, text in numbers.items()}
            yield "", {"baseline": self.word(name), **cells}
