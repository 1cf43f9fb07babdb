"""Phrases of the word lists: those of every review, and what a review adds or takes otherwise."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from schemas.table_rows import TableRows

EVERY_REVIEW = Path(__file__).with_name("wording.csv")


class Phrase(NamedTuple):
    """A row of wording.csv, whose columns `schemas.vocabulary.Wording` says."""

    kind: str
    phrase: str
    use: str
    reason: str | None


def shared_phrases() -> list[Phrase]:
    """The lists of every review."""
    with EVERY_REVIEW.open(encoding="utf-8", newline="") as stream:
        return [Phrase(**row | {"reason": row["reason"] or None}) for row in csv.DictReader(stream)]


def with_shared_phrases(own: TableRows) -> tuple[Phrase, ...]:
    """The lists of every review and of this one, whose row takes the place of one on its phrase."""
    added = list(map(Phrase, *(own.cells(column) for column in Phrase._fields)))
    said = {(one.kind, one.phrase) for one in added}
    kept = [one for one in shared_phrases() if (one.kind, one.phrase) not in said]
    return (*kept, *added)
