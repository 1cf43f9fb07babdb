"""The status of the review as it stands, from the recorded decisions."""

from __future__ import annotations

from analysis.board import load_board
from analysis.board_checks import check_roles
from analysis.status import Rule, Status, compute_status, find_approved
from publishing.approval.record import load_record
from publishing.approval.snapshot import Snapshot, load_snapshot, take_snapshot
from publishing.workbench import Workbench

FACTS = ("outcomes", "time_to_event", "adverse_events", "delivery", "baseline", "regulatory")


def rule_of(bench: Workbench) -> Rule:
    """The quorum of review.yml, the board, and everybody who extracted a row."""
    extractors = {
        str(name)
        for table in FACTS
        for name in getattr(bench.evidence, table)["extracted_by"].dropna()
    }
    quorum, board = bench.evidence.review.quorum, load_board(bench.root)
    check_roles(board, quorum.roles)
    return Rule(
        dict(quorum.roles), board, frozenset(extractors), quorum.unsigned == "counted",
        quorum.valid_days,
    )  # fmt: skip


def status_of(bench: Workbench, snapshot: Snapshot | None = None) -> Status:
    """The status of this content and these figures, with what moved since an approval."""
    now = snapshot or take_snapshot(bench)
    rule = rule_of(bench)
    signoffs = load_record(bench.root, rule.board)
    approved = find_approved(signoffs, rule)
    moved: tuple[str, ...] = ()
    if approved and approved != now.decided:
        moved = now.moved_since(load_snapshot(bench.root, approved))
    date = bench.evidence.review.date
    return compute_status(signoffs, rule, now=now.decided, date=date, moved=moved)
