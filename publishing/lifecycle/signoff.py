"""Records a decision: checks who decides what, keeps what was decided on, seals and signs."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.board import Member, is_date, load_board
from analysis.review_data import ReviewData
from analysis.signoffs import (
    SignOff,
    load_signoffs,
    sealed,
    statement,
    write_signoffs,
)
from publishing.history.decision_record import load_record
from publishing.history.signatures import find_key, sign, verify
from publishing.history.snapshot import keep_snapshot, take_snapshot
from schemas.cells import explain_unsafe
from schemas.choices import DECISIONS
from schemas.nearest import nearest
from schemas.problems import ReviewError

SHORTEST_HASH = 12


@dataclass(frozen=True)
class Decision:
    """What a reviewer says. `content_hash` is the one of the ballot, at least 12 characters."""

    reviewer: str
    role: str
    decision: str
    content_hash: str
    conflicts: str
    comments: str = ""
    date: str = ""


def record_decision(data: ReviewData, decision: Decision, key: Path | None = None) -> SignOff:
    """Append the decision to governance/signoffs.csv, signed when the board has a key.

    Raises ReviewError, and writes nothing, when the decision cannot be recorded.
    """
    root, snapshot = data.root, take_snapshot(data)
    member = _member(data, decision)
    load_record(root, load_board(root))  # nothing is added to a chain that was tampered with
    check_decision(decision, member, snapshot.content_hash)
    before = load_signoffs(root)
    seal_before = before[-1].seal if before else ""
    signoff = SignOff(
        reviewer=member.member_id,
        role=decision.role,
        decision=decision.decision,
        date=decision.date,
        content_hash=snapshot.content_hash,
        snapshot_hash=snapshot.subject.snapshot_hash,
        expires=_expiry(decision.date, data.evidence.review.quorum.valid_days),
        conflicts_of_interest=" ".join(decision.conflicts.split()),
        comments=" ".join(decision.comments.split()),
    )
    signature = _sign(data, statement(signoff, seal_before), member, key)
    signoff = sealed(signoff, seal_before)
    keep_snapshot(root, snapshot)
    if signature:
        place = root / signoff.signature
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(signature, encoding="utf-8", newline="\n")
    write_signoffs(root, [*before, signoff])
    return replace(signoff, signed=bool(signature))


def _sign(data: ReviewData, text: str, member: Member, key: Path | None) -> str:
    """The signature, checked as every build will check it; empty where the board has no key."""
    private = find_key(member, key)
    if private:
        signature = sign(text, private)
        if refused := verify(text, signature.encode(), member):
            raise ReviewError(
                f"the key {private} is not the one that the board has of {member.member_id} "
                f"({refused}); nothing was recorded. Name the member's own private key with --key"
            )
        return signature
    if data.evidence.review.quorum.unsigned == "counted":
        return ""
    raise ReviewError(
        f"governance/board.csv has no ssh_public_key of {member.member_id}, and an unsigned "
        "decision counts for nothing here. Make a key (ssh-keygen -t ed25519) and add its public "
        "line to the board; or write `unsigned: counted` under quorum in evidence/review.yml, and "
        "the status will say that nobody can check who approved"
    )


def _member(data: ReviewData, decision: Decision) -> Member:
    board = load_board(data.root)
    if decision.reviewer in board:
        return board[decision.reviewer]
    named = [member for member in board.values() if member.name == decision.reviewer]
    if len(named) == 1:
        return named[0]
    if not board:
        raise ReviewError(
            "governance/board.csv names nobody: a board is appointed before anyone can decide"
        )
    hint = nearest(decision.reviewer, board, f"the board has {', '.join(sorted(board))}")
    raise ReviewError(f"governance/board.csv has no member {decision.reviewer!r}; {hint}")


def check_decision(decision: Decision, member: Member, content_hash: str) -> None:
    """Raise ReviewError with the first thing that keeps a decision from being recorded."""
    said = decision.content_hash.strip().lower()
    problems = {
        f"--role {decision.role!r}: {member.member_id} is {member.role} on the board": (
            decision.role != member.role
        ),
        f"--decision {decision.decision!r}: choose one of {', '.join(DECISIONS)}": (
            decision.decision not in DECISIONS
        ),
        f"--date {decision.date!r} is no date as YYYY-MM-DD": not is_date(decision.date),
        "--conflicts is missing: say which conflicts of interest there are, or `none`": (
            not decision.conflicts.strip()
        ),
        "--comments is missing: say which changes are asked for": (
            decision.decision == "changes" and not decision.comments.strip()
        ),
        f"--hash {said!r}: give at least {SHORTEST_HASH} characters of the hash on the ballot": (
            len(said) < SHORTEST_HASH or not re.fullmatch("[0-9a-f]+", said)
        ),
        f"--hash {said!r} is not this content, which is {content_hash}: "
        "what was read is not what would be signed. Build, read and decide again": (
            not content_hash.startswith(said)
        ),
    }
    for option, text in (("comments", decision.comments), ("conflicts", decision.conflicts)):
        if unsafe := explain_unsafe(" ".join(text.split())):
            problems[f"--{option} {unsafe[0]}: {unsafe[1]}"] = True
    for problem, found in problems.items():
        if found:
            raise ReviewError(problem)


def _expiry(date: str, valid_days: int) -> str:
    return (datetime.date.fromisoformat(date) + datetime.timedelta(days=valid_days)).isoformat()
