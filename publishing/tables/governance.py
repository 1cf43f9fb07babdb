"""Tables of the chapter on governance: what is printed is read from governance/ or computed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

from analysis.statistics import format_date
from publishing.approval.snapshot import take_snapshot
from publishing.approval.status import status_of
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench

MEANING = {
    "Submitted": "No decision on this content",
    "Under Review": "A decision but no quorum, or only an earlier content was approved",
    "Approved": "An unexpired quorum approved this content",
}
NOBODY = "None"


def render_status(bench: Workbench) -> Table:
    """The steps of the review with the state of each, computed from the sign-offs."""
    snapshot = take_snapshot(bench)
    status = status_of(bench, snapshot)
    review = bench.evidence.review
    rows = [[step, state, MEANING[step]] for step, state in status.steps]
    return table_of(
        "governance-status",
        [Column("Step", width=8), Column("State", width=6), Column("What it means", width=20)],
        rows,
        notes=[
            f"Status: {status.name}. Reason: {status.reason}.",
            f"Version {review.version}, last updated {format_date(review.date)}, "
            f"evidence to {format_date(review.evidence_to)}.",
            f"Content hash: {snapshot.content_hash[:16]} (its first sixteen characters).",
            *(f"Does not count: {remark}." for remark in status.remarks),
            *(
                [f"Moved since the approved content: {', '.join(status.moved)}."]
                if status.moved
                else []
            ),
        ],
    )


def render_board(bench: Workbench) -> Table:
    """Board members and sign-offs as recorded; a line that says so where there is none."""
    folder = bench.root / "governance"
    members = [
        [row["name"], row["role"], _date(row["appointed_on"]), row["interests_declared"]]
        for row in _read(folder / "board.csv")
    ]
    decisions = [
        [row["reviewer"], row["role"], _date(row["date"]), row["decision"]]
        for row in _read(folder / "signoffs.csv")
    ]
    members = members or [[NOBODY, "", "", "No member has been appointed"]]
    decisions = decisions or [[NOBODY, "", "", "No decision has been recorded"]]
    return table_of(
        "governance-board",
        [
            Column("Person", width=9),
            Column("Role", width=7),
            Column("Date", width=7),
            Column("Interests, or decision", width=13),
        ],
        [[Cell(text or "") for text in row] for row in [*members, *decisions]],
        groups=["Board"] * len(members) + ["Sign-offs"] * len(decisions),
    )


def _read(path: Path) -> Iterable[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _date(text: str | None) -> str:
    return format_date(text) if text else ""


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "governance-status": render_status,
    "governance-board": render_board,
}
