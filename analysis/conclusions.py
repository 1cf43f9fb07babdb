"""Conclusions evaluated: does each written rule hold on these claims, and what does it license."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Protocol

from schemas.choices import CERTAINTY_LEVELS
from schemas.conclusions import PLACEHOLDER, Conclusion, Condition
from schemas.nearest import nearest
from schemas.problems import Problem, ReviewError
from schemas.review import FILE
from schemas.rounding import significant

NATURAL_ENDS = {
    "percent": (0.0, 100.0),
    "ratio": (0.0, inf),
    "months": (0.0, inf),
    "number": (0.0, inf),
}
"""Least and greatest value of a unit, where it has one."""


class Figures(Protocol):
    """What a rule reads of a claim: a ledger record, of this build or of a release."""

    @property
    def value(self) -> float | None:
        """The value in the unit it is printed in."""

    @property
    def lower(self) -> float | None:
        """The lower limit."""

    @property
    def upper(self) -> float | None:
        """The upper limit."""

    @property
    def certainty(self) -> str:
        """The draft certainty."""

    @property
    def forms(self) -> Any:
        """The printed forms."""


class Valued(Figures, Protocol):
    """A ledger record of this build, whose unit says what values it can have."""

    @property
    def unit(self) -> str:
        """The unit of its value."""


@dataclass(frozen=True)
class Verdict:
    """One condition with what it found: the claim as printed, and whether the condition holds."""

    condition: Condition
    found: str
    holds: bool


@dataclass(frozen=True)
class EvaluatedConclusion:
    """A conclusion as evaluated; `text` is its sentence with the claims filled in."""

    conclusion: Conclusion
    verdicts: tuple[Verdict, ...]
    text: str

    @property
    def id(self) -> str:
        """The identifier documents use."""
        return self.conclusion.id

    @property
    def holds(self) -> bool:
        """Whether every condition of its rule holds."""
        return all(verdict.holds for verdict in self.verdicts)

    def to_dict(self) -> dict[str, Any]:
        """What the ledger publishes."""
        return {
            "id": self.id,
            "sentence": self.conclusion.sentence,
            "text": self.text,
            "holds": self.holds,
            "rule": [
                {"condition": v.condition.text, "found": v.found, "holds": v.holds}
                for v in self.verdicts
            ],
        }


def evaluate_conclusions(
    conclusions: Iterable[Conclusion], records: Mapping[str, Valued]
) -> tuple[EvaluatedConclusion, ...]:
    """Each conclusion with its verdicts; ReviewError names every rule that cannot be read."""
    found, problems = [], []
    for conclusion in conclusions:
        unknown = _unknown(conclusion, records)
        problems += unknown
        idle = [] if unknown else list(_idle(conclusion, records))
        problems += idle
        if unknown or idle:
            continue
        try:
            verdicts = tuple(judge(condition, records) for condition in conclusion.conditions)
        except ValueError as error:
            problems.append(_problem(conclusion, str(error), "a part that this claim has"))
            continue
        text = fill(conclusion.sentence, records)
        found.append(EvaluatedConclusion(conclusion, verdicts, text))
    if problems:
        raise ReviewError(problems)
    return tuple(found)


def check_conclusions(conclusions: Iterable[EvaluatedConclusion]) -> None:
    """Raise ReviewError with every conclusion whose rule no longer holds."""
    problems = [
        _problem(
            evaluated.conclusion,
            "no longer holds: "
            + "; ".join(
                f"{v.condition.text!r}, but {v.condition.claim} is {v.found}"
                for v in evaluated.verdicts
                if not v.holds
            ),
            "every condition of its rule to hold",
            f"its sentence is “{evaluated.text}”: change sentence and rule on purpose, and read "
            "the documents that print it",
        )
        for evaluated in conclusions
        if not evaluated.holds
    ]
    if problems:
        raise ReviewError(problems)


def judge(condition: Condition, records: Mapping[str, Figures]) -> Verdict:
    """Whether a condition holds. Raises ValueError where the claim lacks the part it reads."""
    record = records[condition.claim]
    found = str(record.forms.ci)
    if condition.part == "certainty":
        return Verdict(
            condition, record.certainty or "not judged", record.certainty in condition.said
        )
    if condition.part == "words":
        return Verdict(condition, found, str(record.forms.plain) in condition.said)
    if condition.operator == "spans":
        bound = float(condition.number or 0)
        inside = _part(record, condition, "lower") <= bound <= _part(record, condition, "upper")
        return Verdict(condition, found, inside)
    above = condition.operator == "above"
    near, far = ("lower", "upper") if above else ("upper", "lower")
    part = near if condition.part == "interval" else condition.part
    mine = _part(record, condition, part)
    if condition.other:
        other = records[condition.other]
        bound = _part(other, condition, far if condition.part == "interval" else part)
        found = f"{found} and {condition.other} is {other.forms.ci}"
    else:
        bound = float(condition.number or 0)
    return Verdict(condition, found, mine > bound if above else mine < bound)


def why_idle(condition: Condition, records: Mapping[str, Valued]) -> str:
    """Why a condition can never fail; empty where it can.

    A proportion, a ratio, a time or a count has no value below zero, a percentage none above a
    hundred, and neither has a limit of an interval of it; a claim is never beyond itself; a list
    of every level of certainty leaves none out.
    """
    if condition.part == "certainty":
        every = set(CERTAINTY_LEVELS) <= set(condition.said)
        return "names every level of certainty" if every else ""
    if condition.other == condition.claim:
        return "holds a claim against itself"
    if condition.number is None:
        return ""
    unit = records[condition.claim].unit
    least, most = NATURAL_ENDS.get(unit, (-inf, inf))
    if condition.operator in ("above", "spans") and condition.number <= least:
        return f"asks for more than {significant(least)}, and {unit} never is less"
    if condition.operator in ("below", "spans") and condition.number >= most:
        return f"asks for less than {significant(most)}, and {unit} never is more"
    return ""


def _idle(conclusion: Conclusion, records: Mapping[str, Valued]) -> Iterable[Problem]:
    for condition in conclusion.conditions:
        if why := why_idle(condition, records):
            action = "hold it against a value that would change what is concluded"
            expected = "a rule that the evidence could break"
            said = f"rule {condition.text!r} cannot fail: it {why}"
            yield _problem(conclusion, said, expected, action)


def fill(sentence: str, records: Mapping[str, Figures]) -> str:
    """The sentence with every placeholder as it is printed."""
    return PLACEHOLDER.sub(lambda m: str(getattr(records[m[1]].forms, m[2] or "plain")), sentence)


def _part(record: Figures, condition: Condition, part: str) -> float:
    value = getattr(record, part)
    if value is None:
        raise ValueError(f"rule {condition.text!r}: the claim has no {part}")
    return float(value)


def _unknown(conclusion: Conclusion, records: Mapping[str, Figures]) -> list[Problem]:
    named = [name for condition in conclusion.conditions for name in condition.claims]
    names = dict.fromkeys([*named, *conclusion.printed])
    return [
        _problem(
            conclusion,
            f"names the claim {name!r}, which report/claims.csv has not",
            "a claim",
            nearest(name, records, "define the claim"),
        )
        for name in names
        if name not in records
    ]


def _problem(
    conclusion: Conclusion, what: str, expected: str, action: str = "correct it"
) -> Problem:
    said = f"conclusion {conclusion.id}: {what}"
    return Problem(FILE, what=said, expected=expected, action=action, rule="conclusion")
