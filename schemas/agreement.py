"""Whether a ratio and its interval, as printed, can belong to one another."""

from __future__ import annotations

import math

TINY = 1e-9


def is_ratio_in_the_middle(
    ratio: tuple[float, float], low: tuple[float, float], high: tuple[float, float]
) -> bool:
    """Whether a ratio may lie in the middle of its interval on the log scale.

    Each argument is a printed figure, above 0, and half a unit of its last digit: it stands for
    every value as near as that. Intervals of log ratios are symmetric, so the ratio is the
    geometric mean of the ends.
    """
    (least_low, most_low), (least_high, most_high), (least, most) = (
        (max(value - half, TINY), value + half) for value, half in (low, high, ratio)
    )
    first, last = math.sqrt(least_low * least_high), math.sqrt(most_low * most_high)
    return first <= most + TINY and last >= least - TINY
