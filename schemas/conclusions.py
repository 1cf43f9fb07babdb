"""Conclusions of review.yml: a written rule over claims, and the sentence it licenses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from schemas.choices import CERTAINTY_LEVELS
from schemas.typed_yaml import WrongError, YamlModel
from schemas.yaml_fields import Slug, Text

PARTS = ("value", "lower", "upper", "interval", "certainty", "words")
FORMS = ("plain", "ci", "n", "full", "bare")
CLAIM = r"[a-z0-9][a-z0-9.+-]*"
COMPARISON = re.compile(
    rf"(?P<claim>{CLAIM}) (?P<part>value|lower|upper|interval) (?P<operator>above|below) "
    rf"(?:(?P<number>-?\d+(?:\.\d+)?)|(?P<other>{CLAIM}))"
)
SPANNING = re.compile(
    rf"(?P<claim>{CLAIM}) (?P<part>interval) (?P<operator>spans) (?P<number>-?\d+(?:\.\d+)?)"
)
SAYING = re.compile(rf"(?P<claim>{CLAIM}) (?P<part>certainty|words) (?P<operator>is) (?P<said>.+)")
PLACEHOLDER = re.compile(rf"\{{({CLAIM})(?:\|({'|'.join(FORMS)}))?\}}")
EXPECTED = (
    "`<claim> value|lower|upper|interval above|below <number or claim>`, "
    "`<claim> interval spans <number>`, `<claim> certainty is <level> or <level>` "
    "or `<claim> words is <words>`"
)


@dataclass(frozen=True)
class Condition:
    """One line of a rule: a part of a claim held against a number, a claim or words.

    Numbers are in the unit the claim is printed in; `other` names the claim of a ranking.
    """

    text: str
    claim: str
    part: str
    operator: str
    number: float | None = None
    other: str = ""
    said: tuple[str, ...] = ()

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims it reads."""
        return (self.claim, self.other) if self.other else (self.claim,)


def parse_condition(text: str) -> Condition | None:
    """A condition from its words; None where they are no rule."""
    plain = " ".join(text.split())
    for pattern in (COMPARISON, SPANNING, SAYING):
        if match := pattern.fullmatch(plain):
            parts = match.groupdict(default="")
            number, said = parts.get("number"), parts.get("said")
            return Condition(
                plain, parts["claim"], parts["part"], parts["operator"],
                float(number) if number else None, parts.get("other", ""),
                tuple(re.split(r",\s*|\s+or\s+", said)) if said else (),
            )  # fmt: skip
    return None


def _condition(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    condition = parse_condition(value)
    if condition is None:
        raise WrongError(f"is {value!r}", EXPECTED, "write it in this form")
    for level in condition.said if condition.part == "certainty" else ():
        if level not in CERTAINTY_LEVELS:
            raise WrongError(f"has the level {level!r}", "one of " + ", ".join(CERTAINTY_LEVELS))
    return condition


def _sentence(value: str) -> str:
    rest = PLACEHOLDER.sub("", value)
    if "{" in rest or "}" in rest:
        expected = "placeholders such as {rate.trial} or {rate.trial|ci}"
        raise WrongError(f"has braces that name no claim: {rest!r}", expected)
    if value.endswith("."):
        action = "delete it: the document ends the sentence after its sources"
        raise WrongError("ends in a full stop", "none", action)
    return value


class Conclusion(YamlModel):
    """A sentence that documents may print while every condition of its rule holds.

    The sentence prints numbers by placeholders alone: `{claim}`, or `{claim|ci}` for a form.
    """

    id: Slug
    sentence: Annotated[Text, AfterValidator(_sentence)]
    conditions: Annotated[
        tuple[Annotated[Condition, BeforeValidator(_condition)], ...], Field(min_length=1)
    ] = Field(alias="rule")

    @property
    def printed(self) -> tuple[str, ...]:
        """The claims its sentence prints, in order."""
        return tuple(match[1] for match in PLACEHOLDER.finditer(self.sentence))
