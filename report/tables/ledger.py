"""The ledger as a table: every claim, how it was computed, where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from analysis.ledger import Record
from report.cells import source_cell
from report.printed import printed_claims
from report.table import Cell, Column, Table, table_of
from report.workbench import Workbench

SHOWN = 4  # rows or sources named in a cell; the attached ledger has them all


PARTS = ("benefit", "harm", "syntheses", "other")
OF_ONE_COHORT = frozenset(
    "proportion time_to_event cell date rows events difference range patients".split()  # noqa: SIM905
)
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
    tables = {row.partition(":")[0] for row in record.rows}
    if record.statistic == "rows":
        return "other"
    if "adverse_events" in tables:
        return "harm"
    if record.statistic not in OF_ONE_COHORT:
        return "syntheses"
    return "benefit" if tables & BENEFIT else "other"


def render_part(bench: Workbench, part: str) -> Table:
    """The claims of one part in the order of their identifiers."""
    records = sorted(bench.ledger.records.values(), key=lambda record: record.id)
    rows = [_row(bench, record) for record in records if part_of(record) == part]
    return table_of(f"ledger-{part}", COLUMNS, rows)


def render_clinician(bench: Workbench) -> Table:
    """The claims that the editions for clinicians and for patients print."""
    printed = printed_claims(bench, "clinician") | printed_claims(bench, "patient")
    columns = (COLUMNS[0], Column("In full", width=44), Column("Sources", width=22))
    rows = [_row(bench, bench.ledger[claim], sources=1) for claim in sorted(printed)]
    return table_of("ledger-clinician", columns, [[*row[:2], row[-1]] for row in rows])


def _row(bench: Workbench, record: Record, sources: int = SHOWN) -> list[Cell]:
    state = f"; {bench.ledger.state_of(record)}" if record.citekeys else ""
    return [
        Cell(record.id, anchor=f"claim-{record.id}"),
        Cell(record.forms.full, claim=record.id),
        Cell(f"{record.method}{state}", row=f"ledger:{record.id}"),
        Cell(_some(record.rows), row=f"ledger:{record.id}"),
        source_cell(*record.citekeys[:sources]) if record.citekeys else Cell(),
    ]


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(name.replace(":", ": ") for name in names[:SHOWN]) + more


TABLES: dict[str, Callable[[Workbench], Table]] = {
    **{f"ledger-{part}": partial(render_part, part=part) for part in PARTS},
    "ledger-clinician": render_clinician,
}
