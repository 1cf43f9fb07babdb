"""Loads a table: its cells, the corrections of our own errors, its model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from schemas.characteristics import TABLES as DESCRIBED
from schemas.characteristics import TYPES
from schemas.coercion import read_cells, type_cells
from schemas.corrections import apply_corrections, read_corrections
from schemas.problems import ReviewError
from schemas.reading import read_text_table
from schemas.registry import TABLES, tables_of
from schemas.review import read_review
from schemas.tables import Table, TableAsRead


def guessed_tables(root: Path) -> dict[str, Table]:
    """Every table by name where the review cannot be read: columns that no other has are texts."""
    return {name: replace(table, own=_texts(root, table)) for name, table in TABLES.items()}


def _texts(root: Path, table: Table) -> dict[str, pa.Column]:
    """The columns that only this file has."""
    if table.name not in DESCRIBED:
        return {}
    header = read_text_table(root, table.file).cells.columns
    return {
        str(name): pa.Column(TYPES["text"], nullable=True)
        for name in header
        if name and name not in table.columns
    }


def read_table(root: Path, table: Table, corrections: pd.DataFrame) -> TableAsRead:
    """A table with its corrections applied, and everything that is wrong with it."""
    cells = read_cells(root, table)
    if not cells.usable:
        return type_cells(cells)
    text, outdated = apply_corrections(table, cells.text, corrections)
    return type_cells(replace(cells, text=text, problems=cells.problems + outdated))


def load_table(root: Path, name: str) -> pd.DataFrame:
    """Typed values of the table of this name; raises ReviewError with every problem of it."""
    if name == "corrections":
        reading = read_corrections(root)
    else:
        table = tables_of(read_review(root)[0])[name]
        reading = read_table(root, table, read_corrections(root).values)
    if reading.problems:
        raise ReviewError(reading.problems)
    return reading.values
