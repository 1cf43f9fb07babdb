"""The state of the review: status, version, dates and size, all computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from analysis.statistics import format_date
from publishing.approval.status import status_of
from publishing.displays.lines import Line, LineTable
from publishing.displays.specification import Part
from publishing.table import Cell
from publishing.workbench import Workbench

Fact = Literal["status", "version", "updated", "evidence to", "sources", "studies", "ledger"]


def _status(bench: Workbench) -> str:
    status = status_of(bench)
    return f"{status.name}: {status.reason}"


def _count(table: str, number: int) -> Cell:
    return Cell(str(number), row=f"tables:{table}")


FACTS: Mapping[Fact, Callable[[Workbench], Cell | str]] = {
    "status": _status,
    "version": lambda bench: bench.evidence.review.version,
    "updated": lambda bench: format_date(bench.evidence.review.date),
    "evidence to": lambda bench: format_date(bench.evidence.review.evidence_to),
    "sources": lambda bench: _count("sources", len(bench.evidence.sources)),
    "studies": lambda bench: _count("studies", len(bench.evidence.studies)),
    "ledger": lambda bench: _count("ledger", len(bench.ledger.records)),
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

    def lines(self, bench: Workbench) -> Iterator[Line]:
        """A line a fact."""
        for row in self.rows:
            yield "", {"title": row.title, "fact": FACTS[row.fact](bench)}
