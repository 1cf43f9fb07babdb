"""The bibliography, as reference managers write it.

The entries are split by bibtexparser; here the values are joined and their
macros written out, and what is wrong is said with its line. The renderer is
given what this reader understood (`publishing/render/bibliography.py`), not the file.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bibtexparser.exceptions import ParsingException
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ImplicitComment,
    ParsingFailedBlock,
    String,
)
from bibtexparser.splitter import Splitter

from schemas.bibliography import ENTRY_TYPE, FILE, Bibliography
from schemas.cells import explain_hostile, shorten
from schemas.decoding import decode_text, find_conflict, read_bytes
from schemas.entries import wrong_field, wrong_type
from schemas.patterns import CITEKEY, FORMS
from schemas.problems import Problem, ReviewError

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # said as problems here

ENTRY_HEAD = re.compile(r"@(\w+)\s*[{(]\s*([^\s,{}()=]+)\s*,")
STRAY_ENTRY = re.compile(r"^[ \t]*@", re.MULTILINE)
COMMENT_LINE = re.compile(r"^[ \t]*%.*$", re.MULTILINE)
NEXT_FIELD = re.compile(r"\n\s*[A-Za-z][A-Za-z_-]*\s*=\s*[{\"]")
FIELD = re.compile(r"^[ \t]*([A-Za-z][A-Za-z_-]*)\s*=\s*[{\"]", re.MULTILINE)
PLAIN_VALUE = re.compile(r"\d+")
MACRO = re.compile(r"[^\W\d][^\s\"#%'(),={}]*")
PMID_IN_NOTE = re.compile(r"\bPMID:?\s*(\d+)")
MONTHS = {
    name: name
    for name in ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
}


@dataclass(frozen=True)
class _BibError(Exception):
    line: int
    what: str
    action: str


def _braced(text: str, start: int, line: int) -> int:
    """Position after the brace that closes the one at `start`."""
    depth = 0
    for match in re.compile(r"(?<!\\)[{}]").finditer(text, start):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return match.end()
    raise _BibError(line, "a brace { is not closed", "add the missing }")


def _quoted(text: str, start: int, line: int) -> int:
    position = start + 1
    while position < len(text) and text[position] != '"':
        position = _braced(text, position, line) if text[position] == "{" else position + 1
    if position >= len(text):
        raise _BibError(line, "a quotation mark is not closed", 'add the missing "')
    return position + 1


def _part(text: str, start: int, line: int, macros: dict[str, str]) -> tuple[str, int]:
    """One part of a value, and the position after it."""
    opening = text[start : start + 1]
    if opening == "{":
        end = _braced(text, start, line)
        return text[start + 1 : end - 1], end
    if opening == '"':
        end = _quoted(text, start, line)
        return text[start + 1 : end - 1], end
    if number := PLAIN_VALUE.match(text, start):
        return number.group(), number.end()
    name = MACRO.match(text, start)
    if name and name.group().lower() in macros:
        return macros[name.group().lower()], name.end()
    what = "a value is neither in braces nor a number"
    what += f" nor the name of an @string: {name.group()}" if name else ""
    raise _BibError(line, what, "put the value in braces: field = {value}")


def _value(name: str, text: str, line: int, macros: dict[str, str]) -> str:
    """A value without its delimiters, its parts joined."""
    parts, position = [], 0
    while True:
        part, end = _part(text, position, line, macros)
        if NEXT_FIELD.search(part):
            raise _BibError(line, f"a brace of {name} is not closed", "add the missing }")
        parts.append(part)
        rest = text[end:].lstrip()
        if not rest:
            return " ".join("".join(parts).split())
        if not rest.startswith("#"):
            raise _BibError(line, f"a comma is missing after {name}", "add the comma")
        position = len(text) - len(rest[1:].lstrip())


def _entry(entry: Entry, line: int, macros: dict[str, str]) -> dict[str, str]:
    key, fields = entry.key, {}
    if not key:
        raise _BibError(line, "the entry has no citekey", "start it as @article{citekey,")
    if wrong := wrong_type(entry.entry_type.lower()):
        raise _BibError(line, *wrong)
    if not re.fullmatch(CITEKEY, key):
        raise _BibError(line, f"the citekey {key!r} has the wrong form", f"use {FORMS[CITEKEY]}")
    for field in entry.fields:
        name, at = field.key.lower(), (field.start_line or 0) + 1
        if not re.fullmatch(r"[^\s{}\"#,=]+", name):
            action = "write field = {value}, with a comma after each field and } after the last"
            raise _BibError(at, "a field is not written as field = {value}", action)
        if name in fields:
            raise _BibError(at, f"the field {name} occurs twice", "keep one of them")
        fields[name] = _value(name, str(field.value), at, macros)
        if wrong := wrong_field(name, fields[name]):
            raise _BibError(at, f"{key}: {wrong[0]}", wrong[1])
    if not fields.get("title"):
        action = "add the title; one that nobody could read is described in square brackets"
        raise _BibError(line, f"{key} has no title", action)
    if "pmid" not in fields and (noted := PMID_IN_NOTE.search(fields.get("note", ""))):
        fields["pmid"] = noted[1]
    return {ENTRY_TYPE: entry.entry_type.lower(), **fields}


def _stopped(block: ParsingFailedBlock, line: int, text: str) -> _BibError:
    """Where the reading of a block stopped, and why."""
    reason = str(getattr(block.error, "abort_reason", ""))
    end = getattr(block.error, "end_index", None)
    at = line if end is None else text.count("\n", 0, end) + 1
    if reason.startswith("Expected comma after entry key"):
        return _BibError(line, "a comma is missing after the citekey", "write @article{citekey,")
    if reason.startswith("Expected"):
        action = "write field = {value}, with a comma after each field"
        return _BibError(at, "a field is not written as field = {value}, after a comma", action)
    if found := _unclosed(block.raw or ""):
        where, name = found
        what = f"a brace or a quotation mark of {name} is not closed"
        return _BibError(line + where, what, 'add the missing } or "')
    return _BibError(line, "the entry is not closed", 'close each { and each ", and end it by }')


def _unclosed(raw: str) -> tuple[int, str] | None:
    """Lines above the field that is not closed, and its name, where that can be told."""
    for field in FIELD.finditer(raw):
        start = field.end() - 1
        try:
            end = (_braced if raw[start] == "{" else _quoted)(raw, start, 0)
        except _BibError:
            end = len(raw)
        if end == len(raw) or NEXT_FIELD.search(raw[start:end]):
            return raw.count("\n", 0, field.start(1)), field[1]
    return None


def _failed(block: Block, line: int, text: str) -> _BibError | None:
    """What is wrong with a block that is no entry, None where nothing is."""
    if isinstance(block, DuplicateBlockKeyBlock):
        return _BibError(line, f"the citekey {block.key} is used twice", "keep one entry")
    if isinstance(block, DuplicateFieldKeyBlock):
        names = ", ".join(sorted(block.duplicate_keys))
        fields = block.ignore_error_block.fields  # type: ignore[union-attr]
        at = max(f.start_line or 0 for f in fields if f.key in block.duplicate_keys) + 1
        return _BibError(at, f"the field {names} occurs twice", "keep one of them")
    raw = block.raw or ""
    if isinstance(block, ParsingFailedBlock):
        return _stopped(block, line, text)
    if isinstance(block, ImplicitComment) and (stray := STRAY_ENTRY.search(raw)):
        action = "start the entry as @article{citekey,"
        at = line + raw.count("\n", 0, stray.start())
        return _BibError(at, "an entry does not start as @type{citekey,", action)
    return None


def parse_bibliography(text: str) -> tuple[Bibliography, list[Problem]]:
    """Entries by citekey, and a problem with its line for each entry that cannot be read.

    An entry that is there but cannot be read has no title.
    """
    text = COMMENT_LINE.sub("", text.removeprefix("\ufeff").replace("\r\n", "\n"))
    entries: Bibliography = {}
    problems: list[Problem] = []
    macros = dict(MONTHS)
    try:
        blocks = Splitter(text).split().blocks
    except (ParsingException, ValueError, IndexError) as error:
        return {}, [Problem(FILE, what=f"the file cannot be read: {error}")]
    for block in blocks:
        line = (block.start_line or 0) + 1
        try:
            if isinstance(block, String):
                macros[block.key.lower()] = _value(block.key, str(block.value), line, macros)
            elif isinstance(block, Entry):
                if block.key:
                    entries[block.key] = {}
                entries[block.key] = _entry(block, line, macros)
            elif wrong := _failed(block, line, text):
                head = ENTRY_HEAD.match((block.raw or "").lstrip())
                if head:
                    entries.setdefault(head[2], {})
                raise wrong
        except _BibError as error:
            what = f"line {error.line}: {error.what}"
            problems.append(Problem(FILE, what=what, action=error.action))
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
    return entries, [*problems, *wrong, *_hostile(entries)]


def _hostile(entries: Bibliography) -> Iterator[Problem]:
    for key, fields in entries.items():
        for name, text in fields.items():
            if said := explain_hostile(text):
                yield Problem(FILE, key, name, f"{shorten(text)} {said[0]}", action=said[1])


def load_bibliography(root: Path) -> Bibliography:
    """Fields by citekey, the type as `entrytype`; raises ReviewError with every problem."""
    entries, problems = read_bibliography(root)
    if problems or entries is None:
        raise ReviewError(problems)
    return entries
