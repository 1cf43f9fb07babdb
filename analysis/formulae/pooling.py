"""Common-effect and random-effects meta-analysis by inverse variance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.checks import Effects, check_effects, labels_of
from analysis.formulae.counts import check_positive, check_same_shape
from analysis.formulae.pooled_fits import (
    Options,
    describe_fit,
    log_likelihoods,
    options_of,
    pool_rows,
    single_effect,
)
from analysis.formulae.single import SingleMean
from analysis.formulae.tau2 import VarianceFit, fit_variance
from analysis.formulae.types import FloatArray, PooledBatch, PooledEffect


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
