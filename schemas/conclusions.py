"""Conclusions of review.yml: a written rule over claims, and the sentence it licenses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from schemas.choices import CERTAINTY_LEVELS
from schemas.problems import Problem
from schemas.review_values import FILE, Reader

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


@dataclass(frozen=True)
class Conclusion:
    """A sentence that documents may print while every condition of its rule holds.

    The sentence prints numbers by placeholders alone: `{claim}`, or `{claim|ci}` for a form.
    """

    id: str
    sentence: str
    conditions: tuple[Condition, ...]

    @property
    def printed(self) -> tuple[str, ...]:
        """The claims its sentence prints, in order."""
        return tuple(match[1] for match in PLACEHOLDER.finditer(self.sentence))


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


def read_conclusions(values: Any, problems: list[Problem]) -> tuple[Conclusion, ...]:
    """The conclusions of review.yml; a review without any is allowed."""
    if values is None:
        return ()
    if not isinstance(values, list):
        what = "conclusions is not a list"
        problems.append(Problem(FILE, what=what, action="list them, each after `- `"))
        return ()
    parts = Reader({"conclusions": values}, "", problems).parts("conclusions")
    found = tuple(_conclusion(part) for part in parts)
    ids = [item.id for item in found]
    for name in sorted({name for name in ids if name and ids.count(name) > 1}):
        what = f"conclusions {name}: the id is used {ids.count(name)} times"
        problems.append(Problem(FILE, what=what, action="give each a name of its own"))
    return found


def _conclusion(reader: Reader) -> Conclusion:
    reader.refuse_others("id", "sentence", "rule")
    sentence = reader.words("sentence")
    _check_sentence(reader, sentence)
    lines = reader.several("rule", None)
    if "rule" in reader.values and not lines:
        reader.note(f"{reader.place}rule", "is empty", EXPECTED, "write its conditions")
    return Conclusion(
        reader.slug("id"), sentence, tuple(c for line in lines if (c := _condition(reader, line)))
    )


def _condition(reader: Reader, line: str) -> Condition | None:
    condition = parse_condition(line)
    if condition is None:
        reader.note(f"{reader.place}rule", f"has {line!r}", EXPECTED, "write it in this form")
    elif condition.part == "certainty":
        for level in condition.said:
            if level not in CERTAINTY_LEVELS:
                expected = "one of " + ", ".join(CERTAINTY_LEVELS)
                reader.note(f"{reader.place}rule", f"has the level {level!r}", expected)
    return condition


def _check_sentence(reader: Reader, sentence: str) -> None:
    rest = PLACEHOLDER.sub("", sentence)
    if "{" in rest or "}" in rest:
        expected = "placeholders such as {orr.trial} or {orr.trial|ci}"
        reader.note(f"{reader.place}sentence", f"has braces that name no claim: {rest!r}", expected)
    if sentence.endswith("."):
        action = "delete it: the document ends the sentence after its sources"
        reader.note(f"{reader.place}sentence", "ends in a full stop", "none", action)
