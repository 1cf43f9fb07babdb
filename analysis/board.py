"""The board: its members, what is wrong with its table, and who may decide."""

from __future__ import annotations

import base64
import binascii
import csv
import datetime
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from schemas.cells import explain_hostile, explain_unsafe, shorten
from schemas.decoding import find_conflict, find_other_delimiter
from schemas.fonts import say_unset, unset
from schemas.nearest import nearest
from schemas.patterns import SLUG
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


def person(name: str) -> str:
    """A name as it is compared: `Lovelace, Ada` and `ADA LOVELACE` are one person."""
    letters = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(sorted(re.findall(r"\w+", letters)))


DATES = ("appointed_on", "term_ends_on", "interests_declared_on")
KEY = re.compile(
    r"((?:sk-)?(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+)(?:@openssh\.com)?) "
    r"([A-Za-z0-9+/]+={0,2})(?: [^\x00-\x1f]*)?"
)
SLIP = "set the cell right, and let somebody else read the change before it is committed"


def is_date(text: str) -> bool:
    """Whether this is a day as YYYY-MM-DD."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def has_control_signs(text: str) -> bool:
    """Whether a cell holds a line end, a tabulator or another sign that steers a program."""
    return any(unicodedata.category(sign) == "Cc" for sign in text)


def key_body(public_key: str) -> str:
    """The key of a public line without its comment: kind and base64. Empty where it is no key."""
    match = KEY.fullmatch(public_key.strip())
    if match is None:
        return ""
    try:
        data = base64.b64decode(match[2], validate=True)
    except binascii.Error:
        return ""
    kind = match[1].encode()
    named = data[4 : 4 + len(kind)] == kind and int.from_bytes(data[:4]) == len(kind)
    return f"{match[1]} {match[2]}" if named and len(data) > 4 + len(kind) else ""


def board_problems(members: Sequence[Member]) -> list[Problem]:
    """Every cell of the board that cannot stand."""
    problems = [
        Problem(FILE, f"{line} ({member.member_id})", column, what, expected, action or SLIP)
        for line, member in enumerate(members, start=2)
        for column, what, expected, action in (*_cells(member), *_dates(member))
    ]
    for column, expected, seen in (
        ("member_id", "an identifier for each member", [m.member_id for m in members]),
        ("name", "each person once: one person has one vote", [person(m.name) for m in members]),
        ("ssh_public_key", "a key for each person", [key_body(m.ssh_public_key) for m in members]),
    ):
        problems += _twice(members, column, expected, seen)
    return problems


def check_roles(board: Board, quorum: Mapping[str, int]) -> None:
    """Raise ReviewError for a member whose role no quorum asks for: the vote would be lost."""
    problems = [
        Problem(FILE, f"{line} ({member.member_id})", "role",
                f"is {member.role!r}, which the quorum of evidence/review.yml does not name",
                "one of " + ", ".join(quorum), nearest(member.role, quorum, "choose one of them"))
        for line, member in enumerate(board.values(), start=2)
        if quorum and member.role not in quorum
    ]  # fmt: skip
    if problems:
        raise ReviewError(problems)


Fault = tuple[str, str, str, str]  # column, what is wrong, what was expected, what to do


def _cells(member: Member) -> Iterator[Fault]:
    for column, cell in asdict(member).items():
        if has_control_signs(cell):
            yield column, "holds a line end or a control character", "one line of text", ""
        elif unsafe := explain_unsafe(cell):
            yield column, unsafe[0], "plain text", unsafe[1]
        elif signs := unset([cell]):
            yield column, *say_unset(cell, signs)
    if not re.fullmatch(SLUG, member.member_id):
        said = repr(member.member_id) if member.member_id else "empty"
        yield "member_id", f"is {said}", "lower-case letters, digits, '.', '+' and '-'", ""
    if not member.name.strip():
        yield "name", "is empty", "the person's name", ""
    if not member.role.strip():
        yield "role", "is empty", "a role that the quorum of evidence/review.yml names", ""
    if member.extracted_evidence not in ("", "yes", "no"):
        yield "extracted_evidence", f"is {member.extracted_evidence!r}", "yes or no", ""
    if member.ssh_public_key and not key_body(member.ssh_public_key):
        action = "paste the one line of the member's .pub file"
        yield "ssh_public_key", "is no public SSH key", "one line: ssh-ed25519 AAAA...", action


def _dates(member: Member) -> Iterator[Fault]:
    dates = {column: str(getattr(member, column)) for column in DATES}
    wrong = [column for column, date in dates.items() if date and not is_date(date)]
    yield from ((column, f"is {dates[column]!r}", "a date as YYYY-MM-DD", "") for column in wrong)
    start, end, _ = dates.values()
    if not wrong and start and end and end < start:
        yield "term_ends_on", f"is before the appointment on {start}", "a later day", ""
    if member.interests_declared and not member.interests_declared_on:
        yield "interests_declared_on", "is empty", "the day of the declaration", ""


def _twice(
    members: Sequence[Member], column: str, expected: str, seen: Collection[str]
) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for line, (member, value) in enumerate(zip(members, seen, strict=True), start=2):
        if value and value in first:
            what = f"is that of row {first[value]} too"
            row = f"{line} ({member.member_id})"
            yield Problem(FILE, row, column, what, expected, "take one of the rows out")
        first.setdefault(value, f"{line} ({member.member_id})")


def load_board(root: Path) -> dict[str, Member]:
    """The members by their identifier; a missing file means that nobody is appointed.

    Raises ReviewError with every cell that cannot stand: one person is one line with one key.
    """
    rows = read_rows(root, FILE, COLUMNS)
    members = [Member(**row) for row in rows]
    if problems := board_problems(members):
        raise ReviewError(problems)
    return {member.member_id: member for member in members}


def read_rows(root: Path, file: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a governance table as text; ReviewError when its header is another one."""
    path = root / file
    if not path.exists():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = stream.readlines()
        reader = csv.DictReader(lines)
        rows = list(reader)
        header = tuple(reader.fieldnames or ())
    except UnicodeDecodeError as error:
        what = "is not UTF-8"
        raise ReviewError([Problem(file, what=what, action="save it as CSV UTF-8")]) from error
    text = "".join(lines)
    if wrong := find_conflict(text, file) or find_other_delimiter(text, file):
        raise ReviewError([wrong])
    if header != columns or any(None in row or None in row.values() for row in rows):
        what = f"the columns are {', '.join(header) or 'missing'}, or a row has more or fewer cells"
        raise ReviewError([Problem(file, "1", what=what, expected=", ".join(columns),
                                   action="restore the header and the rows")])  # fmt: skip
    hostile = [
        Problem(file, str(at), name, f"{shorten(row[name])} {said[0]}", action=said[1])
        for at, row in enumerate(rows, start=2)
        for name in columns
        if (said := explain_hostile(row[name]))
    ]
    if hostile:
        raise ReviewError(hostile)
    return [{name: row[name] for name in columns} for row in rows]
