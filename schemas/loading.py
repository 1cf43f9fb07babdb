"""Loads a table: its cells, the corrections of our own errors, its model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from schemas.characteristics import TABLES as DESCRIBED
from schemas.characteristics import own_columns
from schemas.coercion import read_cells, type_cells
from schemas.corrections import apply_corrections, read_corrections
from schemas.problems import ReviewError
from schemas.registry import TABLES
from schemas.review import read_review
from schemas.tables import Table, TableAsRead


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
        review = read_review(root)[0] if name in DESCRIBED else None
        own = own_columns(review.characteristics, name) if review else {}
        table = replace(TABLES[name], own=own)
        reading = read_table(root, table, read_corrections(root).values)
    if reading.problems:
        raise ReviewError(reading.problems)
    return reading.values
