"""What a decision is about, kept: every claim as printed and a hash for each file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from analysis.content import hash_of, hashes_of_content
from analysis.ledger import Ledger
from analysis.review_data import ReviewData
from analysis.status import DecisionSubject
from schemas.problems import Problem, ReviewError

FOLDER = "governance/decided"


@dataclass(frozen=True)
class Snapshot:
    """A content by its hash, its claims as printed, and the hash of each of its files."""

    content_hash: str
    claims: dict[str, str]
    parts: dict[str, str]

    @cached_property
    def subject(self) -> DecisionSubject:
        """What a sign-off names."""
        return DecisionSubject(
            self.content_hash, hash_of({"claims": self.claims, "parts": self.parts})
        )

    def moved_since(self, before: Snapshot) -> tuple[str, ...]:
        """Claims printed otherwise than before, then files that changed, each by name."""
        claims = {**before.claims, **self.claims}
        parts = {**before.parts, **self.parts}
        return (
            *(name for name in claims if before.claims.get(name) != self.claims.get(name)),
            *(name for name in parts if before.parts.get(name) != self.parts.get(name)),
        )

    def to_json(self) -> str:
        """One line a claim, so that a version history shows what moved."""
        body = {"content_hash": self.content_hash, "claims": self.claims, "parts": self.parts}
        return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def take_snapshot(data: ReviewData) -> Snapshot:
    """The content and the figures as they stand."""
    whole, parts = hashes_of_content(data.root)
    return Snapshot(whole, printed_claims(data.ledger), parts)


def printed_claims(ledger: Ledger) -> dict[str, str]:
    """Each claim with everything that may be printed of it."""
    return {name: record.forms.full for name, record in ledger.records.items()}


def snapshot_path(root: Path, subject: DecisionSubject) -> Path:
    """Where the snapshot of what was decided on is kept."""
    return root / FOLDER / f"{subject.content_hash[:16]}-{subject.snapshot_hash[:16]}.json"


def keep_snapshot(root: Path, snapshot: Snapshot) -> Path:
    """Write the snapshot; the file of an earlier decision on the same stays as it is."""
    path = snapshot_path(root, snapshot.subject)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(snapshot.to_json(), encoding="utf-8", newline="\n")
    return path


def load_snapshot(root: Path, subject: DecisionSubject) -> Snapshot:
    """The kept snapshot; ReviewError when it is missing or not what was decided on."""
    path = snapshot_path(root, subject)
    name = path.relative_to(root).as_posix()
    if not path.is_file():
        raise _lost(name, "is missing")
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        snapshot = Snapshot(body["content_hash"], dict(body["claims"]), dict(body["parts"]))
    except (ValueError, KeyError, TypeError) as error:
        raise _lost(name, f"cannot be read ({error})") from error
    if snapshot.subject != subject:
        raise _lost(name, "is not what the sign-off names: it was altered")
    return snapshot


def _lost(name: str, what: str) -> ReviewError:
    return ReviewError([Problem(name, what=what, expected="the file the sign-off wrote",
                                action="restore it from the history")])  # fmt: skip
