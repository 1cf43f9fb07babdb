"""Evidence cells that carry a figure, and a copy of the evidence in which they can be changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from analysis.rounding import MINUS, format_number
from analysis.selection import (
    frame_of,
    key_column,
)
from schemas.evidence import Evidence
from schemas.table_rows import present

HOLDING = (
    "outcomes",
    "time_to_event",
    "adverse_events",
    "delivery",
    "baseline",
    "regulatory",
    "arms",
)
"""Tables whose numbers are figures that somebody printed."""

KEYS = frozenset({"time_months"})
"""Numbers that say which figure a row holds: a row at 12 months is another row at 18."""


@dataclass(frozen=True, order=True)
class EvidenceCell:
    """One cell: `table:key`, its column, and its spreadsheet row."""

    reference: str
    column: str
    index: int

    @property
    def table(self) -> str:
        """The table it stands in."""
        return self.reference.partition(":")[0]

    def __str__(self) -> str:
        return f"{self.reference}#{self.column}"


def evidence_cells(evidence: Evidence) -> list[EvidenceCell]:
    """Every cell that carries a figure, table by table in the order of the files."""
    found = []
    for table in HOLDING:
        frame = frame_of(evidence, table)
        model = evidence.tables[table]
        columns = [name for name in model.columns if model.is_number(name) and name not in KEYS]
        for index, row in frame.iterrows():
            reference = f"{table}:{row[key_column(table)]}"
            found += [
                EvidenceCell(reference, column, int(str(index)))
                for column in columns
                if present(row[column]) is not None
            ]
    return found


def other_values(cell: EvidenceCell, row: dict[str, Any], whole: bool) -> tuple[float, ...]:
    """Two figures the cell could hold instead, one far below and one far above.

    They keep its type and sign, so that every statistic can be computed; they need not
    keep the rules of the evidence, which are not asked.
    """
    value = present(row[cell.column])
    events, n = present(row.get("events")), present(row.get("n"))
    if cell.column == "events":
        top = int(n) if n is not None else 2 * int(value) + 1
        low = 0 if value else min(1, top)
        return (low, max(top - 1, 0) if value == top else top)
    if whole:
        least = int(events) if cell.column == "n" and events is not None else int(value) // 2
        return (2 * int(value) + 1, max(1, least))
    if value == 0:
        return (10.0, 5.0)
    return (value / 2, 2 * value + 1)


class EditableEvidence:
    """Evidence of its own whose cells can be changed and put back."""

    def __init__(self, evidence: Evidence) -> None:
        frames: dict[str, Any] = {name: frame_of(evidence, name).copy() for name in HOLDING}
        texts: Any = {**evidence.texts, **{n: evidence.texts[n].copy() for n in HOLDING}}
        self.original = evidence
        self.evidence: Evidence = replace(evidence, **frames, texts=texts)
        self.rows: dict[str, Any] = {n: frame_of(evidence, n).to_dict("index") for n in HOLDING}

    def values(self, cell: EvidenceCell) -> tuple[float, ...]:
        """Figures to try in a cell; those that are what it holds are left out."""
        row = self.rows[cell.table][cell.index]
        whole = self.original.tables[cell.table].is_whole(cell.column)
        return tuple(v for v in other_values(cell, row, whole) if v != row[cell.column])

    @contextmanager
    def changed(self, cells: Iterable[EvidenceCell], which: int = 0) -> Iterator[Evidence]:
        """The evidence with these cells changed, to their first or second other figure."""
        done = list(cells)
        try:
            for cell in done:
                values = self.values(cell)
                self._write(cell, values[min(which, len(values) - 1)])
            yield self.evidence
        finally:
            for cell in done:
                self._restore(cell)

    @contextmanager
    def restored(self, cells: Iterable[EvidenceCell]) -> Iterator[Evidence]:
        """The evidence with some of its changed cells as they were."""
        done = list(cells)
        try:
            for cell in done:
                self._restore(cell)
            yield self.evidence
        finally:
            for cell in done:
                self._write(cell, self.values(cell)[0])

    def _write(self, cell: EvidenceCell, value: float) -> None:
        digits = len(str(self._written(cell)).partition(".")[2])
        text = format_number(value, digits).replace(",", "").replace(MINUS, "-")
        self._set(cell, value, text)

    def _restore(self, cell: EvidenceCell) -> None:
        value: Any = frame_of(self.original, cell.table).at[cell.index, cell.column]
        self._set(cell, value, self._written(cell))

    def _written(self, cell: EvidenceCell) -> Any:
        return self.original.texts[cell.table].at[cell.index, cell.column]

    def _set(self, cell: EvidenceCell, value: Any, text: Any) -> None:
        frame_of(self.evidence, cell.table).at[cell.index, cell.column] = value
        self.evidence.rows[cell.table].forget(cell.column)
        self.evidence.texts[cell.table].at[cell.index, cell.column] = text
        self.evidence.written[cell.table].forget(cell.column)
