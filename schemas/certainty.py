"""The part of review.yml that says how certainty is suggested: thresholds and topics."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from schemas.typed_yaml import WrongError, YamlModel
from schemas.yaml_fields import Percent, Slug, Term, Text, Texts, Whole, one_of

MEASURES = ("percent", "ratio", "months", "points", "number")


def _rising(values: tuple[float, ...]) -> tuple[float, ...]:
    if any(second <= first for first, second in pairwise(values)):
        raise WrongError(f"is {list(values)}", "a list of numbers, each above the one before")
    return values


def _is_more(value: Any) -> bool:
    if value not in ("more", "less"):
        raise WrongError(f"is {value!r}", "one of more, less", "choose one of them")
    return bool(value == "more")


def _both_arms(rows: tuple[str, ...]) -> tuple[str, ...]:
    if len(rows) not in (0, 2):
        raise WrongError(f"has {len(rows)}", "a row of each arm, treated first")
    return rows


class Thresholds(YamlModel):
    """Values of an outcome between which a decision would be the same, with the reason.

    `values` are in the unit of `measure`. `benefit` says whether more is better.
    """

    outcome: Term
    measure: Annotated[str, one_of(MEASURES)]
    values: Annotated[tuple[float, ...], Field(min_length=1), AfterValidator(_rising)]
    benefit: Annotated[bool, BeforeValidator(_is_more)]
    reason: Text


class Steps(YamlModel):
    """Shares, in percent of patients, from which a domain is serious or very serious.

    The two shares are of different patients: those with some concern and those with a
    grave one.
    """

    serious: Percent
    very_serious: Percent


class Topic(YamlModel):
    """A topic of judgements.csv and the evidence its suggestion is computed from.

    `evidence` is a synthesis, `synthesis:id` or `synthesis:id/group`, or one row,
    `table:row`; empty where nothing can be computed, and `note` then says why.
    `subject`, `effect` and `about` are the words of its conclusion; `absolute` names the
    rows of both arms that stand beside a relative effect, the treated arm first.
    """

    topic: Slug
    title: Text
    evidence: Text = ""
    subject: Text
    effect: Text
    about: Text
    absolute: Annotated[Texts, AfterValidator(_both_arms)] = ()
    note: Text = ""

    @model_validator(mode="after")
    def _rests_on_something(self) -> Topic:
        if not self.evidence and not self.note:
            expected = "evidence, or a note that says why"
            raise WrongError("is missing", expected, "add it", at=("evidence",))
        return self


class Certainty(YamlModel):
    """Thresholds of the computed suggestions, and what each topic rests on."""

    thresholds: tuple[Thresholds, ...]
    minimum_patients: Whole
    indirect_patients: Steps
    biased_patients: Steps
    small_study_cohorts: Whole
    small_study_p: Annotated[float, Field(gt=0, lt=1)]
    topics: tuple[Topic, ...]

    def thresholds_of(self, outcome: str, measure: str) -> Thresholds | None:
        """The thresholds of an outcome in a unit, or None where nobody has written any."""
        return next(
            (t for t in self.thresholds if (t.outcome, t.measure) == (outcome, measure)), None
        )


EVERY_PATIENT = Steps(serious=100, very_serious=100)
NO_CERTAINTY = Certainty(
    thresholds=(), minimum_patients=1, small_study_cohorts=10, small_study_p=0.1, topics=(),
    indirect_patients=EVERY_PATIENT, biased_patients=EVERY_PATIENT,
)  # fmt: skip
"""What a review without this part suggests: nothing."""
