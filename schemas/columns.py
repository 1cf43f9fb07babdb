"""The header of a table: columns missing, unknown, misspelt or given twice."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import pandas as pd

from schemas.characteristics import TABLES as DESCRIBED
from schemas.problems import Problem
from schemas.reading import TEXT
from schemas.tables import Table

HEADER_ROW = "1"


def _renamed(table: Table, header: list[str]) -> dict[str, str]:
    """Unknown columns that are a misspelling of a missing one."""
    missing = [name for name in table.columns if name not in header]
    renamed: dict[str, str] = {}
    for name in header:
        if name in table.columns:
            continue
        close = difflib.get_close_matches(name.strip().lower(), missing, n=1, cutoff=0.7)
        if close and close[0] not in renamed.values():
            renamed[name] = close[0]
    return renamed


def _present_problems(table: Table, header: list[str]) -> Iterator[Problem]:
    renamed = _renamed(table, header)
    for name in dict.fromkeys(header):
        shown = name or "(no name)"
        if header.count(name) > 1:
            what = f"the column occurs {header.count(name)} times"
            action = "keep one of them" if name else "delete the columns without a name"
            yield Problem(table.file, HEADER_ROW, shown, what, action=action)
        elif name in renamed:
            action = f"rename it to {renamed[name]!r}"
            what = "the column name is misspelt"
            yield Problem(table.file, HEADER_ROW, shown, what, action=action)
        elif name not in table.columns:
            expected = "one of " + ", ".join(table.columns)
            declare = "declare it under characteristics in review.yml"
            instead = declare if table.name in DESCRIBED else "move what it says to the note"
            action = f"delete the column, or {instead}"
            what = "the column is unknown"
            yield Problem(table.file, HEADER_ROW, shown, what, expected, action)


def check_header(table: Table, header: list[str]) -> list[Problem]:
    """Everything that is wrong with the names of the columns."""
    found = {*header, *_renamed(table, header).values()}
    action = "add the column; its cells may be empty where nothing is known"
    missing = [
        Problem(table.file, HEADER_ROW, name, "the column is missing", action=action)
        for name in table.columns
        if name not in found and name not in table.optional
    ]
    return [*_present_problems(table, header), *missing]


def known_columns(table: Table, text: pd.DataFrame) -> pd.DataFrame:
    """The columns of the model the file has, misspelt ones under their right name."""
    single = text.loc[:, ~text.columns.duplicated()]
    renamed = single.rename(columns=_renamed(table, list(single.columns)))
    for name in table.optional - set(renamed.columns):
        renamed[name] = pd.Series(pd.NA, index=renamed.index, dtype=TEXT)
    return renamed[[name for name in table.columns if name in renamed.columns]].copy()
