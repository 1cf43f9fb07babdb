"""The words of the interface, read from `words.yml` beside this file: code holds keys alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from schemas.problems import Problem, ReviewError
from schemas.typed_yaml import YamlModel, read_typed

FILE = "publishing/words.yml"
PLACE = Path(__file__).with_name("words.yml")


class StatisticWords(YamlModel):
    """A statistic in titles and heads of columns, and words by which a question finds it."""

    title: str
    head: str
    search: str


class InterfaceWords(YamlModel):
    """The whole file."""

    statistics: dict[str, StatisticWords]


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
