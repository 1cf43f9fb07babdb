"""Tables of the chapter on what is due, computed against the date evidence was taken to."""

from __future__ import annotations

from collections.abc import Callable

from analysis.due import REASONS, DueSource, compute_due
from analysis.rounding import format_number
from analysis.statistics import format_date
from publishing.cells import source_cell
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench

SHORT = {
    "past": "past its date",
    "overtaken": "newer report",
    "relabelled": "label changed",
    "once": "no second check",
    "state": "state unchecked",
}


def due_of(bench: Workbench, on: str = "") -> tuple[DueSource, ...]:
    """What is due on a date; on the date evidence was taken to unless another is given."""
    used = {row for record in bench.ledger.records.values() for row in record.rows}
    return compute_due(bench.evidence, used, on or bench.evidence.review.evidence_to)


def render_due_reasons(bench: Workbench) -> Table:
    """For each reason the sources and rows it holds for."""
    due = due_of(bench)
    rows = []
    for reason, words in REASONS.items():
        held = [item.reasons[reason] for item in due if reason in item.reasons]
        counts = (len(held), sum(map(len, held)))
        rows.append(
            [Cell(words), *(Cell(format_number(n, 0), row=f"due:{reason}") for n in counts)]
        )
    return table_of(
        "due-reasons",
        [Column("Why", width=44), Column("Sources", "right", 8), Column("Rows", "right", 8)],
        rows,
        notes=[f"On {format_date(bench.evidence.review.evidence_to)}. A source may be due twice."],
    )


def render_due_intervals(bench: Workbench) -> Table:
    """How many months after it was read a source of each kind is due again."""
    months = bench.evidence.review.review_months
    kinds = dict.fromkeys(item.source_type for item in due_of(bench))
    return table_of(
        "due-intervals",
        [Column("Kind of source", width=24), Column("Months until read again", "right", 12)],
        [
            [Cell(kind.replace("_", " ")), Cell(str(months[kind]), row=f"due:{kind}")]
            for kind in sorted(kinds, key=lambda kind: (months[kind], kind))
        ],
    )


def render_due(bench: Workbench) -> Table:
    """Every source with evidence rows: when it is due again, and why it is due now."""
    return table_of(
        "due",
        [
            Column("Source", width=22),
            Column("Rows", "right", 6),
            Column("Checked twice", "right", 8),
            Column("Read again by", width=14),
            Column("Due now because", width=30),
        ],
        [
            [
                source_cell(item.citekey),
                Cell(str(len(item.rows)), row=f"due:{item.citekey}"),
                Cell(str(item.checked), row=f"due:{item.citekey}"),
                Cell(format_date(item.review_by)),
                Cell("; ".join(SHORT[reason] for reason in item.reasons) or "not due"),
            ]
            for item in due_of(bench)
        ],
    )


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "due-reasons": render_due_reasons,
    "due-intervals": render_due_intervals,
    "due": render_due,
}
