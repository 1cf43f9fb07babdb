"""Which claims an edition prints: in its prose, its conclusions, its tables and its figures."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from publishing.displays.specification import Displays
from publishing.render.book import load_book
from publishing.render.editions import edition_view
from publishing.render.qmd import Document, read_document
from publishing.table import Cell
from publishing.tracing import draw
from publishing.workbench import Workbench
from schemas.conclusions import PLACEHOLDER

LEDGER = "ledger"  # tables that list claims begin with this: they print what others print
_known: dict[tuple[Path, str, str], frozenset[str]] = {}


def printed_claims(bench: Workbench, displays: Displays, edition: str = "") -> frozenset[str]:
    """Identifiers of the claims an edition prints, its ledger aside; the first one by default."""
    book = load_book(bench.root, edition)
    views = [
        edition_view(read_document(bench.root, chapter.path), book.edition)
        for chapter in book.chapters
    ]
    asked = {call for view in views for call in calls_of(view)}
    return frozenset().union(*(_claims_once(bench, displays, *call) for call in asked))


def _claims_once(bench: Workbench, displays: Displays, function: str, name: str) -> frozenset[str]:
    """What one call prints: editions share tables and figures, and a figure takes long."""
    key = (bench.root, function, name)
    if key not in _known:
        _known[key] = frozenset(_claims_of(bench, displays, function, name))
    return _known[key]


def calls_of(document: Document) -> Iterator[tuple[str, str]]:
    """Name and first argument of every call with a plain identifier."""
    codes = [code for _, code in document.inlines] + [cell.code for cell in document.cells]
    for code in codes:
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield node.func.id, first.value


def _claims_of(bench: Workbench, displays: Displays, function: str, name: str) -> Iterable[str]:
    if function == "claim":
        return [name]
    if function == "conclusion":
        found = (one.conclusion for one in bench.ledger.conclusions if one.id == name)
        return [match[1] for one in found for match in PLACEHOLDER.finditer(one.sentence)]
    if function == "table" and not name.startswith(LEDGER):
        rows = displays.tables[name].make(bench).rows
        return [claim for row in rows for cell in row for claim in _claims_in(cell)]
    if function == "figure":
        return draw(bench, displays.figures[name]).asked.claims
    return []


def _claims_in(cell: Cell) -> Iterator[str]:
    if cell.claim:
        yield cell.claim
    for part in cell.parts:
        yield from _claims_in(part)
