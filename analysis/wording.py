"""The printed forms of a number: alone, with its interval, with its denominator, in full."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from analysis.measures import INTERVALS, Measure
from analysis.rounding import (
    FORMATS,
    fit_digits,
    format_bare,
    format_exact,
    format_number,
    format_value,
    split_format,
)
from analysis.words import say
from schemas.choices import SPREAD_OF

SECONDARY_MARK = "‡"  # set after a figure that rests on a secondary source
USUAL_LEVEL = "95% CI "
MILLIONS = re.compile(r"\b(\d+)e6\b")


RENAMED_FORMS = {"told": "natural_full", "sure": "certainty_words"}
"""Printed forms by the names that documents and ledgers up to 1.1.1 give them."""


@dataclass(frozen=True)
class Forms:
    """`plain` 97.9%; `ci` adds the interval; `n` is 95 of 97; `full` says everything.

    Then for readers who are no clinicians: `natural` about 98 of every 100 people; `between`
    is the interval in words; `natural_full` adds who was counted; `certainty_words` is the
    certainty. Empty where there is none.

    `value`, `limits` and `mark` are the parts that tables and figures put together: 97.9%,
    92.7 to 99.7 (a note says once that the level is 95%), and the mark of a secondary source.
    """

    plain: str
    ci: str
    n: str
    full: str
    bare: str
    natural: str = ""
    between: str = ""
    natural_full: str = ""
    certainty_words: str = ""
    # Parts of the forms above: a difference in them alone is none, and old ledgers lack them.
    value: str = field(default="", compare=False)
    limits: str = field(default="", compare=False)
    mark: str = field(default="", compare=False)

    @property
    def unmarked(self) -> str:
        """Value and interval as the cell of a table has room for: 97.9% (92.7 to 99.7)."""
        return f"{self.value} ({self.limits})" if self.limits else self.value

    @property
    def short(self) -> str:
        """The same with the mark of a secondary source."""
        return self.unmarked + self.mark


class FormatError(ValueError):
    """A format of another unit than what it is to print."""

    def __init__(self, what: str, expected: str) -> None:
        super().__init__(what)
        self.expected = expected


def check_format(measure: Measure, name: str) -> None:
    """Raises FormatError for a format of another unit; words may be printed as text, too."""
    unit = measure.format_unit or measure.unit
    kind, fitting = kind_of(unit), kind_of(unit)
    if name.rstrip("0123456789") in (kind, *(["text"] if measure.words else [])):
        return
    if kind != "date":
        fitting += re.sub(r"\D", "", name) or "0"
    fitting += " or text" if measure.words else ""
    raise FormatError(f"format {name} does not fit a value whose unit is {unit}", fitting)


def compose_forms(measure: Measure, name: str) -> Forms:
    """Every printed form of a measure. Raises ValueError for a format that does not fit."""
    name = fit_format(measure, name)
    plain = _plain(measure, name)
    mark = SECONDARY_MARK if measure.verification == "secondary" else ""
    interval = _interval(measure, name)
    count = _count(measure)
    told = "; ".join(part for part in (interval, measure.caveat) if part)
    details = [part for part in (told, _patients(measure), _follow_up(measure)) if part]
    return Forms(
        plain=plain + mark,
        ci=f"{plain} ({told}){mark}" if told else plain + mark,
        n=count or plain,
        full=f"{plain} ({'; '.join(details)}){mark}" if details else plain + mark,
        bare=plain.removesuffix("%"),
        value=plain,
        limits=interval.removeprefix(USUAL_LEVEL),
        mark=mark,
    )


def fit_format(measure: Measure, name: str) -> str:
    """The format as fine as the source allows, and as fine as estimate and interval need."""
    name = _no_finer(name, measure.digits)
    if name in ("text", "date"):
        return name
    kind, digits = split_format(name)
    percent = kind == "percent"
    limits = (measure.lower, measure.upper) if measure.interval else (None, None)
    if measure.interval == "range":  # two estimates, which may well round to one text
        finest = max(fit_digits(digits, end, percent=percent) for end in limits)
        return f"{kind}{finest if finest <= digits + 1 or not percent else digits}"
    value = None if measure.words else measure.value
    return f"{kind}{fit_digits(digits, value, limits, percent=percent)}"


def _no_finer(name: str, digits: int | None) -> str:
    if digits is None or name in ("text", "date"):
        return name
    kind, wanted = split_format(name)
    return f"{kind}{min(wanted, digits)}"


def _plain(measure: Measure, name: str) -> str:
    if measure.words:
        return measure.words
    if name in ("text", "date"):
        raise ValueError(f"format {name!r} needs words; this statistic yields a number")
    if measure.interval == "range":
        return _range(measure, name)
    if measure.value is None:
        raise ValueError("the evidence has no value to print")
    return format_value(measure.value, name)


def _range(measure: Measure, name: str) -> str:
    if measure.lower is None or measure.upper is None:
        raise ValueError("a range needs both ends")
    if split_format(name)[0] == "percent":
        digits = split_format(name)[1]
        first, last = (f"{format_end(end, digits)}%" for end in (measure.lower, measure.upper))
        return first if first == last else f"{first} to {last}"
    first, last = format_bare(measure.lower, name), format_value(measure.upper, name)
    return last if format_value(measure.lower, name) == last else f"{first} to {last}"


def format_end(percent: float, digits: int) -> str:
    """An end of a range of percentages: `above 99.9` where rounding would make it 100."""
    least = 10.0**-digits
    if 0 < percent < least / 2:
        return say("figures.below", limit=format_number(least, digits))
    if 100 - least / 2 <= percent < 100:
        return say("figures.above", limit=format_number(100 - least, digits))
    return format_number(percent, digits)


def _interval(measure: Measure, name: str) -> str:
    if measure.interval in SPREAD_OF.values():
        ends = (measure.lower or 0.0, measure.upper or 0.0)
        low, high = map(format_exact, ends)
        return f"{say(f'figures.{measure.interval}')} {low} to {high}"
    if measure.interval not in INTERVALS:
        return ""
    unit = name
    if name in ("text", "date"):
        unit = f"{kind_of(measure.unit)}{fit_digits(1, limits=(measure.lower, measure.upper))}"
    lower = say("figures.not_estimable")
    if measure.lower is not None:
        lower = format_bare(measure.lower, unit)
    upper = say("figures.not_reached")
    if measure.upper is not None:
        upper = format_bare(measure.upper, unit)
    elif not measure.upper_open:
        upper = say("figures.not_printed")
    return f"{format_number(100 * measure.level, 0)}% CI {lower} to {upper}"


def kind_of(unit: str) -> str:
    """The kind of format that prints a unit: its own, else that of plain numbers."""
    return unit if unit in (*FORMATS, "date") else "number"


def _count(measure: Measure) -> str:
    cohorts = f" in {say('figures.cohorts', count=measure.cohorts)}" if measure.cohorts else ""
    if measure.events is not None and measure.n is not None:
        about = "≈" if measure.approximate else ""
        events, n = format_number(measure.events, 0), format_number(measure.n, 0)
        return f"{about}{events} of {n}{cohorts}"
    if measure.n is not None:
        return f"n = {format_number(measure.n, 0)}{cohorts}"
    return cohorts.strip().removeprefix("in ")


def _patients(measure: Measure) -> str:
    """`95 of 97 infused, exactly 3 prior lines`; cohorts come last."""
    cohorts = f" in {say('figures.cohorts', count=measure.cohorts)}" if measure.cohorts else ""
    counted = measure.n is not None
    count = _count(measure).removesuffix(cohorts) if counted else ""
    named = " ".join(part for part in (count, measure.population) if part) + cohorts
    subgroup = MILLIONS.sub(r"\1 million", measure.subgroup)
    return ", ".join(part for part in (named.strip().removeprefix("in "), subgroup) if part)


def _follow_up(measure: Measure) -> str:
    if measure.follow_up_months is None:
        return say("figures.cut_off", date=measure.cut_off) if measure.cut_off else ""
    digits = 0 if float(measure.follow_up_months).is_integer() else 1
    return say("figures.follow_up", months=format_number(measure.follow_up_months, digits))
