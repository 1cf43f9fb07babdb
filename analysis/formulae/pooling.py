"""Common-effect and random-effects meta-analysis by inverse variance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from functools import lru_cache
from math import isfinite, log
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.checks import ESTIMATORS, TESTS, Effects, check_effects, labels_of
from analysis.formulae.counts import (
    check_choice,
    check_level,
    check_positive,
    check_same_shape,
)
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


def compute_random_effects(
    yi: Effects,
    vi: ArrayLike | None = None,
    *,
    estimator: str = "REML",
    test: str = "knha-floor",
    level: float = 0.95,
    prediction: str = "riley",
    prediction_estimator: str | None = None,
    mask: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> PooledEffect:
    """Pool effects under a random-effects model with inverse-variance weights.

    yi, vi: effects and their sampling variances, shape [k], on any one scale; or
    EffectSizes alone, whose studies that are not used, like masked values, are left out.
    estimator: of tau2, one of DL, HE, HS, SJ, ML, REML, PM, EB; FE sets it to 0.
    test: z; t (k - 1 degrees of freedom); knha (Hartung and Knapp); knha-floor (knha,
    never below the standard error of the common effect); adhoc (knha, never below the
    classical standard error of the random-effects mean);
    adhoc-ci (the wider of the z and knha intervals); kr (Kenward and Roger).
    prediction: a convention of analysis.formulae.prediction. prediction_estimator: of the
    tau2 that widens the prediction interval, None for the model's own; with few studies SJ,
    which is never 0 unless effects are identical, holds a further study more often than ML
    or REML. All else keeps `estimator`.
    mask: shape [k], True for the studies to use. weights: shape [k], positive, to
    average the effects by in place of the inverse variances; tau2 and Q stay as
    they are (not with Kenward-Roger).

    One study gives tau2 = 0 and a normal test; `fallback` says so. I2 and H2
    come from tau2 and the typical sampling variance (from Q where the estimator is
    FE). Raises ValueError on a variance that is not
    above zero, NaN, lengths that differ, no study or an unknown option.
    Sources: knapp2003, roever2015 (floors), riley2011 (prediction), higgins2002,
    metafor2010; of tau2 in analysis.formulae.tau2.
    """
    options = options_of(estimator, test, prediction, level, prediction_estimator)
    effects, variances, used = check_effects(yi, vi, mask)
    given = None if weights is None else _check_weights(weights, effects, options)
    chosen = slice(None) if used is None else used
    model = SingleMean(effects[chosen], variances[chosen])
    fit = fit_variance(model, options.estimator)
    shares = 1.0 / (variances + fit.tau2) if given is None else given
    averaged = fit
    if given is not None:
        averaged = _reweight(fit, effects[chosen], variances[chosen], given[chosen])
    values = describe_fit(averaged, model, options)
    values["log_likelihood"], values["log_likelihood_reml"] = log_likelihoods(
        model, fit, values["estimate"]
    )
    shares = shares if used is None else np.where(used, shares, 0.0)
    return replace(single_effect(values, shares, options), labels=labels_of(yi))


def _check_weights(weights: ArrayLike, effects: FloatArray, options: Options) -> FloatArray:
    given = check_positive(weights, "weights")
    check_same_shape(yi=effects, weights=given)
    if options.test == "kr" or options.prediction.startswith("KR"):
        raise ValueError("weights are given; allowed with Kenward-Roger: None")
    return given


def _reweight(
    fit: VarianceFit, effects: FloatArray, variances: FloatArray, weights: FloatArray
) -> VarianceFit:
    """The fit with the mean, and its variance, of the effects averaged by given weights."""
    share = weights / weights.sum()
    mean: Any = (float(share @ effects),)
    precision: Any = 1.0 / float((share * share) @ (variances + fit.tau2))
    return fit._replace(at_tau2=fit.at_tau2._replace(coefficients=mean, weight_sum=precision))


def compute_common_effect(
    yi: Effects,
    vi: ArrayLike | None = None,
    *,
    test: str = "z",
    level: float = 0.95,
    mask: ArrayLike | None = None,
) -> PooledEffect:
    """Pool effects under one common effect with inverse-variance weights.

    Arguments, shapes, scale, errors and sources as for compute_random_effects; tau2 is 0,
    its standard error and the prediction interval are None, and H2 is Q over its degrees of
    freedom, below 1 where the effects agree more than chance would let them. The
    normal test is right here where the variances are known.
    """
    return compute_random_effects(yi, vi, estimator="FE", test=test, level=level, mask=mask)


def compute_random_effects_batch(
    yi: ArrayLike,
    vi: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    estimator: str = "REML",
    test: str = "knha-floor",
    level: float = 0.95,
    prediction: str = "riley",
    prediction_estimator: str | None = None,
) -> PooledBatch:
    """Pool many meta-analyses in one call.

    yi, vi: shape [B, k], a meta-analysis a row. mask: shape [B, k], True for the
    studies to use, so that rows may have different numbers of studies; masked
    entries may hold anything. Options, conventions, scale, errors and sources as for
    compute_random_effects; results are arrays [B]. Cost and memory are linear in
    B times k.
    """
    options = options_of(estimator, test, prediction, level, prediction_estimator)
    effects, variances, used = check_effects(yi, vi, mask, dimensions=2)
    return pool_rows(effects, variances, used, options)


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
