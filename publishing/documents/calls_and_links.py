"""Checks what documents refer to: claims, tables, figures, citations, sections, documents."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path, PurePosixPath

from publishing.manuscript.context import RenderContext
from publishing.manuscript.qmd import INLINE, Cell, Document, without_code
from schemas.nearest import nearest

IDENTIFIER = re.compile(r"\{[^{}]*#((?:sec|fig|tbl)-[\w.-]+)[^{}]*\}")
CROSS_REFERENCE = re.compile(r"(?<![\w@])@((?:fig|tbl|sec)-[\w-]+(?:\.[\w-]+)*)")
CITATION = re.compile(r"(?<![\w@\\.])-?@\{?([A-Za-z0-9_][\w:.#$%&+?~/-]*)")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)")
FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\](:?)")


@lru_cache(maxsize=4096)  # each check asks the same pieces of code
def _calls(code: str) -> list[tuple[str, ast.Call]]:
    return [
        (node.func.id, node)
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]


def calls_in(document: Document, *names: str) -> Iterator[tuple[int, str, str]]:
    """Line, name and every plain argument of what a document calls; of these alone, if named."""
    pieces = [(line, code) for line, code in document.inlines]
    pieces += [(cell.code_line, cell.code) for cell in document.cells]
    for line, code in pieces:
        if names and not any(name in code for name in names):
            continue
        with suppress(SyntaxError):  # named by `check_code`
            for name, call in _calls(code):
                for argument in call.args if not names or name in names else ():
                    if isinstance(argument, ast.Constant):
                        yield line + call.lineno - 1, name, str(argument.value)


def check_code(document: Document, context: RenderContext) -> None:
    """Every literal id given to claim, conclusion, sources, table and figure is known."""
    known = {
        "claim": context.claims,
        "conclusion": context.conclusions,
        "sources": context.claims,
        "table": context.tables,
        "figure": context.figures,
    }
    for cell in document.cells:
        _check_shown(document, cell)
    pieces = [(line, code) for line, code in document.inlines]
    pieces += [(cell.code_line, cell.code) for cell in document.cells]
    for line, code in pieces:
        try:
            calls = _calls(code)
        except SyntaxError as error:
            document.complain(line + (error.lineno or 1) - 1, f"code is not Python: {error.msg}")
            continue
        for name, call in calls:
            if name in known:
                _check_call(document, line + call.lineno - 1, name, call, known[name])


def _check_call(
    document: Document, line: int, name: str, call: ast.Call, known: frozenset[str] | None
) -> None:
    for argument in call.args if name == "sources" else call.args[:1]:
        if not isinstance(argument, ast.Constant) or known is None:
            continue  # what is no plain text is named by `allowed_code`
        if (asked := str(argument.value)) not in known:
            kind = "claim" if name == "sources" else name
            document.complain(line, f"unknown {kind} {asked}", nearest(asked, known))


def _check_shown(document: Document, cell: Cell) -> None:
    """A figure brings its own caption (output: asis); a table takes label and caption here."""
    shown = {name for name, _ in _calls_of(cell)}
    if "figure" in shown and cell.options.get("output") != "asis":
        document.complain(cell.line, "a cell with figure(...) lacks `#| output: asis`", "add it")
    if "table" in shown and "tbl-cap" not in cell.options:
        document.complain(cell.line, "a cell with table(...) has no label and caption",
                          "add `#| label: tbl-<name>` and `#| tbl-cap:`")  # fmt: skip


def _calls_of(cell: Cell) -> list[tuple[str, ast.Call]]:
    try:
        return _calls(cell.code)
    except SyntaxError:
        return []


def figure_ids(document: Document) -> list[tuple[int, str]]:
    """Line and cross-reference id of each figure a document draws."""
    return [
        (cell.line, f"fig-{call.args[0].value!s}")
        for cell in document.cells
        for name, call in _calls_of(cell)
        if name == "figure" and call.args and isinstance(call.args[0], ast.Constant)
    ]


def _defined(document: Document) -> list[tuple[int, str]]:
    found = [
        (number, match[1])
        for number, text in document.prose_lines()
        if "#" in text
        for match in IDENTIFIER.finditer(without_code(text))
    ]
    found += [(c.line, str(c.options["label"])) for c in document.cells if c.options.get("label")]
    return found + figure_ids(document)


def places_of(documents: Sequence[Document]) -> frozenset[str]:
    """Identifiers of sections, tables and figures in these documents."""
    return frozenset(identifier for each in documents for _, identifier in _defined(each))


def check_references(root: Path, documents: Sequence[Document], context: RenderContext) -> None:
    """Identifiers are unique; citations, cross-references, footnotes and links lead somewhere."""
    places: dict[str, str] = {}
    for document in documents:
        for line, identifier in _defined(document):
            if identifier in places:
                document.complain(line, f"{identifier} is used twice",
                                  f"rename one; the other is in {places[identifier]}")  # fmt: skip
            places.setdefault(identifier, f"{document.path} line {line}")
    paths = {document.path for document in documents}
    for document in documents:
        _check_footnotes(document)
        _check_captions(document)
        for number, text in [*document.prose_lines(), *document.captions]:
            plain = without_code(text)
            if "@" in plain:
                _check_line(document, number, plain, places, context)
            for target in LINK.findall(plain) if "](" in plain else ():
                _check_link(document, number, target, paths, places)


def _check_captions(document: Document) -> None:
    """A caption has words, and none that an engine prints as they stand or leaves behind."""
    for number, text in document.captions:
        if not text.strip():
            document.complain(number, "a table with an empty caption", "say what it shows")
        if INLINE.search(text):
            action = "write the caption without it, or say it in the text"
            document.complain(number, "inline code in a caption is printed as it stands", action)
        if FOOTNOTE.search(text):
            action = "say it in `notes` of the table"
            document.complain(number, "a footnote in a caption is not supported", action)


def _check_line(
    document: Document, number: int, text: str, places: Collection[str], context: RenderContext
) -> None:
    for identifier in CROSS_REFERENCE.findall(text):
        if identifier not in places:
            document.complain(
                number, f"@{identifier} refers to nothing", nearest(identifier, places)
            )
    for match in CITATION.findall(text):
        key = match.rstrip(".:,;?/-")
        if not key.startswith(("fig-", "tbl-", "sec-")) and key not in context.citekeys:
            document.complain(number, f"unknown citekey @{key}", nearest(key, context.citekeys))


def _check_link(
    document: Document, number: int, target: str, paths: Collection[str], places: Collection[str]
) -> None:
    file, _, anchor = target.partition("#")
    if anchor and ("qmd" in file or not file) and anchor not in places:
        document.complain(number, f"the link to #{anchor} leads nowhere", nearest(anchor, places))
    if file.endswith(".qmd"):
        folder = PurePosixPath(document.path).parent
        path = _normal(file[1:] if file.startswith("/") else str(folder / file))
        if path not in paths:
            document.complain(number, f"the link to {file} leads nowhere", nearest(path, paths))
        elif not anchor:
            document.complain(number, f"the link to {file} names no section",
                              f"write {file}#sec-...: Quarto's PDF knows no documents")  # fmt: skip
    elif file.endswith(".html") and "://" not in file:
        document.complain(number, f"the link to {file} works in one format only",
                          "link to the .qmd document")  # fmt: skip


def _normal(path: str) -> str:
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def _check_footnotes(document: Document) -> None:
    used: dict[str, int] = {}
    defined: dict[str, int] = {}
    noted = ((number, text) for number, text in document.prose_lines() if "[^" in text)
    for number, text in noted:
        for name, colon in FOOTNOTE.findall(without_code(text)):
            is_definition = colon and text.lstrip().startswith(f"[^{name}]:")
            if is_definition and name in defined:
                document.complain(number, f"footnote {name} is written twice", "rename one")
            (defined if is_definition else used)[name] = number
    for name in sorted(set(used) - set(defined)):
        document.complain(used[name], f"footnote {name} has no text", f"write [^{name}]: ...")
    for name in sorted(set(defined) - set(used)):
        document.complain(defined[name], f"footnote {name} is never used", "remove it")
