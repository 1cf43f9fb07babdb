"""Language guard: what the prose of the documents may say for the evidence behind it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from publishing.guard.claims import Claims
from publishing.guard.prose import read_all, read_displays
from publishing.guard.rules import Guard
from publishing.phrases import stale_exceptions, wording_of
from publishing.render.book import load_books, plain_documents
from publishing.workbench import Workbench
from schemas.choices import WORDING_RULES
from schemas.conclusions import PLACEHOLDER
from schemas.problems import Problem

__all__ = ["guard_prose"]
QUANTITY = "quantity"  # the one rule the scan applies, on finished pages


def sentences_of(bench: Workbench) -> dict[str, str]:
    """What each conclusion prints, its claims as marks."""
    return {
        licensed.id: PLACEHOLDER.sub(r"⟦\1⟧", licensed.conclusion.sentence)
        for licensed in bench.ledger.conclusions
    }


def guard_prose(root: Path, paths: Iterable[str], bench: Workbench) -> list[Problem]:
    """Every finding of documents, tables and figures, and every exception nothing needs."""
    wording = wording_of(bench.evidence)
    guard = Guard(wording, Claims(bench), plain_documents(load_books(bench.root)))
    documents = [*read_all(root, paths, sentences_of(bench)), *read_displays(root)]
    found = [problem for prose in documents for problem in guard.check(prose)]
    rules = [rule for rule in WORDING_RULES if rule != QUANTITY]
    return found + stale_exceptions(wording.exceptions, rules)
