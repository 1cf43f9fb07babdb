"""Standard errors, tests and intervals of a pooled mean, for many meta-analyses at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analysis.formulae.distributions import critical_value, every, two_sided_p, wald_statistic
from analysis.formulae.moments import Moments
from analysis.formulae.prediction import Spread, prediction_half_width
from analysis.formulae.tau2 import VarianceFit
from analysis.formulae.types import BoolArray, FloatArray

NORMAL_TEST = "test {test!r} needs two studies; the normal test was used"
NO_PREDICTION = "prediction {prediction!r} has no degrees of freedom with these studies"
ONE_DEGREE = "prediction 'riley' has no degrees of freedom with these studies; 1 was used"


class Inference(NamedTuple):
    """Test and intervals of the mean; arrays are [B]."""

    standard_error: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    degrees_of_freedom: FloatArray
    lower: FloatArray
    upper: FloatArray
    prediction_lower: FloatArray
    prediction_upper: FloatArray
    fallbacks: tuple[tuple[int, str], ...]


def infer_mean(
    fit: VarianceFit,
    k: FloatArray,
    prediction: str | None,
    test: str,
    level: float,
    further_tau2: FloatArray,
) -> Inference:
    """Test the mean of each meta-analysis and draw its intervals.

    `prediction` is None where the model has no prediction interval; `further_tau2` [B] is the
    variance between studies that it uses.
    """
    mean = fit.at_tau2.coefficients[0]
    spread = _spread(fit, k - 1.0, prediction, test, level)
    half = critical_value(level, spread.degrees_of_freedom) * spread.tested
    statistic = wald_statistic(mean, spread.tested)
    fallbacks = () if test == "z" else rows_with(k < 2.0, NORMAL_TEST.format(test=test))
    reach = np.nan * half
    if prediction is not None:
        reach = prediction_half_width(prediction, spread, further_tau2, level)
        fallbacks += rows_with(np.isnan(reach), NO_PREDICTION.format(prediction=prediction))
        if prediction == "riley":
            fallbacks += rows_with(k < 3.0, ONE_DEGREE)
    return Inference(
        standard_error=spread.tested,
        statistic=statistic,
        p_value=two_sided_p(statistic, spread.degrees_of_freedom),
        degrees_of_freedom=spread.degrees_of_freedom,
        lower=mean - half,
        upper=mean + half,
        prediction_lower=mean - reach,
        prediction_upper=mean + reach,
        fallbacks=fallbacks,
    )


def _spread(
    fit: VarianceFit, free: FloatArray, prediction: str | None, test: str, level: float
) -> Spread:
    """Standard errors and degrees of freedom of the test, and what prediction may need."""
    at = fit.at_tau2
    classical = np.sqrt(1.0 / at.weight_sum)
    if test == "z" and prediction in (None, "default", "riley", "S", "V", "HTS"):
        return Spread(free, np.inf + free, classical, classical, classical)
    hartung_knapp = classical * np.sqrt(hartung_knapp_scale(at, free))
    if test == "adhoc":
        hartung_knapp = np.maximum(hartung_knapp, classical)
    if test == "knha-floor":
        hartung_knapp = np.maximum(hartung_knapp, np.sqrt(1.0 / fit.at_zero.weight_sum))
    roger = test == "kr" or prediction in ("KR", "KR-PR")
    kenward_roger = kenward_roger_mean(at, free) if roger else (None, None)
    degrees, error = _test_scale(test, free, classical, hartung_knapp, kenward_roger)
    if test == "adhoc-ci":
        normal = np.inf + free
        wider = critical_value(level, normal) * classical > critical_value(level, degrees) * error
        degrees, error = np.where(wider, normal, degrees), np.where(wider, classical, error)
    return Spread(free, degrees, error, classical, hartung_knapp, *kenward_roger)


def rows_with(rows: BoolArray, reason: str) -> tuple[tuple[int, str], ...]:
    """(row, reason) for every True row."""
    if every(np.logical_not(rows)):
        return ()
    return tuple((int(row), reason) for row in np.flatnonzero(rows))


def hartung_knapp_scale(at: Moments, free: FloatArray) -> FloatArray:
    """Factor of Hartung and Knapp on the variance, [B]: y'Py over its expectation.

    Zero where the effects are identical to rounding; 1 where nothing is left to
    estimate it from.
    """
    form = np.where(
        np.less_equal(at.residual_form, np.finfo(np.float64).eps), 0.0, at.residual_form
    )
    return np.where(np.greater(free, 0.0), form / np.maximum(free, 1.0), 1.0)


def kenward_roger_mean(at: Moments, free: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Standard error and degrees of freedom of the mean by Kenward and Roger, [B].

    The variance of the REML estimate of tau2 is taken from its expected
    information, half the trace of PP (Partlett and Riley 2017).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        information = np.multiply(0.5, at.trace_pp)
        mean_weight = at.weight_square_sum / at.weight_sum
        # trace(PP) = s2 - 2 s3 / s1 + (s2 / s1)^2 gives the sum of cubes back
        third = 0.5 * (at.weight_square_sum - at.trace_pp + mean_weight**2)
        variance = (1.0 + 2.0 * (third - mean_weight**2) / information) / at.weight_sum
        degrees = 2.0 * information / (variance * at.weight_square_sum) ** 2
    alone = free <= 0.0
    error = np.sqrt(np.where(alone, 1.0 / at.weight_sum, variance))
    return error, np.where(alone, np.inf, degrees)


def _test_scale(
    test: str,
    free: FloatArray,
    classical: FloatArray,
    hartung_knapp: FloatArray,
    kenward_roger: tuple[FloatArray | None, FloatArray | None],
) -> tuple[FloatArray, FloatArray]:
    """Degrees of freedom (infinite: normal) and standard error of the test, [B]."""
    infinite = np.inf + free
    if test == "z":
        return infinite, classical
    error, degrees = kenward_roger
    if test == "kr" and error is not None and degrees is not None:
        return np.where(np.greater(free, 0.0), degrees, infinite), error
    return np.where(
        np.greater(free, 0.0), free, infinite
    ), classical if test == "t" else hartung_knapp
