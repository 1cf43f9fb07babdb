"""The words of the interface, read from `words.yml` beside this file: code holds keys alone.

They are words that a review on any subject would print. Words of this one stand in its own files.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from schemas.problems import Problem, ReviewError
from schemas.typed_yaml import YamlModel, read_typed

FILE = "analysis/words.yml"
PLACE = Path(__file__).with_name("words.yml")
Words = dict[str, str]


class StatisticWords(YamlModel):
    """A statistic in titles and heads of columns, and words by which a question finds it."""

    title: str
    head: str
    search: str


class InterfaceWords(YamlModel):
    """The whole file: a section for each part of what is printed; see the file itself."""

    statistics: dict[str, StatisticWords]
    months: Words
    populations: Words
    figures: Words
    plain: Words
    certainty: Words
    grades: Words
    suggested: Words
    methods: Words
    bounds: Words
    baselines: Words
    models: Words
    tests: Words
    untested: Words
    single: Words
    estimators: Words
    scales: Words
    quantiles: Words
    predictions: Words
    status: Words
    approval: Words
    objections: Words
    sources: Words
    due: Words
    page: Words
    latest: Words
    cover: Words
    files: Words
    exports: Words
    ask: Words
    titles: Words
    counted: Words
    search: Words
    changes: Words
    board: Words


@cache
def interface_words() -> InterfaceWords:
    """The words as the file has them; ReviewError names every key that is wrong."""
    words, problems = read_typed(PLACE.read_text(encoding="utf-8"), InterfaceWords, FILE)
    if words is None:
        raise ReviewError(problems)
    return words


def words_of_statistic(key: str) -> StatisticWords:
    """The words of a statistic; ReviewError where the file has none."""
    words = interface_words().statistics
    if key not in words:
        what = f"the statistic {key!r} has no words"
        raise ReviewError([Problem(FILE, "", f"statistics.{key}", what, "title, head and search")])
    return words[key]


def section(name: str) -> Words:
    """A section of the file."""
    found: Words = getattr(interface_words(), name)
    return found


def say(place: str, **parts: object) -> str:
    """The words at `section.key`, with their parts filled in; ReviewError where there are none."""
    name, _, key = place.partition(".")
    words = section(name)
    if key not in words:
        raise ReviewError([Problem(FILE, "", place, "has no words", action="add it")])
    return words[key].format(**parts) if parts else words[key]
