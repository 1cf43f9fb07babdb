"""The ledger as a table: every claim, how it was computed, where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.ledger import Record
from analysis.registry import BY_TABLE, statistic_of
from analysis.review_data import ReviewData
from publishing.displays.lines import Line, LineTable
from publishing.printing.cells import ROWS_SHOWN, row_cells, source_cell
from publishing.printing.table import Cell

LedgerPart = Literal["benefit", "harm", "syntheses", "spread", "other"]
BENEFIT = frozenset({"outcomes", "time_to_event"})


class LedgerTable(LineTable):
    """The claims of one `part` in the order of their identifiers.

    Columns show `claim`, `full` (all that it says), `how` it was computed and the state of its
    sources, `rows` and `sources`.
    """

    ADDRESS = "claim"
    SHOWS = ("claim", "full", "how", "rows", "sources")
    kind: Literal["ledger"]
    listing: bool = True
    part: LedgerPart

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """A line a claim."""
        for record in sorted(data.ledger.records.values(), key=lambda record: record.id):
            if part_of(record) == self.part:
                yield "", _line(data, record)


def part_of(record: Record) -> str:
    """The part of the ledger that lists a claim."""
    part = statistic_of(record.statistic).part
    tables = {row.partition(":")[0] for row in record.rows}
    if part != "other" and "adverse_events" in tables:
        return "harm"
    if part != BY_TABLE:
        return part
    return "benefit" if tables & BENEFIT else "other"


def _line(data: ReviewData, record: Record) -> dict[str, Cell]:
    state = f"; {data.ledger.state_of(record)}" if record.citekeys else ""
    return {
        "claim": Cell(record.id, anchor=f"claim-{record.id}"),
        "full": Cell(record.forms.full, claim=record.id),
        "how": Cell(f"{record.method}{state}", row=f"ledger:{record.id}"),
        "rows": row_cells(record),
        "sources": source_cell(*record.citekeys[:ROWS_SHOWN]),
    }
