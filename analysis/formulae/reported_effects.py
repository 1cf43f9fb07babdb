"""Effects and variances recovered from what a report prints: intervals, p values, O - E."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.formulae.counts import (
    check_choice,
    check_finite,
    check_level,
    check_not_empty,
    check_positive,
    check_same_shape,
    refuse,
)
from analysis.formulae.effect_sizes import finish_effects, one_dimensional
from analysis.formulae.missing import leave_masked_out
from analysis.formulae.results import Result
from analysis.formulae.types import EffectSizes, FloatArray


@dataclass(frozen=True)
class Scale:
    """A scale on which an interval is symmetric.

    `forward` takes the printed value to it, `slope` is its derivative there; `least` and
    `most` bound, exclusively, the values it is defined for.
    """

    forward: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray], FloatArray]
    least: float
    most: float


def _complementary_log_log(p: FloatArray) -> FloatArray:
    return np.asarray(np.log(-np.log(p)))


def _logit(p: FloatArray) -> FloatArray:
    return np.asarray(scipy.special.logit(p))


SCALES: dict[str, Scale] = {
    "identity": Scale(np.positive, np.ones_like, -np.inf, np.inf),
    "log": Scale(np.log, lambda p: 1 / p, 0.0, np.inf),
    "logit": Scale(_logit, lambda p: 1 / (p * (1 - p)), 0.0, 1.0),
    "log-log": Scale(_complementary_log_log, lambda p: 1 / (p * np.log(p)), 0.0, 1.0),
    "arcsine": Scale(
        lambda p: np.arcsin(np.sqrt(p)), lambda p: 1 / (2 * np.sqrt(p * (1 - p))), 0.0, 1.0
    ),
}


def two_sided_quantile(level: float) -> float:
    """Standard normal quantile of a two-sided interval at `level`."""
    return float(-scipy.special.ndtri((1 - check_level(level)) / 2))


def _check_domain(values: FloatArray, argument: str, scale: str) -> None:
    least, most = SCALES[scale].least, SCALES[scale].most
    allowed = f"above {least:g} and below {most:g} on the {scale} scale"
    refuse(argument, values, (values <= least) | (values >= most), allowed)


def check_bounds(lower: ArrayLike, upper: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Arrays of shape (k,) with lower < upper; ValueError otherwise."""
    low, high = check_finite(lower, "lower"), check_finite(upper, "upper")
    check_same_shape(lower=low, upper=high)
    low, high = one_dimensional(low, high)
    check_not_empty(low, "lower")
    refuse("upper", high, high <= low, "above lower of the same entry")
    return low, high


def check_interval(
    estimate: ArrayLike, lower: ArrayLike, upper: ArrayLike, *, name: str = "estimate"
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Arrays of shape (k,) with lower <= estimate <= upper and lower < upper.

    ValueError names the argument, the value and its index otherwise.
    """
    low, high = check_bounds(lower, upper)
    (middle,) = one_dimensional(check_finite(estimate, name))
    check_same_shape(**{"lower": low, name: middle})
    refuse(name, middle, (middle < low) | (middle > high), "between lower and upper")
    return middle, low, high


def compute_variance_from_interval(
    lower: ArrayLike, upper: ArrayLike, *, scale: str = "log", level: float = 0.95
) -> FloatArray:
    """Sampling variance on `scale` behind a printed normal interval, shape (k,).

    The width of the interval on `scale` ("identity", "log", "logit", "log-log",
    "arcsine") over twice the normal quantile, squared. Bounds are in the printed unit
    (proportions from 0 to 1).

    Raises ValueError for bounds out of order or outside the domain of the scale, NaN, no
    study, shapes that differ, a level outside (0, 1). Source: tierney2007.
    """
    low, high = check_bounds(lower, upper)
    check_choice(scale, "scale", tuple(SCALES))
    _check_domain(low, "lower", scale)
    _check_domain(high, "upper", scale)
    forward = SCALES[scale].forward
    return np.asarray(((forward(high) - forward(low)) / (2 * two_sided_quantile(level))) ** 2)


@leave_masked_out
def compute_effect_from_interval(
    estimate: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    measure: str,
    scale: str = "log",
    level: float = 0.95,
    name: str = "estimate",
) -> EffectSizes:
    """Printed estimates and intervals of k studies, on `scale`, labelled `measure`.

    Arguments of shape (k,), errors and source as in `compute_variance_from_interval`, and
    ValueError where an interval does not contain its estimate.
    """
    middle, low, high = check_interval(estimate, lower, upper, name=name)
    check_choice(scale, "scale", tuple(SCALES))
    _check_domain(middle, name, scale)
    vi = compute_variance_from_interval(low, high, scale=scale, level=level)
    yi = np.asarray(SCALES[scale].forward(middle))
    return finish_effects(yi, vi, measure, np.zeros(yi.shape, dtype=np.bool_))


@leave_masked_out
def compute_effect_ratio_from_p(
    ratio: ArrayLike, p_value: ArrayLike, *, measure: str = "HR"
) -> EffectSizes:
    """Log ratio of k studies with the standard error that a two-sided p value implies.

    `ratio` above 0 and not 1, `p_value` strictly between 0 and 1, shape (k,); the result is
    on the log scale. The p value
    must come from a Wald or score test of ratio = 1; one printed as "< 0.001" has no
    variance and does not belong here.

    Raises ValueError for anything else. Source: tierney2007.
    """
    ratios, p_values = check_positive(ratio, "ratio"), check_finite(p_value, "p_value")
    check_same_shape(ratio=ratios, p_value=p_values)
    ratios, p_values = one_dimensional(ratios, p_values)
    check_not_empty(ratios, "ratio")
    refuse("ratio", ratios, ratios == 1, "not 1, where a p value says nothing of the precision")
    refuse("p_value", p_values, (p_values <= 0) | (p_values >= 1), "above 0 and below 1")
    yi = np.log(ratios)
    vi = (yi / scipy.special.ndtri(p_values / 2)) ** 2
    return finish_effects(yi, vi, measure, np.zeros(yi.shape, dtype=np.bool_))


@leave_masked_out
def compute_effect_observed_expected(
    observed_minus_expected: ArrayLike, variance: ArrayLike, *, measure: str = "HR"
) -> EffectSizes:
    """Log hazard ratio of k studies from the logrank O - E and its variance V, shape (k,).

    The estimate is (O - E) / V with variance 1 / V, on the log scale.
    Raises ValueError for V not above 0, NaN, no study, shapes that differ.
    Sources: yusuf1985, tierney2007.
    """
    difference = check_finite(observed_minus_expected, "observed_minus_expected")
    information = check_positive(variance, "variance")
    check_same_shape(observed_minus_expected=difference, variance=information)
    difference, information = one_dimensional(difference, information)
    check_not_empty(difference, "observed_minus_expected")
    yi, vi = difference / information, 1 / information
    return finish_effects(yi, vi, measure, np.zeros(yi.shape, dtype=np.bool_))


@dataclass(frozen=True)
class IndirectComparison(Result):
    """First against second, each compared with a common comparator, on their scale."""

    estimate: float
    standard_error: float
    lower: float
    upper: float
    p_value: float
    level: float


def compute_indirect_comparison(
    first: float,
    first_standard_error: float,
    second: float,
    second_standard_error: float,
    *,
    level: float = 0.95,
) -> IndirectComparison:
    """Adjusted indirect comparison through a common comparator: first minus second.

    Four numbers of shape (): estimates and standard errors on one additive scale (log
    ratios). It assumes that the
    comparator and the patients are alike on both sides. Raises ValueError for a standard
    error not above 0 or NaN. Source: bucher1997.
    """
    estimate = float(check_finite(first, "first")) - float(check_finite(second, "second"))
    errors = (
        float(check_positive(first_standard_error, "first_standard_error")),
        float(check_positive(second_standard_error, "second_standard_error")),
    )
    error = float(np.hypot(*errors))
    half = two_sided_quantile(level) * error
    p_value = float(2 * scipy.special.ndtr(-abs(estimate / error)))
    return IndirectComparison(estimate, error, estimate - half, estimate + half, p_value, level)


def concatenate_effects(*parts: EffectSizes) -> EffectSizes:
    """Studies of several `EffectSizes` of one measure, in the order given.

    So that cohorts with a printed interval and cohorts with counts enter one pool. Parts of
    shape (k1,), (k2,), ... give (k1 + k2 + ...,), on the scale of their measure. Raises
    ValueError for no part, and for measures that differ. Source: none, nothing is estimated.
    """
    if not parts:
        raise ValueError("parts is empty; allowed: one EffectSizes or more")
    for index, part in enumerate(parts):
        if part.measure != parts[0].measure:
            raise ValueError(
                f"measure is {part.measure} at index {index}; allowed: {parts[0].measure}, "
                "the measure of the first"
            )
    labels = tuple(label for part in parts for label in part.labels)
    return EffectSizes(
        yi=np.concatenate([part.yi for part in parts]),
        vi=np.concatenate([part.vi for part in parts]),
        measure=parts[0].measure,
        used=np.concatenate([part.used for part in parts]),
        adjusted=np.concatenate([part.adjusted for part in parts]),
        caution=" ".join(dict.fromkeys(part.caution for part in parts if part.caution)),
        labels=labels if all(part.labels for part in parts) else (),
    )
