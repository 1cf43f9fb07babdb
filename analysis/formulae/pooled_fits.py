"""Options of a pool by inverse variance, and its fit described: one, or many at once."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from functools import lru_cache
from math import isfinite, log
from typing import Any

import numpy as np

from analysis.formulae.checks import ESTIMATORS, TESTS
from analysis.formulae.counts import check_choice, check_level
from analysis.formulae.distributions import chi_square_p
from analysis.formulae.inference import infer_mean, rows_with
from analysis.formulae.likelihood import CHUNK_ELEMENTS
from analysis.formulae.means import mean_model
from analysis.formulae.moments import Model
from analysis.formulae.prediction import PREDICTIONS
from analysis.formulae.single import SingleMean
from analysis.formulae.tau2 import VarianceFit, fit_variance
from analysis.formulae.types import BoolArray, FloatArray, PooledBatch, PooledEffect

SMALLEST_CHUNK = 16  # rows; fewer would leave the arithmetic waiting for the calls
LOG_TWO_PI = float(np.log(2.0 * np.pi))
OPTIONAL_FIELDS = (
    "degrees_of_freedom",
    "tau2_standard_error",
    "prediction_lower",
    "prediction_upper",
)
ONE_STUDY = "tau2 cannot be estimated from one study; 0 is used"
IDENTICAL = (
    "test {test!r} finds no variance between effects that are identical, so the interval is a "
    "point; 'knha-floor', 'adhoc', 't' and 'z' keep the sampling variance"
)
NOT_CONVERGED = "the estimate of tau2 did not converge; its last value is shown"


@dataclass(frozen=True)
class Options:
    """How to pool: estimator of tau2, test of the mean, prediction convention, level.

    `prediction_estimator` is that of the tau2 that prediction uses; None: the same.
    """

    estimator: str
    test: str
    prediction: str
    level: float
    prediction_estimator: str | None = None

    def __post_init__(self) -> None:
        check_choice(self.estimator, "estimator", ESTIMATORS)
        check_choice(self.test, "test", TESTS)
        check_choice(self.prediction, "prediction", PREDICTIONS)
        check_level(self.level)
        roger = self.test == "kr" or self.prediction.startswith("KR")
        if roger and self.estimator != "REML":
            raise ValueError(f"estimator is {self.estimator!r}; allowed with Kenward-Roger: REML")
        check_prediction_estimator(self.prediction_estimator, self.estimator)


def check_prediction_estimator(prediction_estimator: str | None, estimator: str) -> None:
    """ValueError for an unknown one, or for one beside a common effect, which predicts nothing."""
    if prediction_estimator is None:
        return
    allowed = tuple(name for name in ESTIMATORS if name != "FE")
    check_choice(prediction_estimator, "prediction_estimator", allowed)
    if estimator == "FE":
        raise ValueError(
            f"prediction_estimator is {prediction_estimator!r}; allowed with estimator 'FE': None"
        )


_cached_options = lru_cache(maxsize=64)(Options)


def options_of(
    estimator: str,
    test: str,
    prediction: str,
    level: float,
    prediction_estimator: str | None = None,
) -> Options:
    """Checked options; the checks of options seen before are not repeated."""
    given = (estimator, test, prediction, level, prediction_estimator)
    try:
        return _cached_options(*given)
    except TypeError:  # not hashable, so not a valid option either
        return Options(*given)


def pool_rows(
    yi: FloatArray, vi: FloatArray, mask: BoolArray | None, options: Options
) -> PooledBatch:
    """Pool checked rows [B, k] in chunks of bounded size."""
    parts = []
    for rows in chunks(*yi.shape):
        used = None if mask is None else mask[rows]
        parts.append(pool_model(mean_model(yi[rows], vi[rows], used), options))
    return parts[0] if len(parts) == 1 else join_batches(parts)


def chunks(rows: int, studies: int) -> list[slice]:
    """Slices of rows that keep the working arrays small."""
    size = max(SMALLEST_CHUNK, CHUNK_ELEMENTS // studies)
    return [slice(first, min(first + size, rows)) for first in range(0, rows, size)]


def join_batches(parts: list[PooledBatch]) -> PooledBatch:
    """One batch of several, rows in order."""
    fields: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name, value in vars(parts[0]).items()
        if isinstance(value, np.ndarray)
    }
    offsets = np.cumsum([0, *(len(part.k) for part in parts)])
    fallbacks = tuple(
        (int(offset) + row, reason)
        for offset, part in zip(offsets, parts, strict=False)
        for row, reason in part.fallbacks
    )
    options = {field.name: getattr(parts[0], field.name) for field in dataclass_fields(Options)}
    return PooledBatch(**fields, **options, fallbacks=fallbacks)


def pool_model(model: Model, options: Options) -> PooledBatch:
    """Fit and describe every column of a model."""
    values = describe_fit(fit_variance(model, options.estimator), model, options)
    values["k"] = values["k"].astype(np.intp)
    return PooledBatch(**values, **vars(options))


def pool_one(model: SingleMean, options: Options) -> PooledBatch:
    """Fit and describe a single meta-analysis as a batch of one."""
    values = describe_fit(fit_variance(model, options.estimator), model, options)
    fallbacks = values.pop("fallbacks")
    arrays: dict[str, Any] = {name: np.atleast_1d(value) for name, value in values.items()}
    arrays["k"] = arrays["k"].astype(np.intp)
    return PooledBatch(**arrays, **vars(options), fallbacks=fallbacks)


def describe_fit(fit: VarianceFit, model: Model | SingleMean, options: Options) -> dict[str, Any]:
    """The fields of PooledBatch but for the options: arrays [B], or floats of a SingleMean."""
    prediction = None if options.estimator == "FE" else options.prediction
    own = options.prediction_estimator in (None, options.estimator)
    further = fit if own else fit_variance(model, str(options.prediction_estimator))
    k = model.k
    inference = infer_mean(fit, k, prediction, options.test, options.level, further.tau2)
    free = k - 1.0
    q = np.where(k > 1.0, fit.at_zero.residual_form, 0.0)
    i2, h2 = heterogeneity_share(fit, q, free, options.estimator)
    values = inference._asdict()
    if options.estimator != "FE":
        values["fallbacks"] += rows_with(k < 2.0, ONE_STUDY)
    converged = np.logical_and(fit.converged, further.converged)
    values["fallbacks"] += rows_with(np.logical_not(converged), NOT_CONVERGED)
    identical = np.equal(inference.standard_error, 0.0)
    values["fallbacks"] += rows_with(identical, IDENTICAL.format(test=options.test))
    values["fallbacks"] = tuple(sorted(values["fallbacks"]))
    return {
        **values,
        "estimate": fit.at_tau2.coefficients[0],
        "tau2": fit.tau2,
        "tau2_standard_error": fit.standard_error,
        "q": q,
        "q_degrees_of_freedom": free,
        "q_p_value": chi_square_p(q, free),
        "i2": i2,
        "h2": h2,
        "k": k,
        "converged": converged,
    }


def heterogeneity_share(
    fit: VarianceFit, q: FloatArray, free: FloatArray, estimator: str
) -> tuple[FloatArray, FloatArray]:
    """I2 in percent and H2, [B]; 0 and 1 where no degree of freedom is left."""
    some = np.greater(free, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        if estimator == "FE":
            i2, h2 = np.maximum(0.0, 100.0 * (q - free) / q), q / free
            i2 = np.where(q > 0.0, i2, 0.0)
        else:
            typical = free / fit.at_zero.trace_p
            i2, h2 = 100.0 * fit.tau2 / (typical + fit.tau2), fit.tau2 / typical + 1.0
    return np.where(some, i2, 0.0), np.where(some, h2, 1.0)


def log_likelihoods(
    model: Model | SingleMean, fit: VarianceFit, mean: float | None = None
) -> tuple[FloatArray, FloatArray]:
    """Log-likelihood and restricted log-likelihood, constants kept, [B].

    At the estimates; `mean` replaces that of a SingleMean.
    """
    form = fit.at_tau2.residual_form
    if mean is not None:
        form = form + fit.at_tau2.weight_sum * (mean - fit.at_tau2.coefficients[0]) ** 2
    common = -0.5 * (model.log_variance_sum(fit.tau2) + form)
    restricted = common - 0.5 * fit.at_tau2.log_determinant
    return (
        common - 0.5 * model.k * LOG_TWO_PI,
        restricted - 0.5 * (model.k - model.p) * LOG_TWO_PI,
    )


def single_effect(values: dict[str, Any], shares: FloatArray, options: Options) -> PooledEffect:
    """A PooledEffect from the floats of a single fit; `shares` are its weights, to any scale."""
    fallbacks, converged = values.pop("fallbacks"), bool(values.pop("converged"))
    numbers: dict[str, Any] = {name: float(value) for name, value in values.items()}
    for name in OPTIONAL_FIELDS:
        numbers[name] = numbers[name] if isfinite(numbers[name]) else None
    k = numbers["k"] = int(numbers["k"])
    numbers["q_degrees_of_freedom"] = k - 1
    parameters = 1 if options.estimator == "FE" else 2
    return PooledEffect(
        **numbers,
        **information_criteria(numbers["log_likelihood"], k, parameters),
        **vars(options),
        weights=100.0 * shares / shares.sum(),
        converged=converged,
        fallback="; ".join(reason for _, reason in fallbacks) or None,
    )


def information_criteria(log_likelihood: float, k: int, parameters: int) -> dict[str, Any]:
    """AIC, AICc and BIC from a log-likelihood of k studies."""
    deviance = -2.0 * log_likelihood
    size = max(k, parameters + 2)
    return {
        "aic": deviance + 2.0 * parameters,
        "aicc": deviance + 2.0 * parameters * size / (size - parameters - 1),
        "bic": deviance + parameters * log(k),
    }
