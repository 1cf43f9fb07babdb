"""Differences of two independent groups: of proportions, of printed rates, from a hazard ratio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.counts import check_same_shape
from analysis.formulae.intervals import Number, compute_interval_proportion
from analysis.formulae.types import FloatArray


@dataclass(frozen=True)
class Difference:
    """First group minus second with its limits, on the scale of the input.

    Floats for scalar input, arrays of its shape otherwise. `method` and `level` say how the
    limits were made.
    """

    estimate: Number
    lower: Number
    upper: Number
    method: str
    level: float


def compute_difference_proportions(
    events_1: ArrayLike, n_1: ArrayLike, events_2: ArrayLike, n_2: ArrayLike, level: float = 0.95
) -> Difference:
    """Newcombe's hybrid score interval of events_1 / n_1 - events_2 / n_2.

    Whole numbers of one shape; proportions from 0 to 1. The Wilson limits of each group are
    combined, so the interval lies within -1 and 1 and needs no correction for zeros. Raises
    ValueError for impossible counts or a level outside 0 and 1. Source: newcombe1998b, method 10.
    """
    first = compute_interval_proportion(events_1, n_1, method="wilson", level=level)
    second = compute_interval_proportion(events_2, n_2, method="wilson", level=level)
    estimates = np.asarray(first.estimate), np.asarray(second.estimate)
    check_same_shape(events_1=estimates[0], events_2=estimates[1])
    lower, upper = _combine(
        (first.estimate, first.lower, first.upper), (second.estimate, second.lower, second.upper)
    )
    return _difference(first.estimate, second.estimate, lower, upper, "newcombe", level)


def compute_difference_estimates(
    first: ArrayLike, second: ArrayLike, level: float = 0.95
) -> Difference:
    """Difference of two independent estimates from their printed limits, which may be lopsided.

    Each has shape (3,) or (3, ...): estimate, lower, upper, with limits at `level`, on the
    scale of the difference. The squared distances of the limits add up, as in Newcombe's
    interval. Raises ValueError where a limit lies on the wrong side of its
    estimate. Source: zou2009 (MOVER).
    """
    one, two = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    for name, given in (("first", one), ("second", two)):
        if given.shape[:1] != (3,) or not (
            (given[1] <= given[0]).all() and (given[0] <= given[2]).all()
        ):
            raise ValueError(f"{name} must be estimate, lower, upper, with lower <= upper")
    lower, upper = _combine(tuple(one), tuple(two))
    return _difference(one[0], two[0], lower, upper, "mover", level)


def compute_difference_from_hazard_ratio(
    baseline: float, ratio: float, lower: float, upper: float, level: float = 0.95
) -> Difference:
    """What a hazard ratio amounts to at a baseline: event-free share treated minus control.

    `baseline` is the share without the event in the control group at some time, between 0 and 1,
    taken as known; the treated share is baseline ** ratio where hazards are proportional. The
    limits of the ratio change places. All of shape (); the result is a difference of
    proportions. Raises ValueError for a baseline that is not inside 0 and 1 and for a ratio
    outside its limits. Source: skoetz2020 (GRADE guidelines 27).
    """
    if not 0 < baseline < 1:
        raise ValueError(f"baseline is {baseline}; it must lie between 0 and 1")
    if not 0 < lower <= ratio <= upper:
        raise ValueError(f"ratio {ratio} must lie within its limits {lower} to {upper}")
    treated = [baseline**value for value in (ratio, upper, lower)]
    at, low, high = (share - baseline for share in treated)
    return Difference(at, low, high, "proportional hazards", level)


def _combine(
    first: tuple[Number, Number, Number], second: tuple[Number, Number, Number]
) -> tuple[FloatArray, FloatArray]:
    (p_1, low_1, high_1), (p_2, low_2, high_2) = first, second
    at = np.asarray(p_1) - np.asarray(p_2)
    below = np.hypot(np.asarray(p_1) - low_1, np.asarray(high_2) - p_2)
    above = np.hypot(np.asarray(high_1) - p_1, np.asarray(p_2) - low_2)
    return np.asarray(at - below), np.asarray(at + above)


def _difference(
    first: Number, second: Number, lower: FloatArray, upper: FloatArray, method: str, level: float
) -> Difference:
    values = [np.asarray(first) - np.asarray(second), lower, upper]
    at, low, high = (float(v) if v.ndim == 0 else v for v in map(np.asarray, values))
    return Difference(at, low, high, method, level)
