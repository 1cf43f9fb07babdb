"""The recorded decisions as far as they can be believed: the chain, the signatures, the dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from analysis.board import Board
from analysis.signoffs import FILE, SignOff, load_signoffs, statements
from analysis.words import say
from publishing.history.anchors import Recorded, recorded_lines
from publishing.history.released import released_decisions
from publishing.history.signatures import verify
from schemas.problems import Problem, ReviewError

SEAL = re.compile(r',"?([0-9a-f]{64})"?\r?$')
EARLIEST_ZONE = datetime.timezone(datetime.timedelta(hours=14))  # where a day begins first


def load_record(root: Path, board: Board) -> tuple[SignOff, ...]:
    """Every decision, with what its signature proves and the day that its commit allows.

    Raises ReviewError where a decision was altered, or one that was recorded is gone.
    """
    signoffs = load_signoffs(root)
    recorded = recorded_lines(root, FILE, SEAL)
    if problems := removed_decisions(signoffs, (recorded or {}) | released_decisions(root)):
        raise ReviewError(problems)
    return tuple(
        replace(_checked(root, board, signoff, said), recorded_by=_last_day(signoff, recorded))
        for signoff, said in zip(signoffs, statements(signoffs), strict=True)
    )


def removed_decisions(signoffs: Sequence[SignOff], recorded: dict[str, Recorded]) -> list[Problem]:
    """Each decision that a commit or a release holds and the table no longer does."""
    present = {signoff.seal for signoff in signoffs}
    return [
        Problem(FILE, what=f"lacks the decision sealed {seal[:16]} that {place.where} recorded",
                expected="every decision ever recorded, in order",
                action="restore the file from the history; a decision is only followed by another")
        for seal, place in recorded.items()
        if seal not in present
    ]  # fmt: skip


def _checked(root: Path, board: Board, signoff: SignOff, said: str) -> SignOff:
    """The decision with `signed`, or with the fault of what is kept as its signature."""
    path, member = root / signoff.signature, board.get(signoff.reviewer)
    today = datetime.datetime.now(EARLIEST_ZONE).date().isoformat()
    if signoff.date > today:  # whatever recorded it, nobody has decided it yet
        return replace(signoff, fault=say("objections.not_yet", date=signoff.date, today=today))
    if member is None or not (path.is_symlink() or path.exists()):
        return signoff
    if path.is_symlink() or not path.is_file():
        return replace(signoff, fault=say("objections.no_signature_file"))
    if not member.ssh_public_key:
        return replace(signoff, fault=say("objections.no_signature_key"))
    refused = verify(said, path.read_bytes(), member)
    return replace(
        signoff, signed=not refused, fault=say("objections.broken", said=refused) if refused else ""
    )


def _last_day(signoff: SignOff, recorded: dict[str, Recorded] | None) -> str:
    """The day it was at the commit, where on earth a day begins first; empty without a commit."""
    commit = (recorded or {}).get(signoff.seal)
    if commit is None:
        return ""
    return datetime.datetime.fromtimestamp(commit.seconds, EARLIEST_ZONE).date().isoformat()
