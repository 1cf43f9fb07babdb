"""The ledger as a table: every claim, how it was computed, where it comes from."""

from __future__ import annotations

from collections.abc import Callable

from analysis.ledger import Record
from report.cells import source_cell
from report.table import Cell, Column, Table, cell_of, table_of
from report.workbench import Workbench

SHOWN = 4  # rows or sources named in a cell; the attached ledger has them all


def render_ledger(bench: Workbench) -> Table:
    """Every claim in the order of its identifier."""
    records = sorted(bench.ledger.records.values(), key=lambda record: record.id)
    return table_of(
        "ledger",
        [
            Column("Claim", width=18),
            Column("In full", width=30),
            Column("How", width=16),
            Column("Evidence rows", width=22),
            Column("Sources, and their state", width=14),
        ],
        [_row(bench, record) for record in records],
    )


def _row(bench: Workbench, record: Record) -> list[Cell]:
    cited = source_cell(*record.citekeys[:SHOWN])
    return [
        Cell(record.id, anchor=f"claim-{record.id}"),
        Cell(record.forms.full, claim=record.id),
        Cell(record.method, row=f"ledger:{record.id}"),
        Cell(_some(record.rows), row=f"ledger:{record.id}"),
        cell_of(cited, f" – {bench.ledger.state_of(record)}") if record.citekeys else Cell(),
    ]


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(name.replace(":", ": ") for name in names[:SHOWN]) + more


TABLES: dict[str, Callable[[Workbench], Table]] = {"ledger": render_ledger}
