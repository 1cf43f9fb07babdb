"""The part of review.yml that says how certainty is suggested: thresholds and topics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from schemas.fields import TERM
from schemas.problems import Problem
from schemas.review_values import Reader

MEASURES = ("percent", "ratio", "months")


@dataclass(frozen=True)
class Thresholds:
    """Values of an outcome between which a decision would be the same, with the reason.

    `values` are in the unit of `measure`. `benefit` says whether more is better.
    """

    outcome: str
    measure: str
    values: tuple[float, ...]
    benefit: bool
    reason: str


@dataclass(frozen=True)
class Steps:
    """Shares, in percent of patients, from which a domain is serious or very serious.

    The two shares are of different patients: those with some concern and those with a
    grave one.
    """

    serious: float = 0.0
    very_serious: float = 0.0


@dataclass(frozen=True)
class Topic:
    """A topic of judgements.csv and the evidence its suggestion is computed from.

    `evidence` is a synthesis, `synthesis:id` or `synthesis:id/group`, or one row,
    `table:row`; empty where nothing can be computed, and `note` then says why.
    `subject`, `effect` and `about` are the words of its conclusion; `absolute` names the
    rows of both arms that stand beside a relative effect, the treated arm first.
    """

    topic: str
    title: str
    evidence: str
    subject: str
    effect: str
    about: str
    absolute: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Certainty:
    """Thresholds of the computed suggestions, and what each topic rests on."""

    thresholds: tuple[Thresholds, ...] = ()
    minimum_patients: int = 1
    indirect_patients: Steps = Steps()
    biased_patients: Steps = Steps()
    small_study_cohorts: int = 10
    small_study_p: float = 0.1
    topics: tuple[Topic, ...] = ()

    def thresholds_of(self, outcome: str, measure: str) -> Thresholds | None:
        """The thresholds of an outcome in a unit, or None where nobody has written any."""
        return next(
            (t for t in self.thresholds if (t.outcome, t.measure) == (outcome, measure)), None
        )


def _thresholds(reader: Reader) -> Thresholds:
    reader.refuse_others(*Thresholds.__dataclass_fields__)
    return Thresholds(
        outcome=reader.slug("outcome", TERM),
        measure=reader.one_of("measure", MEASURES),
        values=reader.numbers("values"),
        benefit=reader.one_of("benefit", ("more", "less")) == "more",
        reason=reader.words("reason"),
    )


def _steps(reader: Reader) -> Steps:
    reader.refuse_others("serious", "very_serious")
    steps = Steps(reader.number("serious"), reader.number("very_serious"))
    if not (0 < steps.serious <= 100 and 0 < steps.very_serious <= 100):
        what = f"are {steps.serious:g} and {steps.very_serious:g}"
        expected = "percentages above 0, 100 at most"
        reader.note(reader.place.rstrip("."), what, expected)
    return steps


def _topic(reader: Reader) -> Topic:
    reader.refuse_others(*Topic.__dataclass_fields__)
    topic = Topic(
        topic=reader.slug("topic"),
        title=reader.words("title"),
        evidence=reader.words("evidence", ""),
        subject=reader.words("subject"),
        effect=reader.words("effect"),
        about=reader.words("about"),
        absolute=reader.several("absolute"),
        note=reader.words("note", ""),
    )
    if not topic.evidence and not topic.note:
        reader.note(f"{reader.place}evidence", "is missing", "evidence, or a note that says why")
    if len(topic.absolute) not in (0, 2):
        reader.note(f"{reader.place}absolute", "names one row", "a row of each arm, treated first")
    return topic


def read_certainty(values: Any, problems: list[Problem]) -> Certainty:
    """The `certainty` part of review.yml; none at all where the key is missing."""
    if values is None:
        return Certainty()
    reader = Reader(values, "certainty.", problems)
    reader.refuse_others(*Certainty.__dataclass_fields__)
    return Certainty(
        thresholds=tuple(_thresholds(item) for item in reader.parts("thresholds")),
        minimum_patients=reader.whole("minimum_patients"),
        indirect_patients=_steps(reader.part("indirect_patients")),
        biased_patients=_steps(reader.part("biased_patients")),
        small_study_cohorts=reader.whole("small_study_cohorts"),
        small_study_p=reader.number("small_study_p"),
        topics=tuple(_topic(item) for item in reader.parts("topics")),
    )
