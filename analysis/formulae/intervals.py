"""Confidence intervals for one binomial proportion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.formulae.counts import check_choice, check_events_of, check_level
from analysis.formulae.results import Result
from analysis.formulae.types import FloatArray

Number = float | FloatArray
Bounds = tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class ProportionInterval(Result):
    """A proportion with its interval, on the scale from 0 to 1.

    `estimate`, `lower` and `upper` are floats for scalar input and arrays of the
    shape of `events` otherwise. `method` and `level` say how they were made.
    """

    estimate: Number
    lower: Number
    upper: Number
    method: str
    level: float


def _normal_quantile(level: float) -> float:
    # (1 + level) / 2 loses digits near level = 1; the lower tail does not.
    return float(-scipy.special.ndtri((1.0 - level) / 2.0))


def _clopper_pearson(events: FloatArray, n: FloatArray, level: float) -> Bounds:
    tail = (1.0 - level) / 2.0
    with np.errstate(invalid="ignore"):
        lower = scipy.special.betaincinv(events, n - events + 1.0, tail)
        upper = scipy.special.betainccinv(events + 1.0, n - events, tail)
    return np.where(events == 0, 0.0, lower), np.where(events == n, 1.0, upper)


def _wilson_upper(shifted: FloatArray, n: FloatArray, z: float) -> FloatArray:
    """Larger root of |theta - p| = z sqrt(theta (1 - theta) / n), p = shifted / n."""
    spread = z * np.sqrt(shifted * (1.0 - shifted / n) + z * z / 4.0)
    return (shifted + z * z / 2.0 + spread) / (n + z * z)


def _wilson_lower(shifted: FloatArray, n: FloatArray, z: float) -> FloatArray:
    # The product of the two roots is free of the cancellation of their difference.
    return (shifted * shifted / n) / ((n + z * z) * _wilson_upper(shifted, n, z))


def _wilson(events: FloatArray, n: FloatArray, level: float) -> Bounds:
    z = _normal_quantile(level)
    upper = np.where(events == n, 1.0, _wilson_upper(events, n, z))
    return _wilson_lower(events, n, z), upper


def _wilson_continuity(events: FloatArray, n: FloatArray, level: float) -> Bounds:
    z = _normal_quantile(level)
    lower = _wilson_lower(np.maximum(events - 0.5, 0.0), n, z)
    upper = _wilson_upper(np.minimum(events + 0.5, n), n, z)
    return lower, np.where(events == n, 1.0, upper)


def _jeffreys_equal_tailed(events: FloatArray, n: FloatArray, level: float) -> Bounds:
    tail = (1.0 - level) / 2.0
    first, second = events + 0.5, n - events + 0.5
    lower = scipy.special.betaincinv(first, second, tail)
    return np.asarray(lower), np.asarray(scipy.special.betainccinv(first, second, tail))


def _jeffreys(events: FloatArray, n: FloatArray, level: float) -> Bounds:
    lower, upper = _jeffreys_equal_tailed(events, n, level)
    return np.where(events == 0, 0.0, lower), np.where(events == n, 1.0, upper)


def _agresti_coull_unclipped(events: FloatArray, n: FloatArray, level: float) -> Bounds:
    z = _normal_quantile(level)
    total = n + z * z
    centre = (events + z * z / 2.0) / total
    half = z * np.sqrt(centre * (1.0 - centre) / total)
    return centre - half, centre + half


def _agresti_coull(events: FloatArray, n: FloatArray, level: float) -> Bounds:
    lower, upper = _agresti_coull_unclipped(events, n, level)
    return np.maximum(lower, 0.0), np.minimum(upper, 1.0)


def _wald(events: FloatArray, n: FloatArray, level: float) -> Bounds:
    estimate = events / n
    half = _normal_quantile(level) * np.sqrt(estimate * (1.0 - estimate) / n)
    return estimate - half, estimate + half


def _mid_p_tail(events: FloatArray, n: FloatArray, rate: FloatArray) -> FloatArray:
    """P(X > events) + P(X = events) / 2 for X ~ binomial(n, rate); rises with rate."""
    at_least = np.where(
        events == 0, 1.0, scipy.special.betainc(np.maximum(events, 1), n - events + 1, rate)
    )
    above = np.where(
        events == n, 0.0, scipy.special.betainc(events + 1, np.maximum(n - events, 1), rate)
    )
    return np.asarray((at_least + above) / 2.0)


def _mid_p_lower(events: FloatArray, n: FloatArray, tail: float) -> FloatArray:
    """The rate at which the mid-p upper tail equals `tail`, by bisection."""
    low, high = np.zeros_like(events), np.ones_like(events)
    for _ in range(1100):
        middle = (low + high) / 2.0
        if np.all((middle <= low) | (middle >= high)):
            break
        above = _mid_p_tail(events, n, middle) > tail
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.where(events == 0, 0.0, (low + high) / 2.0)


def _mid_p(events: FloatArray, n: FloatArray, level: float) -> Bounds:
    tail = (1.0 - level) / 2.0
    return _mid_p_lower(events, n, tail), 1.0 - _mid_p_lower(n - events, n, tail)


_METHODS: dict[str, Callable[[FloatArray, FloatArray, float], Bounds]] = {
    "clopper-pearson": _clopper_pearson,
    "wilson": _wilson,
    "wilson-continuity": _wilson_continuity,
    "jeffreys": _jeffreys,
    "jeffreys-equal-tailed": _jeffreys_equal_tailed,
    "agresti-coull": _agresti_coull,
    "agresti-coull-unclipped": _agresti_coull_unclipped,
    "mid-p": _mid_p,
    "wald": _wald,
}
INTERVAL_METHODS: tuple[str, ...] = tuple(_METHODS)


def compute_interval_proportion(
    events: ArrayLike,
    n: ArrayLike,
    *,
    method: str = "clopper-pearson",
    level: float = 0.95,
) -> ProportionInterval:
    """Interval for the proportion events / n.

    `events` and `n` are whole numbers, scalars or arrays of one shape (a scalar n
    serves all events); the result is on the scale from 0 to 1. Methods:

    - "clopper-pearson": exact, from beta quantiles; 0 at 0/n and 1 at n/n.
    - "wilson": score interval; "wilson-continuity": the same with a shift of 1/(2n).
    - "jeffreys": beta(events + 1/2, n - events + 1/2) quantiles with the bound at
      the edge set to 0 or 1; "jeffreys-equal-tailed" leaves that bound as it is.
    - "agresti-coull": clipped to [0, 1]; "agresti-coull-unclipped" is not.
    - "mid-p": inverts the exact test with half the probability of the observed count.
    - "wald": the textbook normal interval, not clipped, for comparison only.

    Raises ValueError for n < 1, events outside 0..n, fractions, NaN, shapes that
    differ, an unknown method, or a level outside (0, 1).
    Sources: clopper1934, wilson1927, agresti1998, brown2001, newcombe1998.
    """
    counted, totals = check_events_of(events, n)
    check_choice(method, "method", INTERVAL_METHODS)
    checked_level = check_level(level)
    lower, upper = _METHODS[method](counted, totals, checked_level)
    values = [counted / totals, np.asarray(lower), np.asarray(upper)]
    estimate, low, high = (float(v) if v.ndim == 0 else v for v in values)
    return ProportionInterval(estimate, low, high, method, checked_level)
