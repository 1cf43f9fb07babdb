"""Reads a .qmd document: front matter, prose, cells and inline code, each with its line.

Cells are taken out before Pandoc sees the text: to Pandoc their fences are inline code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from publishing.manuscript.context import line_problem
from schemas.decoding import conflict_in
from schemas.problems import Problem
from schemas.strict_yaml import line_of, load_yaml, reason_of

FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,})\s*(?P<info>.*?)\s*$")
INLINE = re.compile(r"(?<!`)`\{python\}\s+(?P<code>[^`\n]+)`(?!`)")
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
TABLE_LABEL = re.compile(r"tbl-[A-Za-z0-9_-]+(?:\.[\w-]+)*")
FRONT_KEYS = {"engine", "description", "topic"}
CELL_OPTIONS: dict[str, tuple[Any, ...]] = {
    "label": (str,),
    "tbl-cap": (str,),
    "echo": (bool,),
    "include": (bool,),
    "output": (bool, "asis"),
}


@dataclass(frozen=True)
class Prose:
    """Text between cells; `line` is the line of its first character."""

    text: str
    line: int

    @cached_property
    def lines(self) -> list[tuple[int, str]]:
        """Line number and text of each line; lines of fenced text come out empty."""
        found, fence = list[tuple[int, str]](), ""
        for number, text in enumerate(self.text.split("\n"), self.line):
            match = FENCE.match(text)
            if fence:
                fence = "" if match and match["ticks"].startswith(fence) else fence
            elif match:
                fence = match["ticks"]
            else:
                found.append((number, text))
                continue
            found.append((number, ""))
        return found


@dataclass(frozen=True)
class Cell:
    """A `{python}` cell; `line` is the line of its fence, `code_line` that of its first code."""

    code: str
    options: dict[str, Any]
    line: int
    code_line: int


@dataclass
class Document:
    """A document in its pieces, and what was wrong with them."""

    path: str
    front: dict[str, Any] = field(default_factory=dict)
    pieces: list[Prose | Cell] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, line: int, what: str, action: str = "", expected: str = "") -> None:
        """Note a problem on a line of this document."""
        self.problems.append(line_problem(self.path, line, what, action, expected))

    @property
    def cells(self) -> list[Cell]:
        """The cells in order."""
        return [piece for piece in self.pieces if isinstance(piece, Cell)]

    @property
    def captions(self) -> list[tuple[int, str]]:
        """Line and words of the caption of every cell that has one."""
        return [
            (cell.line, str(cell.options["tbl-cap"]))
            for cell in self.cells
            if "tbl-cap" in cell.options
        ]

    @property
    def has_code(self) -> bool:
        """Whether a kernel is needed to read it."""
        return bool(self.cells or self.inlines)

    @cached_property
    def inlines(self) -> list[tuple[int, str]]:
        """Line and expression of every piece of inline code."""
        return [
            (number, match["code"].strip())
            for number, text in self.prose_lines()
            for match in INLINE.finditer(text)
        ]

    def inlines_of(self, piece: Prose) -> list[tuple[int, str]]:
        """The same of one piece of prose."""
        lines = {number for number, _ in self.inlines}
        return [
            (number, match["code"].strip())
            for number, text in enumerate(piece.text.split("\n"), piece.line)
            if number in lines
            for match in INLINE.finditer(text)
        ]

    def fenced_lines(self) -> Iterator[tuple[int, str]]:
        """Line number and text of each line of fenced text that is no cell."""
        prose = dict(self.prose_lines())
        for piece in self.pieces:
            if isinstance(piece, Prose):
                for number, text in enumerate(piece.text.split("\n"), piece.line):
                    if text.strip() and not prose[number] and not FENCE.match(text):
                        yield number, text

    def prose_lines(self) -> Iterator[tuple[int, str]]:
        """Line number and text of each line of prose; lines of fenced text come out empty."""
        for piece in self.pieces:
            if isinstance(piece, Prose):
                yield from piece.lines


def without_code(text: str) -> str:
    """Return a line with inline code taken out."""
    return CODE_SPAN.sub(" ", text) if "`" in text else text


def read_document(root: Path, path: str) -> Document:
    """Read one document; problems are collected in it, none is raised."""
    document = _read(path, (root / path).read_text(encoding="utf-8"))
    return replace(document, problems=[*document.problems])


@lru_cache(maxsize=256)  # each check reads every document
def _read(path: str, text: str) -> Document:
    document = Document(path)
    if conflict := conflict_in(text):
        document.complain(*conflict)
    lines = text.split("\n")
    start = _read_front_matter(document, lines)
    _read_body(document, lines, start)
    uses_code = bool(document.cells or document.inlines)
    if uses_code and document.front.get("engine") != "jupyter":
        document.complain(
            1,
            "the document has code but its front matter does not say engine: jupyter",
            "add it: without it Quarto prints inline code as text",
        )
    return document


def _read_front_matter(document: Document, lines: list[str]) -> int:
    """Fill `front`; return the index of the first line of the body."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    end = next((n for n, text in enumerate(lines[1:], 1) if text.rstrip() == "---"), None)
    if end is None:
        document.complain(1, "the front matter is not closed", "end it with a line ---")
        return len(lines)
    try:
        front = load_yaml("\n".join(lines[1:end])) or {}
    except yaml.YAMLError as error:
        line = min(1 + (line_of(error) or 0), end)
        document.complain(line, f"the front matter is not YAML: {reason_of(error)}")
        return end + 1
    if not isinstance(front, dict):
        document.complain(1, "the front matter is not a list of keys and values")
        return end + 1
    for key in sorted(set(map(str, front)) - FRONT_KEYS):
        expected = "one of " + ", ".join(sorted(FRONT_KEYS))
        document.complain(1, f"front matter key {key} is not supported", "remove it", expected)
    for key in ("description", "topic"):
        if key in front and not (isinstance(front[key], str) and front[key].strip()):
            what = f"front matter key {key} is {front[key]!r}"
            document.complain(1, what, "write it on the line of its key", "text")
    if front.get("engine", "jupyter") != "jupyter":
        document.complain(1, f"engine {front['engine']} is not supported", expected="jupyter")
    document.front = front
    return end + 1


def _read_body(document: Document, lines: list[str], start: int) -> None:
    prose_from, index = start, start
    while index < len(lines):
        match = FENCE.match(lines[index])
        if match is None:
            index += 1
            continue
        closing = next(
            (n for n in range(index + 1, len(lines)) if _closes(match["ticks"], lines[n])), None
        )
        if closing is None:
            document.complain(index + 1, "a fence is opened and never closed", "close it")
            closing = len(lines) - 1
        if _is_cell(document, match, index + 1):
            _add_prose(document, lines, prose_from, index)
            document.pieces.append(_read_cell(document, lines, index, closing))
            prose_from = closing + 1
        index = closing + 1
    _add_prose(document, lines, prose_from, len(lines))


def _closes(ticks: str, line: str) -> bool:
    text = line.strip()
    return len(text) >= len(ticks) and set(text) == {ticks[0]}


def _is_cell(document: Document, fence: re.Match[str], line: int) -> bool:
    """Whether the fence opens a cell; a fence that is neither cell nor plain text is refused."""
    info = fence["info"]
    if info.startswith("{python"):
        if info != "{python}":
            document.complain(line, f"cell header {info} is not supported",
                              "write {python}; options go on lines that begin with #|")  # fmt: skip
        if fence["indent"]:
            document.complain(line, "an indented cell is not supported", "start it in column 1")
        return True
    if info.startswith("{="):
        document.complain(line, f"a raw block {info} is not supported", "write it in Markdown")
    elif info.startswith("{") and not info.startswith("{."):
        document.complain(line, f"a cell of the engine {info} is not supported", "use {python}")
    return False


def _add_prose(document: Document, lines: list[str], start: int, end: int) -> None:
    text = "\n".join(lines[start:end])
    if text.strip():
        document.pieces.append(Prose(text, start + 1))


def _read_cell(document: Document, lines: list[str], opening: int, closing: int) -> Cell:
    first = opening + 1
    while first < closing and lines[first].startswith("#|"):
        first += 1
    header = "\n".join(text[2:].removeprefix(" ") for text in lines[opening + 1 : first])
    try:
        options = load_yaml(header) or {}
    except yaml.YAMLError as error:
        line = min(opening + 1 + (line_of(error) or 1), first)
        document.complain(line, f"cell options are not YAML: {reason_of(error)}")
        options = {}
    if not isinstance(options, dict):
        document.complain(
            opening + 2, "cell options are not keys and values", "write `#| key: value`"
        )
        options = {}
    _check_options(document, options, opening + 2)
    return Cell("\n".join(lines[first:closing]), options, opening + 1, first + 1)


def _check_options(document: Document, options: dict[str, Any], line: int) -> None:
    for key, value in options.items():
        allowed = CELL_OPTIONS.get(key)
        if allowed is None:
            expected = "one of " + ", ".join(CELL_OPTIONS)
            action = "figure(...) has caption and alt text" if "fig" in key else "remove it"
            document.complain(line, f"cell option {key} is not supported", action, expected)
        elif type(value) not in allowed and value not in [x for x in allowed if isinstance(x, str)]:
            document.complain(line, f"cell option {key}: {value!r} is not supported")
    label = str(options.get("label", ""))
    if label.startswith("tbl-") != ("tbl-cap" in options):
        document.complain(line, f"label {label!r} and caption do not go together",
                          "a table has both `#| label: tbl-<name>` and `#| tbl-cap:`")  # fmt: skip
    elif label.startswith("tbl-") and not TABLE_LABEL.fullmatch(label):
        document.complain(line, f"label {label!r} is no name that a text can refer to",
                          "write tbl- and letters, digits, '-' and '.' after it")  # fmt: skip
    if label.startswith("fig-"):
        document.complain(line, f"a cell with the label {label} is not supported",
                          "use figure(...) with `#| output: asis`: it brings its own")  # fmt: skip
