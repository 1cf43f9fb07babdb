"""The conclusions as a table: the sentence, and the rule that licenses it with what it found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.conclusions import EvaluatedConclusion, Verdict
from analysis.review_data import ReviewData
from publishing.displays.lines import Line, LineTable, line
from publishing.displays.placeholders import fill_cell
from publishing.printing.cells import claim_cell
from publishing.printing.table import Cell, cell_of

PREFIX = "conclusions"


class Conclusions(LineTable):
    """Every conclusion in the order of the protocol. Columns show `id`, `sentence` or `rule`."""

    SHOWS = ("id", "sentence", "rule")
    kind: Literal["conclusions"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """A line a conclusion."""
        for evaluated in data.ledger.conclusions:
            yield line(
                id=evaluated.id,
                sentence=sentence_cell(data, evaluated),
                rule=rule_cell(data, evaluated),
            )


def sentence_cell(data: ReviewData, evaluated: EvaluatedConclusion) -> Cell:
    """The sentence, its numbers as claims."""
    return fill_cell(data, f"{evaluated.conclusion.sentence}.")


def rule_cell(data: ReviewData, evaluated: EvaluatedConclusion) -> Cell:
    """The conditions one after the other, each with the claim it read."""
    parts: list[Cell | str] = []
    for verdict in evaluated.verdicts:
        parts += [*(["; "] if parts else []), *_condition(data, evaluated.id, verdict)]
    return cell_of(*parts)


def _condition(data: ReviewData, name: str, verdict: Verdict) -> list[Cell | str]:
    condition = verdict.condition
    text = Cell(condition.text, row=f"{PREFIX}:{name}")
    if condition.part in ("certainty", "words"):
        return [text]
    return [text, " (", claim_cell(data, condition.claim, "ci"), ")"]
