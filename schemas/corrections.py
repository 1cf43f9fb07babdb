"""Our own extraction errors: corrected when tables are read, guarded by the old value."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from schemas.cells import shorten
from schemas.coercion import read_cells, type_cells
from schemas.nearest import nearest
from schemas.problems import Problem
from schemas.registry import TABLES
from schemas.tables import Table, TableAsRead, cell, row_label

TABLE = TABLES["corrections"]


def read_corrections(root: Path) -> TableAsRead:
    """Corrected cells and everything that is wrong with the table itself."""
    return type_cells(read_cells(root, TABLE))


def _shown(value: str) -> str:
    return shorten(value) if value else "an empty cell"


def _place(table: Table, text: pd.DataFrame, name: str, column: str) -> tuple[str, ...]:
    """Column, what is wrong, expected and action when the corrected cell is not there."""
    names = text[table.key[-1]]
    if column not in text.columns:
        what = f"{table.file} has no column {shorten(column)}"
        action = nearest(column, text.columns, "name one of its columns")
        return "column", what, "a column of that table", action
    if column in table.key:
        action = "rename the row in its own table"
        return "column", f"{shorten(column)} names the row", "another column", action
    found = int((names == name).sum())
    if found != 1:
        what = f"{table.file} has {found or 'no'} row named {shorten(name)}"
        action = nearest(name, names.dropna(), "delete the correction if the row is withdrawn")
        return "row", what, "one row", action
    return ()


def _guard(table: Table, text: pd.DataFrame, row: int, column: str, old: str) -> tuple[str, ...]:
    """Column, what is wrong, expected and action when the old value no longer stands."""
    held = cell(text, row, column)
    if held == old:
        return ()
    label = row_label(table, text, row)
    what = f"{table.file} row {label} column {column} no longer holds {_shown(old)}"
    expected = f"the old value to stand there; it holds {_shown(held)}"
    action = "delete the correction if that is right, else correct its old_value"
    return "old_value", what, expected, action


def apply_corrections(
    table: Table, text: pd.DataFrame, corrections: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem]]:
    """Text with the corrections whose old value stands, and a problem for each other one."""
    corrected, problems = text.copy(), []
    for at in corrections.index[corrections["table"].eq(table.name).fillna(False)]:
        name, column, old, new = (
            cell(corrections, at, part) for part in ("row", "column", "old_value", "new_value")
        )
        rows = text.index[text[table.key[-1]].eq(name).fillna(False)]
        reason = _place(table, text, name, column) or _guard(table, text, rows[0], column, old)
        if reason:
            label = row_label(TABLE, corrections, at)
            problems.append(Problem(TABLE.file, label, *reason))
        else:
            corrected.at[rows[0], column] = new or pd.NA
    return corrected, problems
