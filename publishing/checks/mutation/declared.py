"""What claims, tables and figures say they depend on, cell by cell or row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from analysis.ledger import Record
from analysis.registry import statistic_of
from analysis.review_data import ReviewData
from analysis.selection import frame_of, key_column, records_of, select_rows
from publishing.checks.mutation.editable_evidence import HOLDING, KEYS
from publishing.displays.tracing import AccessLog
from publishing.printing.analysis_cells import PREFIX, facts_of_analysis
from publishing.printing.cells import named_in
from publishing.printing.table import Cell, Table
from publishing.tables.data_dictionary import example_cell
from schemas.choices import FIGURE_TABLES

Names = frozenset[tuple[str, str]]
"""Pairs of a row, `table:key`, and one of its columns."""


class Declared:
    """Declarations of one review; rows are looked up once."""

    def __init__(self, data: ReviewData) -> None:
        self.data = data
        self._rows: dict[str, dict[str, Any]] = {}
        for table in (*HOLDING, "article_claims"):
            for row in records_of(frame_of(data.evidence, table)):
                kept = {name: value for name, value in row.items() if value is not None}
                self._rows[f"{table}:{row[key_column(table)]}"] = kept

    def row(self, reference: str) -> dict[str, Any]:
        """The filled cells of a row; none where it is in no table that holds figures."""
        return self._rows.get(reference, {})

    def columns(self, reference: str) -> Names:
        """Every figure of a row."""
        table = reference.partition(":")[0]
        if table not in HOLDING:
            return frozenset()
        model = self.data.evidence.tables[table]
        return frozenset(
            (reference, name)
            for name in self.row(reference)
            if name in model.columns and model.is_number(name) and name not in KEYS
        )

    def of_claim(self, record: Record) -> Names:
        """The cells a claim depends on, by what its statistic reads."""
        names: set[tuple[str, str]] = set()
        for reference, columns in self._read_by(record):
            names |= {(reference, name) for name in columns}
        return frozenset(pair for pair in names if pair in self.columns(pair[0]))

    def _read_by(self, record: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Every row behind a claim, with the columns that its statistic reads there."""
        statistic = statistic_of(record.statistic)
        behind: Iterable[tuple[Iterable[str], str | None]] = [(record.rows, None)]
        if statistic.family == "rows":
            parts = select_rows(self.data.evidence, record.selector)
            behind = ((part.references, part.column) for part in parts)
        for rows, column in behind:
            for row in rows:
                yield row, statistic.reads(self.row(row), column)

    def of_row(self, reference: str) -> Names:
        """What a `data-row` stands for: a row, a claim, a synthesis, or prose that names rows."""
        table, _, key = reference.partition(":")
        if table == "ledger":
            return self.of_claim(self.data.ledger[key])
        if table in ("conclusions", "releases"):
            return frozenset()
        if table == "syntheses" and key in self.data.syntheses:
            return self.of_synthesis(key)
        if table == PREFIX:
            rows = facts_of_analysis(self.data.analyses, key).rows
            return self._union(self.columns(row) for row in rows)
        others = {"article_claims": self._of_prose, "columns": self._of_example}
        return others.get(table, self.columns)(reference)

    def of_synthesis(self, name: str) -> Names:
        """Every figure of the rows of a synthesis."""
        rows = (cohort.row for cohort in self.data.syntheses[name].overall.cohorts)
        return self._union(self.columns(row) for row in rows)

    def _named(self, reference: str) -> set[str]:
        """What the prose of a row names in braces."""
        return set(named_in(self.row(reference), self.data.ledger.records))

    def claims_in_prose(self, references: Iterable[str]) -> set[str]:
        """Claims that the prose of these rows names."""
        names = {
            name
            for reference in references
            if reference.startswith("article_claims:")
            for name in self._named(reference)
        }
        return names & self.data.ledger.records.keys()

    def _of_prose(self, reference: str) -> Names:
        return self._union(
            self.of_claim(self.data.ledger[name])
            if name in self.data.ledger
            else self.columns(name)
            for name in self._named(reference)
        )

    def of_table(self, table: Table) -> Names:
        """The cells behind everything a table marks as a claim or a row."""
        marks = {mark for row in table.rows for cell in row for mark in marks_of(cell)}
        marks |= {("row", reference) for reference in table.stands_on}
        return self._union(
            self.of_claim(self.data.ledger[name]) if kind == "claim" else self.of_row(name)
            for kind, name in marks
        )

    def printed_in(self, table: Table) -> frozenset[str]:
        """Rows a table prints one by one, by a claim or by a mark on a text with digits."""
        rows: set[str] = set()
        for cell in (cell for row in table.rows for cell in row):
            for part in cell.parts or (cell,):
                if part.claim:
                    cells = self.of_claim(self.data.ledger[part.claim])
                    rows |= {reference for reference, _ in cells}
                elif part.row.partition(":")[0] in FIGURE_TABLES and holds_digit(part.text):
                    rows.add(part.row)
        return frozenset(rows)

    def of_claims(self, claims: Iterable[str]) -> Names:
        """The cells behind several claims."""
        return self._union(self.of_claim(self.data.ledger[name]) for name in claims)

    def of_figure(self, accessed: AccessLog, rows: Iterable[str] = ()) -> Names:
        """The cells behind everything a figure asked for, and the rows it names itself."""
        claims = (self.of_claim(self.data.ledger[name]) for name in accessed.claims)
        syntheses = (self.of_synthesis(name) for name in accessed.syntheses)
        named = (self.columns(row) for row in (*accessed.rows, *rows))
        return self._union([*claims, *syntheses, *named])

    def _of_example(self, reference: str) -> Names:
        """The cell that the dictionary shows of a column, where it is a figure."""
        key = reference.partition(":")[2]
        shown = (example_cell(self.data.evidence, key)[0], key.partition(".")[2])
        return self.columns(shown[0]) & {shown}

    def _union(self, sets: Iterable[Names]) -> Names:
        found: set[tuple[str, str]] = set()
        for names in sets:
            found |= names
        return frozenset(found)


def holds_digit(text: str) -> bool:
    """Whether a text prints a digit."""
    return any(sign.isdigit() for sign in text)


def marks_of(cell: Cell) -> list[tuple[str, str]]:
    """Claims and rows a cell of a table names: `("claim", id)`, `("row", reference)`."""
    own = [("claim", cell.claim)] if cell.claim else []
    own += [("row", cell.row)] if cell.row else []
    return own + [mark for part in cell.parts for mark in marks_of(part)]
