"""Numbers in the text of a review: the formats of claims, rounded half up."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from schemas.rounding import Number, round_half_up, significant

MOST_ADDED = 8  # decimals that a statement may need beyond those asked for
MINUS = "−"  # the typographic minus sign


def format_number(value: Number, digits: int) -> str:
    """Text of a number at `digits` decimals, thousands separated, typographic minus."""
    text = f"{round_half_up(value, digits):,f}"
    return text.replace("-", MINUS) if float(text.replace(",", "")) else text.lstrip("-")


def format_exact(value: Number) -> str:
    """Text of a number with the decimals it has."""
    return format_number(value, len(significant(value, 10).partition(".")[2]))


def fit_digits(
    digits: int,
    value: Number | None = None,
    limits: tuple[Number | None, Number | None] = (None, None),
    *,
    percent: bool = False,
) -> int:
    """Decimals for a whole statement, estimate and limits alike: `digits`, or more if they mislead.

    They mislead where a value that is not 0 would print as 0, a percentage that is not 100 as
    100, or two limits that differ as one.
    """
    bounds = (0, 100) if percent else (0,)
    pairs: list[tuple[Number, Number]] = []
    if value is not None:
        pairs += [(value, bound) for bound in bounds]
    low, high = limits
    if low is not None and high is not None:
        pairs.append((low, high))
    for finer in range(digits, digits + MOST_ADDED):
        if all(a == b or format_number(a, finer) != format_number(b, finer) for a, b in pairs):
            return finer
    return digits  # they differ by no more than the rounding of a double


def format_percent(value: Number, digits: int) -> str:
    """Text of a percentage on the 0 to 100 scale; 0% and 100% are nobody and everybody."""
    return f"{format_number(value, fit_digits(digits, value, percent=True))}%"


def percentage(events: int, n: int) -> Fraction:
    """`events` of `n` on the 0 to 100 scale, exactly: a fraction, so nothing is rounded twice."""
    return Fraction(100 * int(events), int(n))


def format_ratio(value: Number, digits: int) -> str:
    """Text of a ratio (no unit) at `digits` decimals, rounded half up: 0.26."""
    return format_number(value, digits)


def format_months(value: Number, digits: int) -> str:
    """Text of a time in months at `digits` decimals, rounded half up: 8.8 months, 1 month."""
    return _counted(format_number(value, digits), "month")


def format_days(value: Number, digits: int) -> str:
    """Text of a time in days at `digits` decimals, rounded half up: 7 days, 1 day."""
    return _counted(format_number(value, digits), "day")


def _counted(number: str, unit: str) -> str:
    return f"{number} {unit if number == '1' else f'{unit}s'}"


def format_points(value: Number, digits: int) -> str:
    """Text of a difference in points of a score at `digits` decimals, rounded half up."""
    return f"{format_number(value, digits)} points"


FORMATS: dict[str, Callable[[Number, int], str]] = {
    "percent": format_percent,
    "number": format_number,
    "ratio": format_ratio,
    "months": format_months,
    "days": format_days,
    "points": format_points,
}


def split_format(name: str) -> tuple[str, int]:
    """`percent1` -> (`percent`, 1). Raises ValueError for a format nobody defined."""
    kind, digits = name.rstrip("0123456789"), name[len(name.rstrip("0123456789")) :]
    if kind not in FORMATS or not digits:
        known = ", ".join(f"{kind}N" for kind in FORMATS)
        raise ValueError(f"format {name!r} is unknown; expected one of {known} (N decimals)")
    return kind, int(digits)


def format_value(value: Number, name: str) -> str:
    """Text of a value in a named format, such as `percent1` or `months1`."""
    kind, digits = split_format(name)
    return FORMATS[kind](value, digits)


def format_bare(value: Number, name: str) -> str:
    """The digits of a value in a named format, without its unit."""
    return format_number(value, split_format(name)[1])
