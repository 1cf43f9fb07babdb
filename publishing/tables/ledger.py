"""The ledger as a table: every claim, how it was computed, where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.ledger import Record
from analysis.registry import BY_TABLE, statistic_of
from publishing.cells import ROWS_SHOWN, row_cells, source_cell
from publishing.displays.lines import Line, LineTable
from publishing.table import Cell
from publishing.workbench import Workbench

LedgerPart = Literal["benefit", "harm", "syntheses", "spread", "other"]
BENEFIT = frozenset({"outcomes", "time_to_event"})


class LedgerTable(LineTable):
    """The claims of one `part` in the order of their identifiers.

    Columns show `claim`, `full` (all that it says), `how` it was computed and the state of its
    sources, `rows` and `sources`.
    """

    SHOWS = ("claim", "full", "how", "rows", "sources")
    kind: Literal["ledger"]
    listing: bool = True
    part: LedgerPart

    def lines(self, bench: Workbench) -> Iterator[Line]:
        """A line a claim."""
        for record in sorted(bench.ledger.records.values(), key=lambda record: record.id):
            if part_of(record) == self.part:
                yield "", _line(bench, record)


def part_of(record: Record) -> str:
    """The part of the ledger that lists a claim."""
    part = statistic_of(record.statistic).part
    tables = {row.partition(":")[0] for row in record.rows}
    if part != "other" and "adverse_events" in tables:
        return "harm"
    if part != BY_TABLE:
        return part
    return "benefit" if tables & BENEFIT else "other"


def _line(bench: Workbench, record: Record) -> dict[str, Cell]:
    state = f"; {bench.ledger.state_of(record)}" if record.citekeys else ""
    return {
        "claim": Cell(record.id, anchor=f"claim-{record.id}"),
        "full": Cell(record.forms.full, claim=record.id),
        "how": Cell(f"{record.method}{state}", row=f"ledger:{record.id}"),
        "rows": row_cells(record),
        "sources": source_cell(*record.citekeys[:ROWS_SHOWN]),
    }
