"""The bytes of a file as text, whatever program saved it, and what no text file may hold."""

from __future__ import annotations

import re
from pathlib import Path

from schemas.problems import Problem

SAVE_AS_CSV = (
    "save it again as CSV with the character set UTF-8 and the comma as field delimiter "
    "(LibreOffice Calc: Save As, Text CSV, tick 'Edit filter settings')"
)
CONFLICT_MARKER = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)", re.MULTILINE)
OPENED_OR_CLOSED = re.compile(r"^(<{7}|>{7})( |$)", re.MULTILINE)  # where ======= may be meant
LARGEST_FILE = 20_000_000
LOST = re.compile(r"(?<![^\s,;(\"])\?+ ?\w+")
UTF_8_MARK, UTF_16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")


def read_bytes(root: Path, file: str) -> tuple[bytes, Problem | None]:
    """Content of a file of the review, or why it cannot be read."""
    path = root / file
    try:
        if path.is_file() and (size := path.stat().st_size) > LARGEST_FILE:
            what = f"is {size // 1_000_000} MB large"
            expected = f"at most {LARGEST_FILE // 1_000_000} MB"
            action = "look for cells that hold a whole document, or for millions of blank rows"
            return b"", Problem(file, what=what, expected=expected, action=action)
        return path.read_bytes(), None
    except FileNotFoundError:
        problem = Problem(file, what="the file is missing", action="restore it or add it")
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        problem = Problem(file, what=what, action="check its permissions")
    return b"", problem


def byte_problem(data: bytes, file: str) -> Problem | None:
    """Why bytes are no text at all: a workbook, a file of zeros."""
    if data.startswith(b"PK"):
        what = "is a spreadsheet workbook (xlsx or ods), not a CSV file"
        return Problem(file, what=what, expected="plain text", action=SAVE_AS_CSV)
    if b"\x00" in data and not data.startswith(UTF_16_MARKS):
        what = "holds zero bytes: it is not a text file"
        return Problem(file, what=what, expected="plain text", action=SAVE_AS_CSV)
    return None


def _decode(data: bytes) -> tuple[str, str]:
    """The text, and what is wrong with it; empty where one character set fits it all."""
    if data.startswith(UTF_16_MARKS):
        try:
            return data.decode("utf-16"), ""
        except UnicodeDecodeError:
            return data.decode("utf-16", errors="replace"), "UTF-16"
    try:
        return data.removeprefix(UTF_8_MARK).decode("utf-8"), ""
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
    text = data.decode("cp1252", errors="replace")
    # What is UTF-8 in one line and Windows-1252 in another was joined from two files.
    mixed = any(is_utf_8(line) for line in data.split(b"\n") if not line.isascii())
    if "\ufffd" in text or mixed or data.startswith(UTF_8_MARK):
        return text, f"line {line} is neither UTF-8 nor Windows-1252 like the others"
    if lost := LOST.search(text):
        at = text.count("\n", 0, lost.start()) + 1
        said = "is saved in Windows-1252 (Excel's plain CSV), which has put ? for signs it lacks"
        return text, f"{said}: line {at} holds {lost.group().strip()!r}"
    return text, ""


def is_utf_8(data: bytes) -> bool:
    """Whether bytes can be read as UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def decode_text(data: bytes, file: str) -> tuple[str, list[Problem]]:
    """Text of a file with plain line ends, and what is wrong with its character set.

    A signature, UTF-16 and Windows-1252 are what Excel writes by itself: where the whole file
    can be read in one of them, it is.
    """
    text, wrong = _decode(data)
    found = [Problem(file, what=wrong, expected="UTF-8", action=SAVE_AS_CSV)] if wrong else []
    return text.replace("\r\n", "\n").replace("\r", "\n"), found


def find_other_delimiter(text: str, file: str) -> Problem | None:
    """A table that was saved with semicolons or tabs, where commas alone are read."""
    header = text.split("\n", 1)[0]
    for sign, name in ((";", "semicolons"), ("\t", "tabs")):
        if header.count(sign) > header.count(","):
            what = f"was saved with {name} between the cells"
            return Problem(file, "1", what=what, expected="commas", action=SAVE_AS_CSV)
    return None


def find_conflict(text: str, file: str) -> Problem | None:
    """A merge conflict that git left in a table, if there is one."""
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


def conflict_in(text: str) -> tuple[int, str] | None:
    """The line of a merge conflict that git left in a document or in YAML, and what to say."""
    match = OPENED_OR_CLOSED.search(text)
    if match is None:
        return None
    said = (
        f"a merge conflict marker ({match[1]}): keep the lines that are right, delete those "
        "with <<<<<<<, ======= and >>>>>>>"
    )
    return text.count("\n", 0, match.start()) + 1, said
