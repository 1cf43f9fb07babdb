"""Runs the calls of documents in this process: what they show is what a kernel shows.

A document may only import what it calls and call it (`documents.allowed_code`), so that it needs
no kernel of its own. A clean build runs kernels all the same, as Quarto does; a build that takes
most documents as they were kept runs the few others here, sooner than a kernel starts.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Sequence
from contextlib import chdir
from pathlib import Path
from typing import Any

from analysis.reads import begin_noting, noted_so_far
from publishing.documents import calls
from publishing.manuscript.context import line_problem
from publishing.manuscript.qmd import Cell, Document, Prose
from publishing.render.executed import Executed, Shown, without_code
from schemas.problems import ReviewError

Names = dict[str, Any]
Known = Callable[[Cell], Shown | None]
"""What a cell would show, where that is known without running it."""
FORMS = {"text/html": "_repr_html_", "text/markdown": "_repr_markdown_"}


def _nothing(_: Cell) -> None:
    """Every cell is run."""


def execute_here(
    root: Path,
    documents: Sequence[Document],
    progress: Callable[[str], None],
    known: Known = _nothing,
) -> list[Executed]:
    """Execute documents in `root`, one after the other; raises ReviewError at the first failure."""
    done = []
    with chdir(root):
        for document in documents:
            progress(f"Running {document.path}")
            done.append(_execute(document, known) if document.has_code else without_code(document))
    return done


def _execute(document: Document, known: Known) -> Executed:
    names, started = Names(), time.monotonic()
    calls.forget_terms()
    shown, reads = [], []
    for piece in document.pieces:
        begin_noting()
        shown.append(_run(document, piece, names, known))
        reads.append(tuple(noted_so_far()))
    seconds = time.monotonic() - started
    return Executed.of(document, shown, reads=tuple(reads), seconds=seconds)


def _run(document: Document, piece: Prose | Cell, names: Names, known: Known) -> Shown:
    if isinstance(piece, Prose):
        return [_inline(document, line, code, names) for line, code in document.inlines_of(piece)]
    if (found := known(piece)) is not None:
        return found
    try:
        value = _last_value(piece.code, names)
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise ReviewError([line_problem(document.path, piece.code_line, what)]) from error
    return [] if value is None else outputs_of(value)


def outputs_of(value: object) -> Shown:
    """What a cell shows that ends with this value."""
    forms = {kind: form() for kind, name in FORMS.items() if (form := getattr(value, name, None))}
    data = {kind: text for kind, text in forms.items() if text is not None}
    return [{"output_type": "execute_result", "data": data}]


def _last_value(code: str, names: Names) -> Any:
    """What the last line of a cell is worth, if it is an expression; the others are run."""
    *before, last = ast.parse(code).body or [ast.Pass()]
    if not isinstance(last, ast.Expr):
        exec(code, names)
        return None
    exec(compile(ast.Module(before, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def _inline(document: Document, line: int, code: str, names: Names) -> dict[str, str]:
    try:
        value = eval(code, names)
    except Exception as error:
        what = f"inline code {code} failed: {type(error).__name__}: {error}"
        raise ReviewError([line_problem(document.path, line, what)]) from error
    markdown = getattr(value, "_repr_markdown_", None)
    return {"markdown": markdown()} if markdown else {"text": str(value)}
