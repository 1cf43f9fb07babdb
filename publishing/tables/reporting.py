"""Tables of the chapter on reporting standards: each item with its place, or why it has none."""

from __future__ import annotations

from collections.abc import Callable

from analysis.selection import present
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench
from schemas.fields import SEPARATOR

STATES = {"reported": "Reported", "in_part": "In part", "not_reported": "Not reported"}


def render_standard(bench: Workbench, standard: str) -> Table:
    """One standard: every item, its state, where it is, and what is missing and why."""
    frame = bench.evidence.reporting
    sections = list(dict.fromkeys(frame["section"]))
    rows = frame[frame["standard"] == standard].to_dict("records")
    rows.sort(key=lambda row: sections.index(row["section"]))
    return table_of(
        f"reporting-{standard}",
        [
            Column("Topic", width=24),
            Column("Item", width=5),
            Column("State", width=9),
            Column("Where", width=16),
            Column("What is missing, and why", width=30),
        ],
        [
            [
                Cell(str(row["topic"])),
                Cell(str(present(row["item"]) or ""), row=f"reporting:{row['row_id']}"),
                Cell(STATES[str(row["state"])]),
                _places(present(row["place"])),
                Cell(str(present(row["reason"]) or "")),
            ]
            for row in rows
        ],
        groups=[str(row["section"]) for row in rows],
    )


def _places(cell: str | None) -> Cell:
    """The sections of an item as cross-references; empty where it has none."""
    places = tuple(cell.split(SEPARATOR)) if cell else ()
    return Cell("; ".join(f"@{place}" for place in places), places=places)


def render_prisma(bench: Workbench) -> Table:
    """The statement for systematic reviews."""
    return render_standard(bench, "prisma-2020")


def render_living(bench: Workbench) -> Table:
    """What its extension for living reviews adds."""
    return render_standard(bench, "prisma-lsr")


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "reporting-prisma-2020": render_prisma,
    "reporting-prisma-lsr": render_living,
}
