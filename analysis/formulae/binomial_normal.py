"""Pooling one proportion by the binomial-normal model, by maximum likelihood."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.formulae.binomial_fallbacks import inverse_variance, summed_counts
from analysis.formulae.binomial_maximum import NEARLY_SAME, Maximum, find_maximum
from analysis.formulae.binomial_parts import (
    Question,
    heterogeneity,
    location,
    predicted,
    typical_variance,
)
from analysis.formulae.counts import check_choice, check_events_of, check_level
from analysis.formulae.distributions import two_sided_p
from analysis.formulae.effect_sizes import compute_effect_proportion
from analysis.formulae.missing import leave_masked_out
from analysis.formulae.pooled_fits import check_prediction_estimator
from analysis.formulae.quadrature import Counts, binomial_kernel, find_modes
from analysis.formulae.types import BinomialNormalEffect, FloatArray

MOST_NODES = 380  # beyond them weights of the rule are too small for a float
PREDICTIONS = ("default", "riley", "S", "V", "HTS")
STILL_MOVING = "with {nodes} nodes the estimates still move by {drift:.1g} standard errors"
ONE_STUDY = "test 't' needs two studies; the normal test was used"
ONLY_SINGLES = "every study has n = 1, so tau2 cannot be estimated; 0 is shown"


@leave_masked_out
def compute_binomial_normal(
    events: ArrayLike,
    n: ArrayLike,
    *,
    estimator: str = "ML",
    test: str = "t",
    prediction: str = "riley",
    level: float = 0.95,
    prediction_estimator: str | None = None,
    add: float = 0.5,
    to: str = "only0",
    nodes: int | None = None,
) -> BinomialNormalEffect:
    """Pool proportions: counts are binomial, their logits normal between studies.

    events, n: counts and totals, shape [k]; 0 <= events <= n, n >= 1. Studies with
    no or only events enter as they are, without a continuity correction.
    estimator: ML, or FE for one common proportion (tau2 = 0).
    test: z, or t with k - 1 degrees of freedom. prediction: default, riley, S, V
    or HTS (see analysis.formulae.prediction), around the mean of this model.
    prediction_estimator: of the tau2 that widens the prediction interval, from the
    logits as effects (any but FE of compute_random_effects); None for that of this
    model. ML finds too little spread with few studies; SJ (sidik2005) is never 0
    unless the logits are identical.
    add, to: the continuity correction of these logits, as of compute_effect_proportion.
    nodes: of the adaptive Gauss-Hermite quadrature, 1 = Laplace approximation;
    None takes as many as leave the estimates unchanged.

    Estimate, standard error and limits are logits; fields that start with
    `proportion` are back-transformed. The standard error comes from the observed
    information of mean and tau together. `fallback` declares each case where the
    model has no maximum: no event at all, nothing but events, or proportions so
    extreme that tau2 grows without limit. Raises ValueError on counts that are
    not whole, events above n, n = 0, lengths that differ, no study.

    The Wald and likelihood-ratio tests of heterogeneity compare the common-effect
    with the saturated model; I2 and H2 use the typical variance of the logits.
    Sources: stijnen2010, higgins2002, riley2011 (prediction), metafor2010.
    """
    check_choice(estimator, "estimator", ("ML", "FE"))
    check_choice(test, "test", ("z", "t"))
    check_choice(prediction, "prediction", PREDICTIONS)
    if nodes is not None and (type(nodes) is not int or not 1 <= nodes <= MOST_NODES):
        raise ValueError(f"nodes is {nodes!r}; allowed: a whole number from 1 to {MOST_NODES}")
    check_prediction_estimator(prediction_estimator, estimator)
    counted, totals = check_events_of(events, n)
    if counted.ndim != 1:
        raise ValueError(f"events has shape {counted.shape}; allowed: one axis, a study each")
    logits = compute_effect_proportion(counted, totals, measure="PLO", add=add, to=to)
    question = Question(
        Counts(counted, totals), logits, test, prediction, check_level(level), prediction_estimator
    )
    return _answer(question, estimator, nodes)


def infer_again(
    counts: tuple[ArrayLike, ArrayLike],
    fit: BinomialNormalEffect,
    *,
    test: str,
    prediction: str,
    level: float,
    prediction_estimator: str | None = None,
    add: float = 0.5,
    to: str = "only0",
) -> BinomialNormalEffect:
    """A fit of these events and totals with other conventions: the maximum is not sought again.

    Options are those of compute_binomial_normal, as is the result; I2 and H2 stay.
    """
    logits = compute_effect_proportion(*counts, measure="PLO", add=add, to=to)
    numbers = Counts(*map(np.asarray, counts))
    question = Question(numbers, logits, test, prediction, level, prediction_estimator)
    if fit.fallback is not None or fit.standard_error is None or fit.estimator != "ML":
        return _answer(question, "FE" if fit.estimator == "FE" else "ML", None)
    half = question.half_width(fit.standard_error)
    degrees = question.degrees_of_freedom
    return replace(
        fit,
        **location(fit.estimate, fit.estimate - half, fit.estimate + half),
        **predicted(fit.estimate, question.reach(fit.standard_error, fit.tau2)),
        p_value=float(two_sided_p(np.float64(fit.statistic or 0.0), np.float64(degrees))),
        degrees_of_freedom=degrees if np.isfinite(degrees) else None,
        test=test,
        prediction=prediction,
        level=level,
        prediction_estimator=prediction_estimator,
        fallback="; ".join(question.doubts) or None,
    )


def _answer(question: Question, estimator: str, nodes: int | None) -> BinomialNormalEffect:
    events, total = question.counts.events.sum(), question.counts.n.sum()
    if events in (0.0, total):
        return summed_counts(question)
    found = find_maximum(question.counts, nodes, common=estimator == "FE")
    if not found.converged:
        return inverse_variance(question)
    reasons = question.doubts
    if question.test == "t" and question.k == 1:
        reasons.append(ONE_STUDY)
    if estimator == "ML" and question.k > 1 and question.counts.n.max() == 1.0:
        reasons.append(ONLY_SINGLES)
    if found.drift > NEARLY_SAME:
        reasons.append(STILL_MOVING.format(nodes=found.nodes, drift=found.drift))
    return _describe(question, found, estimator, "; ".join(reasons) or None)


def _describe(
    question: Question, found: Maximum, estimator: str, fallback: str | None
) -> BinomialNormalEffect:
    """The maximum with its test, intervals and heterogeneity."""
    degrees = np.float64(question.degrees_of_freedom)
    half = question.half_width(found.standard_error)
    reach = question.reach(found.standard_error, found.tau**2) if estimator == "ML" else None
    statistic = found.mean / found.standard_error
    typical = typical_variance(question.logits.vi)
    conditional = _conditional_log_likelihood(question.counts, found)
    return BinomialNormalEffect(
        **location(found.mean, found.mean - half, found.mean + half),
        **predicted(found.mean, reach),
        **heterogeneity(question.counts),
        standard_error=found.standard_error,
        statistic=statistic,
        p_value=float(two_sided_p(np.float64(statistic), degrees)),
        degrees_of_freedom=float(degrees) if np.isfinite(degrees) else None,
        tau2=found.tau**2,
        tau2_standard_error=found.tau2_standard_error if estimator == "ML" else None,
        i2=100.0 * found.tau**2 / (typical + found.tau**2) if question.k > 1 else 0.0,
        h2=1.0 + found.tau**2 / typical if question.k > 1 else 1.0,
        log_likelihood=found.log_likelihood,
        conditional_log_likelihood=conditional,
        nodes=found.nodes,
        estimator=estimator,
        **question.told,
        converged=True,
        fallback=fallback,
    )


def _log_coefficients(counts: Counts) -> FloatArray:
    x, n = counts
    return np.asarray(
        scipy.special.gammaln(n + 1)
        - scipy.special.gammaln(x + 1)
        - scipy.special.gammaln(n - x + 1)
    )


def _conditional_log_likelihood(counts: Counts, found: Maximum) -> float:
    """Log probability of the counts at each study's most probable logit."""
    mu, tau = np.array([found.mean]), np.array([found.tau])
    logit = found.mean + found.tau * find_modes(counts, mu, tau)[0]
    kernel = binomial_kernel(counts.events, counts.n, logit)
    return float((kernel + _log_coefficients(counts)).sum())
