"""What a table or figure reads of a review while it is made: files, claims, conclusions.

Each input is named as `Inputs.digest` finds it again: a file below the project, a folder that
ends with a stroke, `claim:<id>`, or one of the words below. What was read says when something
that was made is still as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from analysis.kept import hash_files
from analysis.ledger import Ledger
from analysis.review_data import ReviewData
from schemas.evidence import Evidence
from schemas.reading import EVIDENCE_FOLDER
from schemas.references import FILE as BIBLIOGRAPHY
from schemas.registry import TABLES
from schemas.review import FILE as REVIEW

CLAIMS, CONCLUSIONS, CHARACTERISTICS = "claims", "conclusions", "characteristics"
CLAIM, EVIDENCE, EVERYTHING = "claim:", f"{EVIDENCE_FOLDER}/", "/"
Value = TypeVar("Value")
Reads = Mapping[str, tuple[str, ...]]

_OF_EVIDENCE: Reads = {
    **{name: (table.file,) for name, table in TABLES.items()},
    **{name: (TABLES[name].file, CHARACTERISTICS) for name in ("studies", "arms")},
    "review": (REVIEW,),
    "bibliography": (BIBLIOGRAPHY,),
}
_OF_LEDGER: Reads = {CONCLUSIONS: (CONCLUSIONS,), "sources": (EVIDENCE,)}
_OF_DATA: Reads = {"root": (EVERYTHING,), "syntheses": (EVIDENCE,), "analyses": (EVIDENCE,)}


class _Watched:
    """Notes which of its fields are read."""

    def __getattribute__(self, name: str) -> Any:
        held = object.__getattribute__(self, "__dict__")
        held["_noted"].update(held["_reads"].get(name, ()))
        return object.__getattribute__(self, name)


class _WatchedEvidence(_Watched, Evidence):
    pass


class _WatchedLedger(_Watched, Ledger):
    pass


class _WatchedData(_Watched, ReviewData):
    def path(self, name: str) -> Path:
        """One file of the review, noted by its name."""
        held: dict[str, Any] = object.__getattribute__(self, "__dict__")
        held["_noted"].add(name)
        return Path(held["root"], name)


class _WatchedMapping(Mapping[str, Value]):
    """Notes each key it is asked for, and `whole` where all are."""

    def __init__(
        self, values: Mapping[str, Value], note: Callable[[str], None], whole: Iterable[str] = ()
    ) -> None:
        self._values, self._note, self._whole = values, note, whole

    def __getitem__(self, key: str) -> Value:
        self._note(key)
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        self._note(str(key))
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        for key in self._whole or self._values:
            self._note(key)
        return iter(self._values)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def watch(data: ReviewData) -> tuple[ReviewData, set[str]]:
    """The same data, and the names of the inputs that are read of it from now on."""
    noted: set[str] = set()

    def table(name: str) -> None:
        noted.update(_OF_EVIDENCE.get(name, ()))

    def claim(name: str) -> None:
        noted.add(name if name == CLAIMS else CLAIM + name)

    evidence = _like(
        _WatchedEvidence, data.evidence, noted, _OF_EVIDENCE,
        rows=_WatchedMapping(data.evidence.rows, table),
        texts=_WatchedMapping(data.evidence.texts, table),
    )  # fmt: skip
    records = _WatchedMapping(data.ledger.records, claim, (CLAIMS,))
    ledger = _like(_WatchedLedger, data.ledger, noted, _OF_LEDGER, records=records)
    return _like(_WatchedData, data, noted, _OF_DATA, evidence=evidence, ledger=ledger), noted


def _like(kind: type[Value], value: Any, noted: set[str], reads: Reads, **instead: Any) -> Value:
    made = object.__new__(kind)
    held = {field.name: getattr(value, field.name) for field in fields(value)}
    inside: dict[str, Any] = object.__getattribute__(made, "__dict__")
    inside.update(held, **instead, _noted=noted, _reads=reads)
    return made


class Inputs:
    """The inputs of a review as they are now; each is read once."""

    def __init__(self, data: ReviewData, everything: Callable[[], str]) -> None:
        self._data = data
        self._known: dict[str, str] = {}
        self._made: Mapping[str, Callable[[], object]] = {
            EVERYTHING: everything,
            CLAIMS: lambda: [*data.ledger.records.values()],
            CONCLUSIONS: lambda: data.ledger.conclusions,
            CHARACTERISTICS: lambda: data.evidence.review.characteristics,
        }

    def digest(self, names: Iterable[str], *more: str) -> str:
        """Hash of these inputs and of further words."""
        said = (*more, *(f"{name}\0{self._one(name)}" for name in sorted(names)))
        return hashlib.sha256("\0".join(said).encode()).hexdigest()[:16]

    def _one(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = str(self._maker(name)())
        return self._known[name]

    def _maker(self, name: str) -> Callable[[], object]:
        if name in self._made:
            return self._made[name]
        if name.startswith(CLAIM):
            return partial(self._data.ledger.records.get, name.removeprefix(CLAIM))
        place = self._data.root / name
        paths = sorted(place.iterdir()) if name.endswith("/") else [place]
        return partial(hash_files, self._data.root, paths)
