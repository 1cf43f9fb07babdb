"""Numbers as people count: `about 73 of every 100 people`, for readers who are no clinicians."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from analysis.measures import INTERVALS, Measure, population_label
from analysis.rounding import fit_digits, format_number
from analysis.wording import Forms
from analysis.words import say
from schemas.evidence import Evidence
from schemas.rounding import round_half_up

HUNDRED, THOUSAND = 100, 1000
YEAR = 12  # months
LONG = 24  # months from which the years are said too


@dataclass(frozen=True)
class PlainWords:
    """Plain words of the vocabulary: who was counted, and how sure the review is."""

    people: Mapping[str, str]
    certainty: Mapping[str, str]


def plain_words(evidence: Evidence) -> PlainWords:
    """The plain words of a review: populations by their label, certainty by its level."""
    people = evidence.rows["vocabulary"].records("kind", "population")
    return PlainWords(
        {population_label({"population": row["term"]}): str(row["label"]) for row in people},
        {
            one.use.replace("_", " "): one.phrase
            for one in evidence.phrases
            if one.kind == "plain_certainty"
        },
    )


def tell_plainly(forms: Forms, measure: Measure, certainty: str, words: PlainWords) -> Forms:
    """Add the plain forms to those for clinicians."""
    mark = forms.mark
    natural = _natural(measure) or forms.value
    between = _between(measure)
    return replace(
        forms,
        natural=natural + mark,
        between=between,
        natural_full=_told(natural, between, measure, words) + mark,
        certainty_words=words.certainty.get(certainty.replace("_", " "), ""),
    )


def _told(natural: str, between: str, measure: Measure, words: PlainWords) -> str:
    who = words.people.get(measure.population, "") if measure.unit == "percent" else ""
    counted = " ".join(part for part in (natural, who) if part)
    told = ", ".join(part for part in (counted, measure.subgroup) if part)
    return f"{told} ({between})" if between and measure.interval != "range" else told


def count_people(measure: Measure) -> tuple[int, int]:
    """How many people of how many a percentage means: 73 of 100, or 4 of 1,000.

    Raises ValueError for a measure that is no share of people.
    """
    if measure.unit != "percent" or measure.value is None or not 0 <= measure.value <= HUNDRED:
        raise ValueError("no share of people")
    base = _base(measure.value)
    return int(round_half_up(_scaled(measure.value, base), 0)), base


def _base(value: float | Fraction) -> int:
    """Of every 100, unless that would hide a small rate."""
    return HUNDRED if value == 0 or round_half_up(value, 1) >= 1 else THOUSAND


def _scaled(value: float | Fraction, base: int) -> float | Fraction:
    return value if base == HUNDRED else value * (base // HUNDRED)


def _natural(measure: Measure) -> str:
    """The value in natural frequencies or whole months; empty where it has no such form."""
    if measure.words:
        return measure.words
    if measure.unit == "percent" and measure.interval == "range":
        return say("plain.range", between=_between(measure), base=HUNDRED)
    if measure.value is None:
        return ""
    if measure.unit in ("months", "days"):
        return _time(measure.value, measure.unit)
    if measure.unit == "percent" and 0 <= measure.value <= HUNDRED:
        return _people(measure)
    return ""


def _people(measure: Measure) -> str:
    count, base = count_people(measure)
    counted = measure.n is not None and not measure.approximate
    if counted and measure.events == 0:
        return say("plain.none", n=format_number(measure.n or 0, 0))
    if counted and measure.events == measure.n:
        return say("plain.all", n=format_number(measure.n or 0, 0))
    if count == 0:
        return say("plain.fewer", base=format_number(base, 0))
    if count == base:
        return say("plain.more", less=base - 1, base=base)
    return say("plain.about", count=count, base=format_number(base, 0))


def _time(value: float | Fraction, unit: str) -> str:
    whole = format_number(value, 0)
    name = unit.removesuffix("s") if whole == "1" else unit
    if unit == "months" and value >= LONG:
        return say("plain.years", whole=whole, years=format_number(value / YEAR, 1))
    return say("plain.time", whole=whole, unit=name)


def _between(measure: Measure) -> str:
    """The interval in words; empty where there is none, or no end to it."""
    known = measure.interval in (*INTERVALS, "range") and measure.unit in (
        "percent",
        "months",
        "days",
    )
    if not known or measure.lower is None:
        return ""
    unit = "" if measure.unit == "percent" else f" {measure.unit}"
    base = HUNDRED
    if unit == "" and measure.value is not None:
        base = _base(measure.value)
    lower = _scaled(measure.lower, base)
    if measure.upper is None:
        least = say("plain.open", lower=format_number(lower, 0), unit=unit)
        return least if measure.upper_open else ""
    upper = _scaled(measure.upper, base)
    digits = 0
    if not unit and format_number(lower, 0) in ("0", format_number(base, 0)):
        digits = fit_digits(0, limits=(lower, upper))  # close to nobody is not nobody
    low, high = format_number(lower, digits), format_number(upper, digits)
    if low == high:
        return say("plain.close", low=low, unit=unit)
    return say("plain.between", low=low, high=high, unit=unit)
