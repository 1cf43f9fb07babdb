"""Fills the claims into the words of a specification: `{claim}`, `{claim|form}`, `{sources}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from publishing.printing.cells import citekeys_of, claim_cell
from publishing.printing.marks import FORMS, Citation, ClaimText, forms_hint
from publishing.printing.table import Cell, cell_of
from schemas.cells import shorten
from schemas.conclusions import CLAIM

if TYPE_CHECKING:
    from analysis.review_data import ReviewData

SOURCES = "sources"
EXPECTED = "{claim}, {claim|form}, {sources} or {sources|claim}, each brace closed"
PLACEHOLDER = re.compile(rf"\{{({CLAIM})(?:\|({CLAIM}|[a-z_]+))?\}}")


def claims_in(text: str) -> Iterator[str]:
    """The claims that a text prints or cites."""
    for name, form in PLACEHOLDER.findall(text):
        if name != SOURCES:
            yield name
        elif form:
            yield form


def wrong_form(text: str) -> str:
    """What is wrong with the form of a claim in the text; empty where nothing is."""
    for name, form in PLACEHOLDER.findall(text):
        if name != SOURCES and form and form not in FORMS:
            return f"asks for the form {form!r} of {name}; {forms_hint(form)}"
    return ""


def stray_brace(text: str, *, pattern: bool = False) -> str:
    """The text from a brace on that begins or ends no placeholder; `{}` is one of a pattern."""
    rest = PLACEHOLDER.sub(lambda match: " " * len(match[0]), text)
    rest = rest.replace("{}", "  ") if pattern else rest
    found = re.search(r"[{}]", rest)
    return shorten(text[found.start() :]) if found else ""


def fill_cell(data: ReviewData, text: str) -> Cell:
    """The text as a cell: each claim in it leads to its record."""
    parts: list[Cell | str] = []
    at = 0
    for match in PLACEHOLDER.finditer(text):
        before = text[at : match.start()]
        parts += [*([before] if before else []), claim_cell(data, match[1], match[2] or "plain")]
        at = match.end()
    rest = text[at:]
    parts += [rest] if rest else []
    whole = cell_of(*parts)
    return whole.parts[0] if len(parts) == 1 else whole if parts else Cell()


def fill_markdown(data: ReviewData, text: str, rows: Iterable[str] = ()) -> str:
    """The text as Pandoc Markdown, each claim marked as one; `rows` are what {sources} cites."""
    shown = tuple(dict.fromkeys(row for row in rows if row))

    def filled(match: re.Match[str]) -> str:
        if match[1] != SOURCES:
            return str(ClaimText(data.ledger[match[1]], match[2] or "plain"))
        keys = data.ledger[match[2]].citekeys if match[2] else citekeys_of(data, *shown)
        return str(Citation(tuple(keys)))

    return PLACEHOLDER.sub(filled, text)


def fill_plain(data: ReviewData, text: str, *, keep_marks: bool = False) -> str:
    """The text in plain words, as alternative text needs it: there a mark means nothing."""

    def filled(match: re.Match[str]) -> str:
        record = data.ledger[match[1]]
        words = record.printed(match[2] or "plain")
        return words if keep_marks else words.removesuffix(record.forms.mark)

    return PLACEHOLDER.sub(filled, text)
