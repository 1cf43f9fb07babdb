"""What documents say of board and approval, computed: no text can contradict the tables."""

from __future__ import annotations

from analysis.board import load_board
from analysis.review_data import ReviewData
from analysis.status import APPROVED, SUBMITTED, UNSIGNED
from analysis.words import say
from publishing.history.status import status_of


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
