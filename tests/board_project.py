"""A small project with a board that decides: real files, real keys, no evidence to speak of."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from analysis.board import Member
from analysis.ledger import Ledger
from analysis.review_data import Computed, ReviewData
from analysis.robustness import Analyses
from analysis.signoffs import FILE, SIGNATURES, SignOff, load_signoffs, sealed, write_signoffs
from analysis.status import Status
from publishing.history.snapshot import take_snapshot
from publishing.history.status import FACTS, status_of
from publishing.lifecycle.signoff import Decision, record_decision
from schemas.choices import SOURCE_TYPES
from schemas.review import load_review
from schemas.table_rows import TableRows
from tests.board import BOARD, write_board

DAY = "2026-08-20"
MONTHS = "".join(f"\n  {kind}: 6" for kind in SOURCE_TYPES)
PROTOCOL = re.search(
    r"(?ms)^protocol:\n.*?(?=^[a-z])",
    (Path(__file__).parents[1] / "evidence" / "review.yml").read_text(encoding="utf-8"),
)
assert PROTOCOL, "evidence/review.yml has no protocol to lend"
REVIEW = f"""{PROTOCOL[0]}title: A review
question: Does it work?
population: Adults
intervention: A treatment
comparators: []
outcomes: []
version: "1.0.0"
date: "2026-08-31"
evidence_to: "2026-08-01"
started: "2026-08-01"
language: en-GB
licence: MIT
quorum:
  roles:
    chair: 1
    member: 2
  valid_days: 365
  policy: The chair and two others.
review_months:{MONTHS}
syntheses: []
"""


class BoardProject:
    """A review of one page, its board of four, and what a forger does to the files."""

    def __init__(self, root: Path, keys: dict[str, tuple[Path, str]]) -> None:
        self.root, self.keys = root, keys
        for folder in ("evidence", "report", "governance"):
            (root / folder).mkdir(parents=True)
        self.write("evidence/review.yml", REVIEW)
        self.write("evidence/references.bib", "")
        self.write("report/claims.csv", "id\n")
        self.write("index.qmd", "# Summary\n")
        self.write("governance/editorial-policy.md", "The chair and two others decide.\n")
        self.appoint(*(replace(m, ssh_public_key=keys[m.member_id][1]) for m in BOARD))

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8", newline="")

    def alter(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def appoint(self, *members: Member) -> None:
        self.members = members
        write_board(self.root, members)

    def data(self) -> ReviewData:
        somebody = TableRows(pd.DataFrame({"extracted_by": ["Somebody"]}))
        rows = dict.fromkeys(FACTS, somebody)
        evidence = SimpleNamespace(review=load_review(self.root), rows=rows)
        computed = Computed(lambda: Analyses(evidence, {}))  # type: ignore[arg-type]
        return ReviewData(self.root, evidence, Ledger({}), computed)  # type: ignore[arg-type]

    def status(self) -> Status:
        return status_of(self.data())

    def decide(self, reviewer: str, what: str = "approve", day: str = DAY, key: str = "") -> str:
        """Record a decision with the member's own key, or another's; its seal."""
        data, member = self.data(), next(m for m in self.members if m.member_id == reviewer)
        decision = Decision(
            reviewer, member.role, what, take_snapshot(data).content_hash, "none",
            "as discussed", day,
        )  # fmt: skip
        private = self.keys[key or reviewer][0] if member.ssh_public_key else None
        made = record_decision(data, decision, private)
        assert made.signed == bool(private)
        return made.seal

    def approve(self, *reviewers: str) -> None:
        for reviewer in reviewers or ("ada", "ben", "cora"):
            self.decide(reviewer)

    def forge(self, *signoffs: SignOff, signature: bytes | None = None) -> None:
        """Write decisions with seals that fit; `signature` as the file beside each new one."""
        chain: list[SignOff] = []
        for signoff in signoffs:
            chain.append(sealed(signoff, chain[-1].seal if chain else ""))
        kept = {signoff.signature for signoff in chain}
        for old, new in zip(signoffs, chain, strict=True):
            place = self.root / new.signature
            if old.signature not in kept:
                (self.root / old.signature).rename(place)
            elif signature is not None and not place.exists():
                place.write_bytes(signature)
        write_signoffs(self.root, chain)

    def record(self) -> tuple[SignOff, ...]:
        return load_signoffs(self.root)

    def remove_last(self) -> None:
        *kept, last = self.record()
        (self.root / last.signature).unlink(missing_ok=True)
        write_signoffs(self.root, kept)

    def commit(self, day: str = "2026-08-21") -> None:
        """Commit everything, as on a day."""
        if not (self.root / ".git").exists():
            git(self.root, "init", "-q")
        git(self.root, "add", "-A")
        git(self.root, "commit", "-q", "--allow-empty", "-m", "a step", day=day)

    def signature_files(self) -> list[Path]:
        return sorted((self.root / SIGNATURES).iterdir())

    @property
    def table(self) -> Path:
        return self.root / FILE


def git(root: Path, *words: str, day: str = "2026-08-21") -> None:
    who = ["-c", "user.name=A test", "-c", "user.email=test@example.org"]
    when = {f"GIT_{who}_DATE": f"{day}T12:00:00+00:00" for who in ("AUTHOR", "COMMITTER")}
    program = shutil.which("git") or "git"
    subprocess.run(
        [program, *who, *words], cwd=root, check=True, capture_output=True, env=os.environ | when
    )
