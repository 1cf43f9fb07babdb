"""Estimators of the variance between studies, tau2, named as the field names them.

DL dersimonian1986; HE hedges1985; HS hunter1990; SJ sidik2005; ML and REML (maximum
and restricted maximum likelihood) raudenbush2009; PM paule1982; EB (empirical Bayes)
morris1983, which has the same root as PM. veroniki2016 compares them. The standard
errors follow metafor2010.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from analysis.formulae.likelihood import MAXIMUM_STEPS, all_but, settled, solve_likelihood
from analysis.formulae.moments import Model, Moments
from analysis.formulae.single import SingleMean
from analysis.formulae.types import BoolArray, FloatArray


class VarianceFit(NamedTuple):
    """tau2 of B meta-analyses with the moments at zero and at tau2; arrays are [B]."""

    tau2: FloatArray
    standard_error: FloatArray
    converged: BoolArray
    at_zero: Moments
    at_tau2: Moments


def fit_variance(model: Model | SingleMean, estimator: str) -> VarianceFit:
    """Estimate tau2 by `estimator`; 0 with no standard error where k <= p."""
    zero = 0.0 * model.k
    at_zero = model.moments(zero)
    free = model.k > model.p
    if estimator == "FE" or not free.any():
        return VarianceFit(zero, np.nan * zero, model.k > 0.0, at_zero, at_zero)
    with np.errstate(divide="ignore", invalid="ignore"):  # rows with k <= p, set below
        return _fit(model, estimator, at_zero, free)


def _fit(
    model: Model | SingleMean, estimator: str, at_zero: Moments, free: BoolArray
) -> VarianceFit:
    """Rows with `free` False get tau2 = 0 without a standard error."""
    start, converged = 0.0 * model.k, model.k > 0.0
    if estimator in ("ML", "REML", "PM", "EB"):
        tau2, converged = _iterate(model, estimator, at_zero)
    elif estimator == "SJ":
        start = model.total_variance()
        tau2 = start * model.moments(start).residual_form / (model.k - model.p)
    else:
        tau2 = _moment_estimate(model, at_zero, estimator)
    tau2 = np.where(free, np.maximum(tau2, 0.0), 0.0)
    at_tau2 = model.moments(tau2)
    error = _standard_error(model, estimator, tau2, start, at_zero, at_tau2)
    return VarianceFit(tau2, np.where(free, error, np.nan), converged, at_zero, at_tau2)


def _iterate(model: Model | SingleMean, estimator: str, at_zero: Moments) -> tuple[Any, Any]:
    """tau2 and whether it converged: arrays [B], or plain values of a SingleMean."""
    target = model.k - model.p
    if estimator in ("PM", "EB"):
        if isinstance(model, SingleMean):
            return model.solve(float(target))
        return solve_residual_form(model, np.where(target > 0.0, target, np.inf))
    if isinstance(model, SingleMean):
        return model.maximise(at_zero, restricted=estimator == "REML")
    return solve_likelihood(model, at_zero, restricted=estimator == "REML")


def _moment_estimate(model: Model | SingleMean, at_zero: Moments, estimator: str) -> FloatArray:
    """DL, HS and HE before truncation at zero."""
    if estimator == "HS":
        return (at_zero.residual_form - model.k) / at_zero.weight_sum
    if estimator == "HE":
        plain = model.unweighted()
        return (plain.residual_form - plain.trace_pv) / (model.k - model.p)
    return (at_zero.residual_form - (model.k - model.p)) / at_zero.trace_p


def _standard_error(
    model: Model | SingleMean,
    estimator: str,
    tau2: FloatArray,
    start: FloatArray,
    at_zero: Moments,
    at_tau2: Moments,
) -> FloatArray:
    free = model.k - model.p
    if estimator == "ML":
        return np.sqrt(2.0 / at_tau2.weight_square_sum)
    if estimator == "REML":
        return np.sqrt(2.0 / at_tau2.trace_pp)
    if estimator in ("PM", "EB"):
        return np.sqrt(2.0 * model.k**2 / free) / at_tau2.weight_sum
    if estimator == "HE":
        plain = model.unweighted()
        spread = 2.0 * plain.trace_pvpv + 4.0 * tau2 * plain.trace_pv + 2.0 * tau2**2 * free
        return np.sqrt(spread) / free
    if estimator == "SJ":
        base = model.moments(start)
        return start / free * np.sqrt(_quadratic_form_variance(base, free, start, tau2))
    divisor = at_zero.weight_sum if estimator == "HS" else at_zero.trace_p
    return np.sqrt(_quadratic_form_variance(at_zero, free, start, tau2)) / divisor


def _quadratic_form_variance(
    base: Moments, free: FloatArray, base_tau2: FloatArray, tau2: FloatArray
) -> FloatArray:
    """Variance of y'Py, weights taken at `base_tau2`, when the truth is `tau2`.

    2 tr(PVPV) + 4 tau2 tr(PVP) + 2 tau2^2 tr(PP), where V = W^-1 - base_tau2 I and
    P W^-1 P = P turn the first two traces into those of P and PP.
    """
    shift = tau2 - base_tau2
    return 2.0 * free + 4.0 * shift * base.trace_p + 2.0 * shift**2 * base.trace_pp


def solve_residual_form(model: Model, target: FloatArray) -> tuple[FloatArray, BoolArray]:
    """The tau2 >= 0 at which y'Py equals `target` [B]; 0 where it is below at zero.

    y'Py is a sum of c / (a + tau2), so its reciprocal is concave and rising, and
    Newton's method on the reciprocal climbs to the root from the left without
    overshooting, whatever the scale.
    """
    tau2, last = np.zeros(model.size), np.zeros(model.size)
    active = np.arange(len(tau2))
    part = model
    for _ in range(MAXIMUM_STEPS):
        form, slope = part.residual_forms(tau2[active])
        excess = form / target[active] - 1.0
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(excess > 0.0, form * excess / slope, 0.0)
        tau2[active] += step
        moving = ~settled(step, last[active], tau2[active])
        last[active] = step
        if not moving.any():
            active = active[:0]
            break
        if not moving.all():
            active, part = active[moving], part.take(np.flatnonzero(moving))
    return tau2, all_but(len(tau2), active)
