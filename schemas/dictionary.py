"""The data dictionary: every column of the evidence, as models, meanings and rules have it."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from schemas import rules
from schemas.patterns import FORMS
from schemas.strict_yaml import load_yaml
from schemas.tables import Table

MEANINGS = Path(__file__).with_name("column_meanings.yml")
UNITS = Path(__file__).with_name("column_units.yml")
OF_THE_ROW = "as the row says"  # in the latter: the unit stands in the row
MOST_VALUES = 16  # of a closed list that a dictionary prints
MOST_RULES = 4
LONGEST = 30  # signs of an example


class ColumnEntry(NamedTuple):
    """One column: what it holds, which cells it may have, and the rules that read it."""

    table: str
    name: str
    meaning: str
    kind: str
    unit: str
    allowed: str
    needed: str
    rules: tuple[str, ...]

    @property
    def holds(self) -> str:
        """Kind, unit and need in words: `number (months), filled`."""
        kind = f"{self.kind} ({self.unit})" if self.unit else self.kind
        return ", ".join(filter(None, (kind, self.needed)))

    @property
    def readers(self) -> str:
        """The first rules that read it, and how many more there are."""
        more = len(self.rules) - MOST_RULES
        return ", ".join(self.rules[:MOST_RULES]) + (f" and {more} more" if more > 0 else "")


def dictionary() -> Iterator[ColumnEntry]:
    """Every column of every table, in the order of the files."""
    from schemas.registry import TABLES  # Pandera, which few of the checks need

    for table in TABLES.values():
        for name in table.columns:
            yield column_entry(table, name)


def column_entry(table: Table, name: str) -> ColumnEntry:
    """One column; what a review declares has its title and unit from there."""
    column = table.schema.columns[name]
    checks = [str(check.error or check) for check in column.checks]
    kind = "whole number" if table.is_whole(name) else "number" if table.is_number(name) else "text"
    needed = "may be left out" if name in table.optional else "" if column.nullable else "filled"
    allowed = "; ".join(filter(None, map(_allowed, checks)))
    readers = tuple(rule for rule, read in _readers() if name in read)
    own = name in table.own
    meaning = f"{column.title}." if own else _said(meanings(), table.name, name)
    unit = (column.metadata or {}).get("unit", "") if own else _said(units(), table.name, name)
    return ColumnEntry(table.name, name, meaning, kind, unit, allowed, needed, readers)


def example_of(cells: Iterable[str]) -> str:
    """The first filled cell, cut where it is long; empty where there is none."""
    found = next(filter(None, cells), "")
    return found if len(found) <= LONGEST else f"{found[: LONGEST - 1]}…"


@cache
def meanings() -> dict[str, str]:
    """What columns mean, by name or by `table.name`."""
    return dict(load_yaml(MEANINGS.read_text(encoding="utf-8")))


@cache
def units() -> dict[str, str]:
    """In what columns count or measure, by name or by `table.name`."""
    return dict(load_yaml(UNITS.read_text(encoding="utf-8")))


def unit_of(table: str, column: str) -> str:
    """In what a column counts or measures; empty where nothing is said."""
    return _said(units(), table, column)


def _said(known: Mapping[str, str], table: str, name: str) -> str:
    """What is said of a column of this table, else of all of its name; empty where nothing is."""
    return known.get(f"{table}.{name}", known.get(name, ""))


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
