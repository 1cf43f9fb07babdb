"""Sign-offs: decisions of reviewers, each sealed together with all that went before it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from analysis.board import has_control_signs, is_date, read_rows
from analysis.content import canonical_json, hash_of
from schemas.cells import explain_unsafe
from schemas.choices import DECISIONS
from schemas.problems import Problem, ReviewError

FILE = "governance/signoffs.csv"
SIGNATURES = "governance/signatures"
COLUMNS = (
    "reviewer", "role", "decision", "date", "comments", "conflicts_of_interest", "content_hash",
    "snapshot_hash", "expires", "seal",
)  # fmt: skip


@dataclass(frozen=True)
class SignOff:
    """One decision of one reviewer on one content and the figures printed from it (the snapshot).

    `seal` is the hash of the row and of the seal before it: a row that is altered, taken out
    or moved no longer fits. What the table does not hold is found by looking: `signed` where the
    member's key made the signature, `fault` where what is kept as signature is none, and
    `recorded_by`, the last day anywhere at the commit that records the decision.
    """

    reviewer: str
    role: str
    decision: str
    date: str
    content_hash: str
    expires: str
    conflicts_of_interest: str = ""
    comments: str = ""
    snapshot_hash: str = ""
    seal: str = ""
    signed: bool = False
    fault: str = ""
    recorded_by: str = ""

    @property
    def signature(self) -> str:
        """Where the signature of this decision is kept, whether there is one or not."""
        return f"{SIGNATURES}/{self.seal[:16]}.sig"


def statement(signoff: SignOff, seal_before: str) -> str:
    """What is sealed and signed: the decision as canonical JSON, ending in a line end."""
    cells = {name: str(value) for name, value in asdict(signoff).items() if name in COLUMNS}
    return canonical_json({**cells, "seal": seal_before}) + "\n"


def sealed(signoff: SignOff, seal_before: str) -> SignOff:
    """The decision with its seal."""
    return replace(signoff, seal=hash_of(statement(signoff, seal_before)))


def statements(signoffs: Sequence[SignOff]) -> list[str]:
    """The statement of each decision, in order."""
    before = ["", *(signoff.seal for signoff in signoffs)]
    return [statement(signoff, seal) for signoff, seal in zip(signoffs, before, strict=False)]


def load_signoffs(root: Path) -> tuple[SignOff, ...]:
    """Every decision; ReviewError names each one that is not as it was recorded.

    A missing file means that nobody decided.
    """
    rows = read_rows(root, FILE, COLUMNS)
    found = tuple(SignOff(signed=False, **row) for row in rows)
    problems = _broken_seals(found)
    problems += [
        Problem(FILE, f"{line} ({item.reviewer})", column, what, expected, "record it by a signoff")
        for line, item in enumerate(found, start=2)
        for column, what, expected in _cell_faults(item)
    ]
    if problems:
        raise ReviewError(problems)
    return found


def _cell_faults(signoff: SignOff) -> Iterator[tuple[str, str, str]]:
    """Cells that no sign-off writes, each with what it is and what was expected."""
    cells = {name: str(getattr(signoff, name)) for name in COLUMNS}
    for name, cell in cells.items():
        if has_control_signs(cell):
            yield name, "holds a line end or a control character", "one line of text"
        elif unsafe := explain_unsafe(cell):
            yield name, unsafe[0], "plain text"
    for name in ("date", "expires"):
        if not is_date(cells[name]):
            yield name, f"is {cells[name]!r}", "a date as YYYY-MM-DD"
    for name in ("content_hash", "snapshot_hash"):
        if not re.fullmatch("[0-9a-f]{64}", cells[name]):
            yield name, f"is {cells[name]!r}", "64 hexadecimal digits"
    if signoff.decision not in DECISIONS:
        yield "decision", f"is {signoff.decision!r}", "one of " + ", ".join(DECISIONS)


def _broken_seals(signoffs: Sequence[SignOff]) -> list[Problem]:
    return [
        Problem(
            FILE,
            f"{line} ({signoff.reviewer})",
            what="the decision is not as it was recorded: its seal does not fit",
            expected="the row as `nox -s signoff` wrote it, after the rows it was written after",
            action="restore the file from the history; record a new decision instead of editing",
        )
        for line, (signoff, said) in enumerate(
            zip(signoffs, statements(signoffs), strict=True), start=2
        )
        if signoff.seal != hash_of(said)
    ]


def write_signoffs(root: Path, signoffs: Sequence[SignOff]) -> None:
    """Write the table anew."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(asdict(signoff) for signoff in signoffs)
    path = root / FILE
    part = path.with_suffix(".part")
    part.write_text(stream.getvalue(), encoding="utf-8", newline="")
    part.replace(path)
