"""What stands in for a binomial-normal pool whose likelihood has no maximum, declared as such."""

from __future__ import annotations

from typing import Any

import scipy

from analysis.formulae.binomial_parts import Question, heterogeneity, location, predicted
from analysis.formulae.intervals import compute_interval_proportion
from analysis.formulae.pooling import compute_random_effects
from analysis.formulae.types import BinomialNormalEffect

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
TAKEN_OVER = (
    "standard_error", "statistic", "p_value", "degrees_of_freedom", "tau2",
    "tau2_standard_error", "i2", "h2", "log_likelihood",
)  # fmt: skip


def summed_counts(question: Question) -> BinomialNormalEffect:
    """The answer where no study, or every patient, has the event."""
    x, n = float(question.counts.events.sum()), float(question.counts.n.sum())
    exact = compute_interval_proportion(x, n, level=question.level)
    estimate, lower, upper = (
        float(scipy.special.logit(value)) for value in (exact.estimate, exact.lower, exact.upper)
    )
    nothing: dict[str, Any] = dict.fromkeys(TAKEN_OVER)
    return BinomialNormalEffect(
        **location(estimate, lower, upper),
        **heterogeneity(question.counts),
        **nothing
        | {"tau2": 0.0, "i2": 0.0, "h2": 1.0, "log_likelihood": 0.0}
        | {
            "prediction_lower": lower,
            "prediction_upper": upper,
            "proportion_prediction_lower": float(exact.lower),
            "proportion_prediction_upper": float(exact.upper),
        },
        **question.told,
        conditional_log_likelihood=0.0,
        nodes=0,
        estimator="summed counts",
        converged=False,
        fallback=NO_EVENTS if x == 0.0 else ALL_EVENTS,
    )


def inverse_variance(question: Question) -> BinomialNormalEffect:
    """The answer where tau2 grows without limit."""
    pooled = compute_random_effects(
        question.logits,
        test=question.test,
        level=question.level,
        prediction=question.prediction,
        prediction_estimator=question.prediction_estimator,
    )
    limits = (pooled.prediction_lower, pooled.prediction_upper)
    reach = None if limits[1] is None else limits[1] - pooled.estimate
    taken: dict[str, Any] = {name: getattr(pooled, name) for name in TAKEN_OVER}
    return BinomialNormalEffect(
        **location(pooled.estimate, pooled.lower, pooled.upper),
        **predicted(pooled.estimate, reach),
        **heterogeneity(question.counts),
        **taken,
        **question.told,
        conditional_log_likelihood=pooled.log_likelihood,
        nodes=0,
        estimator="REML",
        converged=False,
        fallback=NO_MAXIMUM,
    )
