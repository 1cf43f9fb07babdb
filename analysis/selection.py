"""Selectors: how a claim names the evidence rows it stands on.

`outcomes:trial.response.27m` is the row with that identifier;
`outcomes[arm_id=trial, outcome=overall_response, latest=yes]` is whatever row has
these values; `|` joins several. A selector never says what to compute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.reads import covered, note_read, noted_as
from schemas.evidence import Evidence
from schemas.nearest import hint
from schemas.table_rows import TableRows

if TYPE_CHECKING:
    import pandas as pd

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


class TooFewError(SelectionError):
    """An analysis that is asked for rightly, and for which there are too few cohorts yet."""


@dataclass(frozen=True)
class Selection:
    """Rows of one table, by position, and the column asked for."""

    table: str
    source: TableRows
    positions: Sequence[int]
    column: str | None = None

    @property
    def rows(self) -> pd.DataFrame:
        """The selected rows as a frame."""
        return self.source.take(self.positions)

    @property
    def references(self) -> tuple[str, ...]:
        """`table:key` of every selected row, in table order."""
        return tuple(f"{self.table}:{key}" for key in self.cells(key_column(self.table)))

    @property
    def records(self) -> list[dict[str, Any]]:
        """Every selected row as its cells by their column, missing cells as None."""
        return [self.source.record(position) for position in self.positions]

    def cells(self, column: str) -> list[Any]:
        """A column of the selected rows, missing cells as None; no cell where it is not there."""
        if column not in self.source.names:
            return []
        return [self.source.cell(position, column) for position in self.positions]

    def only(self) -> dict[str, Any]:
        """The one selected row, missing cells as None; SelectionError for none or many."""
        if len(self.positions) != 1:
            found = f"{len(self.positions)} rows" if self.positions else "no row"
            some = ", ".join(self.references[:4])
            raise SelectionError(
                f"selects {found} of {self.table}" + (f" ({some})" if some else "")
            )
        return self.source.record(self.positions[0])


def records_of(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Every row as its cells by their column, missing cells as None."""
    source = TableRows(rows)
    return [source.record(position) for position in range(len(rows))]


def key_column(table: str) -> str:
    """The column that identifies a row of this table."""
    return KEYS.get(table, "row_id")


def rows_of(evidence: Evidence, table: str) -> TableRows:
    """The rows of the table of this name; SelectionError when there is none."""
    if table not in evidence.rows:
        raise SelectionError(f"there is no table {table!r}")
    return evidence.rows[table]


def frame_of(evidence: Evidence, table: str) -> pd.DataFrame:
    """The table of this name; SelectionError when there is none."""
    return rows_of(evidence, table).frame


def select_rows(evidence: Evidence, selector: str) -> list[Selection]:
    """Every part of a selector, in its order; SelectionError names what is wrong."""
    with noted_as(f"rows:{selector}"):
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


def row_or_none(evidence: Evidence, reference: str) -> dict[str, Any] | None:
    """The row of a reference `table:key`, which alone is noted; None where there is none."""
    table, _, key = reference.partition(":")
    alone = BY_KEY.match(reference)
    note_read(f"rows:{reference}" if alone and not alone["column"] else f"table:{table}")
    with covered():
        if table not in evidence.rows:
            return None
        source = evidence.rows[table]
        positions = source.at(key_column(table), key)
        return source.record(positions[-1]) if positions else None


def written(evidence: Evidence, reference: str, column: str) -> str:
    """A cell of the row `table:key` as it is written, for the digits that its source printed."""
    table, _, key = reference.partition(":")
    source = rows_of(evidence, table)
    position = source.at(key_column(table), key)[0]
    value = source.cell(position, column)  # whoever notes the cell notes how it is written
    with covered():
        return "" if value is None else str(evidence.written[table].cell(position, column))


def split_parts(selector: str) -> list[str]:
    """Split at `|` outside square brackets."""
    return re.split(r"\s*\|\s*(?![^\[]*\])", selector)


def _select_part(evidence: Evidence, part: str) -> Selection:
    if match := BY_KEY.match(part):
        return _select_key(evidence, match["table"], match["key"], match["column"])
    if match := BY_VALUES.match(part):
        return _select_values(evidence, match["table"], match["conditions"], match["column"])
    raise SelectionError(f"{part!r} is not table:row or table[column=value, ...]")


def _select_key(evidence: Evidence, table: str, key: str, column: str | None) -> Selection:
    """The row of this key; SelectionError names the nearest where there is none."""
    source, name = rows_of(evidence, table), key_column(table)
    positions = source.at(name, key)
    if not positions:
        meant = hint(key, source.cells(name))
        raise SelectionError(f"evidence/{table}.csv has no row {key!r}{meant}")
    return _checked(table, source, positions, column)


def _select_values(
    evidence: Evidence, table: str, conditions: str, column: str | None
) -> Selection:
    source = rows_of(evidence, table)
    positions: Sequence[int] = range(len(source))
    for condition in _conditions(conditions):
        positions = _meeting(source, table, condition, positions)
    return _checked(table, source, positions, column)


def unheard_values(evidence: Evidence, selector: str) -> list[str]:
    """Conditions of a selector with a value that its column holds nowhere and cannot hold.

    A selector without them that selects nothing is a result: there is none of what it names.
    """
    terms = set(evidence.rows["vocabulary"].texts("term"))
    found = []
    for match in filter(None, (BY_VALUES.match(part.strip()) for part in split_parts(selector))):
        table = match["table"]
        for condition in _conditions(match["conditions"]):
            name, _, values = _parsed(condition)
            checks = evidence.tables[table].schema.columns[name].checks
            allowed = {v for check in checks for v in check.statistics.get("allowed_values", ())}
            keyed = [one for one, model in evidence.tables.items() if model.key == (name,)]
            held = {cell for one in (table, *keyed) for cell in evidence.rows[one].texts(name)}
            if values - allowed - terms - held - {""}:
                found.append(condition)
    return found


def _conditions(text: str) -> Iterator[str]:
    return filter(None, (part.strip() for part in text.split(",")))


def _parsed(condition: str) -> tuple[str, str, set[str]]:
    """Column, sign and values of a condition."""
    parts = re.split(r"\s*(!=|=)\s*", condition, maxsplit=1)
    if len(parts) != 3:
        raise SelectionError(f"{condition!r} is not column=value or column!=value")
    name, sign, value = parts
    return name, sign, {text.strip() for text in value.split("/")} if value else {""}


def _meeting(
    source: TableRows, table: str, condition: str, positions: Sequence[int]
) -> Sequence[int]:
    """Those of the positions that meet a condition."""
    name, sign, wanted = _parsed(condition)
    if name not in source.names:
        meant = hint(name, source.names)
        raise SelectionError(f"evidence/{table}.csv has no column {name!r}{meant}")
    texts = source.texts(name)
    return [at for at in positions if (texts[at] in wanted) == (sign == "=")]


def _checked(
    table: str, source: TableRows, positions: Sequence[int], column: str | None
) -> Selection:
    if column is not None and column not in source.names:
        raise SelectionError(f"evidence/{table}.csv has no column {column!r}")
    return Selection(table, source, positions, column)


_noted: ContextVar[tuple[set[str], ...]] = ContextVar("noted", default=())
