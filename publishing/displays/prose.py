"""The words of specifications and of the book, with their lines, as guard and list of changes read.

The files are read as plain YAML: a table that lists changes is itself a display, and could not
be asked for the words of all displays by the classes that draw them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from analysis.kept import hash_files, keep, read_kept
from publishing.displays.placeholders import PLACEHOLDER, SOURCES
from schemas import strict_yaml
from schemas.strict_yaml import load_with_nodes

FOLDERS = ("report/tables", "report/figures")
NAME = re.compile(r"[a-z0-9][a-z0-9_.:+-]*|")  # an identifier, not a word that is read
SELECTOR = re.compile(r"[a-z_]+\[.*\]|[^\s=]+=.*")
RULES = (Path(__file__), Path(strict_yaml.__file__))
OF_BOOKS = re.compile(r"audience|book\.chapters\.\d+\.part")


@dataclass(frozen=True)
class Words:
    """A text of a specification: its file, the line it begins on, the path of its key."""

    file: str
    line: int
    place: str
    text: str


def words_of_displays(root: Path) -> Sequence[Words]:
    """Every text of every specification that a reader reads; none of a file that is no YAML."""
    return _words_of(root, hash_files(root, [*RULES, *_specifications(root)]))


@cache
def _words_of(root: Path, state: str) -> Sequence[Words]:
    """The same, kept while the files are as they are."""
    kept = root / "_build" / f"words-{state}.json"
    found: list[list[Any]] | None = read_kept(kept, json.loads)
    if found is not None:
        return [Words(*words) for words in found]
    named = [(path.relative_to(root).as_posix(), path) for path in _specifications(root)]
    read = [words for file, path in named for words in _words(file, _node_of(path), "")]
    keep(kept, json.dumps([astuple(words) for words in read]).encode())
    return read


def _specifications(root: Path) -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (root / folder).glob("*.yml"))


def words_of_books(root: Path) -> Iterator[Words]:
    """What the settings of the editions say to a reader: titles of parts, and for whom it is."""
    for path in sorted(root.glob("_quarto*.yml")):
        found = _words(path.name, _node_of(path), "")
        yield from (words for words in found if OF_BOOKS.fullmatch(words.place))


def _node_of(path: Path) -> yaml.Node | None:
    try:
        return load_with_nodes(path.read_text(encoding="utf-8"))[1]
    except yaml.YAMLError:  # whoever reads what it says names it
        return None


def _words(file: str, node: yaml.Node | None, place: str) -> Iterator[Words]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _words(file, value, f"{place}.{key.value}".removeprefix("."))
    elif isinstance(node, yaml.SequenceNode):
        for at, value in enumerate(node.value, start=1):
            yield from _words(file, value, f"{place}.{at}")
    elif isinstance(node, yaml.ScalarNode) and not _is_name(node.value):
        yield Words(file, node.start_mark.line + 1, place, " ".join(node.value.split()))


def _is_name(text: str) -> bool:
    return bool(NAME.fullmatch(text) or SELECTOR.fullmatch(text))


def marked(text: str) -> str:
    """A text with ⟦id⟧ for each claim, as the guard reads sentences; citations are left out."""
    return PLACEHOLDER.sub(lambda match: "" if match[1] == SOURCES else f"⟦{match[1]}⟧", text)


def unnumbered(text: str) -> str:
    """A text with a sign for each number, as the list of changes compares sentences."""
    return PLACEHOLDER.sub(lambda match: "" if match[1] == SOURCES else "…", text)
