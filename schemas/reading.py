"""Reads a table as text, and says in words what is wrong with the file itself."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from schemas.problems import Problem

EVIDENCE_FOLDER = "evidence"
TEXT = "string[python]"
SAVE_AS_CSV = (
    "save it again as CSV with the character set UTF-8 and the comma as field delimiter "
    "(LibreOffice Calc: Save As, Text CSV, tick 'Edit filter settings')"
)
CONFLICT_MARKER = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)", re.MULTILINE)
OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs"}


@dataclass(frozen=True)
class TextTable:
    """A table as written: text cells, indexed by spreadsheet row (the header is row 1).

    `lost` holds the first cell of each row that could not be read, so that a
    reference to such a row is not reported as well. `readable` is False when
    nothing can be said about the cells.
    """

    file: str
    cells: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    lost: frozenset[str] = frozenset()
    readable: bool = True


def evidence_file(name: str) -> str:
    """Name of an evidence file as messages print it."""
    return f"{EVIDENCE_FOLDER}/{name}"


def _decode_utf8(data: bytes, file: str) -> tuple[str, list[Problem]]:
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        text = data.decode("cp1252", errors="replace")
        line = data[: error.start].count(b"\n") + 1
        bad = data[error.start : error.start + 1].decode("cp1252", errors="replace")
        what = f"is not UTF-8: line {line} holds {bad!r} as Excel saves it (Windows-1252)"
        return text, [Problem(file, what=what, expected="UTF-8", action=SAVE_AS_CSV)]


def _byte_problem(data: bytes, file: str) -> Problem | None:
    if data.startswith(b"PK"):
        what = "is a spreadsheet workbook (xlsx or ods), not a CSV file"
        return Problem(file, what=what, expected="plain text", action=SAVE_AS_CSV)
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        what = "holds zero bytes: it is not a text file"
        return Problem(file, what=what, expected="plain text", action=SAVE_AS_CSV)
    return None


def decode_text(data: bytes, file: str) -> tuple[str, list[Problem]]:
    """Text of a file and what is wrong with its encoding; wrong text is still read."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        what = "is saved as UTF-16 (Excel's 'Unicode text')"
        problem = Problem(file, what=what, expected="UTF-8", action=SAVE_AS_CSV)
        return data.decode("utf-16", errors="replace").replace("\r\n", "\n"), [problem]
    # A signature and CRLF are what Excel's own 'CSV UTF-8' writes: both are read as they are.
    text, problems = _decode_utf8(data.removeprefix(b"\xef\xbb\xbf"), file)
    return text.replace("\r\n", "\n").replace("\r", "\n"), problems


def find_conflict(text: str, file: str) -> Problem | None:
    """A merge conflict that git left in the file, if there is one."""
    match = CONFLICT_MARKER.search(text)
    if match is None:
        return None
    line = text.count("\n", 0, match.start()) + 1
    return Problem(
        file,
        what=f"line {line} is a merge conflict marker ({match.group(1)})",
        expected="one version of each row",
        action="keep the rows that are right, delete the lines with <<<<<<<, ======= and >>>>>>>",
    )


def _find_delimiter(text: str, file: str) -> tuple[str, list[Problem]]:
    header = text.split("\n", 1)[0]
    for delimiter, name in OTHER_DELIMITERS.items():
        if "," not in header and delimiter in header:
            what = f"is separated by {name}"
            problem = Problem(file, what=what, expected="commas", action=SAVE_AS_CSV)
            return delimiter, [problem]
    return ",", []


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _parse(text: str, delimiter: str, file: str) -> tuple[list[list[str]], list[Problem]]:
    records: list[list[str]] = []
    try:
        records.extend(_records(text, delimiter))
    except csv.Error:
        return records, [
            Problem(
                file,
                row=str(len(records) + 1),
                what="a quotation mark in or after this row is not closed, or stands inside a cell",
                expected="quotation marks around the whole cell, doubled inside it",
                action='look for a single " in this row; later rows could not be read',
            )
        ]
    return records, []


def _shape_problem(record: list[str], width: int, row: int, file: str) -> Problem:
    number = f"{row} ({record[0]})" if record and record[0] else str(row)
    if not any(record):
        return Problem(file, number, what="the row is empty", action="delete the row")
    action = (
        "put quotation marks around a cell that holds a comma"
        if len(record) > width
        else "add the missing commas; an unknown value is an empty cell"
    )
    what = f"the row has {len(record)} cells"
    return Problem(file, number, what=what, expected=f"{width}, as in the header", action=action)


def _frame(header: list[str], records: list[list[str]], rows: list[int]) -> pd.DataFrame:
    cells = [[text or None for text in record] for record in records]
    return pd.DataFrame(cells, index=pd.Index(rows, name="row"), columns=header, dtype=TEXT)


def _split_rows(
    records: list[list[str]], file: str
) -> tuple[pd.DataFrame, list[Problem], frozenset[str]]:
    header, *body = records
    problems: list[Problem] = []
    good: list[list[str]] = []
    rows: list[int] = []
    lost: set[str] = set()
    for row, record in enumerate(body, start=2):
        if len(record) == len(header) and any(record):
            good.append(record)
            rows.append(row)
        else:
            problems.append(_shape_problem(record, len(header), row, file))
            lost.update(record[:1])
    return _frame(header, good, rows), problems, frozenset(lost)


def _unreadable(file: str, *problems: Problem) -> TextTable:
    return TextTable(file, pd.DataFrame(dtype=TEXT), list(problems), readable=False)


def read_bytes(root: Path, file: str) -> tuple[bytes, Problem | None]:
    """Content of a file of the review, or why it cannot be read."""
    try:
        return (root / file).read_bytes(), None
    except FileNotFoundError:
        problem = Problem(file, what="the file is missing", action="restore it or add it")
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        problem = Problem(file, what=what, action="check its permissions")
    return b"", problem


def read_text_table(root: Path, file: str) -> TextTable:
    """Read a CSV file of the review as text; never raises for what is in the file."""
    data, missing = read_bytes(root, file)
    fatal = missing or _byte_problem(data, file)
    if fatal:
        return _unreadable(file, fatal)
    text, problems = decode_text(data, file)
    if not text.strip():
        return _unreadable(file, Problem(file, what="the file is empty", action="restore it"))
    conflict = find_conflict(text, file)
    if conflict:
        return _unreadable(file, *problems, conflict)
    delimiter, wrong_delimiter = _find_delimiter(text, file)
    records, unclosed = _parse(text, delimiter, file)
    problems += wrong_delimiter + unclosed
    if unclosed or not records:
        return _unreadable(file, *problems)
    cells, wrong_rows, lost = _split_rows(records, file)
    return TextTable(file, cells, problems + wrong_rows, lost)
