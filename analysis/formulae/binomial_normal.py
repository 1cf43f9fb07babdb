"""Pooling one proportion by the binomial-normal model, by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis.formulae.binomial_maximum import NEARLY_SAME, Maximum, find_maximum
from analysis.formulae.counts import check_choice, check_events_of, check_level
from analysis.formulae.distributions import chi_square_p, critical_value, two_sided_p
from analysis.formulae.effect_sizes import compute_effect_proportion
from analysis.formulae.intervals import compute_interval_proportion
from analysis.formulae.missing import leave_masked_out
from analysis.formulae.pooling import (
    NOT_CONVERGED,
    check_prediction_estimator,
    compute_random_effects,
)
from analysis.formulae.quadrature import Counts, binomial_kernel, find_modes
from analysis.formulae.single import SingleMean
from analysis.formulae.tau2 import VarianceFit, fit_variance
from analysis.formulae.types import BinomialNormalEffect, EffectSizes, FloatArray

MOST_NODES = 380  # beyond them weights of the rule are too small for a float
PREDICTIONS = ("default", "riley", "S", "V", "HTS")
NO_EVENTS = (
    "no study has an event, so the likelihood has no maximum on the logit scale; "
    "shown instead: 0 with the Clopper-Pearson interval of the summed counts"
)
ALL_EVENTS = (
    "every patient of every study has the event, so the likelihood has no maximum on the "
    "logit scale; shown instead: 1 with the Clopper-Pearson interval of the summed counts"
)
NO_MAXIMUM = (
    "the likelihood has no maximum at a finite tau2; shown instead: inverse-variance pooling "
    "of logits with REML"
)
STILL_MOVING = "with {nodes} nodes the estimates still move by {drift:.1g} standard errors"
ONE_STUDY = "test 't' needs two studies; the normal test was used"
ONLY_SINGLES = "every study has n = 1, so tau2 cannot be estimated; 0 is shown"


@dataclass(frozen=True)
class _Question:
    """The counts and how they are to be pooled."""

    counts: Counts
    logits: EffectSizes
    test: str
    prediction: str
    level: float
    prediction_estimator: str | None

    @cached_property
    def further(self) -> VarianceFit | None:
        """The logits by the estimator that prediction takes; None where it takes the model's."""
        if self.prediction_estimator is None:
            return None
        return fit_variance(SingleMean(self.logits.yi, self.logits.vi), self.prediction_estimator)

    @property
    def doubts(self) -> list[str]:
        """What is to be said of the estimator that prediction takes."""
        sure = self.further is None or bool(self.further.converged)
        return [] if sure else [NOT_CONVERGED]

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.counts.n)

    @property
    def degrees_of_freedom(self) -> float:
        """Those of the test of the mean; infinite for a normal test."""
        return self.k - 1.0 if self.test == "t" and self.k > 1 else np.inf

    def half_width(self, standard_error: float) -> float:
        """Half the width of the interval of the mean."""
        critical = critical_value(self.level, np.float64(self.degrees_of_freedom))
        return float(critical) * standard_error

    def reach(self, standard_error: float, tau2: float) -> float | None:
        """Half the width of the prediction interval; None without degrees of freedom."""
        degrees = {
            "default": self.degrees_of_freedom,
            "S": np.inf,
            "V": self.k - 1.0,
            "riley": max(self.k - 2.0, 1.0),
            "HTS": self.k - 2.0,
        }[self.prediction]
        if degrees <= 0.0:
            return None
        critical = float(critical_value(self.level, np.float64(degrees)))
        spread = tau2 if self.further is None else float(self.further.tau2)
        return critical * float(np.sqrt(standard_error**2 + spread))


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
    question = _Question(
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
    question = _Question(numbers, logits, test, prediction, level, prediction_estimator)
    if fit.fallback is not None or fit.standard_error is None or fit.estimator != "ML":
        return _answer(question, "FE" if fit.estimator == "FE" else "ML", None)
    half = question.half_width(fit.standard_error)
    degrees = question.degrees_of_freedom
    return replace(
        fit,
        **_location(fit.estimate, fit.estimate - half, fit.estimate + half),
        **_predicted(fit.estimate, question.reach(fit.standard_error, fit.tau2)),
        p_value=float(two_sided_p(np.float64(fit.statistic or 0.0), np.float64(degrees))),
        degrees_of_freedom=degrees if np.isfinite(degrees) else None,
        test=test,
        prediction=prediction,
        level=level,
        prediction_estimator=prediction_estimator,
        fallback="; ".join(question.doubts) or None,
    )


def _answer(question: _Question, estimator: str, nodes: int | None) -> BinomialNormalEffect:
    events, total = question.counts.events.sum(), question.counts.n.sum()
    if events in (0.0, total):
        return _summed_counts(question)
    found = find_maximum(question.counts, nodes, common=estimator == "FE")
    if not found.converged:
        return _inverse_variance(question)
    reasons = question.doubts
    if question.test == "t" and question.k == 1:
        reasons.append(ONE_STUDY)
    if estimator == "ML" and question.k > 1 and question.counts.n.max() == 1.0:
        reasons.append(ONLY_SINGLES)
    if found.drift > NEARLY_SAME:
        reasons.append(STILL_MOVING.format(nodes=found.nodes, drift=found.drift))
    return _describe(question, found, estimator, "; ".join(reasons) or None)


def _describe(
    question: _Question, found: Maximum, estimator: str, fallback: str | None
) -> BinomialNormalEffect:
    """The maximum with its test, intervals and heterogeneity."""
    degrees = np.float64(question.degrees_of_freedom)
    half = question.half_width(found.standard_error)
    reach = question.reach(found.standard_error, found.tau**2) if estimator == "ML" else None
    statistic = found.mean / found.standard_error
    typical = typical_variance(question.logits.vi)
    conditional = _conditional_log_likelihood(question.counts, found)
    return BinomialNormalEffect(
        **_location(found.mean, found.mean - half, found.mean + half),
        **_predicted(found.mean, reach),
        **_heterogeneity(question.counts),
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
        k=question.k,
        nodes=found.nodes,
        estimator=estimator,
        test=question.test,
        prediction=question.prediction,
        level=question.level,
        prediction_estimator=question.prediction_estimator,
        converged=True,
        fallback=fallback,
    )


def _location(estimate: float, lower: float, upper: float) -> dict[str, Any]:
    logits = {"estimate": estimate, "lower": lower, "upper": upper}
    names = {"estimate": "proportion", "lower": "proportion_lower", "upper": "proportion_upper"}
    return {**logits, **{names[key]: float(special.expit(value)) for key, value in logits.items()}}


def _predicted(mean: float, reach: float | None) -> dict[str, Any]:
    limits = (None, None) if reach is None else (mean - reach, mean + reach)
    proportions = [None if limit is None else float(special.expit(limit)) for limit in limits]
    return {
        "prediction_lower": limits[0],
        "prediction_upper": limits[1],
        "proportion_prediction_lower": proportions[0],
        "proportion_prediction_upper": proportions[1],
    }


def typical_variance(variances: FloatArray) -> float:
    """Typical sampling variance of effects with these, [k] (higgins2002)."""
    weight = 1.0 / variances
    total = float(weight.sum())
    return (
        (len(weight) - 1.0) / (total - float((weight**2).sum()) / total) if len(weight) > 1 else 1.0
    )


def _log_coefficients(counts: Counts) -> FloatArray:
    x, n = counts
    return np.asarray(special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1))


def _conditional_log_likelihood(counts: Counts, found: Maximum) -> float:
    """Log probability of the counts at each study's most probable logit."""
    mu, tau = np.array([found.mean]), np.array([found.tau])
    logit = found.mean + found.tau * find_modes(counts, mu, tau)[0]
    kernel = binomial_kernel(counts.events, counts.n, logit)
    return float((kernel + _log_coefficients(counts)).sum())


def _heterogeneity(counts: Counts) -> dict[str, Any]:
    """Wald and likelihood-ratio Q of the saturated against the common-effect model."""
    x, n = counts
    common = float(x.sum() / n.sum())
    inner = (x > 0.0) & (x < n)
    weight = np.where(inner, x * (n - x) / n, 0.0)
    logit = np.where(inner, np.log((x + ~inner) / (n - x + ~inner)), 0.0)
    centre = float((weight * logit).sum() / max(float(weight.sum()), 1e-300))
    wald = float((weight * (logit - centre) ** 2).sum())
    at_common = special.xlogy(x, common) + special.xlogy(n - x, 1.0 - common)
    own = special.xlogy(x, x / n) + special.xlogy(n - x, (n - x) / n)
    ratio = max(2.0 * float((own - at_common).sum()), 0.0)
    free = np.float64(len(n) - 1)
    return {
        "q_wald": wald,
        "q_wald_p_value": float(chi_square_p(np.float64(wald), free)),
        "q_likelihood_ratio": ratio,
        "q_likelihood_ratio_p_value": float(chi_square_p(np.float64(ratio), free)),
        "q_degrees_of_freedom": len(n) - 1,
    }


def _summed_counts(question: _Question) -> BinomialNormalEffect:
    """The declared fallback where no study, or every patient, has the event."""
    x, n = float(question.counts.events.sum()), float(question.counts.n.sum())
    exact = compute_interval_proportion(x, n, level=question.level)
    estimate, lower, upper = (
        float(special.logit(value)) for value in (exact.estimate, exact.lower, exact.upper)
    )
    return BinomialNormalEffect(
        **_location(estimate, lower, upper),
        **_heterogeneity(question.counts),
        prediction_lower=lower,
        prediction_upper=upper,
        proportion_prediction_lower=float(exact.lower),
        proportion_prediction_upper=float(exact.upper),
        standard_error=None,
        statistic=None,
        p_value=None,
        degrees_of_freedom=None,
        tau2=0.0,
        tau2_standard_error=None,
        i2=0.0,
        h2=1.0,
        log_likelihood=0.0,
        conditional_log_likelihood=0.0,
        k=question.k,
        nodes=0,
        estimator="summed counts",
        test=question.test,
        prediction=question.prediction,
        level=question.level,
        prediction_estimator=question.prediction_estimator,
        converged=False,
        fallback=NO_EVENTS if x == 0.0 else ALL_EVENTS,
    )


def _inverse_variance(question: _Question) -> BinomialNormalEffect:
    """The declared fallback where tau2 grows without limit."""
    pooled = compute_random_effects(
        question.logits,
        test=question.test,
        level=question.level,
        prediction=question.prediction,
        prediction_estimator=question.prediction_estimator,
    )
    limits = (pooled.prediction_lower, pooled.prediction_upper)
    reach = None if limits[1] is None else limits[1] - pooled.estimate
    return BinomialNormalEffect(
        **_location(pooled.estimate, pooled.lower, pooled.upper),
        **_predicted(pooled.estimate, reach),
        **_heterogeneity(question.counts),
        standard_error=pooled.standard_error,
        statistic=pooled.statistic,
        p_value=pooled.p_value,
        degrees_of_freedom=pooled.degrees_of_freedom,
        tau2=pooled.tau2,
        tau2_standard_error=pooled.tau2_standard_error,
        i2=pooled.i2,
        h2=pooled.h2,
        log_likelihood=pooled.log_likelihood,
        conditional_log_likelihood=pooled.log_likelihood,
        k=question.k,
        nodes=0,
        estimator="REML",
        test=question.test,
        prediction=question.prediction,
        level=question.level,
        prediction_estimator=question.prediction_estimator,
        converged=False,
        fallback=NO_MAXIMUM,
    )
