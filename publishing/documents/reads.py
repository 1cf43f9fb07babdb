"""What documents read of a review, noted by name; and what each name stands for, as a hash.

A document that was executed is kept with the names of what it read. It is executed again when
one of them stands for something else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.kept import Steps, hash_files, hash_of_bytes
from analysis.reads import WatchedMapping, covered, noted_as, watched
from analysis.review_data import ReviewData
from analysis.robustness import OF_ONE_SYNTHESIS, Analyses
from analysis.selection import SelectionError, select_rows
from publishing.history.anchors import recorded_history
from publishing.history.status import status_of
from schemas.registry import TABLES

SETTINGS = ("report/**/*.yml", "_quarto*.yml", "governance/**/*", "releases/**/*")
"""What a review holds beside its evidence, its claims and its documents."""
HASHES = "hashes of what is read of the evidence"
LASTING = {"claims", "synthesis", "table", "rows", "sources", "conclusions", "review",
           "bibliography"}  # fmt: skip


class _WatchedAnalyses(Analyses):
    def keep(self, kind: str, name: str, compute: Callable[[], Any]) -> Any:
        own = kind in OF_ONE_SYNTHESIS and name in self.syntheses
        with noted_as(f"synthesis:{name}" if own else "evidence"):
            return super().keep(kind, name, compute)


def watched_data(data: ReviewData) -> ReviewData:
    """The same review, which notes what is read of it."""
    tables = {name: f"table:{name}" for name in TABLES}
    parts = {"review": "review", "bibliography": "bibliography", "texts": "evidence"}
    parts |= {"phrases": "table:wording", "tables": "review"}  # made of these, and kept
    evidence = watched(
        data.evidence, tables | parts, rows=WatchedMapping(data.evidence.rows, "table")
    )
    syntheses = WatchedMapping(data.syntheses, "synthesis")
    ledger = watched(
        data.ledger,
        {"conclusions": "conclusions", "sources": "sources"},
        records=WatchedMapping(data.ledger.records, "claims"),
    )
    analyses = _WatchedAnalyses(evidence, syntheses, data.analyses._kept)
    return watched(data, {"root": "settings"}, evidence=evidence, syntheses=syntheses,
                   ledger=ledger, analyses=analyses)  # fmt: skip


class Fingerprints:
    """The hash of everything that a document may read, by its name, as the review stands."""

    def __init__(
        self,
        data: ReviewData,
        states: Callable[[str], str],
        steps: Steps | None = None,
        program: str = "",
    ) -> None:
        self.data = data
        self.states = states
        self.steps = steps or Steps()
        self._known: dict[str, str] = {}
        self._known_rows: dict[str, list[str]] = {}
        self._inputs = {"the evidence": self("evidence"), "the program": program}
        self._kept: dict[str, str] = json.loads(self.steps.kept(HASHES, self._inputs) or b"{}")
        self._known |= self._kept

    def __call__(self, name: str) -> str:
        """The hash behind a name; empty where there is nothing."""
        if name not in self._known:
            with covered():
                self._known[name] = self._of(name)
        return self._known[name]

    def keep(self) -> None:
        """Keep what only another state of the evidence could change."""
        lasting = {n: digest for n, digest in self._known.items() if n.partition(":")[0] in LASTING}
        if lasting != self._kept:
            self.steps.keep(HASHES, self._inputs, json.dumps(lasting).encode())
            self._kept = lasting

    def of(self, names: Iterable[str]) -> dict[str, str]:
        """The hash behind each name."""
        return {name: self(name) for name in sorted(names)}

    def _of(self, name: str) -> str:
        kind, mark, key = name.partition(":")
        evidence, ledger = self.data.evidence, self.data.ledger
        found: Mapping[str, Callable[[], Any]] = {
            "claims": lambda: _hash_of(ledger.records, key, mark),
            "synthesis": lambda: _hash_of(self.data.syntheses, key, mark),
            "table": lambda: _hash(evidence.rows[key].frame if key in evidence.rows else None),
            "rows": lambda: _hash(self._selected(key)),
            "display": lambda: self._files(f"report/{key}.yml"),
            "state": lambda: self.states(key),
            "sources": lambda: _hash(dict(ledger.sources)),
            "conclusions": lambda: _hash(ledger.conclusions),
            "review": lambda: _hash(evidence.review.model_dump()),
            "bibliography": lambda: _hash(dict(evidence.bibliography)),
            "evidence": lambda: self._files("evidence/*", "report/claims.csv"),
            "settings": lambda: self._settings,
            "documents": lambda: self._documents,
            "status": lambda: _hash(status_of(self.data)),
        }
        return str(found[kind]()) if kind in found else ""

    def _selected(self, selector: str) -> Any:
        """What a selector finds: of each part the table, the column, and a hash a row."""
        try:
            parts = select_rows(self.data.evidence, selector)
        except SelectionError as error:
            return str(error)
        return [(part.table, part.column, self._rows(part.table, part.positions)) for part in parts]

    def _rows(self, table: str, positions: Iterable[int]) -> list[str]:
        """A hash of the names of a table's columns, and of each of some rows with its place.

        A row counts as it is read and as it is written, for the digits that a source printed.
        """
        if table not in self._known_rows:
            frame = self.data.evidence.rows[table].frame
            written = self.data.evidence.texts[table].loc[frame.index]
            rows = zip(frame.itertuples(name=None), written.itertuples(name=None), strict=True)
            both = [*map(repr, rows), repr(tuple(frame.columns))]
            self._known_rows[table] = [hash_of_bytes(row) for row in both]
        known = self._known_rows[table]
        return [known[-1], *(known[position] for position in positions)]

    @cached_property
    def _settings(self) -> str:
        return hash_of_bytes(self._files(*SETTINGS), *recorded_history(self.data.root))

    @cached_property
    def _documents(self) -> str:
        return self._files("*.qmd", "report/**/*.qmd")

    def _files(self, *patterns: str) -> str:
        root: Path = self.data.root
        return hash_files(root, (path for one in patterns for path in sorted(root.glob(one))))


def _hash_of(values: Mapping[str, Any], key: str, mark: str) -> str:
    """Of one value; of all where no key is named."""
    return _hash(values.get(key)) if mark else _hash(dict(values))


def _hash(value: Any) -> str:
    return hash_of_bytes(_plain(value))


def _plain(value: Any) -> str:
    """A value in words that are the same in every process."""
    if isinstance(value, pd.DataFrame):
        return str(value.to_csv())
    if isinstance(value, np.ndarray):
        value = (str(value.dtype), value.shape, value.tolist())
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key!r}: {_plain(item)}' for key, item in value.items())}}}"
    if isinstance(value, set | frozenset):
        value = sorted(map(_plain, value))
    return f"[{', '.join(map(_plain, value))}]" if isinstance(value, list | tuple) else repr(value)
