"""The status of the review as it stands, from recorded decisions, and its words in documents."""

from __future__ import annotations

from analysis.board import check_roles, load_board
from analysis.reads import noted_as
from analysis.review_data import ReviewData
from analysis.status import (
    APPROVED,
    SUBMITTED,
    UNSIGNED,
    Rule,
    Status,
    compute_status,
    find_approved,
)
from analysis.words import say
from publishing.history.decision_record import load_record
from publishing.history.snapshot import Snapshot, load_snapshot, take_snapshot


def describe_board(data: ReviewData) -> str:
    """Whether there is a board and what it decided on this content; ends without a full stop."""
    status, board = status_of(data), load_board(data.root)
    code = {APPROVED: "approved", UNSIGNED: "unsigned", SUBMITTED: "nothing"}
    name = code.get(status.name, "review") if board else "none"
    return say(f"approval.board_{name}", reason=status.reason)


def describe_approval(data: ReviewData) -> str:
    """Whether a board approved this content, in a few plain words; ends without a full stop."""
    code = {APPROVED: "approved", UNSIGNED: "unsigned"}
    return say(f"approval.plain_{code.get(status_of(data).name, 'none')}")


FACTS = ("outcomes", "time_to_event", "adverse_events", "delivery", "baseline", "regulatory")


def rule_of(data: ReviewData) -> Rule:
    """The quorum of review.yml, the board, and everybody who extracted a row."""
    extractors = {
        str(name)
        for table in FACTS
        for name in data.evidence.rows[table].cells("extracted_by")
        if name
    }
    quorum, board = data.evidence.review.quorum, load_board(data.root)
    check_roles(board, quorum.roles)
    return Rule(
        dict(quorum.roles), board, frozenset(extractors), quorum.unsigned == "counted",
        quorum.valid_days,
    )  # fmt: skip


def status_of(data: ReviewData, snapshot: Snapshot | None = None) -> Status:
    """The status of this content and these figures, with what moved since an approval."""
    with noted_as("status"):
        return _status_of(data, snapshot or take_snapshot(data))


def content_hash_of(data: ReviewData) -> str:
    """The hash of the content, to be printed: a build stamps it last, whatever it is by then."""
    with noted_as("stamped last"):
        return take_snapshot(data).content_hash


def _status_of(data: ReviewData, now: Snapshot) -> Status:
    rule = rule_of(data)
    signoffs = load_record(data.root, rule.board)
    approved = find_approved(signoffs, rule)
    moved: tuple[str, ...] = ()
    if approved and approved != now.subject:
        moved = now.moved_since(load_snapshot(data.root, approved))
    date = data.evidence.review.date
    return compute_status(signoffs, rule, now=now.subject, date=date, moved=moved)
