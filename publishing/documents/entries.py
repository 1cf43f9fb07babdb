"""Registers of the ledger: an entry a claim, an entry a row, short enough to print many.

Each entry is a paragraph of a Div of class `entries`; on paper they stand in columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from analysis.ledger import Record
from analysis.registry import statistic_of
from analysis.review_data import ReviewData
from analysis.selection import records_of
from analysis.words import say
from publishing.displays.printed_claims import printed_claims
from publishing.documents.catalogue import load_displays
from publishing.manuscript.book import load_books
from publishing.printing.cells import ROWS_SHOWN, row_cells, source_cell
from publishing.printing.rows_in_words import figure_of, printed_of
from publishing.printing.table import Cell, escape
from publishing.tables.ledger import part_of

INDEXED = ("outcomes", "time_to_event", "adverse_events", "delivery", "baseline", "regulatory")


@dataclass(frozen=True)
class Entries:
    """A register: its name, its paragraphs in Markdown, and what is said once of them all."""

    name: str
    paragraphs: tuple[str, ...]
    lead: str = ""

    def _repr_markdown_(self) -> str:
        body = "\n\n".join(self.paragraphs)
        lead = f"{self.lead}\n\n" if self.lead else ""
        return f"{lead}::::: {{.entries .entries-{self.name}}}\n{body}\n:::::"


@dataclass(frozen=True)
class Usual:
    """The method and the state of sources that most entries share: said once, above them."""

    method: str
    state: str

    @property
    def lead(self) -> str:
        """The sentence above the entries."""
        state = say("entries.state", state=self.state) if self.state else ""
        return say("entries.usual", method=self.method, state=state)


def usual_of(data: ReviewData, records: Iterable[Record]) -> Usual:
    """What most of the records share; the first by name where several are as frequent."""
    found = list(records)
    states = [data.ledger.state_of(record) for record in found if record.citekeys]
    return Usual(_most_frequent(record.method for record in found), _most_frequent(states))


def _most_frequent(texts: Iterable[str]) -> str:
    counts = Counter(sorted(texts))
    return counts.most_common(1)[0][0] if counts else ""


def listed(data: ReviewData) -> list[Record]:
    """The claims that the listed editions print, by name."""
    displays = load_displays(data.root)
    books = [book for book in load_books(data.root) if book.listed]
    printed = (printed_claims(data, displays, book.edition) for book in books)
    return [data.ledger[name] for name in sorted(frozenset().union(*printed))]


def names_rows(record: Record) -> bool:
    """Whether an entry names its rows; the method of a count of rows says which they are."""
    return bool(record.rows) and not statistic_of(record.statistic).counts_rows


def list_claims(data: ReviewData, harm: bool) -> Iterator[str]:
    """Listed claims on harm, or the others: in full, rows, sources; method, state if unusual."""
    records = listed(data)
    usual = usual_of(data, records)
    for record in records:
        if (part_of(record) == "harm") != harm:
            continue
        method = "" if record.method == usual.method else record.method
        parts = [
            Cell(record.forms.full, claim=record.id).markdown,
            Cell(method, row=f"ledger:{record.id}").markdown if method else "",
            row_cells(record).markdown if names_rows(record) else "",
            _sources(data, record, usual),
        ]
        yield f"[**{escape(record.id)}**]{{#claim-{record.id}}} " + "; ".join(filter(None, parts))


def _sources(data: ReviewData, record: Record, usual: Usual) -> str:
    if not record.citekeys:
        return ""
    cited = source_cell(*record.citekeys[: ROWS_SHOWN - 1]).markdown
    state = data.ledger.state_of(record)
    return cited if state == usual.state else f"{cited} – {state}"


def lead_claims(data: ReviewData) -> str:
    """What is said once of the entries of claims."""
    return usual_of(data, listed(data)).lead


def list_rows(data: ReviewData) -> Iterator[str]:
    """Every row that a listed claim names: figure, as printed, and the place in its source."""
    named = {row for one in listed(data) if names_rows(one) for row in one.rows[:ROWS_SHOWN]}
    for table in INDEXED:
        for row in records_of(getattr(data.evidence, table)):
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


ENTRIES: dict[str, Callable[[ReviewData], Iterator[str]]] = {
    "claims": partial(list_claims, harm=False),
    "harm": partial(list_claims, harm=True),
    "rows": list_rows,
}
LEADS: dict[str, Callable[[ReviewData], str]] = {"claims": lead_claims, "harm": lead_claims}


def entries_of(data: ReviewData, name: str) -> Entries:
    """A register by its name."""
    lead = LEADS[name](data) if name in LEADS else ""
    return Entries(name, tuple(ENTRIES[name](data)), lead)
