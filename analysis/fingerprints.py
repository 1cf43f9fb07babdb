"""The hash behind each name that `analysis.watching` notes of the evidence and its syntheses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from analysis.kept import hash_of_bytes
from analysis.reads import covered
from analysis.selection import Selection, SelectionError, select_rows
from schemas.evidence import Evidence

NOTHING = "nothing"
OF_TABLES = frozenset({"cells", "column", "where", "rows", "table"})
TABLE = re.compile(r"\w+")
SHORT = 20  # signs: a cell that is no longer stands for itself


class EvidenceHashes(dict[str, str]):
    """The hash of everything that may be read of the evidence, by its name, as it stands.

    It is found when a name is first asked for, and is empty for a kind of name nobody knows here.
    """

    def __init__(self, evidence: Evidence, syntheses: Callable[[], Mapping[str, Any]]) -> None:
        super().__init__()
        self.evidence, self.syntheses = evidence, syntheses
        self._columns: dict[tuple[str, str], list[str]] = {}
        self.behind: dict[str, Callable[[str], str]] = {
            "cells": self._cells,
            "column": lambda key: hash_of_bytes(*self._column(*key.split(":", 1))),
            "where": self._where,
            "rows": lambda key: hash_of(self._selected(key)),
            "table": self._table,
            "synthesis": lambda key: hash_of_item(self.syntheses(), key),
            "review": lambda _: hash_of(self.evidence.review.model_dump()),
            "bibliography": lambda _: hash_of(dict(self.evidence.bibliography)),
        }

    def __call__(self, name: str) -> str:
        """The hash behind a name."""
        return self[name]

    def __missing__(self, name: str) -> str:
        kind, _, key = name.partition(":")
        with covered():
            self[name] = self.behind[kind](key) if kind in self.behind else ""
        return self[name]

    def _cells(self, key: str) -> str:
        """A cell, or all of a row with its place in the file."""
        table, _, place = key.partition("@")
        position, mark, column = place.partition(":")
        rows = self.evidence.rows[table]
        at = int(position)
        if at >= len(rows):
            return NOTHING
        if mark:
            return self._column(table, column)[at] if column in rows.names else NOTHING
        row = (f"{name}={self._column(table, name)[at]}" for name in rows.names)
        return hash_of_bytes(str(rows.places[at]), *row)

    def _column(self, table: str, column: str) -> list[str]:
        """A hash of each cell as it is read and as it is written, for the digits of its source."""
        if (table, column) not in self._columns:
            rows = self.evidence.rows[table]
            read: list[Any] = rows.cells(column) if column in rows.names else []
            written = self.evidence.written[table]
            texts = written.cells(column) if column in written.names else read
            pairs = zip(read, texts, strict=True)
            self._columns[table, column] = [
                short_hash(f"{cell!r} {text!r}") for cell, text in pairs
            ]
        return self._columns[table, column]

    def _where(self, key: str) -> str:
        table, _, said = key.partition(":")
        column, _, value = said.partition("=")
        rows = self.evidence.rows[table]
        return hash_of(tuple(rows.at(column, value))) if column in rows.names else NOTHING

    def _selected(self, selector: str) -> Any:
        """What a selector finds: of each part the table, the column, and where the rows stand."""
        try:
            parts = select_rows(self.evidence, selector)
        except SelectionError as error:
            return str(error)
        return [(part.table, part.column, [*part.positions], _labels(part)) for part in parts]

    def _table(self, name: str) -> str:
        rows = self.evidence.rows.get(name)
        if rows is None:
            return NOTHING
        index = map(str, rows.places)
        columns = (hash_of_bytes(column, *self._column(name, column)) for column in rows.names)
        return hash_of_bytes(*index, "", *columns)


def _labels(part: Selection) -> list[Any]:
    """Where rows stand in their file."""
    return [part.source.places[at] for at in part.positions]


def table_of(name: str) -> str | None:
    """The table on which alone it rests what a name stands for, if it does."""
    kind, _, key = name.partition(":")
    found = TABLE.match(key) if kind in OF_TABLES and "|" not in key else None
    return found[0] if found else None


def short_hash(text: str) -> str:
    """A short text stands for itself."""
    return text if len(text) <= SHORT else hash_of_bytes(text)


def hash_of_item(values: Mapping[str, Any], key: str) -> str:
    """Of one value; of all where no key is named."""
    return hash_of(values.get(key)) if key else hash_of(dict(values))


def hash_of(value: Any) -> str:
    """The hash of a value in words that are the same in every process."""
    return hash_of_bytes(_plain(value))


def _plain(value: Any) -> str:
    if hasattr(value, "to_csv"):  # a frame
        return str(value.to_csv())
    if hasattr(value, "tolist"):  # an array
        value = (str(value.dtype), value.shape, value.tolist())
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key!r}: {_plain(item)}' for key, item in value.items())}}}"
    if isinstance(value, set | frozenset):
        value = sorted(map(_plain, value))
    return f"[{', '.join(map(_plain, value))}]" if isinstance(value, list | tuple) else repr(value)
