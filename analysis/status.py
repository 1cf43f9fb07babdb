"""The review's status, computed from sign-offs: nobody can type it."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STEPS = ("Submitted", "Under Review", "Approved")
BANNER = "Educational purpose only; pending human review"


@dataclass(frozen=True)
class SignOff:
    """One decision of one reviewer on one content."""

    reviewer: str
    role: str
    decision: str
    date: str
    content_hash: str
    expires: str


@dataclass(frozen=True)
class Status:
    """The status with the reason for it."""

    name: str
    reason: str

    @property
    def banner(self) -> str:
        """What every page shows until the content is approved."""
        return "" if self.name == "Approved" else BANNER

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """Each step with `done`, `current` or `to come`."""
        reached = STEPS.index(self.name)
        states = ["done"] * reached + ["current"] + ["to come"] * (len(STEPS) - reached - 1)
        return tuple(zip(STEPS, states, strict=True))


def load_signoffs(path: Path) -> tuple[SignOff, ...]:
    """Read the decisions; a missing file means that nobody decided."""
    if not path.exists():
        return ()
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return tuple(
            SignOff(
                reviewer=row.get("reviewer") or "",
                role=row.get("role") or "",
                decision=row.get("decision") or "",
                date=row.get("date") or "",
                content_hash=row.get("content_hash") or "",
                expires=row.get("expires") or "",
            )
            for row in csv.DictReader(stream)
        )


def compute_status(
    signoffs: Sequence[SignOff],
    *,
    content_hash: str,
    date: str,
    quorum: Mapping[str, int],
    extractors: frozenset[str] = frozenset(),
) -> Status:
    """Submitted, Under Review or Approved, by unexpired decisions on this content.

    `date` is the review's own date (YYYY-MM-DD), not the clock's. `quorum` is the
    number of approvals needed from each role. A reviewer who extracted a row does
    not count.
    """
    latest = {s.reviewer: s for s in signoffs if s.content_hash == content_hash}
    approvals = [
        s
        for s in latest.values()
        if s.decision == "approve"
        and (not s.expires or s.expires >= date)
        and s.reviewer not in extractors
    ]
    missing = [
        f"{role} {sum(s.role == role for s in approvals)} of {needed}"
        for role, needed in quorum.items()
        if sum(s.role == role for s in approvals) < needed
    ]
    if latest and not missing and all(s.decision == "approve" for s in latest.values()):
        return Status("Approved", "an unexpired quorum approved this content")
    if latest:
        return Status(
            "Under Review", f"decisions on this content, no quorum ({', '.join(missing)})"
        )
    if any(s.decision == "approve" for s in signoffs):
        return Status("Under Review", "an earlier content was approved; this one was not")
    return Status("Submitted", "nobody has decided on this content")
