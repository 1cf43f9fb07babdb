"""Tables for patients and carers: the answer, and how sure the review is, in plain language."""

from __future__ import annotations

from collections.abc import Callable

from analysis.certainty_wording import LEVELS, MARKERS
from analysis.natural import plain_words
from publishing.cells import claim_cell
from publishing.table import Cell, Column, Table, cell_of, table_of
from publishing.workbench import Workbench

ANSWER = (
    ("The cancer shrank by at least half", "orr.ide", "orr.cilta"),
    ("A severe infection", "infection.g3.ide", "infection.g3.cilta"),
    ("The usual tests found no cancer", "cr.ide", "cr.cilta"),
    ("Death from the treatment", "fatal-reaction.ide.label", "trm.cilta"),
)


def render_answer(bench: Workbench) -> Table:
    """Benefit beside harm, of people given the cells, each with its interval and certainty."""
    return table_of(
        "patient-answer",
        [Column("What happened, and how sure we are", width=16), Column("After ide-cel", width=13),
         Column("After cilta-cel", width=13)],
        [[_sure(bench, what, ide, cilta), _people(bench, ide), _people(bench, cilta)]
         for what, ide, cilta in ANSWER],
    )  # fmt: skip


def _people(bench: Workbench, claim: str) -> Cell:
    forms = (claim_cell(bench, claim, "natural"), claim_cell(bench, claim, "between"))
    return cell_of(forms[0], " (", forms[1], ")")


def _sure(bench: Workbench, what: str, *claims: str) -> Cell:
    """The certainty of several claims: once where it is the same, else one by one."""
    found = {bench.ledger[claim].forms.sure: claim for claim in claims}
    cells = [part for claim in found.values() for part in ("; ", claim_cell(bench, claim, "sure"))]
    return cell_of(f"{what}: ", *cells[1:])


def render_certainty(bench: Workbench) -> Table:
    """The plain phrase for each level of certainty, beside the word clinicians read."""
    phrases = plain_words(bench.evidence).certainty
    return table_of(
        "plain-certainty",
        [Column("In this guide", width=14), Column("For clinicians: level", width=12),
         Column("For clinicians: word", width=14)],
        [[Cell(phrases[level]), Cell(level), Cell(MARKERS[level] or "none: said plainly")]
         for level in reversed(LEVELS)],
    )  # fmt: skip


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "patient-answer": render_answer,
    "plain-certainty": render_certainty,
}
