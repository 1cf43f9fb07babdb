"""review.yml: the question, the protocol and the version, as frozen dataclasses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas import choices, review_values
from schemas.certainty import Certainty, read_certainty
from schemas.conclusions import Conclusion, read_conclusions
from schemas.correction import Correction, read_correction
from schemas.fields import TERM
from schemas.fonts import say_unset, unset
from schemas.problems import Problem, ReviewError
from schemas.reading import decode_text, find_conflict, read_bytes
from schemas.review_values import Reader, parse_yaml, words_of
from schemas.robustness import Robustness, read_robustness
from schemas.tables import nearest

FILE = review_values.FILE


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
    review_months: Mapping[str, int] = field(default_factory=dict)
    protocol: Protocol = Protocol()
    syntheses: tuple[SynthesisDefinition, ...] = ()
    robustness: Robustness = field(default_factory=Robustness)
    certainty: Certainty = field(default_factory=Certainty)
    conclusions: tuple[Conclusion, ...] = ()
    correction: Correction | None = None

    def synthesis(self, synthesis_id: str) -> SynthesisDefinition | None:
        """The synthesis of this identifier, or None."""
        return next((item for item in self.syntheses if item.id == synthesis_id), None)


# parts -----------------------------------------------------------------------------------------


def _synthesis(values: Any, number: int, problems: list[Problem]) -> SynthesisDefinition:
    name = values.get("id", number) if isinstance(values, dict) else number
    reader = Reader(values, f"syntheses {name}: ", problems)
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
    reader = Reader(values, "protocol.", problems)
    numbers = ("minimum_studies", "confidence_level")
    statements = {
        str(key): words_of(value) if isinstance(value, str) else str(value).lower()
        for key, value in reader.values.items()
        if key not in numbers
    }
    return Protocol(
        minimum_studies=reader.whole("minimum_studies"),
        confidence_level=float(reader.whole("confidence_level")),
        statements=statements,
    )


def _quorum(values: Any, problems: list[Problem]) -> Quorum:
    reader = Reader(values, "quorum.", problems)
    reader.refuse_others("roles", "valid_days", "policy")
    roles = Reader(reader.values.get("roles"), "quorum.roles.", problems)
    if not roles.values:
        roles.note("quorum.roles", "names nobody: any decision would approve",
                   "at least one role and how many of it must approve",
                   "write `chair: 1` under it")  # fmt: skip
    return Quorum(
        roles={str(role): roles.whole(str(role)) for role in roles.values},
        valid_days=reader.whole("valid_days"),
        policy=reader.words("policy", ""),
    )


def _review_months(values: Any, problems: list[Problem]) -> Mapping[str, int]:
    """For each kind of source the months after which it is read again."""
    reader = Reader(values, "review_months.", problems)
    reader.refuse_others(*choices.SOURCE_TYPES)
    return {kind: reader.whole(kind) for kind in choices.SOURCE_TYPES}


def _date_order(review: Review, problems: list[Problem]) -> None:
    for earlier in ("started", "evidence_to"):
        if review.date and getattr(review, earlier) > review.date:
            what = f"{earlier} {getattr(review, earlier)} is after date {review.date}"
            action = "correct the date the review was last updated"
            problems.append(Problem(FILE, what=what, expected="not after date", action=action))


def _build(values: Mapping[str, Any], problems: list[Problem]) -> Review:
    reader = Reader(values, "", problems)
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
        review_months=_review_months(values.get("review_months"), problems),
        protocol=_protocol(values.get("protocol"), problems),
        syntheses=_syntheses(values.get("syntheses"), problems),
        robustness=read_robustness(values.get("robustness"), problems),
        certainty=read_certainty(values.get("certainty"), problems),
        conclusions=read_conclusions(values.get("conclusions"), problems),
        correction=read_correction(values.get("correction"), problems),
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
    values, unreadable = ({}, [conflict]) if conflict else parse_yaml(text)
    if unreadable:
        return None, problems + unreadable
    return _build(values, problems), problems + list(_unset_signs(values))


def _unset_signs(value: Any, key: str = "") -> Iterator[Problem]:
    """Texts with signs that the PDF cannot set, each with its key: `quorum.policy`."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _unset_signs(part, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        for part in value:
            yield from _unset_signs(part, key)
    elif isinstance(value, str) and (signs := unset([value])):
        what, expected, action = say_unset(value, signs)
        yield Problem(FILE, what=f"{key}: {what}", expected=expected, action=action)


def load_review(root: Path) -> Review:
    """The review's definition; raises ReviewError with every problem of the file."""
    review, problems = read_review(root)
    if problems or review is None:
        raise ReviewError(problems)
    return review
