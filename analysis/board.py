"""The board: who may decide, in which role, with which declaration and which key."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from schemas.fonts import say_unset, unset
from schemas.problems import Problem, ReviewError

FILE = "governance/board.csv"
COLUMNS = (
    "member_id", "name", "role", "affiliation", "qualifications", "appointed_on", "term_ends_on",
    "interests_declared", "interests_declared_on", "extracted_evidence", "ssh_public_key", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """One member of the board, as its table has it."""

    member_id: str
    name: str = ""
    role: str = ""
    affiliation: str = ""
    qualifications: str = ""
    appointed_on: str = ""
    term_ends_on: str = ""
    interests_declared: str = ""
    interests_declared_on: str = ""
    extracted_evidence: str = ""
    ssh_public_key: str = ""
    note: str = ""


Board = Mapping[str, Member]


def load_board(root: Path) -> dict[str, Member]:
    """The members by their identifier; a missing file means that nobody is appointed."""
    rows = read_rows(root, FILE, COLUMNS)
    members = [Member(**row) for row in rows]
    ids = [member.member_id for member in members]
    problems = [
        Problem(FILE, str(at), "member_id", what, action="give each member an identifier once")
        for at, name in enumerate(ids, start=2)
        for what in _identity_problems(name, ids)
    ]
    problems += [
        Problem(FILE, f"{at} ({row['member_id']})", column, *say_unset(cell, signs))
        for at, row in enumerate(rows, start=2)
        for column, cell in row.items()
        if (signs := unset([cell]))
    ]
    if problems:
        raise ReviewError(problems)
    return {member.member_id: member for member in members}


def _identity_problems(name: str, ids: list[str]) -> list[str]:
    if not name:
        return ["is empty"]
    return [f"{name!r} occurs {ids.count(name)} times"] if ids.count(name) > 1 else []


def read_rows(root: Path, file: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a governance table as text; ReviewError when its header is another one."""
    path = root / file
    if not path.exists():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
            header = tuple(reader.fieldnames or ())
    except UnicodeDecodeError as error:
        what = "is not UTF-8"
        raise ReviewError([Problem(file, what=what, action="save it as CSV UTF-8")]) from error
    if set(header) != set(columns) or any(None in row or None in row.values() for row in rows):
        what = f"the columns are {', '.join(header) or 'missing'}, or a row has more or fewer cells"
        raise ReviewError([Problem(file, "1", what=what, expected=", ".join(columns),
                                   action="restore the header and the rows")])  # fmt: skip
    return [{name: row[name] for name in columns} for row in rows]
