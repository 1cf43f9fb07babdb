"""Pools counts or printed values as the protocol's conventions say, and says in words how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import scipy

from analysis.formulae.bayesian import compute_bayesian_random_effects
from analysis.formulae.binomial_normal import compute_binomial_normal
from analysis.formulae.effect_sizes import compute_effect_proportion
from analysis.formulae.mantel_haenszel import (
    compute_mantel_haenszel,
    compute_random_effects_from_pool,
)
from analysis.formulae.marginal import compute_marginal_proportion
from analysis.formulae.pooling import compute_random_effects
from analysis.formulae.types import FloatArray
from analysis.words import say
from schemas.protocol import (
    BinomialNormal,
    Conventions,
    InverseVariance,
    OfCounts,
    PoolingModel,
)
from schemas.rounding import significant

FEWEST_FOR_INTERVAL = 3
"""Fewer cohorts say next to nothing of the spread between cohorts: no interval is drawn."""
TESTS = {
    "normal": "z",
    "t": "t",
    "hartung_knapp": "knha",
    "hartung_knapp_floor": "knha-floor",
    "hartung_knapp_ad_hoc": "adhoc",
}
PREDICTIONS = {
    "none": "default",
    "normal": "S",
    "as_test": "default",
    "t_k_minus_2": "riley",
    "t_k_minus_1_veroniki2019": "V",
}
MEASURES = {"logit": "PLO", "arcsine": "PAS"}
TABLE_SCALES = {"risk_ratio": "log", "odds_ratio": "log", "risk_difference": "risk"}
TABLE_MEASURES = {"risk_ratio": "RR", "odds_ratio": "OR", "risk_difference": "RD"}
ADDITIONS = {
    "half_where_needed": (0.5, "only0"),
    "half_if_any": (0.5, "if0all"),
    "half_everywhere": (0.5, "all"),
}


@dataclass(frozen=True)
class Pooled:
    """A pooled value with its interval and prediction interval, on the printed scale.

    Limits are None where there are too few cohorts for them, or the protocol draws none.
    `marginal` is the mean over cohorts, with the limits that go with those of the mean at the
    variance between cohorts as estimated; None on a scale where it is the value itself.
    """

    model: str
    k: int
    value: float
    lower: float | None
    upper: float | None
    prediction_lower: float | None
    prediction_upper: float | None
    tau2: float
    i2: float | None
    fallback: str
    marginal: tuple[float, float | None, float | None] | None = None


class Scale(NamedTuple):
    """From the printed scale to that of the model, and back."""

    to: Callable[[FloatArray], FloatArray]
    back: Callable[[Any], Any]


def _of_percent(function: Callable[[FloatArray], Any]) -> Callable[[FloatArray], FloatArray]:
    return lambda percent: np.asarray(function(percent / 100))


def _logit(share: FloatArray) -> FloatArray:
    return np.asarray(scipy.special.logit(share))


SCALES = {
    "logit": Scale(_of_percent(_logit), lambda y: 100 * scipy.special.expit(y)),
    "log_log": Scale(_of_percent(lambda p: np.log(-np.log(p))),
                     lambda y: 100 * np.exp(-np.exp(y))),
    "arcsine": Scale(_of_percent(lambda p: np.arcsin(np.sqrt(p))),
                     lambda y: 100 * np.sin(np.clip(y, 0.0, np.pi / 2)) ** 2),
    "log": Scale(np.log, np.exp),
    "identity": Scale(lambda value: value, lambda y: y),
    "risk": Scale(lambda points: points / 100, lambda y: 100 * y),
}  # fmt: skip


class Effects(NamedTuple):
    """Effects with their sampling variances on the scale of an inverse-variance model, [k]."""

    yi: FloatArray
    vi: FloatArray
    scale: Scale


def effects_of_counts(events: Any, n: Any, model: InverseVariance) -> Effects:
    """Proportions as effects. Raises TypeError for a model that is not for counts."""
    if not isinstance(model, OfCounts):
        raise TypeError(f"{type(model).__name__} is no model of counts")
    add, to = ADDITIONS[model.zero_cells]
    found = compute_effect_proportion(events, n, measure=MEASURES[model.scale], add=add, to=to)
    return Effects(found.yi, found.vi, SCALES[model.scale])


def effects_of_printed(
    value: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    quantiles: FloatArray,
    model: InverseVariance,
) -> Effects:
    """Printed values by the standard errors that their intervals imply at these quantiles."""
    scale = scale_named(model)
    spread = np.abs(scale.to(upper) - scale.to(lower)) / (2 * quantiles)
    return Effects(scale.to(value), spread**2, scale)


def scale_named(model: InverseVariance) -> Scale:
    """The scale of a model, there and back."""
    return SCALES[scale_of(model)]


def scale_of(model: InverseVariance) -> str:
    """The scale of a model; ratios have no other than the log."""
    return str(getattr(model, "scale", "log"))


def pool_counts(events: Any, n: Any, model: BinomialNormal, conventions: Conventions) -> Pooled:
    """The binomial-normal model, in percent; logits as effects have the conventions' zero cells."""
    add, to = addition_of(conventions)
    fit = compute_binomial_normal(
        events,
        n,
        estimator=model.estimator,
        test=TESTS[model.test],
        prediction=PREDICTIONS[model.prediction],
        prediction_estimator=model.further,
        level=conventions.level,
        add=add,
        to=to,
    )
    name = say("methods.binomial_normal", estimator=say(f"estimators.{model.estimator}"))
    return _pooled(fit, model, SCALES["logit"], name)


def addition_of(conventions: Conventions) -> tuple[float, str]:
    """What is added to cells of zero, and when, where counts become effects."""
    model = conventions.effects
    if not isinstance(model, OfCounts):
        raise TypeError(f"{type(model).__name__} is no model of counts")
    return ADDITIONS[model.zero_cells]


def words_of_prediction(model: PoolingModel) -> str:
    """The quantile of a model's prediction interval, and the variance it uses, in words."""
    quantile = say(f"predictions.{model.prediction}")
    if model.further is None:
        return quantile
    return say("predictions.spread", quantile=quantile, estimator=model.further)


def pool_effects(effects: Effects, model: InverseVariance, level: float) -> Pooled:
    """Inverse variance, on the printed scale."""
    fit = compute_random_effects(
        effects.yi,
        effects.vi,
        estimator=model.estimator,
        test=TESTS[model.test],
        prediction=PREDICTIONS[model.prediction],
        prediction_estimator=model.further,
        level=level,
    )
    return _pooled(fit, model, effects.scale, name_of(model))


def pool_tables(tables: Any, measure: str, level: float) -> Pooled:
    """Two-by-two tables by Mantel and Haenszel, on the printed scale."""
    found = compute_mantel_haenszel(*tables, measure=TABLE_MEASURES[measure], level=level)
    fit = compute_random_effects_from_pool(found, level=level)
    scale = SCALES[TABLE_SCALES[measure]]
    lower, upper = sorted(float(scale.back(side)) for side in (found.lower, found.upper))
    pooled = Pooled(
        say("methods.mantel_haenszel"), found.k, float(scale.back(found.estimate)), lower, upper,
        None, None, 0.0, float(fit.i2), "",
    )  # fmt: skip
    return pooled if found.k >= FEWEST_FOR_INTERVAL else without_interval(pooled)


def sides_of(pooled: Pooled) -> tuple[float, float, float]:
    """Value and limits; NaN where there are none."""
    lower, upper = (np.nan if side is None else side for side in (pooled.lower, pooled.upper))
    return pooled.value, lower, upper


def name_of(model: InverseVariance) -> str:
    """An inverse-variance model in words."""
    scale = say(f"scales.{scale_of(model)}")
    return say("methods.inverse_variance", scale=scale, estimator=model.estimator)


def pool_bayesian(effects: Effects, conventions: Conventions) -> Pooled:
    """The Bayesian sensitivity analysis, on the printed scale."""
    tau_scale = conventions.models.bayesian.tau_scale
    fit = compute_bayesian_random_effects(
        effects.yi, effects.vi, tau_scale=tau_scale, level=conventions.level
    )
    back = effects.scale.back
    lower, upper = sorted((float(back(fit.lower)), float(back(fit.upper))))
    low, high = sorted((float(back(fit.prediction_lower)), float(back(fit.prediction_upper))))
    scale = say(f"scales.{scale_of(conventions.effects)}")
    name = say("methods.bayesian", scale=scale, tau_scale=significant(tau_scale))
    return Pooled(
        name, fit.k, float(back(fit.estimate)), lower, upper, low, high, fit.tau**2, None, ""
    )  # fmt: skip


def _pooled(fit: Any, model: BinomialNormal | InverseVariance, scale: Scale, name: str) -> Pooled:
    lower, upper = sorted((float(scale.back(fit.lower)), float(scale.back(fit.upper))))
    low, high = fit.prediction_lower, fit.prediction_upper
    predicted: tuple[float | None, float | None] = (None, None)
    if low is not None and model.prediction != "none":
        least, most = sorted((float(scale.back(low)), float(scale.back(high))))
        predicted = (least, most)
    pooled = Pooled(
        model=f"{name}, {say(f'quantiles.{model.test}')}",
        k=fit.k,
        value=float(scale.back(fit.estimate)),
        lower=lower,
        upper=upper,
        prediction_lower=predicted[0],
        prediction_upper=predicted[1],
        tau2=float(fit.tau2),
        i2=float(fit.i2),
        fallback=fit.fallback or "",
        marginal=_marginal(fit) if scale is SCALES["logit"] else None,
    )
    return pooled if fit.k >= FEWEST_FOR_INTERVAL else without_interval(pooled)


def _marginal(fit: Any) -> tuple[float, float | None, float | None]:
    value, lower, upper = 100 * compute_marginal_proportion(
        [fit.estimate, fit.lower, fit.upper], fit.tau2
    )
    return float(value), float(lower), float(upper)


def without_interval(pooled: Pooled) -> Pooled:
    """The value alone, with the reason in words."""
    reason = say("untested.no_interval", count=pooled.k, minimum=FEWEST_FOR_INTERVAL)
    return replace(
        pooled,
        lower=None,
        upper=None,
        prediction_lower=None,
        prediction_upper=None,
        fallback="; ".join(filter(None, (pooled.fallback, reason))),
        marginal=None if pooled.marginal is None else (pooled.marginal[0], None, None),
    )
