"""The state of the review: status, version, dates and size, all computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from analysis.review_data import ReviewData
from analysis.statistics import format_date
from publishing.displays.lines import Line, LineTable
from publishing.displays.specification import Part
from publishing.history.status import status_of
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
