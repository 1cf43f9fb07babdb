"""The one place where a number is rounded for print: halves away from zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Number = float | Fraction | Decimal


def round_half_up(value: Number, digits: int) -> Decimal:
    """Round to `digits` decimals, halves away from zero.

    A `Fraction` is rounded exactly; a float is rounded as its shortest decimal
    text, so that 0.125 and 2.675 round the way a reader would by hand.
    """
    step = Decimal(1).scaleb(-digits)
    if isinstance(value, Fraction):
        scaled = abs(value) * 10**digits
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        rounded = Decimal(whole).scaleb(-digits).quantize(step)
        return -rounded if value < 0 and whole else rounded
    number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if not number.is_finite():
        raise ValueError(f"value {value!r} cannot be printed; expected a finite number")
    return number.quantize(step, rounding=ROUND_HALF_UP) + Decimal(0)


def fixed(value: Number, digits: int) -> str:
    """Plain digits with `digits` decimals, for methods and messages."""
    return f"{round_half_up(value, digits):f}"


def significant(value: Number, digits: int = 6) -> str:
    """Plain digits, as many as the number has and at most so many that count."""
    number = Decimal(repr(float(value)))
    decimals = max(digits - 1 - number.adjusted(), 0)
    text = fixed(number, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text
