"""Text cells to typed values through a table's model: every bad cell in one run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from schemas.cells import (
    DECIMAL_NUMBER,
    WHOLE_NUMBER,
    explain_number,
    explain_text,
    shorten,
)
from schemas.columns import check_header, known_columns
from schemas.nearest import nearest
from schemas.patterns import FORMS
from schemas.problems import Problem
from schemas.reading import TEXT, read_text_table
from schemas.rewritten import find_rewritten
from schemas.tables import Table, TableAsRead, cell, row_label

DECIMAL_COMMA = re.compile(r"^(-?\d+),(\d+)$")
BOUNDS = {"greater_than_or_equal_to": "or more", "less_than_or_equal_to": "or less"}


def _text_problems(table: Table, text: pd.DataFrame) -> Iterator[Problem]:
    """Cells whose letters are wrong; surrounding space is taken off so that they still count."""
    for column in text.columns:
        for row, value in zip(text.index, text[column].tolist(), strict=True):
            reason = explain_text(value) if isinstance(value, str) else None
            if reason is None:
                continue
            what = f"{shorten(value)} {reason[0]}"
            label = row_label(table, text, row)
            text.at[row, column] = value.strip() or pd.NA
            yield Problem(table.file, label, column, what, action=reason[1])


def _number_problems(table: Table, text: pd.DataFrame) -> Iterator[Problem]:
    """Numbers that cannot be read; their cells are emptied so that the others still are."""
    for column in filter(table.is_number, text.columns):
        whole = table.is_whole(column)
        form = WHOLE_NUMBER if whole else DECIMAL_NUMBER
        fits = text[column].str.fullmatch(form).fillna(True).astype(bool)
        for row in text.index[~fits]:
            value = cell(text, row, column)
            what, action = explain_number(value, whole)
            expected = "a whole number" if whole else "a number such as 97.9"
            text.at[row, column] = pd.NA
            said = f"{shorten(value)} {what}"
            yield Problem(table.file, row_label(table, text, row), column, said, expected, action)


def _argument(check: str) -> str:
    return check.partition("(")[2].rstrip(")")


def _reason(check: str, value: str) -> tuple[str, str, str]:
    """What is wrong, what was expected and what to do, for one failed check."""
    kind = check.partition("(")[0]
    if kind == "not_nullable":
        return "the cell is empty", "a value", "fill it in"
    if kind == "isin":
        known = re.findall(r"'([^']*)'", _argument(check))
        action = nearest(value, known, "choose one of them")
        return f"{shorten(value)} is not known here", "one of " + ", ".join(known), action
    if kind == "str_matches":
        pattern = check.partition("('^(?:")[2].removesuffix(")$')").replace("\\\\", "\\")
        expected = FORMS.get(pattern, f"the form {pattern}")
        return f"{shorten(value)} has the wrong form", expected, "write it in that form"
    if kind in BOUNDS:
        expected = f"{_argument(check)} {BOUNDS[kind]}"
        return f"{value} is outside its range", expected, "compare it with the source"
    return f"{shorten(value)} does not pass {check}", "", "compare it with the source"


def _repetition(table: Table, text: pd.DataFrame, row: int, column: str) -> Iterator[Problem]:
    if not set(table.key) <= set(text.columns):  # a missing column is a problem of its own
        return
    keys = text[list(table.key)].dropna()
    if column == table.key[-1] and row in keys.index:
        first = int(keys.index[(keys == keys.loc[row]).all(axis=1).astype(bool)][0])
        what = f"{shorten(cell(keys, row, column))} is already used in row {first}"
        action = "delete the row if it is a copy, else give it a name of its own"
        label = row_label(table, text, row)
        if row != first:
            yield Problem(table.file, label, column, what, "a name that occurs once", action)


def _failure_problems(
    table: Table, text: pd.DataFrame, failures: pd.DataFrame
) -> Iterator[Problem]:
    for failure in failures.to_dict("records"):
        column, row = str(failure["column"]), int(failure["index"])
        if "uniqueness" in str(failure["check"]):
            yield from _repetition(table, text, row, column)
            continue
        reason = _reason(str(failure["check"]), cell(text, row, column))
        yield Problem(table.file, row_label(table, text, row), column, *reason)


def _typed(table: Table, text: pd.DataFrame) -> pd.DataFrame:
    types = {
        name: ("Int64" if table.is_whole(name) else "Float64") if table.is_number(name) else TEXT
        for name in text.columns
    }
    return text.astype(types)


def _coerce(table: Table, text: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    missing = [name for name in table.columns if name not in text.columns]
    schema = table.schema.remove_columns(missing) if missing else table.schema
    problems: list[Problem] = []
    try:
        schema.validate(text, lazy=True)
    except pa.errors.SchemaErrors as error:
        problems = list(_failure_problems(table, text, error.failure_cases))
    return _typed(table, text), problems


def _one_a_cell(problems: Iterable[Problem]) -> list[Problem]:
    """The first problem of each cell: what follows from it is not worth a line."""
    first: dict[tuple[str, ...], Problem] = {}
    for problem in problems:
        in_cell = bool(problem.row and problem.column)
        about = (problem.row, problem.column if in_cell else problem.what)
        first.setdefault(about, problem)
    return list(first.values())


def write_points(table: Table, text: pd.DataFrame) -> None:
    """Decimal points for decimal commas, in a file that has commas throughout.

    Where the language of a computer writes the comma, its programs separate cells by semicolons.
    """
    numbers = [name for name in table.columns if name in text and table.is_number(name)]
    cells = [str(cell) for name in numbers for cell in text[name].dropna()]
    if not any(DECIMAL_NUMBER.fullmatch(cell) and "." in cell for cell in cells):
        for name in numbers:
            text[name] = text[name].str.replace(DECIMAL_COMMA, r"\1.\2", regex=True)


def empty_reading(table: Table, problems: Iterable[Problem] = ()) -> TableAsRead:
    """A table that could not be read: no rows, all columns."""
    text = pd.DataFrame({name: pd.Series(dtype=TEXT) for name in table.columns})
    return TableAsRead(table, text, _typed(table, text), list(problems), usable=False)


def read_cells(root: Path, table: Table) -> TableAsRead:
    """The cells of a table as text, without surrounding space; `values` is still empty."""
    written = read_text_table(root, table.file)
    if not written.readable:
        return empty_reading(table, written.problems)
    problems = written.problems + check_header(table, list(written.cells.columns))
    text = known_columns(table, written.cells)
    problems += _text_problems(table, text)
    problems += find_rewritten(table, text)
    if written.delimiter == ";":
        write_points(table, text)
    usable = len(text.columns) == len(table.columns)
    return TableAsRead(table, text, text.iloc[:0], problems, written.lost, usable)


def type_cells(cells: TableAsRead) -> TableAsRead:
    """Pass the cells of a table through its model; bad numbers become missing values."""
    table, readable = cells.table, cells.text.copy()
    problems = cells.problems + list(_number_problems(table, readable))
    values, failures = _coerce(table, readable)
    problems = _one_a_cell(problems + failures)
    if not cells.usable:
        return empty_reading(table, problems)
    return TableAsRead(table, cells.text, values, problems, cells.lost)
