"""The conclusions as a table: the sentence, and the rule that licenses it with what it found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.conclusions import Licensed, Verdict
from publishing.cells import claim_cell
from publishing.displays.lines import Line, LineTable, line
from publishing.displays.placeholders import fill_cell
from publishing.table import Cell, cell_of
from publishing.workbench import Workbench

PREFIX = "conclusions"


class Conclusions(LineTable):
    """Every conclusion in the order of the protocol. Columns show `id`, `sentence` or `rule`."""

    SHOWS = ("id", "sentence", "rule")
    kind: Literal["conclusions"]

    def lines(self, bench: Workbench) -> Iterator[Line]:
        """A line a conclusion."""
        for licensed in bench.ledger.conclusions:
            yield line(
                id=licensed.id,
                sentence=sentence_cell(bench, licensed),
                rule=rule_cell(bench, licensed),
            )


def sentence_cell(bench: Workbench, licensed: Licensed) -> Cell:
    """The sentence, its numbers as claims."""
    return fill_cell(bench, f"{licensed.conclusion.sentence}.")


def rule_cell(bench: Workbench, licensed: Licensed) -> Cell:
    """The conditions one after the other, each with the claim it read."""
    parts: list[Cell | str] = []
    for verdict in licensed.verdicts:
        parts += [*(["; "] if parts else []), *_condition(bench, licensed.id, verdict)]
    return cell_of(*parts)


def _condition(bench: Workbench, name: str, verdict: Verdict) -> list[Cell | str]:
    condition = verdict.condition
    text = Cell(condition.text, row=f"{PREFIX}:{name}")
    if condition.part in ("certainty", "words"):
        return [text]
    return [text, " (", claim_cell(bench, condition.claim, "ci"), ")"]
