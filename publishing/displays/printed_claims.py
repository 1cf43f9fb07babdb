"""Which claims an edition prints: in its prose, its conclusions, its tables and its figures."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from analysis.review_data import ReviewData
from publishing.displays.specification import Displays
from publishing.manuscript.book import load_book
from publishing.manuscript.editions import edition_view
from publishing.manuscript.qmd import Document, read_document
from publishing.printing.table import Cell
from schemas.conclusions import PLACEHOLDER

LEDGER = "ledger"  # tables that list claims begin with this: they print what others print
_known: dict[tuple[Path, str, str], frozenset[str]] = {}


def printed_claims(data: ReviewData, displays: Displays, edition: str = "") -> frozenset[str]:
    """Identifiers of the claims an edition prints, its ledger aside; the first one by default."""
    book = load_book(data.root, edition)
    views = [
        edition_view(read_document(data.root, chapter.path), book.edition)
        for chapter in book.chapters
    ]
    asked = {call for view in views for call in calls_of(view)}
    return frozenset().union(*(_claims_once(data, displays, *call) for call in asked))


def _claims_once(data: ReviewData, displays: Displays, function: str, name: str) -> frozenset[str]:
    """What one call prints: editions share tables and figures, and a figure takes long."""
    key = (data.root, function, name)
    if key not in _known:
        _known[key] = frozenset(_claims_of(data, displays, function, name))
    return _known[key]


def calls_of(document: Document) -> Iterator[tuple[str, str]]:
    """Name and first argument of every call with a plain identifier."""
    codes = [code for _, code in document.inlines] + [cell.code for cell in document.cells]
    for code in codes:
        try:
            tree = ast.parse(code)
        except SyntaxError:  # the check of documents names it, and what is not there below
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield node.func.id, first.value


def _claims_of(data: ReviewData, displays: Displays, function: str, name: str) -> Iterable[str]:
    if function == "claim":
        return [name]
    if function == "conclusion":
        found = (one.conclusion for one in data.ledger.conclusions if one.id == name)
        return [match[1] for one in found for match in PLACEHOLDER.finditer(one.sentence)]
    if function == "table" and name in displays.tables and not name.startswith(LEDGER):
        rows = displays.tables[name].make(data).rows
        return [claim for row in rows for cell in row for claim in _claims_in(cell)]
    if function == "figure" and name in displays.figures:
        from publishing.displays.tracing import draw  # matplotlib takes long to import

        return draw(data, displays.figures[name]).accessed.claims
    return []


def _claims_in(cell: Cell) -> Iterator[str]:
    if cell.claim:
        yield cell.claim
    for part in cell.parts:
        yield from _claims_in(part)
