"""review.yml: the question, the protocol and the version, as frozen models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import (
    AfterValidator,
    Field,
    ValidationInfo,
    field_validator,
)

from schemas import choices
from schemas.certainty import NO_CERTAINTY, Certainty
from schemas.characteristics import Characteristic, once_a_table
from schemas.conclusions import Conclusion
from schemas.correction import Correction
from schemas.decoding import decode_text, read_bytes
from schemas.fonts import say_unset, unset
from schemas.nearest import nearest
from schemas.problems import Problem, ReviewError
from schemas.protocol import NOTHING_SET, Conventions, Override, Protocol
from schemas.reading import evidence_file
from schemas.robustness import NO_ROBUSTNESS, Robustness
from schemas.strict_yaml import load_with_nodes
from schemas.typed_yaml import KeyProblem, WrongError, YamlModel, read_typed, scalars_of
from schemas.yaml_fields import (
    DISTINCT,
    Date,
    Language,
    Slug,
    Term,
    Text,
    Texts,
    Version,
    Whole,
    one_of,
)

FILE = evidence_file("review.yml")


class SynthesisDefinition(YamlModel):
    """One synthesis of the protocol; its members are rows of syntheses.csv.

    `outcomes`, `populations` and `grades` list what its rows may hold besides the one
    outcome, population and grade that a synthesis has by default; `protocol` sets keys of
    the review's protocol otherwise.
    """

    id: Slug
    title: Text
    measure: Annotated[str, one_of(choices.SYNTHESIS_MEASURES)]
    outcome: Term
    role: Annotated[str, one_of(choices.SYNTHESIS_ROLES)]
    group_by: Annotated[str, one_of(choices.GROUPINGS)] = "none"
    protocol: Override = NOTHING_SET
    published: Texts = ()
    outcomes: Texts = ()
    populations: tuple[Term, ...] = ()
    grades: tuple[Term, ...] = ()


LONGEST_VALID = 3653  # days, ten years: what was approved longer ago was approved by another board


def _somebody(roles: Mapping[str, int]) -> Mapping[str, int]:
    if not roles:
        expected = "at least one role and how many of it must approve"
        what, action = "names nobody: any decision would approve", "write `chair: 1` under it"
        raise WrongError(what, expected, action)
    return roles


class Quorum(YamlModel):
    """Who must approve a version, by role, and for how many days that holds.

    `unsigned` says whether decisions of members without a key are `refused` or `counted`.
    """

    roles: Annotated[Mapping[str, Whole], AfterValidator(_somebody)]
    valid_days: Annotated[int, Field(ge=1, le=LONGEST_VALID)]
    unsigned: Annotated[str, one_of(choices.UNSIGNED)] = "refused"
    policy: Text = ""


def _every_kind(months: Mapping[str, int]) -> Mapping[str, int]:
    lacking = [kind for kind in choices.SOURCE_TYPES if kind not in months]
    if lacking:
        what = f"{', '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} missing"
        raise WrongError(what, "months for every kind of source", "add it")
    return months


class Review(YamlModel):
    """What the review asks, of what date and version it is, and its protocol."""

    title: Text
    question: Text
    population: Text
    intervention: Text
    comparators: Texts
    outcomes: Texts
    version: Version
    date: Date
    evidence_to: Date
    started: Date
    language: Language
    licence: Text
    search: Text = ""
    search_statement: Text = ""
    quorum: Quorum
    review_months: Annotated[
        Mapping[Annotated[str, one_of(choices.SOURCE_TYPES)], Whole], AfterValidator(_every_kind)
    ]
    characteristics: Annotated[tuple[Characteristic, ...], AfterValidator(once_a_table)] = ()
    populations: tuple[Term, ...] = ()
    protocol: Protocol
    conventions: Mapping[Term, Text] = {}
    syntheses: Annotated[tuple[SynthesisDefinition, ...], DISTINCT]
    robustness: Robustness = NO_ROBUSTNESS
    certainty: Certainty = NO_CERTAINTY
    conclusions: Annotated[tuple[Conclusion, ...], DISTINCT] = ()
    answer: str = ""  # the conclusion that stands on the cover
    correction: Correction | None = None

    @field_validator("evidence_to", "started")
    @classmethod
    def _not_after_date(cls, value: str, info: ValidationInfo) -> str:
        date = info.data.get("date")
        if date and value > date:
            action = "correct it, or the date the review was last updated"
            raise WrongError(f"is {value}, after date {date}", "not after date", action)
        return value

    @field_validator("answer")
    @classmethod
    def _is_a_conclusion(cls, value: str, info: ValidationInfo) -> str:
        if "conclusions" not in info.data:  # they cannot be read, which is said there
            return value
        known = [item.id for item in info.data["conclusions"]]
        if value not in known:
            expected = f"the id of a conclusion: {', '.join(known) or 'there is none yet'}"
            action = nearest(value, known, "correct it, or delete the key")
            raise WrongError(f"is {value!r}", expected, action)
        return value

    @field_validator("syntheses")
    @classmethod
    def _protocol_fits(
        cls, value: tuple[SynthesisDefinition, ...], info: ValidationInfo
    ) -> tuple[SynthesisDefinition, ...]:
        protocol: Protocol | None = info.data.get("protocol")
        if protocol is None:
            return value
        for at, item in enumerate(value):
            try:
                protocol.conventions(item.measure, item.protocol)
            except WrongError as error:
                place = (at, "protocol", *error.at)
                raise WrongError(error.what, error.expected, error.action, at=place) from error
        return value

    def conventions_of(self, definition: SynthesisDefinition) -> Conventions:
        """What decides how a synthesis is computed."""
        return self.protocol.conventions(definition.measure, definition.protocol)

    def synthesis(self, synthesis_id: str) -> SynthesisDefinition | None:
        """The synthesis of this identifier, or None."""
        return next((item for item in self.syntheses if item.id == synthesis_id), None)


UNREAD = Review.model_construct(syntheses=(), date="", evidence_to="")
"""Stands for a review that could not be read, for rules that do without one."""


def read_review(root: Path) -> tuple[Review | None, list[Problem]]:
    """The review's definition and everything that is wrong with it; None where anything is."""
    data, missing = read_bytes(root, FILE)
    if missing:
        return None, [missing]
    text, problems = decode_text(data, FILE)
    review, wrong = read_typed(text, Review, FILE)
    unset_signs = [] if wrong else list(_unset_signs(load_with_nodes(text)[1]))
    return review, problems + wrong + unset_signs


def _unset_signs(node: yaml.Node | None) -> Iterator[Problem]:
    """Texts with signs that the PDF cannot set, each with its line and key: `quorum.policy`."""
    for key, line, text in scalars_of(node):
        if signs := unset([text]):
            what, expected, action = say_unset(text, signs)
            yield KeyProblem(FILE, str(line), key, what, expected, action)


def load_review(root: Path) -> Review:
    """The review's definition; raises ReviewError with every problem of the file."""
    review, problems = read_review(root)
    if problems or review is None:
        raise ReviewError(problems)
    return review
