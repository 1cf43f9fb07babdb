"""The data dictionary: every column of the evidence, as models, meanings and rules have it."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from schemas import rules
from schemas.fields import FORMS
from schemas.registry import TABLES
from schemas.strict_yaml import load_yaml
from schemas.tables import Table

MEANINGS = Path(__file__).with_name("column_meanings.yml")
MOST_VALUES = 16  # of a closed list that a dictionary prints


class ColumnEntry(NamedTuple):
    """One column: what it holds, which cells it may have, and the rules that read it."""

    table: str
    name: str
    meaning: str
    kind: str
    allowed: str
    needed: str
    rules: tuple[str, ...]


def dictionary() -> Iterator[ColumnEntry]:
    """Every column of every table, in the order of the files. KeyError for one without meaning."""
    for table in TABLES.values():
        for name in table.columns:
            yield _entry(table, name)


@cache
def meanings() -> dict[str, str]:
    """What columns mean, by name or by `table.name`."""
    return dict(load_yaml(MEANINGS.read_text(encoding="utf-8")))


def _entry(table: Table, name: str) -> ColumnEntry:
    column = table.schema.columns[name]
    known = meanings()
    own = f"{table.name}.{name}"
    checks = [str(check.error or check) for check in column.checks]
    kind = "whole number" if table.is_whole(name) else "number" if table.is_number(name) else "text"
    needed = "may be left out" if name in table.optional else "" if column.nullable else "filled"
    allowed = "; ".join(filter(None, map(_allowed, checks)))
    readers = tuple(rule for rule, read in _readers() if name in read)
    return ColumnEntry(
        table.name, name, known[own] if own in known else known[name], kind, allowed, needed,
        readers,
    )  # fmt: skip


def _allowed(check: str) -> str:
    """A check of the model in words."""
    kind, _, argument = check.partition("(")
    argument = argument.removesuffix(")")
    if kind == "isin":
        values = re.findall(r"'([^']*)'", argument)
        shown = ", ".join(values[:MOST_VALUES])
        return f"one of {shown}" + (" and more" if len(values) > MOST_VALUES else "")
    if kind == "str_matches":
        pattern = argument.partition("'^(?:")[2].removesuffix(")$'").replace("\\\\", "\\")
        return FORMS.get(pattern, "")
    bounds = {"greater_than_or_equal_to": "or more", "less_than_or_equal_to": "or less"}
    return f"{argument} {bounds[kind]}" if kind in bounds else ""


@cache
def _readers() -> tuple[tuple[str, frozenset[str]], ...]:
    """Each rule with the words that its module holds as text: columns are among them."""
    found: dict[str, frozenset[str]] = {}
    for rule in rules.RULES:
        module = import_module(rule.check.__module__)
        found[rule.name] = found.get(rule.name, frozenset()) | _words_of(module)
    return tuple(found.items())


@cache
def _words_of(module: ModuleType) -> frozenset[str]:
    tree = ast.parse(inspect.getsource(module))
    held = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(value for value in held if isinstance(value, str))
