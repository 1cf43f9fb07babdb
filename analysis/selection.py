"""Selectors: how a claim names the evidence rows it stands on.

`outcomes:trial.response.27m` is the row with that identifier;
`outcomes[arm_id=trial, outcome=overall_response, latest=yes]` is whatever row has
these values; `|` joins several. A selector never says what to compute.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from schemas.evidence import Evidence

KEYS = {
    "sources": "citekey",
    "source_status": "citekey",
    "source_acceptances": "citekey",
    "studies": "study_id",
    "products": "product_id",
    "arms": "arm_id",
    "article_claims": "claim_id",
    "searches": "search_id",
    "screening": "record_id",
    "glossary": "term",
    "vocabulary": "term",
}
BY_KEY = re.compile(r"^(?P<table>[a-z_]+):(?P<key>[^\[\]#|]+?)(?:#(?P<column>[a-z_0-9]+))?$")
BY_VALUES = re.compile(r"^(?P<table>[a-z_]+)\[(?P<conditions>.*)\](?:#(?P<column>[a-z_0-9]+))?$")


class SelectionError(ValueError):
    """A selector that is not understood, or that names evidence which is not there."""


@dataclass(frozen=True)
class Selection:
    """Rows of one table, their references (`table:key`), and the column asked for."""

    table: str
    rows: pd.DataFrame
    column: str | None = None

    @property
    def references(self) -> tuple[str, ...]:
        """`table:key` of every selected row, in table order."""
        return tuple(f"{self.table}:{key}" for key in self.rows[key_column(self.table)])

    def only(self) -> dict[str, Any]:
        """The one selected row, missing cells as None; SelectionError for none or many."""
        if len(self.rows) != 1:
            found = "no row" if self.rows.empty else f"{len(self.rows)} rows"
            some = ", ".join(self.references[:4])
            raise SelectionError(
                f"selects {found} of {self.table}" + (f" ({some})" if some else "")
            )
        return records_of(self.rows)[0]


def records_of(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Every row as its cells by their column, missing cells as None."""
    return [
        {str(name): present(value) for name, value in record.items()}
        for record in rows.to_dict("records")
    ]


def present(value: Any) -> Any:
    """A cell's value, None where it is missing."""
    return None if value is pd.NA or pd.isna(value) else value


def key_column(table: str) -> str:
    """The column that identifies a row of this table."""
    return KEYS.get(table, "row_id")


def frame_of(evidence: Evidence, table: str) -> pd.DataFrame:
    """The table of this name; SelectionError when there is none."""
    frame = getattr(evidence, table, None)
    if not isinstance(frame, pd.DataFrame):
        raise SelectionError(f"there is no table {table!r}")
    return frame


def select_rows(evidence: Evidence, selector: str) -> list[Selection]:
    """Every part of a selector, in its order; SelectionError names what is wrong."""
    found = [_select_part(evidence, part.strip()) for part in split_parts(selector)]
    for noted in _noted.get():
        noted.update(name for part in found for name in part.references)
    return found


@contextmanager
def logging_rows(noted: set[str]) -> Iterator[None]:
    """Note the reference of every row that is selected meanwhile."""
    token = _noted.set((*_noted.get(), noted))
    try:
        yield
    finally:
        _noted.reset(token)


@contextmanager
def finding_rows(find: FindRow) -> Iterator[None]:
    """Leave it to `find`, meanwhile, to find the row of a key: it may know some already."""
    token = _find.set(find)
    try:
        yield
    finally:
        _find.reset(token)


def split_parts(selector: str) -> list[str]:
    """Split at `|` outside square brackets."""
    return re.split(r"\s*\|\s*(?![^\[]*\])", selector)


def _select_part(evidence: Evidence, part: str) -> Selection:
    if match := BY_KEY.match(part):
        return _find.get()(evidence, match["table"], match["key"], match["column"])
    if match := BY_VALUES.match(part):
        return _select_values(evidence, match["table"], match["conditions"], match["column"])
    raise SelectionError(f"{part!r} is not table:row or table[column=value, ...]")


def select_key(evidence: Evidence, table: str, key: str, column: str | None) -> Selection:
    """The row of this key; SelectionError names the nearest where there is none."""
    frame = frame_of(evidence, table)
    keys = frame[key_column(table)].to_numpy(dtype=object)
    rows = frame.take(np.flatnonzero(keys == key))
    if rows.empty:
        near = get_close_matches(key, [str(name) for name in keys], n=1)
        hint = f"; the nearest is {near[0]!r}" if near else ""
        raise SelectionError(f"evidence/{table}.csv has no row {key!r}{hint}")
    return _checked(table, rows, column)


def _select_values(
    evidence: Evidence, table: str, conditions: str, column: str | None
) -> Selection:
    frame = frame_of(evidence, table)
    keep = pd.Series(True, index=frame.index)
    for condition in filter(None, (text.strip() for text in conditions.split(","))):
        keep &= _condition(frame, table, condition)
    return _checked(table, frame[keep], column)


def _condition(frame: pd.DataFrame, table: str, condition: str) -> pd.Series[bool]:
    parts = re.split(r"\s*(!=|=)\s*", condition, maxsplit=1)
    if len(parts) != 3:
        raise SelectionError(f"{condition!r} is not column=value or column!=value")
    name, sign, value = parts
    if name not in frame.columns:
        near = get_close_matches(name, list(frame.columns), n=1)
        hint = f"; did you mean {near[0]!r}" if near else ""
        raise SelectionError(f"evidence/{table}.csv has no column {name!r}{hint}")
    cells = frame[name].astype("string").fillna("")
    wanted = value.split("/") if value else [""]
    same = cells.isin([text.strip() for text in wanted])
    return ~same if sign == "!=" else same


def _checked(table: str, rows: pd.DataFrame, column: str | None) -> Selection:
    if column is not None and column not in rows.columns:
        raise SelectionError(f"evidence/{table}.csv has no column {column!r}")
    return Selection(table, rows, column)


FindRow = Callable[[Evidence, str, str, str | None], Selection]
_find: ContextVar[FindRow] = ContextVar("find", default=select_key)
_noted: ContextVar[tuple[set[str], ...]] = ContextVar("noted", default=())
