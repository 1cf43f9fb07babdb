"""Checks what documents call with against the review: forms, terms, states, imported names.

Which identifiers are known, `documents.calls_and_links` checks; here stands what needs the ledger
and the evidence, so that no cell of these stops a build.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

from analysis.review_data import ReviewData
from publishing.documents.calls_and_links import nearest
from publishing.manuscript.context import line_problem
from publishing.manuscript.qmd import Document, read_document
from publishing.printing.marks import FORMS, forms_hint
from schemas.problems import Problem

STATES = ("version", "status", "date", "evidence_to", "corrects", "decided", "approval")


def call_problems(data: ReviewData, paths: Collection[str]) -> Iterator[Problem]:
    """Every call of these documents that would fail when it is run."""
    known = {
        "state": STATES,
        "term": [str(term) for term in data.evidence.glossary["term"]],
    }
    for path in paths:
        document = read_document(data.root, path)
        parsed = list(_parsed(document))
        bound = {name for _, tree in parsed for name in _bound(tree)}
        for line, tree in parsed:
            found = [*_forms(data, tree), *_unknown(tree, known), *_unbound(tree, bound)]
            for node, what, action in found:
                yield line_problem(path, line + node.lineno - 1, what, action)


def _parsed(document: Document) -> Iterator[tuple[int, ast.Module]]:
    pieces = [(line, code) for line, code in document.inlines]
    pieces += [(cell.code_line, cell.code) for cell in document.cells]
    for line, code in sorted(pieces):
        with suppress(SyntaxError):  # named by `check_code`
            yield line, ast.parse(code)


def _bound(tree: ast.Module) -> Iterator[str]:
    """Names that a cell imports, assigns or defines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg


Misuses = Iterator[tuple[ast.expr, str, str]]


def _unbound(tree: ast.Module, bound: Collection[str]) -> Misuses:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in bound and not hasattr(builtins, node.id):
            yield node, f"{node.id} is not imported", "import it in the first cell of the document"


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
    """Forms that a claim does not have: of another name, or without words for this claim."""
    asked = {node.value: node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node, claim in _calls_of(tree, "claim"):
        form = asked.get(node, "plain")
        if form not in FORMS:
            if not form.startswith("_"):
                yield node, f"a claim has no form {form!r}", forms_hint(form)
        elif claim in data.ledger and not data.ledger[claim].printed(form):
            yield node, f"the claim {claim} has no form {form!r}", _filled(data, claim)


def _filled(data: ReviewData, claim: str) -> str:
    forms = [form for form in FORMS if data.ledger[claim].printed(form)]
    return f"it has {', '.join(forms)}"
