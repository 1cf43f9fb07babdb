"""Reading review.yml: strict YAML, and typed values with a message for each wrong one."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import yaml

from schemas.fields import DATE, SLUG
from schemas.problems import Problem
from schemas.reading import evidence_file
from schemas.strict_yaml import line_of, load_yaml, reason_of
from schemas.tables import nearest

FILE = evidence_file("review.yml")

# YAML ------------------------------------------------------------------------------------------


def _yaml_problem(error: yaml.YAMLError) -> Problem:
    at = line_of(error)
    line = f"line {at}: " if at is not None else ""
    return Problem(
        FILE,
        what=f"{line}not readable as YAML ({reason_of(error)})",
        expected="`key: value` with the same indentation for keys of one level",
        action="look at this line and the one before: a colon or quotation mark inside a value "
        "needs quotation marks around the value; no tabs",
    )


def parse_yaml(text: str) -> tuple[Mapping[str, Any], list[Problem]]:
    """The pairs of a YAML document, or why it cannot be read."""
    try:
        document = load_yaml(text)
    except yaml.YAMLError as error:
        return {}, [_yaml_problem(error)]
    if not isinstance(document, dict):
        what = "the file holds no `key: value` pairs"
        return {}, [Problem(FILE, what=what, action="restore the file")]
    return document, []


# fields ----------------------------------------------------------------------------------------


class Reader:
    """Takes typed values out of one YAML mapping and notes what is wrong with each."""

    def __init__(self, values: Any, place: str, problems: list[Problem]) -> None:
        self.values: Mapping[str, Any] = values if isinstance(values, dict) else {}
        self.place = place
        self.problems = problems
        if not isinstance(values, dict):
            self.note(place.rstrip("."), "is not a set of `key: value` pairs", "pairs", "indent")

    def note(self, key: str, what: str, expected: str, action: str = "correct it") -> None:
        """Note a problem with a key."""
        said = f"{key} {what}"
        self.problems.append(Problem(FILE, what=said, expected=expected, action=action))

    def _take(self, key: str, kind: Callable[[Any], Any], expected: str, default: Any) -> Any:
        value = self.values.get(key)
        if value is None:
            if default is None:
                self.note(self.place + key, "is missing", expected, "add it")
            return default
        try:
            return kind(value)
        except (TypeError, ValueError):
            self.note(self.place + key, f"is {value!r}", expected)
            return default

    def words(self, key: str, default: str | None = None) -> str:
        """Text, its white space made single."""
        said = "text (in quotation marks where YAML would read a number)"
        return self._take(key, words_of, said, default) or ""

    def date(self, key: str) -> str:
        """A date as YYYY-MM-DD."""
        return self._take(key, _date, "a date as YYYY-MM-DD", None) or ""

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number, 1 or more."""
        return self._take(key, _whole, "a whole number, 1 or more", default) or 1

    def number(self, key: str, default: float | None = None) -> float:
        """A number."""
        return float(self._take(key, _number, "a number", default) or 0.0)

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of numbers, each above the one before."""
        expected = "a list of numbers, each above the one before"
        return self._take(key, _rising, expected, None) or ()

    def part(self, key: str) -> Reader:
        """The pairs below a key."""
        return Reader(self.values.get(key), f"{self.place}{key}.", self.problems)

    def parts(self, key: str) -> list[Reader]:
        """The items below a key, each a set of pairs, named by its id where it has one."""
        items = self.values.get(key)
        if not isinstance(items, list):
            self.note(self.place + key, "is missing or not a list", "items, each after `- `", "add")
            return []
        place = self.place.removesuffix(".").removesuffix(": ")
        return [
            Reader(item, f"{place} {key} {_name(item, at)}: ".lstrip(), self.problems)
            for at, item in enumerate(items, start=1)
        ]

    def several(self, key: str, default: tuple[str, ...] | None = ()) -> tuple[str, ...]:
        """A list of texts."""
        return self._take(key, _several, "a list, one item a line after `- `", default) or ()

    def one_of(self, key: str, known: tuple[str, ...], default: str | None = None) -> str:
        """One of a closed list."""
        value = self.words(key, default)
        if value and value not in known:
            action = nearest(value, known, "choose one of them")
            self.note(self.place + key, f"is {value!r}", "one of " + ", ".join(known), action)
        return value

    def slug(self, key: str, form: str = SLUG) -> str:
        """An identifier."""
        value = self.words(key)
        if value and not re.fullmatch(form, value):
            self.note(self.place + key, f"is {value!r}", "lower case, no spaces")
        return value

    def refuse_others(self, *known: str) -> None:
        """Note every key that nobody defined."""
        for key in self.values:
            if key not in known:
                action = nearest(str(key), known, "delete it")
                self.note(f"{self.place}{key}", "is unknown", "one of " + ", ".join(known), action)


def words_of(value: Any) -> str:
    """Text with single white space; TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError
    return " ".join(value.split())


def _date(value: Any) -> str:
    if not (isinstance(value, str) and re.fullmatch(DATE, value)):
        raise ValueError
    return datetime.date.fromisoformat(value).isoformat()


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def _rising(value: Any) -> tuple[float, ...]:
    if not isinstance(value, list) or not value:
        raise TypeError
    numbers = tuple(_number(item) for item in value)
    if any(second <= first for first, second in pairwise(numbers)):
        raise ValueError
    return numbers


def _name(item: Any, number: int) -> Any:
    return item.get("id", number) if isinstance(item, dict) else number


def _several(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(words_of(item) for item in value)
