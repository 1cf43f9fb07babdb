"""The table of the board, read and checked: who may decide, with which key."""

from __future__ import annotations

import csv
from pathlib import Path

from analysis.board_checks import board_problems
from analysis.members import COLUMNS, FILE, Member
from schemas.cells import explain_hostile, shorten
from schemas.decoding import find_conflict
from schemas.problems import Problem, ReviewError


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
    if conflict := find_conflict("".join(lines), file):
        raise ReviewError([conflict])
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
