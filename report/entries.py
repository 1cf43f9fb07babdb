"""Registers of the ledger: an entry a claim, an entry a row, short enough to print many.

Each entry is a paragraph of a Div of class `entries`; on paper they stand in columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from analysis.ledger import Record
from analysis.selection import present
from report.cells import source_cell
from report.printed import printed_claims
from report.table import Cell, escape
from report.tables.evidence import figure_of, printed_of
from report.tables.ledger import SHOWN, part_of, row_cells
from report.workbench import Workbench

INDEXED = ("outcomes", "time_to_event", "adverse_events", "delivery", "baseline", "regulatory")


@dataclass(frozen=True)
class Entries:
    """A register: its name and its paragraphs, in Markdown."""

    name: str
    paragraphs: tuple[str, ...]

    def _repr_markdown_(self) -> str:
        body = "\n\n".join(self.paragraphs)
        return f"::::: {{.entries .entries-{self.name}}}\n{body}\n:::::"


def listed(bench: Workbench) -> list[Record]:
    """The claims that the editions for clinicians and for patients print, by name."""
    printed = printed_claims(bench, "clinician") | printed_claims(bench, "patient")
    return [bench.ledger[name] for name in sorted(printed)]


def list_claims(bench: Workbench, harm: bool) -> Iterator[str]:
    """The listed claims on harm, or the others: in full, how computed, rows, sources, state."""
    for record in listed(bench):
        if (part_of(record) == "harm") != harm:
            continue
        parts = [
            Cell(record.forms.full, claim=record.id).markdown,
            Cell(record.method, row=f"ledger:{record.id}").markdown,
            row_cells(record).markdown if record.rows else "",
            _sources(bench, record),
        ]
        yield f"[**{escape(record.id)}**]{{#claim-{record.id}}} " + "; ".join(filter(None, parts))


def _sources(bench: Workbench, record: Record) -> str:
    if not record.citekeys:
        return ""
    cited = source_cell(*record.citekeys[: SHOWN - 1]).markdown
    return f"{cited} – {bench.ledger.state_of(record)}"


def list_rows(bench: Workbench) -> Iterator[str]:
    """Every row that a listed claim names: figure, as printed, and the place in its source."""
    named = {row for record in listed(bench) for row in record.rows[:SHOWN]}
    for table in INDEXED:
        for found in getattr(bench.evidence, table).to_dict("records"):
            row = {str(name): present(value) for name, value in found.items()}
            if f"{table}:{row['row_id']}" in named:
                yield _row_entry(table, row)


def _row_entry(table: str, row: dict[str, Any]) -> str:
    name = str(row["row_id"])
    said = [figure_of(row), printed_of(row), str(row.get("locator") or "")]
    text = "; ".join(part for part in said if part)
    figure = Cell(text, row=f"{table}:{name}").markdown if text else ""
    cited = source_cell(str(row.get("citekey") or "")).markdown if row.get("citekey") else ""
    anchor = f"[**{escape(name)}**]{{#row-{table}-{name}}}"
    return f"{anchor} " + "; ".join(filter(None, (figure, cited)))


ENTRIES: dict[str, Callable[[Workbench], Iterator[str]]] = {
    "claims": partial(list_claims, harm=False),
    "harm": partial(list_claims, harm=True),
    "rows": list_rows,
}
