"""State and governance of the review: what is printed is read from governance/ or computed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from analysis.review_data import ReviewData
from analysis.statistics import format_date
from publishing.displays.lines import Line, LineTable
from publishing.displays.specification import Part
from publishing.history.status import content_hash_of, status_of
from publishing.printing.table import Cell

Fact = Literal["status", "version", "updated", "evidence to", "sources", "studies", "ledger"]


def _status(data: ReviewData) -> str:
    status = status_of(data)
    return f"{status.name}: {status.reason}"


def _count(table: str, number: int) -> Cell:
    return Cell(str(number), row=f"tables:{table}")


FACTS: Mapping[Fact, Callable[[ReviewData], Cell | str]] = {
    "status": _status,
    "version": lambda data: data.evidence.review.version,
    "updated": lambda data: format_date(data.evidence.review.date),
    "evidence to": lambda data: format_date(data.evidence.review.evidence_to),
    "sources": lambda data: _count("sources", len(data.evidence.sources)),
    "studies": lambda data: _count("studies", len(data.evidence.studies)),
    "ledger": lambda data: _count("ledger", len(data.ledger.records)),
}


class StateRow(Part):
    """One line: what it is called, and which fact of the review it shows."""

    title: str
    fact: Fact


class State(LineTable):
    """Facts of the review in the order of `rows`. Columns show `title` or `fact`."""

    SHOWS = ("title", "fact")
    kind: Literal["state"]
    rows: tuple[StateRow, ...]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """A line a fact."""
        for row in self.rows:
            yield "", {"title": row.title, "fact": FACTS[row.fact](data)}


HASH = 16  # characters of the hash of the content that are printed


class GovernanceStatus(LineTable):
    """The steps of the review. Columns show `step`, `state` and what the step `means`.

    `words` say what each step means, and hold the notes: `status`, `version`, `content`,
    `ignored` (a sign-off that does not count), `moved` (since the approved content).
    """

    SHOWS = ("step", "state", "means")
    WORDS = ("status $name $reason", "version $version $updated $evidence_to", "content $hash",
             "ignored $remark", "moved $pages")  # fmt: skip
    kind: Literal["governance-status"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The steps with the state of each, computed from the sign-offs."""
        for step, state in status_of(data).steps:
            yield "", {"step": step, "state": state, "means": self.word(step)}

    def noted(self, data: ReviewData) -> tuple[str, ...]:
        """Status, version and content, and what does not count; then the notes."""
        status, review = status_of(data), data.evidence.review
        updated, evidence_to = format_date(review.date), format_date(review.evidence_to)
        moved = [self.word("moved", pages=", ".join(status.moved))] if status.moved else []
        return (
            self.word("status", name=status.name, reason=status.reason),
            self.word("version", version=review.version, updated=updated, evidence_to=evidence_to),
            self.word("content", hash=content_hash_of(data)[:HASH]),
            *(self.word("ignored", remark=remark) for remark in status.remarks),
            *moved,
            *super().noted(data),
        )


class GovernanceBoard(LineTable):
    """Members and sign-offs as recorded. Columns show `person`, `role`, `date` and `said`.

    `words` name the two groups, `board` and `signoffs`, and say where there is `nobody`,
    `no member` or `no decision`.
    """

    SHOWS = ("person", "role", "date", "said")
    WORDS = ("board", "signoffs", "nobody", "no member", "no decision")
    kind: Literal["governance-board"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The members, then the sign-offs; a line that says so where there is none."""
        folder = data.root / "governance"
        yield from self._people(folder / "board.csv", "board", "no member",
                                ("name", "appointed_on", "interests_declared"))  # fmt: skip
        yield from self._people(folder / "signoffs.csv", "signoffs", "no decision",
                                ("reviewer", "date", "decision"))  # fmt: skip

    def _people(
        self, path: Path, group: str, none: str, columns: tuple[str, str, str]
    ) -> Iterator[Line]:
        name, date, said = columns
        rows = _read(path)
        for row in rows:
            day = format_date(row[date]) if row[date] else ""
            person = {"person": row[name], "role": row["role"], "date": day, "said": row[said]}
            yield self.word(group), {what: text or "" for what, text in person.items()}
        if not rows:
            yield self.word(group), {"person": self.word("nobody"), "said": self.word(none)}


def _read(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
