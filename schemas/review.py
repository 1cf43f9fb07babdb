"""review.yml: the question, the protocol and the version, as frozen dataclasses."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from schemas import choices
from schemas.fields import DATE, SLUG, TERM
from schemas.problems import Problem, ReviewError
from schemas.reading import decode_text, evidence_file, find_conflict, read_bytes
from schemas.tables import nearest

FILE = evidence_file("review.yml")


@dataclass(frozen=True)
class SynthesisDefinition:
    """One synthesis of the protocol; its members are rows of syntheses.csv.

    `outcomes` and `populations` list what its rows may hold besides the one
    outcome and the one population that a synthesis has by default.
    """

    id: str
    title: str
    measure: str
    outcome: str
    role: str
    group_by: str = "none"
    minimum_studies: int = 3
    published: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    populations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Quorum:
    """Who must approve a version, by role, and for how many days that holds."""

    roles: Mapping[str, int] = field(default_factory=dict)
    decisions: tuple[str, ...] = ()
    valid_days: int = 0
    policy: str = ""


@dataclass(frozen=True)
class Protocol:
    """How figures are computed; `statements` holds the choices that are words."""

    minimum_studies: int = 3
    confidence_level: float = 95.0
    statements: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Review:
    """What the review asks, of what date and version it is, and its protocol."""

    title: str = ""
    question: str = ""
    population: str = ""
    intervention: str = ""
    comparators: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    version: str = ""
    date: str = ""
    evidence_to: str = ""
    started: str = ""
    language: str = ""
    licence: str = ""
    search: str = ""
    search_statement: str = ""
    quorum: Quorum = Quorum()
    protocol: Protocol = Protocol()
    syntheses: tuple[SynthesisDefinition, ...] = ()

    def synthesis(self, synthesis_id: str) -> SynthesisDefinition | None:
        """The synthesis of this identifier, or None."""
        return next((item for item in self.syntheses if item.id == synthesis_id), None)


# YAML ------------------------------------------------------------------------------------------


class _StrictLoader(yaml.SafeLoader):
    """Safe YAML that refuses a key given twice instead of keeping the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                message = f"the key {name!r} occurs twice"
                raise yaml.constructor.ConstructorError(None, None, message, key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


def _yaml_problem(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = f"line {mark.line + 1}: " if mark is not None else ""
    said = getattr(error, "problem", None) or "it cannot be read"
    return Problem(
        FILE,
        what=f"{line}not readable as YAML ({said})",
        expected="`key: value` with the same indentation for keys of one level",
        action="look at this line and the one before: a colon or quotation mark inside a value "
        "needs quotation marks around the value; no tabs",
    )


def _parse(text: str) -> tuple[Mapping[str, Any], list[Problem]]:
    try:
        document = yaml.load(text, Loader=_StrictLoader)
    except yaml.YAMLError as error:
        return {}, [_yaml_problem(error)]
    if not isinstance(document, dict):
        what = "the file holds no `key: value` pairs"
        return {}, [Problem(FILE, what=what, action="restore the file")]
    return document, []


# fields ----------------------------------------------------------------------------------------


class _Reader:
    """Takes typed values out of one YAML mapping and notes what is wrong with each."""

    def __init__(self, values: Any, place: str, problems: list[Problem]) -> None:
        self.values: Mapping[str, Any] = values if isinstance(values, dict) else {}
        self.place = place
        self.problems = problems
        if not isinstance(values, dict):
            self.note(place.rstrip("."), "is not a set of `key: value` pairs", "pairs", "indent")

    def note(self, key: str, what: str, expected: str, action: str = "correct it") -> None:
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
        said = "text (in quotation marks where YAML would read a number)"
        return self._take(key, _words, said, default) or ""

    def date(self, key: str) -> str:
        return self._take(key, _date, "a date as YYYY-MM-DD", None) or ""

    def whole(self, key: str, default: int | None = None) -> int:
        return self._take(key, _whole, "a whole number, 1 or more", default) or 1

    def several(self, key: str, default: tuple[str, ...] | None = ()) -> tuple[str, ...]:
        return self._take(key, _several, "a list, one item a line after `- `", default) or ()

    def one_of(self, key: str, known: tuple[str, ...], default: str | None = None) -> str:
        value = self.words(key, default)
        if value and value not in known:
            action = nearest(value, known, "choose one of them")
            self.note(self.place + key, f"is {value!r}", "one of " + ", ".join(known), action)
        return value

    def slug(self, key: str, form: str = SLUG) -> str:
        value = self.words(key)
        if value and not re.fullmatch(form, value):
            self.note(self.place + key, f"is {value!r}", "lower case, no spaces")
        return value

    def refuse_others(self, *known: str) -> None:
        for key in self.values:
            if key not in known:
                action = nearest(str(key), known, "delete it")
                self.note(f"{self.place}{key}", "is unknown", "one of " + ", ".join(known), action)


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return " ".join(value.split())


def _date(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if not (isinstance(value, str) and re.fullmatch(DATE, value)):
        raise ValueError
    return datetime.date.fromisoformat(value).isoformat()


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError
    return value


def _several(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_words(item) for item in value)


# parts -----------------------------------------------------------------------------------------


def _synthesis(values: Any, number: int, problems: list[Problem]) -> SynthesisDefinition:
    name = values.get("id", number) if isinstance(values, dict) else number
    reader = _Reader(values, f"syntheses {name}: ", problems)
    reader.refuse_others(*SynthesisDefinition.__dataclass_fields__)
    populations = reader.several("populations")
    for population in populations:
        if population not in choices.POPULATIONS:
            action = nearest(population, choices.POPULATIONS, "choose one of them")
            expected = "one of " + ", ".join(choices.POPULATIONS)
            reader.note(f"{reader.place}populations", f"has {population!r}", expected, action)
    return SynthesisDefinition(
        id=reader.slug("id"),
        title=reader.words("title"),
        measure=reader.one_of("measure", choices.SYNTHESIS_MEASURES),
        outcome=reader.slug("outcome", TERM),
        role=reader.one_of("role", choices.SYNTHESIS_ROLES),
        group_by=reader.one_of("group_by", choices.GROUPINGS, "none"),
        minimum_studies=reader.whole("minimum_studies", 3),
        published=reader.several("published"),
        outcomes=reader.several("outcomes"),
        populations=populations,
    )


def _syntheses(values: Any, problems: list[Problem]) -> tuple[SynthesisDefinition, ...]:
    if not isinstance(values, list):
        what = "syntheses is missing or not a list"
        problems.append(Problem(FILE, what=what, action="list them, each after `- `"))
        return ()
    found = tuple(_synthesis(item, at, problems) for at, item in enumerate(values, start=1))
    ids = [item.id for item in found]
    for name in sorted({name for name in ids if name and ids.count(name) > 1}):
        what = f"syntheses {name}: the id is used {ids.count(name)} times"
        problems.append(Problem(FILE, what=what, action="give each a name of its own"))
    return found


def _protocol(values: Any, problems: list[Problem]) -> Protocol:
    reader = _Reader(values, "protocol.", problems)
    numbers = ("minimum_studies", "confidence_level")
    statements = {
        str(key): _words(value) if isinstance(value, str) else str(value).lower()
        for key, value in reader.values.items()
        if key not in numbers
    }
    return Protocol(
        minimum_studies=reader.whole("minimum_studies"),
        confidence_level=float(reader.whole("confidence_level")),
        statements=statements,
    )


def _quorum(values: Any, problems: list[Problem]) -> Quorum:
    reader = _Reader(values, "quorum.", problems)
    reader.refuse_others("roles", "decisions", "valid_days", "policy")
    roles = _Reader(reader.values.get("roles"), "quorum.roles.", problems)
    return Quorum(
        roles={str(role): roles.whole(str(role)) for role in roles.values},
        decisions=reader.several("decisions", None),
        valid_days=reader.whole("valid_days"),
        policy=reader.words("policy", ""),
    )


def _date_order(review: Review, problems: list[Problem]) -> None:
    for earlier in ("started", "evidence_to"):
        if review.date and getattr(review, earlier) > review.date:
            what = f"{earlier} {getattr(review, earlier)} is after date {review.date}"
            action = "correct the date the review was last updated"
            problems.append(Problem(FILE, what=what, expected="not after date", action=action))


def _build(values: Mapping[str, Any], problems: list[Problem]) -> Review:
    reader = _Reader(values, "", problems)
    reader.refuse_others(*Review.__dataclass_fields__)
    review = Review(
        title=reader.words("title"),
        question=reader.words("question"),
        population=reader.words("population"),
        intervention=reader.words("intervention"),
        comparators=reader.several("comparators", None),
        outcomes=reader.several("outcomes", None),
        version=reader.words("version"),
        date=reader.date("date"),
        evidence_to=reader.date("evidence_to"),
        started=reader.date("started"),
        language=reader.words("language"),
        licence=reader.words("licence"),
        search=reader.words("search", ""),
        search_statement=reader.words("search_statement", ""),
        quorum=_quorum(values.get("quorum"), problems),
        protocol=_protocol(values.get("protocol"), problems),
        syntheses=_syntheses(values.get("syntheses"), problems),
    )
    _date_order(review, problems)
    return review


def read_review(root: Path) -> tuple[Review | None, list[Problem]]:
    """The review's definition and everything that is wrong with it; None if unreadable."""
    data, missing = read_bytes(root, FILE)
    if missing:
        return None, [missing]
    text, problems = decode_text(data, FILE)
    conflict = find_conflict(text, FILE)
    values, unreadable = ({}, [conflict]) if conflict else _parse(text)
    if unreadable:
        return None, problems + unreadable
    return _build(values, problems), problems


def load_review(root: Path) -> Review:
    """The review's definition; raises ReviewError with every problem of the file."""
    review, problems = read_review(root)
    if problems or review is None:
        raise ReviewError(problems)
    return review
