"""The ledger as a table: every claim, how it was computed, where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from analysis.ledger import Record
from analysis.registry import BY_TABLE, statistic_of
from publishing.cells import source_cell
from publishing.table import Cell, Column, Table, cell_of, table_of
from publishing.workbench import Workbench

SHOWN = 4  # rows or sources named in a cell; the attached ledger has them all


PARTS = ("benefit", "harm", "syntheses", "spread", "other")
BENEFIT = frozenset({"outcomes", "time_to_event"})
COLUMNS = (
    Column("Claim", width=18),
    Column("In full", width=30),
    Column("How; state of its sources", width=16),
    Column("Evidence rows", width=22),
    Column("Sources", width=14),
)


def part_of(record: Record) -> str:
    """The part of the ledger that lists a claim."""
    part = statistic_of(record.statistic).part
    tables = {row.partition(":")[0] for row in record.rows}
    if part != "other" and "adverse_events" in tables:
        return "harm"
    if part != BY_TABLE:
        return part
    return "benefit" if tables & BENEFIT else "other"


def render_part(bench: Workbench, part: str) -> Table:
    """The claims of one part in the order of their identifiers."""
    records = sorted(bench.ledger.records.values(), key=lambda record: record.id)
    rows = [_row(bench, record) for record in records if part_of(record) == part]
    return table_of(f"ledger-{part}", COLUMNS, rows)


def _row(bench: Workbench, record: Record) -> list[Cell]:
    state = f"; {bench.ledger.state_of(record)}" if record.citekeys else ""
    return [
        Cell(record.id, anchor=f"claim-{record.id}"),
        Cell(record.forms.full, claim=record.id),
        Cell(f"{record.method}{state}", row=f"ledger:{record.id}"),
        row_cells(record),
        source_cell(*record.citekeys[:SHOWN]) if record.citekeys else Cell(),
    ]


def row_cells(record: Record) -> Cell:
    """The first rows under a claim, each leading to its own entry, and how many more there are."""
    own = f"ledger:{record.id}"
    parts: list[Cell | str] = []
    for reference in record.rows[:SHOWN]:
        table, _, name = reference.partition(":")
        parts += [", "] if parts else []
        parts += [Cell(name, row=own, to=f"row-{table}-{name}")]
    if len(record.rows) > SHOWN:
        parts += [" ", Cell(f"and {len(record.rows) - SHOWN} more", row=own)]
    return cell_of(*parts) if parts else Cell()


TABLES: dict[str, Callable[[Workbench], Table]] = {
    **{f"ledger-{part}": partial(render_part, part=part) for part in PARTS},
}
