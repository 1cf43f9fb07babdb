"""The bibliography: a small, strict reader of references.bib.

It reads `@type{citekey, field = {value}, ...}` with values in braces, in
quotation marks or as plain numbers. Strings, preambles and joined values
(`#`) are refused, so that what this reader sees is what the renderer sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from schemas.fields import TERM
from schemas.problems import Problem, ReviewError
from schemas.reading import decode_text, evidence_file, find_conflict, read_bytes

FILE = evidence_file("references.bib")
ENTRY_TYPE = "entrytype"
ENTRY_START = re.compile(r"^[ \t]*@", re.MULTILINE)
ENTRY_HEAD = re.compile(r"@([A-Za-z]+)\s*\{\s*([^\s,{}]*)\s*,")
FIELD_HEAD = re.compile(r"\s*([A-Za-z][A-Za-z_-]*)\s*=\s*")
NEXT_FIELD = re.compile(r"\n\s*[A-Za-z][A-Za-z_-]*\s*=\s*[{\"]")
PLAIN_VALUE = re.compile(r"\d+")

Bibliography = dict[str, dict[str, str]]


@dataclass(frozen=True)
class _BibError(Exception):
    position: int
    what: str
    action: str


def _braced(text: str, start: int) -> int:
    """Position after the brace that closes the one at `start`."""
    depth = 0
    for match in re.compile(r"(?<!\\)[{}]").finditer(text, start):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return match.end()
    raise _BibError(start, "a brace { is not closed", "add the missing }")


def _quoted(text: str, start: int) -> int:
    position = start + 1
    while position < len(text) and text[position] != '"':
        position = _braced(text, position) if text[position] == "{" else position + 1
    if position >= len(text):
        raise _BibError(start, "a quotation mark is not closed", 'add the missing "')
    return position + 1


def _value(text: str, start: int) -> tuple[str, int]:
    """A field's value without its delimiters, and the position after it."""
    opening = text[start : start + 1]
    if opening == "{":
        end = _braced(text, start)
        return text[start + 1 : end - 1], end
    if opening == '"':
        end = _quoted(text, start)
        return text[start + 1 : end - 1], end
    number = PLAIN_VALUE.match(text, start)
    if number is None:
        action = "put the value in braces: field = {value}"
        raise _BibError(start, "a value is neither in braces nor a number", action)
    return number.group(), number.end()


def _fields(text: str, start: int) -> tuple[dict[str, str], int]:
    """The fields of one entry from after its key to after its closing brace."""
    fields: dict[str, str] = {}
    position = start
    while True:
        position += len(text[position:]) - len(text[position:].lstrip())
        if text[position : position + 1] == "}":
            return fields, position + 1
        head = FIELD_HEAD.match(text, position)
        if head is None:
            action = "write field = {value}, with a comma after each field and } after the last"
            raise _BibError(position, "a field is not written as field = {value}", action)
        name = head.group(1).lower()
        if name in fields:
            raise _BibError(position, f"the field {name} occurs twice", "keep one of them")
        value, position = _value(text, head.end())
        if NEXT_FIELD.search(value):
            raise _BibError(head.start(), f"a brace of {name} is not closed", "add the missing }")
        fields[name] = " ".join(value.split())
        position += len(text[position:]) - len(text[position:].lstrip())
        if text[position : position + 1] == ",":
            position += 1
        elif text[position : position + 1] != "}":
            raise _BibError(position, f"a comma is missing after {name}", "add the comma")


def _entry(text: str) -> tuple[str, dict[str, str]]:
    head = ENTRY_HEAD.match(text)
    if head is None:
        action = "start the entry as @article{citekey,"
        raise _BibError(0, "an entry does not start as @type{citekey,", action)
    kind, key = head.group(1).lower(), head.group(2)
    if kind in ("string", "preamble", "comment"):
        raise _BibError(0, f"@{kind} is not read here", "write the value out in each entry")
    if not re.fullmatch(TERM, key):
        action = "use lower-case letters, digits, '_', '.', '+' and '-'"
        raise _BibError(0, f"the citekey {key!r} has the wrong form", action)
    fields, end = _fields(text, head.end())
    if text[end:].strip():
        raise _BibError(end, f"text follows the closing brace of {key}", "delete it or close {")
    if not fields.get("title"):
        action = "add the title; one that nobody could read is described in square brackets"
        raise _BibError(0, f"{key} has no title", action)
    return key, {ENTRY_TYPE: kind, **fields}


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Each entry's text with its first line; an @ at the start of a line begins an entry."""
    starts = [match.end() - 1 for match in ENTRY_START.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        lines = text[start:end].split("\n")
        kept = "\n".join("" if line.lstrip().startswith("%") else line for line in lines)
        yield text.count("\n", 0, start) + 1, kept


def parse_bibliography(text: str) -> tuple[Bibliography, list[Problem]]:
    """Entries by citekey, and a problem with its line for each entry that cannot be read."""
    entries: Bibliography = {}
    problems: list[Problem] = []
    for line, chunk in _chunks(text):
        try:
            key, fields = _entry(chunk)
        except _BibError as error:
            at = line + chunk.count("\n", 0, error.position)
            problems.append(Problem(FILE, what=f"line {at}: {error.what}", action=error.action))
            continue
        if key in entries:
            what = f"line {line}: the citekey {key} is used twice"
            problems.append(Problem(FILE, what=what, action="keep one entry"))
        entries.setdefault(key, fields)
    return entries, problems


def read_bibliography(root: Path) -> tuple[Bibliography | None, list[Problem]]:
    """The bibliography, None if unreadable, and everything that is wrong with its file."""
    data, missing = read_bytes(root, FILE)
    if missing:
        return None, [missing]
    text, problems = decode_text(data, FILE)
    conflict = find_conflict(text, FILE)
    if conflict:
        return None, [conflict]
    entries, wrong = parse_bibliography(text)
    return entries, problems + wrong


def load_bibliography(root: Path) -> Bibliography:
    """Fields by citekey, the type as `entrytype`; raises ReviewError with every problem."""
    entries, problems = read_bibliography(root)
    if problems or entries is None:
        raise ReviewError(problems)
    return entries
