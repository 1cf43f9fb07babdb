"""Which words mean the same: names of products and studies, terms, and what readers say instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from analysis.review_data import ReviewData
from schemas.patterns import SEPARATOR
from schemas.problems import Problem, ReviewError
from schemas.typed_yaml import YamlModel, read_typed

FILE = "evidence/vocabulary.csv"
MEASURED = ("outcome", "endpoint", "event", "delivery")
NAMED = ("characteristic", "grade", "authority")
ENGLISH = Path(__file__).with_name("english.yml")
COMMON = Path(__file__).with_name("common.yml")
Words = TypeVar("Words", bound=YamlModel)
NUMBERED = re.compile(r"[A-Za-z]+-\d+\w*")


class CommonWords(YamlModel):
    """Common words by what they are; the file says of each list what it is."""

    deeds: str
    notions: str


class English(YamlModel):
    """Words by which a question in any review is read; the file says of each list what it is."""

    silent: str
    function: str
    everyday: str
    things: str
    endings: str
    shorthand: dict[str, str]


@dataclass
class Concept:
    """One meaning. `kind` is product, study, outcome or term; an answer must hold the first two."""

    id: str
    kind: str
    phrases: list[str] = field(default_factory=list)


@cache
def english() -> English:
    """The words of English, from `english.yml` beside this file."""
    return _read_words(ENGLISH, English)


@cache
def common_words() -> CommonWords:
    """Common words of English, from `common.yml` beside this file."""
    return _read_words(COMMON, CommonWords)


def _read_words(path: Path, model: type[Words]) -> Words:
    words, problems = read_typed(path.read_text(encoding="utf-8"), model, path.name)
    if words is None:
        raise ReviewError(problems)
    return words


def concepts_of(data: ReviewData) -> list[Concept]:
    """Every concept with its phrases; a synonym that stands for nothing known is left out."""
    found, _ = _read(data)
    return found


def synonym_problems(data: ReviewData) -> list[Problem]:
    """Every synonym that names no term, product or study, for those who check a review."""
    return _read(data)[1]


def _read(data: ReviewData) -> tuple[list[Concept], list[Problem]]:
    found: dict[str, Concept] = {}
    owners: dict[str, list[str]] = {}
    for kind, name, phrases in _named(data):
        own = [phrase for phrase in dict.fromkeys(phrases) if phrase]
        concept = found.setdefault(name, Concept(name, kind))
        concept.phrases += own
        for phrase in own:
            owners.setdefault(_key(phrase), []).append(name)
    problems = _add_synonyms(data, found, owners)
    for concept in found.values():
        concept.phrases = list({_key(phrase): phrase for phrase in concept.phrases}.values())
    return list(found.values()), problems


def numbered_names(data: ReviewData) -> list[str]:
    """Names that end in a number, as KarMMa-3: another number is another name."""
    words = data.evidence.rows["vocabulary"].all()
    names = [row["term"] for row in words if row["kind"] == "name"]
    return sorted({str(name).casefold() for name in names if NUMBERED.fullmatch(str(name))})


def emergencies(data: ReviewData) -> list[tuple[str, list[str]]]:
    """What to do first in an emergency, with the words that tell of one."""
    return [
        (str(row["label"]), _split(row, "term"))
        for row in data.evidence.rows["vocabulary"].all()
        if row["kind"] == "emergency"
    ]


def outcomes_within(data: ReviewData) -> dict[str, list[str]]:
    """The outcome that another is of: its onset or duration, such as “onset of infection”."""
    rows = data.evidence.rows["vocabulary"].all()
    labels = {str(row["label"]).casefold() for row in rows if row["kind"] in MEASURED}
    parts = {label: label.partition(" of ")[2] for label in labels}
    return {label: [part] for label, part in parts.items() if part in labels}


def not_covered(data: ReviewData) -> list[tuple[str, list[str]]]:
    """What the review says it does not cover, with the words that ask for it."""
    return [
        (str(row["label"]), _split(row, "term"))
        for row in data.evidence.rows["vocabulary"].all()
        if row["kind"] == "not_covered"
    ]


def characteristics(data: ReviewData) -> list[str]:
    """Concepts that say which patients a question is about."""
    rows = data.evidence.rows["vocabulary"].all()
    return [f"term:{row['term']}" for row in rows if row["kind"] == "characteristic"]


def _key(phrase: str) -> str:
    return " ".join(phrase.casefold().replace("-", " ").split())


def _named(data: ReviewData) -> Iterator[tuple[str, str, list[str]]]:
    evidence = data.evidence
    for row in evidence.rows["products"].all():
        names = _split(row, "generic_name", "brand_names", "code_names")
        plain = row.get("class") in ("conventional",) or str(row["product_id"]).endswith("-class")
        kind = "term" if plain else "product"  # a class, or what products are compared with
        own = [] if plain else [str(row["product_id"])]
        yield kind, f"product:{row['product_id']}", [*own, *names]
    for row in evidence.rows["studies"].all():
        names = [str(row["study_id"]), str(row["name"]), *_split(row, "registry_ids")]
        yield "study", f"study:{row['study_id']}", names
    for row in evidence.rows["vocabulary"].all():
        if row["kind"] in (*MEASURED, *NAMED):
            kind = "outcome" if row["kind"] in MEASURED else "term"
            yield kind, f"term:{row['term']}", [str(row["label"]), *_split(row, "abbreviation")]
        if row["kind"] == "topic":
            yield (
                "term",
                f"topic:{_key(str(row['label'])).replace(' ', '_')}",
                _split(row, "label", "term"),
            )
    for row in evidence.rows["glossary"].all():
        names = [str(row["term"]), *_split(row, "abbreviation")]
        yield "term", f"term:{_key(str(row['term'])).replace(' ', '_')}", names


def _split(row: dict[str, Any], *columns: str) -> list[str]:
    cells: Iterable[str] = (str(row[column]) for column in columns if row.get(column))
    return [part.strip() for cell in cells for part in cell.split(SEPARATOR.strip())]


def _add_synonyms(
    data: ReviewData, found: dict[str, Concept], owners: dict[str, list[str]]
) -> list[Problem]:
    """Give each concept a synonym names its phrases; one that names nothing known is a problem."""
    problems = []
    for row in data.evidence.rows["vocabulary"].all():
        if row["kind"] != "synonym":
            continue
        for name in _split(row, "label"):
            for concept in owners.get(_key(name), ()):
                found[concept].phrases += _split(row, "term")
            if _key(name) not in owners:
                what = f"{name!r} is no term, product or study"
                action = "write the label as the vocabulary, the glossary or the products have it"
                problems.append(Problem(FILE, str(row["term"]), "label", what, action=action))
    return problems
