"""Heterogeneity between studies: Q, tau2, I2 and H2 with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.formulae.checks import ESTIMATORS, Effects, check_studies
from analysis.formulae.counts import (
    check_choice,
    check_counts,
    check_finite,
    check_level,
    check_same_shape,
    refuse,
)
from analysis.formulae.design import Moderators, build_design
from analysis.formulae.distributions import chi_square_p
from analysis.formulae.means import PivotedMean
from analysis.formulae.meta_regression import regression_model
from analysis.formulae.moments import Model
from analysis.formulae.pooled_fits import NOT_CONVERGED, heterogeneity_share
from analysis.formulae.results import Result
from analysis.formulae.tau2 import fit_variance, solve_residual_form
from analysis.formulae.types import FloatArray

EMPTY_INTERVAL = "Q is so small that no tau2 agrees with it: the Q-profile interval is empty"
NO_INTERVAL = "no degree of freedom is left for an interval of tau2"

Number = float | FloatArray


@dataclass(frozen=True)
class Heterogeneity(Result):
    """Residual heterogeneity with Q-profile intervals; i2 in percent.

    `tau2`, `i2` and `h2` are those of `estimator`, their limits are common to all
    estimators. Limits are None where no degree of freedom is left, and 0 (tau2,
    i2) or 1 (h2) where the interval is empty; `fallback` then says so.
    """

    q: float
    q_degrees_of_freedom: int
    q_p_value: float
    tau2: float
    tau2_standard_error: float | None
    tau2_lower: float | None
    tau2_upper: float | None
    tau: float
    tau_lower: float | None
    tau_upper: float | None
    i2: float
    i2_lower: float | None
    i2_upper: float | None
    h2: float
    h2_lower: float | None
    h2_upper: float | None
    typical_variance: float | None
    k: int
    estimator: str
    level: float
    converged: bool
    fallback: str | None


@dataclass(frozen=True, eq=False)
class HeterogeneityFromQ(Result):
    """H and I2 of Q with test-based intervals; i2 in percent.

    Floats for scalar input, arrays otherwise. With two studies the limits have no
    variance to rest on: None, or NaN in an array.
    """

    h: Number
    h_lower: Number | None
    h_upper: Number | None
    i2: Number
    i2_lower: Number | None
    i2_upper: Number | None
    level: float


def compute_heterogeneity(
    yi: Effects,
    vi: ArrayLike | None = None,
    moderators: Moderators | None = None,
    *,
    intercept: bool = True,
    estimator: str = "REML",
    level: float = 0.95,
) -> Heterogeneity:
    """Heterogeneity that moderators, if any, leave between studies.

    yi, vi: effects and sampling variances, shape [k], on any one scale. moderators and
    intercept as for compute_meta_regression. estimator: of tau2 (not FE). The interval of tau2
    holds the values at which the generalised Q statistic is compatible with its
    chi-square distribution (Q-profile); those of I2 and H2 follow from it and the
    typical sampling variance. Raises ValueError as compute_meta_regression does.
    Sources: higgins2002, viechtbauer2007.
    """
    check_choice(estimator, "estimator", tuple(name for name in ESTIMATORS if name != "FE"))
    check_level(level)
    studies = check_studies(yi, vi)
    y, v = studies.y[:, np.newaxis], studies.v[:, np.newaxis]
    model: Model = PivotedMean(y, v, np.full(1, float(len(y))))
    if moderators is not None or not intercept:
        design = build_design(moderators, studies.kept, intercept=intercept)
        model = regression_model(y, v, design.matrix)
    return _describe(model, estimator, level)


def profile_tau2(model: Model, level: float) -> tuple[FloatArray, FloatArray]:
    """Q-profile limits of tau2, each [B]; the model must have degrees of freedom."""
    tail, free = (1.0 - level) / 2.0, model.k - model.p
    high, low = scipy.special.chdtri(free, tail), 2.0 * scipy.special.gammaincinv(free / 2.0, tail)
    lower, _ = solve_residual_form(model, np.asarray(high))
    upper, _ = solve_residual_form(model, np.asarray(low))
    return lower, upper


def _describe(model: Model, estimator: str, level: float) -> Heterogeneity:
    fit, free = fit_variance(model, estimator), model.k - model.p
    some = bool(free[0] > 0.0)
    q = fit.at_zero.residual_form if some else np.zeros(1)
    i2, h2 = heterogeneity_share(fit, q, free, estimator)
    typical = float(free[0] / fit.at_zero.trace_p[0]) if some else None
    reasons = [] if fit.converged[0] else [NOT_CONVERGED]
    limits = _Limits()
    if typical is not None:
        lower, upper = profile_tau2(model, level)
        limits = _Limits.of(float(lower[0]), float(upper[0]), typical)
    if not some:
        reasons.append(NO_INTERVAL)
    elif limits.tau2 == (0.0, 0.0):
        reasons.append(EMPTY_INTERVAL)
    tau2, error = float(fit.tau2[0]), float(fit.standard_error[0])
    return Heterogeneity(
        q=float(q[0]),
        q_degrees_of_freedom=int(free[0]),
        q_p_value=float(chi_square_p(q, free)[0]),
        tau2=tau2,
        tau2_standard_error=error if np.isfinite(error) else None,
        tau2_lower=limits.tau2[0],
        tau2_upper=limits.tau2[1],
        tau=tau2**0.5,
        tau_lower=limits.tau[0],
        tau_upper=limits.tau[1],
        i2=float(i2[0]),
        i2_lower=limits.i2[0],
        i2_upper=limits.i2[1],
        h2=float(h2[0]),
        h2_lower=limits.h2[0],
        h2_upper=limits.h2[1],
        typical_variance=typical,
        k=int(model.k[0]),
        estimator=estimator,
        level=level,
        converged=bool(fit.converged[0]),
        fallback="; ".join(reasons) or None,
    )


Pair = tuple[float | None, float | None]


@dataclass(frozen=True)
class _Limits:
    """Limits of tau2 and what follows from them; None without degrees of freedom."""

    tau2: Pair = (None, None)
    tau: Pair = (None, None)
    i2: Pair = (None, None)
    h2: Pair = (None, None)

    @classmethod
    def of(cls, lower: float, upper: float, typical: float) -> _Limits:
        return cls(
            tau2=(lower, upper),
            tau=(lower**0.5, upper**0.5),
            i2=(100.0 * lower / (typical + lower), 100.0 * upper / (typical + upper)),
            h2=(1.0 + lower / typical, 1.0 + upper / typical),
        )


def compute_heterogeneity_from_q(
    q: ArrayLike, k: ArrayLike, *, level: float = 0.95
) -> HeterogeneityFromQ:
    """H and I2 of Cochran's Q of k studies, with test-based intervals.

    q: statistic, scalar or array; k: number of studies, 2 or more, one number or
    the shape of q. H is not below 1 and I2, in percent, not below 0, limits included. Raises
    ValueError on negative Q, NaN, k below 2 and shapes that differ. Source:
    higgins2002.
    """
    statistic = check_finite(q, "q")
    refuse("q", statistic, statistic < 0.0, "0 or more")
    size = check_counts(k, "k", least=2)
    size = np.full(statistic.shape, float(size)) if size.ndim == 0 else size
    check_same_shape(q=statistic, k=size)
    check_level(level)
    h = np.sqrt(np.maximum(statistic / (size - 1.0), 1.0))
    half = -scipy.special.ndtri((1.0 - level) / 2.0) * _standard_error_log_h(statistic, size)
    lower, upper = np.maximum(h * np.exp(-half), 1.0), h * np.exp(half)
    limits = [_share(h), _share(lower), _share(upper)]
    if statistic.ndim:
        return HeterogeneityFromQ(h, lower, upper, limits[0], limits[1], limits[2], level)
    known = bool(size > 2.0)
    return HeterogeneityFromQ(
        h=float(h),
        h_lower=float(lower) if known else None,
        h_upper=float(upper) if known else None,
        i2=float(limits[0]),
        i2_lower=float(limits[1]) if known else None,
        i2_upper=float(limits[2]) if known else None,
        level=level,
    )


def _share(h: FloatArray) -> FloatArray:
    """I2 in percent from H."""
    return 100.0 * (1.0 - 1.0 / h**2)


def _standard_error_log_h(q: FloatArray, k: FloatArray) -> FloatArray:
    """Standard error of log H, one formula for Q above k and one for the rest."""
    with np.errstate(divide="ignore", invalid="ignore"):
        large = 0.5 * (np.log(q) - np.log(k - 1.0)) / (np.sqrt(2.0 * q) - np.sqrt(2.0 * k - 3.0))
        few = k - 2.0
        small = np.sqrt(1.0 / (2.0 * few) * (1.0 - 1.0 / (3.0 * few**2)))
        return np.where(k > 2.0, np.where(q > k, large, small), np.nan)
