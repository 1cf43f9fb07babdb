"""Reads YAML as the strictest of its readers does: a key that stands twice is refused.

PyYAML takes the last of two values in silence, and Quarto stops. Every YAML text of a review
is therefore read through this module.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from schemas.decoding import conflict_in

if TYPE_CHECKING:
    from yaml import SafeLoader as _SafeLoader
else:  # the C one where it is built: ten times faster
    _SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


LARGEST, MOST_NODES = 2_000_000, 200_000
"""Bounds that no file of a review comes near: letters, and values with every alias written out."""


class _StrictLoader(_SafeLoader):
    """Safe YAML that refuses a key given twice and leaves dates as they are written."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                message = f"the key {name!r} occurs twice"
                raise yaml.constructor.ConstructorError(None, None, message, key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


_StrictLoader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_yaml(text: str) -> Any:
    """The value of a YAML text; raises yaml.YAMLError, with its line, for what is wrong."""
    return _load(_StrictLoader, text)[0]


class _TextKeyLoader(_StrictLoader):
    """The same, with every key as it is written: `on` is a word here, and no truth value."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                key.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep)


@cache
def load_with_nodes(text: str) -> tuple[Any, yaml.Node | None]:
    """The value of a YAML text, and its nodes, which know their lines; raises yaml.YAMLError.

    Several checks ask for the words of one file: it is read once, and nobody changes what is read.
    """
    return _load(_TextKeyLoader, text)


def _load(kind: type[_StrictLoader], text: str) -> tuple[Any, yaml.Node | None]:
    if len(text) > LARGEST:
        raise yaml.YAMLError(f"the file is longer than {LARGEST:,} letters")
    if conflict := conflict_in(text):
        mark = yaml.Mark("", 0, conflict[0] - 1, 0, None, 0)
        raise yaml.MarkedYAMLError(problem=conflict[1], problem_mark=mark)
    loader = kind(text)
    try:
        node = loader.get_single_node()
        if _size(node, {}) > MOST_NODES:
            raise yaml.YAMLError(f"its aliases (*name) stand for more than {MOST_NODES:,} values")
        return (None if node is None else loader.construct_document(node)), node
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        raise yaml.YAMLError(f"a value does not fit the tag before it: {error}") from error
    except RecursionError as error:
        raise yaml.YAMLError("nested too deeply") from error
    finally:
        loader.dispose()


def _size(node: yaml.Node | None, known: dict[int, int]) -> int:
    """How many values a node stands for, an alias counting as often as it is used."""
    if not isinstance(node, yaml.CollectionNode):
        return 1
    if id(node) not in known:
        known[id(node)] = MOST_NODES  # for an alias within itself
        parts = [part for pair in node.value for part in pair] if isinstance(
            node, yaml.MappingNode) else node.value  # fmt: skip
        known[id(node)] = 1 + sum(_size(part, known) for part in parts)
    return known[id(node)]


def lines_of(node: yaml.Node | None, place: str = "") -> Iterator[tuple[str, int]]:
    """Place and line of every key and item below a node: `groups.2.title`, lists from 1."""
    pairs: list[tuple[str, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        pairs = [(str(key.value), key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        pairs = [(str(at), value, value) for at, value in enumerate(node.value, start=1)]
    for name, start, below in pairs:
        path = f"{place}.{name}" if place else name
        yield path, start.start_mark.line + 1
        yield from lines_of(below, path)


def nearest_line(lines: Mapping[str, int], place: str) -> int:
    """The line of a place, or of the nearest one above it that the text has; 0 without any."""
    while place and place not in lines:
        place = place.rpartition(".")[0]
    return lines.get(place, 0)


def line_of(error: yaml.YAMLError) -> int | None:
    """The line of the text, from 1, at which reading stopped."""
    mark = getattr(error, "problem_mark", None)
    return None if mark is None else mark.line + 1


def reason_of(error: yaml.YAMLError) -> str:
    """What the reader said, in one line."""
    said = getattr(error, "problem", None) or str(error)
    return str(said).split("\n", 1)[0]
