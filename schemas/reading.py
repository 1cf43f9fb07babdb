"""Reads a table as text, as spreadsheet programs save it; what is wrong is said in words.

Habits that change no value are read: a signature, another character set, semicolons or tabs
throughout, the line `sep=`, blank rows, a comma more at the end of every row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.decoding import byte_problem, decode_text, find_conflict, read_bytes
from schemas.problems import Problem

if TYPE_CHECKING:
    import pandas as pd

EVIDENCE_FOLDER = "evidence"
TEXT = "string[python]"
DELIMITERS = (",", ";", "\t")
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[,;\t]*\n', re.IGNORECASE)
LONGEST_CELL = 32_767  # what a cell of a spreadsheet program can hold
csv.field_size_limit(max(csv.field_size_limit(), 10 * LONGEST_CELL))
Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class TextTable:
    """A table as written: text cells, indexed by spreadsheet row (the header is row 1).

    `lost` holds the first cell of each row that could not be read, so that a
    reference to such a row is not reported as well. `readable` is False when
    nothing can be said about the cells. `delimiter` is what separates the cells.
    """

    file: str
    cells: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    lost: frozenset[str] = frozenset()
    readable: bool = True
    delimiter: str = ","


@dataclass(frozen=True)
class Records:
    """Header and rows of a table as written, each row with its number in a spreadsheet."""

    file: str
    header: tuple[str, ...] = ()
    rows: Rows = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    delimiter: str = ","
    readable: bool = False


def evidence_file(name: str) -> str:
    """Name of an evidence file as messages print it."""
    return f"{EVIDENCE_FOLDER}/{name}"


def _delimiter(text: str) -> tuple[str, str]:
    """What separates the cells, and the text without the line that says so."""
    if stated := SEPARATOR_LINE.match(text):
        return stated.group(1), text[stated.end() :]
    header = text.split("\n", 1)[0]
    # The column names of a table hold none of these signs: the one that is there separates.
    return max(DELIMITERS, key=header.count), text


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _parse(text: str, delimiter: str, file: str) -> tuple[list[list[str]], list[Problem]]:
    records: list[list[str]] = []
    try:
        records.extend(_records(text, delimiter))
    except csv.Error as error:
        row = str(len(records) + 1)
        if "larger than field limit" in str(error):
            what = f"a cell of this row is longer than {LONGEST_CELL:,} letters"
            action = 'shorten it; if it is not meant, a " before it is not closed'
        else:
            what = "a quotation mark in or after this row is not closed, or stands inside a cell"
            action = 'look for a single " in this row; later rows could not be read'
        expected = "quotation marks around the whole cell, doubled inside it"
        return records, [Problem(file, row, what=what, expected=expected, action=action)]
    return records, []


def _shape_problem(record: list[str], width: int, row: int, file: str) -> Problem:
    number = f"{row} ({record[0]})" if record and record[0] else str(row)
    action = (
        "put quotation marks around a cell that holds a comma"
        if len(record) > width
        else "add the missing commas; an unknown value is an empty cell"
    )
    what = f"the row has {len(record)} cells"
    return Problem(file, number, what=what, expected=f"{width}, as in the header", action=action)


def _cut_short(records: list[list[str]], file: str) -> Problem:
    """A file that ends within its last row: what came after it may be lost."""
    what = f"the file ends within this row, after {len(records[-1])} of {len(records[0])} cells"
    action = "restore the file, for rows may be missing (git diff shows them), or complete the row"
    return Problem(file, str(len(records)), what=what, expected="a whole table", action=action)


def _filled(records: list[list[str]]) -> tuple[list[str], Rows]:
    """The header, and the rows that hold anything, each with its number in a spreadsheet.

    Empty cells that every row has beyond the header's names are none: programs write them for
    a cell that once was filled.
    """
    header = records[0]
    while header and not header[-1].strip() and all(not any(row[len(header) - 1 : len(header)])
                                                    for row in records):  # fmt: skip
        header = header[:-1]
    rows = [(at, row) for at, row in enumerate(records[1:], start=2) if any(map(str.strip, row))]
    beyond = {len(row) - len(header) for _, row in rows}
    if min(beyond, default=0) > 0 and not any(any(row[len(header) :]) for _, row in rows):
        rows = [(at, row[: len(header)]) for at, row in rows]
    return header, rows


def _frame(header: list[str], rows: Rows) -> pd.DataFrame:
    import pandas as pd

    cells = [[text or None for text in record] for _, record in rows]
    index = pd.Index([at for at, _ in rows], name="row")
    return pd.DataFrame(cells, index=index, columns=header, dtype=TEXT)


def _split_rows(records: Records) -> tuple[Rows, list[Problem], frozenset[str]]:
    """The rows as long as the header, and what is wrong with the others."""
    width = len(records.header)
    good = [(at, row) for at, row in records.rows if len(row) == width]
    bad = [(at, row) for at, row in records.rows if len(row) != width]
    problems = [_shape_problem(row, width, at, records.file) for at, row in bad]
    return good, problems, frozenset(row[0] for _, row in bad)


def _most_rows(wrong: list[Problem], file: str) -> Problem:
    """One problem for a file most of whose rows have too many or too few cells."""
    first = wrong[0]
    what = f"{len(wrong)} rows have another number of cells than the header; "
    what += f"the first is row {first.row}: {first.what}"
    action = "compare the header with that row: a comma more or less, or a column pasted in"
    return Problem(file, what=what, expected=first.expected, action=action)


def read_records(root: Path, file: str) -> Records:
    """Header and rows of a CSV file of the review; never raises for what is in the file."""
    data, missing = read_bytes(root, file)
    if fatal := missing or byte_problem(data, file):
        return Records(file, problems=(fatal,))
    text, problems = decode_text(data, file)
    if not text.strip():
        problem = Problem(file, what="the file is empty", action="restore it")
        return Records(file, problems=(problem,))
    if conflict := find_conflict(text, file):
        return Records(file, problems=(*problems, conflict))
    delimiter, text = _delimiter(text)
    records, unclosed = _parse(text, delimiter, file)
    if unclosed or not records:
        return Records(file, problems=(*problems, *unclosed))
    if not text.endswith("\n") and len(records[-1]) < len(records[0]):
        return Records(file, problems=(*problems, _cut_short(records, file)))
    header, rows = _filled(records)
    return Records(file, tuple(header), rows, tuple(problems), delimiter, readable=True)


def read_text_table(root: Path, file: str) -> TextTable:
    """Read a CSV file of the review as text; never raises for what is in the file."""
    import pandas as pd

    records = read_records(root, file)
    problems = list(records.problems)
    good, wrong_rows, lost = _split_rows(records)
    if not records.readable or len(wrong_rows) > max(len(good), 1):
        problems += [_most_rows(wrong_rows, file)] if records.readable else []
        return TextTable(file, pd.DataFrame(dtype=TEXT), problems, readable=False)
    cells = _frame(list(records.header), good)
    return TextTable(file, cells, problems + wrong_rows, lost, delimiter=records.delimiter)
