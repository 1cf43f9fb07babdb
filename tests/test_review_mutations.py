"""Whatever becomes of review.yml, it is read or its problems are told; nothing is raised."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.problems import Problem
from schemas.review import FILE, Review
from schemas.strict_yaml import load_yaml
from schemas.typed_yaml import read_typed

TEXT = (Path(__file__).parents[1] / FILE).read_text(encoding="utf-8")
PARTS = load_yaml(TEXT)
WRONG: tuple[Any, ...] = (
    None, "", "x", "é {a", 0, -1, 3, 2.5, float("nan"), float("inf"), True, [], [1], [[]], {},
    {"x": 1}, [{"id": "x"}, {"id": "x"}], "2026-02-30", 10**40,
)  # fmt: skip


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every mapping or list of the file, with each of its keys."""
    for key in value if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


def _delete(part: Any, key: Any, _: random.Random) -> None:
    del part[key]


def _misspell(part: Any, key: Any, _: random.Random) -> None:
    if isinstance(part, dict):
        part[str(key)[:-1]] = part.pop(key)


def _replace(part: Any, key: Any, dice: random.Random) -> None:
    part[key] = dice.choice(WRONG)


def _repeat(part: Any, key: Any, _: random.Random) -> None:
    part[key] = [part[key], part[key]] if isinstance(part, dict) else part[key]
    if isinstance(part, list):
        part.insert(key, copy.deepcopy(part[key]))


MUTATIONS: tuple[Callable[[Any, Any, random.Random], None], ...] = (
    _delete, _misspell, _replace, _replace, _repeat,
)  # fmt: skip


def written(parts: Any) -> str:
    return yaml.dump(parts, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper))


def judged(text: str) -> list[Problem]:
    review, problems = read_typed(text, Review, FILE)
    assert (review is None) == bool(problems)
    for problem in problems:
        assert problem.what
        assert problem.file == FILE
        assert 0 <= int(problem.row or 0) <= len(text.splitlines()) + 1
    return problems


def test_the_review_as_it_stands_is_read() -> None:
    assert not judged(TEXT)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), number=st.integers(1, 4))
def test_a_changed_value_is_read_or_told(seed: int, number: int) -> None:
    dice, parts = random.Random(seed), copy.deepcopy(PARTS)
    for _ in range(number):
        part, key = dice.choice(list(places(parts)))
        dice.choice(MUTATIONS)(part, key, dice)
    judged(written(parts))


@settings(max_examples=60)
@given(at=st.integers(0, len(TEXT)), cut=st.integers(0, 40), new=st.text(max_size=6))
def test_changed_characters_are_read_or_told(at: int, cut: int, new: str) -> None:
    judged(TEXT[:at] + new + TEXT[at + cut :])


def test_every_section_of_the_wrong_kind_is_told_at_its_line() -> None:
    for key in PARTS:
        for value in (None, 3, ["x", 3], {"x": None}):
            problems = judged(written({**PARTS, key: value}))
            assert all(problem.column.startswith(key) for problem in problems)
            assert all(problem.row for problem in problems if "missing" not in problem.what)
