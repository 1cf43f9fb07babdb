"""What code a document may hold: the import of what it calls, and calls by name with texts.

A review is data and documents: one that could run anything would be a program, and nothing but
running it would say whether it ends.
"""

from __future__ import annotations

import ast
import inspect
import io
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from publishing.documents import calls
from publishing.manuscript.qmd import Cell, Document
from publishing.printing.marks import FORMS, forms_hint
from schemas.nearest import nearest

MODULE, NAMES = calls.__name__, calls.__all__
OPTIONS: Mapping[str, tuple[str, ...]] = {  # of a cell, by what it shows
    "": ("echo", "include"),
    "figure": ("echo", "output"),
    "meanings": ("echo", "output"),
    "table": ("echo", "label", "tbl-cap"),
    "words": ("echo", "output"),
}
VALUES = {"echo": False, "include": False, "output": "asis"}  # others print code, or hide a result
SHOWN = frozenset(OPTIONS) - {""}  # by a cell of its own; all else stands in a line of text

Misuse = tuple[int, str, str]  # line, what, what to do


def misuses(document: Document) -> Iterator[Misuse]:
    """Whatever the code of a document does but import what it calls, and call it."""
    imported: set[str] = set()
    for piece in document.pieces:
        if isinstance(piece, Cell):
            with suppress(SyntaxError):  # named by `check_code`
                yield from _in_cell(piece, imported)
            continue
        for line, code in document.inlines_of(piece):
            with suppress(SyntaxError):
                yield from _in_line(line, code, imported)


def _in_line(line: int, code: str, imported: set[str]) -> Iterator[Misuse]:
    body = ast.parse(code).body
    if len(body) != 1 or not isinstance(body[0], ast.Expr) or _semicolon(code):
        yield line, f"inline code is one call, and {code} is not", "write one call in each"
    elif (name := _called(body[0])) in SHOWN:
        yield line, f"{name}(...) stands in a line of text", "give it a cell of its own"
    else:
        yield from _of_call(line, body[0].value, imported)


def _in_cell(cell: Cell, imported: set[str]) -> Iterator[Misuse]:
    body = ast.parse(cell.code).body
    for node in body:
        line, name = cell.code_line + node.lineno - 1, _called(node)
        if isinstance(node, ast.ImportFrom):
            yield from _of_import(line, node, imported)
        elif name in NAMES and name not in SHOWN:
            action = f'write it in a line of text: `{{python}} {name}("...")`'
            yield line, f"a cell does not print {name}(...)", action
        elif name in SHOWN and (node is not body[-1] or _semicolon(cell.code)):
            action = "give it a cell of its own, without a semicolon"
            yield line, f"{ast.unparse(node)} would not be printed", action
        else:
            yield from _of_call(line, getattr(node, "value", node), imported)
    yield from _of_options(cell, body)


def _semicolon(code: str) -> bool:
    """Whether a semicolon stands in it: after the last call it hides what the call shows."""
    return any(part.string == ";" for part in tokenize.generate_tokens(io.StringIO(code).readline))


def _called(node: ast.AST) -> str:
    """The name that a statement calls by itself, or nothing."""
    call = node.value if isinstance(node, ast.Expr) else node
    call = call.value if isinstance(call, ast.Attribute) else call
    named = isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    return call.func.id if named else ""  # type: ignore[attr-defined]


def _of_import(line: int, node: ast.ImportFrom, imported: set[str]) -> Iterator[Misuse]:
    if node.module != MODULE or node.level:
        action = f"write `from {MODULE} import ...`, or take it out"
        yield line, f"a document imports from {MODULE} alone", action
        return
    for alias in node.names:
        if alias.name not in NAMES:
            hint = nearest(alias.name, NAMES) or f"it has {', '.join(NAMES)}"
            yield line, f"{MODULE} has no {alias.name}", hint
        elif alias.asname:
            yield line, f"{alias.name} is given another name", "import it under its own"
        imported.add(alias.asname or alias.name)


def _of_call(line: int, node: ast.AST, imported: set[str]) -> Iterator[Misuse]:
    """What is wrong with a call: its name, its texts, the form it is printed in."""
    name, form = _called(node), node.attr if isinstance(node, ast.Attribute) else ""
    call = node.value if isinstance(node, ast.Attribute) else node
    if name not in NAMES or not isinstance(call, ast.Call):
        code, known = ast.unparse(node).split("\n")[0], ", ".join(NAMES)
        action = nearest(name, NAMES) if name else f"call {known}, or take it out"
        yield line, f"a document may not run {code}", action or f"it may call {known}"
        return
    if name not in imported:
        yield line, f"{name} is not imported", f"add it to `from {MODULE} import` in a cell above"
    texts = [each.value for each in call.args if isinstance(each, ast.Constant)]
    if len(texts) < len(call.args) + len(call.keywords) or not all(map(_is_text, texts)):
        action = "write the id in quotes, so that it can be checked"
        yield line, f"{name}(...) is not given a plain id", action
    elif wrong := _of_number(name, texts):
        yield line, f"{ast.unparse(call)}: {wrong}", "give it what it needs, and no more"
    if form and name != "claim":
        yield line, f"{name}(...) has no form {form!r}", f"take .{form} out"
    elif form and form not in FORMS:
        action = "; ".join(filter(None, (nearest(form, FORMS), forms_hint(form))))
        yield line, f"a claim has no form {form!r}", action


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _of_number(name: str, texts: Sequence[object]) -> str:
    try:
        inspect.signature(getattr(calls, name)).bind(*texts)
    except TypeError as error:
        return str(error)
    return ""


def _of_options(cell: Cell, body: Sequence[ast.stmt]) -> Iterator[Misuse]:
    """Options that would hide what a cell shows, print its code, or do nothing."""
    name = next((name for node in body if (name := _called(node)) in SHOWN), "")
    what = f"of {name}(...)" if name else "that shows nothing"
    for key, value in cell.options.items():
        if key not in OPTIONS[name]:
            yield cell.line, f"cell option {key} has no place in a cell {what}", "remove it"
        elif value != VALUES.get(key, value):
            meant = str(VALUES[key]).lower()
            yield cell.line, f"cell option {key} is {value!r}", f"write {key}: {meant}, or nothing"
