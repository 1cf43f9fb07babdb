"""Time to event from printed summaries: hazard ratios and landmark rates.

Each function gives `EffectSizes` that pool like any other; no individual data are used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.counts import (
    check_counts,
    check_finite,
    check_level,
    check_same_shape,
    refuse,
)
from analysis.formulae.effect_sizes import finish_effects, one_dimensional
from analysis.formulae.missing import leave_masked_out
from analysis.formulae.reported_effects import (
    SCALES,
    check_bounds,
    compute_effect_from_interval,
    compute_variance_from_interval,
    two_sided_quantile,
)
from analysis.formulae.results import Result
from analysis.formulae.types import BoolArray, EffectSizes, FloatArray

AGREEMENT_SCALES = ("identity", "log", "log-log", "logit", "arcsine")


@leave_masked_out
def compute_effect_hazard_ratio(
    hazard_ratio: ArrayLike, lower: ArrayLike, upper: ArrayLike, *, level: float = 0.95
) -> EffectSizes:
    """Log hazard ratio of k studies with the variance of the printed interval, shape (k,).

    All arguments are ratios above 0, the result is on the log scale.
    `compute_effect_ratio_from_p` serves reports without an interval,
    `compute_effect_observed_expected` those with logrank O - E and V.

    Raises ValueError for a value not above 0, an interval that does not contain its
    estimate, NaN, no study, shapes that differ. Source: tierney2007.
    """
    return compute_effect_from_interval(
        hazard_ratio, lower, upper, measure="HR", scale="log", level=level, name="hazard_ratio"
    )


@leave_masked_out
def compute_effect_landmark(
    rate: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    interval_scale: str = "logit",
    level: float = 0.95,
) -> EffectSizes:
    """Log odds of a survival rate at a fixed time, with the printed interval's variance.

    `rate`, `lower` and `upper` lie strictly between 0 and 1, shape (k,); the result has
    measure "PLO" and back-transforms to a rate from 0 to 1. `interval_scale` is the scale
    on which the report made its interval ("logit", or "log-log", "log", "identity",
    "arcsine": `compute_landmark_agreement` tells); the variance found there is carried to
    the logit by the delta method. Rates known as events of n,
    nobody censored before the landmark, come from `compute_effect_proportion`, and both
    kinds join by `concatenate_effects`.

    Raises ValueError for a value outside (0, 1), an interval that does not contain its
    rate, NaN, no study, shapes that differ. Source: tierney2007, as for other intervals.
    """
    effects = compute_effect_from_interval(
        rate, lower, upper, measure="PLO", scale="logit", level=level, name="rate"
    )
    if interval_scale == "logit":
        return effects
    printed = compute_variance_from_interval(lower, upper, scale=interval_scale, level=level)
    middle = np.atleast_1d(np.asarray(rate, dtype=np.float64))
    stretch = SCALES["logit"].slope(middle) / SCALES[interval_scale].slope(middle)
    return finish_effects(effects.yi, printed * stretch**2, "PLO", effects.adjusted)


@dataclass(frozen=True, eq=False)
class LandmarkAgreement(Result):
    """Whether printed landmark rates agree with their intervals, arrays of shape (k,).

    `contains` says that the interval holds its rate. `scales` names, a tuple a study, the
    scales on which the interval is symmetric about the rate within the rounding of the
    print. `effective_n` is the number of patients, all followed to the landmark, that
    would give an interval as wide as the widest one the print allows; `wide_enough` says
    that it does not exceed the patients of the study (True where `n` is not given).
    `agrees` joins all three.
    """

    contains: BoolArray
    scales: tuple[tuple[str, ...], ...]
    effective_n: FloatArray
    wide_enough: BoolArray
    agrees: BoolArray


@dataclass(frozen=True, eq=False)
class _Print:
    """Printed rates and bounds with half a unit of their last printed digit, shape (k,)."""

    rate: FloatArray
    low: FloatArray
    high: FloatArray
    rate_rounding: FloatArray
    bound_rounding: FloatArray


def _symmetric(printed: _Print, scale: str) -> BoolArray:
    """Could the unrounded interval be symmetric about the unrounded rate on `scale`?"""
    chosen = SCALES[scale]
    bounded = np.isfinite(chosen.most)

    def shifted(values: FloatArray, by: FloatArray) -> FloatArray:
        inside = np.clip(values + by, 0.0, 1.0 if bounded else np.inf)
        with np.errstate(divide="ignore"):
            return np.asarray(chosen.forward(inside))

    # log-log falls as the rate rises, so take the order of both ends afterwards.
    around = (-printed.bound_rounding, printed.bound_rounding)
    with np.errstate(invalid="ignore"):
        pairs = [shifted(printed.low, by) + shifted(printed.high, by) for by in around]
    middles = np.array(pairs) / 2
    rates = np.array(
        [shifted(printed.rate, by) for by in (-printed.rate_rounding, printed.rate_rounding)]
    )
    apart = (middles.min(axis=0) > rates.max(axis=0)) | (middles.max(axis=0) < rates.min(axis=0))
    return np.asarray(~apart & np.isfinite(middles).any(axis=0))


def _clipped_plain(printed: _Print) -> BoolArray:
    """A plain interval cut off at 0 or 1: its other side is the longer one."""
    slack = 2 * (printed.rate_rounding + printed.bound_rounding)
    below, above = printed.rate - printed.low, printed.high - printed.rate
    upper_cut = (printed.high >= 1 - printed.bound_rounding) & (below >= above - slack)
    lower_cut = (printed.low <= printed.bound_rounding) & (above >= below - slack)
    return np.asarray(upper_cut | lower_cut)


def _effective_n(printed: _Print, level: float) -> FloatArray:
    """Patients behind the widest interval the print allows, by the log-log delta method."""
    scale = SCALES["log-log"]

    def inside(values: FloatArray) -> FloatArray:
        return np.asarray(np.clip(values, 1e-9, 1 - 1e-9))

    ends = (
        inside(printed.low - printed.bound_rounding),
        inside(printed.high + printed.bound_rounding),
    )
    width = np.abs(scale.forward(ends[1]) - scale.forward(ends[0]))
    half = width / (2 * two_sided_quantile(level))
    rates = [inside(printed.rate + by * printed.rate_rounding) for by in (-1.0, 0.0, 1.0)]
    sizes = [rate * (1 - rate) * (np.abs(scale.slope(rate)) / half) ** 2 for rate in rates]
    return np.asarray(np.min(sizes, axis=0))


def _check_decimals(decimals: ArrayLike, argument: str, like: FloatArray) -> FloatArray:
    """Half a unit of the last printed digit, one a study."""
    digits = np.broadcast_to(check_counts(decimals, argument), like.shape)
    return np.asarray(0.5 * 10.0**-digits)


def _check_print(
    rate: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    decimals: ArrayLike,
    bound_decimals: ArrayLike | None,
) -> _Print:
    low, high = check_bounds(lower, upper)
    (middle,) = one_dimensional(check_finite(rate, "rate"))
    check_same_shape(lower=low, rate=middle)
    for name, values in {"rate": middle, "lower": low, "upper": high}.items():
        refuse(name, values, (values < 0) | (values > 1), "from 0 to 1")
    bounds = decimals if bound_decimals is None else bound_decimals
    return _Print(
        middle,
        low,
        high,
        _check_decimals(decimals, "decimals", middle),
        _check_decimals(bounds, "bound_decimals", middle),
    )


def compute_landmark_agreement(
    rate: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    decimals: ArrayLike,
    bound_decimals: ArrayLike | None = None,
    n: ArrayLike | None = None,
    level: float = 0.95,
) -> LandmarkAgreement:
    """Does a printed landmark rate agree with its printed interval?

    `rate`, `lower` and `upper` are proportions from 0 to 1, shape (k,); `decimals` is the
    number of decimals of the printed proportion (a percentage with one decimal has 3),
    `bound_decimals` that of the bounds where it differs, `n` the patients of each study.
    The interval of a Kaplan-Meier rate is symmetric on one of the usual scales: identity
    (also cut off at 0 or 1), log, log-log, logit or arcsine. An interval that is symmetric
    on none, does not contain its rate, or is narrower than that of `n` patients without
    any censoring, is worth a second look; the last is a normal approximation.

    Raises ValueError for values outside 0..1, bounds out of order, n below 1, decimals
    that are not whole numbers, NaN, no study, shapes that differ. Source: none, a printed
    figure is held against its own interval.
    """
    printed = _check_print(rate, lower, upper, decimals, bound_decimals)
    symmetric = {scale: _symmetric(printed, scale) for scale in AGREEMENT_SCALES}
    symmetric["identity"] |= _clipped_plain(printed)
    k = printed.rate.size
    contains = (printed.rate + printed.rate_rounding >= printed.low - printed.bound_rounding) & (
        printed.rate - printed.rate_rounding <= printed.high + printed.bound_rounding
    )
    effective = _effective_n(printed, check_level(level))
    wide = np.ones(k, dtype=np.bool_) if n is None else effective <= _sizes(n, printed.rate)
    scales = tuple(
        tuple(scale for scale in AGREEMENT_SCALES if symmetric[scale][i] and contains[i])
        for i in range(k)
    )
    some = np.array([bool(names) for names in scales])
    return LandmarkAgreement(contains, scales, effective, wide, contains & some & wide)


def _sizes(n: ArrayLike, like: FloatArray) -> FloatArray:
    (sizes,) = one_dimensional(check_counts(n, "n", least=1))
    check_same_shape(rate=like, n=sizes)
    return sizes
