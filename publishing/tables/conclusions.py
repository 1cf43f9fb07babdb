"""The conclusions as a table: the sentence, and the rule that licenses it with what it found."""

from __future__ import annotations

from collections.abc import Callable

from analysis.conclusions import Licensed, Verdict
from publishing.cells import claim_cell
from publishing.table import Cell, Column, Table, cell_of, table_of
from publishing.workbench import Workbench
from schemas.conclusions import PLACEHOLDER

PREFIX = "conclusions"


def render_conclusions(bench: Workbench) -> Table:
    """Every conclusion in the order of the protocol."""
    return table_of(
        "conclusions",
        [
            Column("Conclusion", width=12),
            Column("Sentence that the rule licenses", width=28),
            Column("Rule, with what it finds", width=24),
        ],
        [
            [Cell(licensed.id), sentence_cell(bench, licensed), rule_cell(bench, licensed)]
            for licensed in bench.ledger.conclusions
        ],
    )


def sentence_cell(bench: Workbench, licensed: Licensed) -> Cell:
    """The sentence, its numbers as claims."""
    parts: list[Cell | str] = []
    at = 0
    sentence = licensed.conclusion.sentence
    for match in PLACEHOLDER.finditer(sentence):
        before = sentence[at : match.start()]
        parts += [*([before] if before else []), claim_cell(bench, match[1], match[2] or "plain")]
        at = match.end()
    return cell_of(*parts, f"{sentence[at:]}.")


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


TABLES: dict[str, Callable[[Workbench], Table]] = {"conclusions": render_conclusions}
