"""Checks what documents call with against the review: forms, terms, states.

Which identifiers are known, `documents.calls_and_links` checks, and what code may stand in a
document `documents.allowed_code`; here stands what needs the ledger and the evidence, so that no
cell of these stops a build.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial

from analysis.kept import Keeping, hash_files
from analysis.review_data import ReviewData
from publishing.documents.allowed_code import misuses
from publishing.documents.reads import watched_data
from publishing.manuscript.context import line_problem
from publishing.manuscript.qmd import Document
from publishing.printing.marks import FORMS
from schemas.nearest import nearest
from schemas.problems import Problem

STATES = ("version", "status", "date", "evidence_to", "corrects", "decided", "approval")


def call_problems(
    data: ReviewData, documents: Iterable[Document], keeping: Keeping | None = None
) -> Iterator[Problem]:
    """Every call of these documents that would fail when it is run, and all else they would run."""
    keeping, watched = keeping or Keeping(), watched_data(data)
    for document in documents:
        inputs = {"its text": hash_files(data.root, [data.root / document.path])}
        check = partial(_wrong, watched, document)
        yield from keeping.check(f"calls of {document.path}", inputs, check)


def _wrong(data: ReviewData, document: Document) -> Iterator[Problem]:
    known = {
        "state": STATES,
        "term": data.evidence.rows["glossary"].cells("term"),
    }
    for line, what, action in misuses(document):
        yield line_problem(document.path, line, what, action)
    for line, tree in _parsed(document):
        for node, what, action in [*_forms(data, tree), *_unknown(tree, known)]:
            yield line_problem(document.path, line + node.lineno - 1, what, action)


def _parsed(document: Document) -> Iterator[tuple[int, ast.Module]]:
    pieces = [(line, code) for line, code in document.inlines]
    pieces += [(cell.code_line, cell.code) for cell in document.cells]
    for line, code in sorted(pieces):
        with suppress(SyntaxError):  # named by `check_code`
            yield line, ast.parse(code)


Misuses = Iterator[tuple[ast.expr, str, str]]


def _calls_of(tree: ast.Module, name: str) -> Iterator[tuple[ast.Call, str]]:
    """Each call of this name with its first argument, where that is a text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node, first.value


def _unknown(tree: ast.Module, known: Mapping[str, Collection[str]]) -> Misuses:
    for function, names in known.items():
        for node, name in _calls_of(tree, function):
            if name not in names:
                yield node, f"unknown {function} {name}", nearest(name, names)


def _forms(data: ReviewData, tree: ast.Module) -> Misuses:
    """Forms that this claim has no words for."""
    asked = {node.value: node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node, claim in _calls_of(tree, "claim"):
        form = asked.get(node, "plain")
        if form in FORMS and claim in data.ledger and not data.ledger[claim].printed(form):
            yield node, f"the claim {claim} has no form {form!r}", _filled(data, claim)


def _filled(data: ReviewData, claim: str) -> str:
    forms = [form for form in FORMS if data.ledger[claim].printed(form)]
    return f"it has {', '.join(forms)}"
