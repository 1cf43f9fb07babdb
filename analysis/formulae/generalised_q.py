"""Interval of tau2 from the exact distribution of Cochran's Q under random effects.

Under the model Q is a mixture of chi-square variables with weights that grow with tau2.
Its distribution function is found by inverting its Laplace transform, whose singularities
all lie on the negative real axis, along a contour around them. The error falls
geometrically with the number of nodes; about sqrt(k) of them serve k studies, each at the
cost of one pass over the studies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from analysis.formulae.checks import Effects, check_studies
from analysis.formulae.counts import check_level, check_positive
from analysis.formulae.results import Result
from analysis.formulae.types import FloatArray

ComplexArray = NDArray[np.complex128]

EMPTY = "Q is so small that no tau2 agrees with it: the interval is empty"
ONE_STUDY = "one study has no interval of tau2"


@dataclass(frozen=True)
class Tau2Interval(Result):
    """Limits of tau2, on the squared scale of the effects; None with one study.

    An empty interval has both limits 0. `fallback` says when either is the case.
    """

    lower: float | None
    upper: float | None
    q: float
    level: float
    fallback: str | None


def _contour(k: int) -> tuple[ComplexArray, ComplexArray]:
    """Upper half of a cotangent contour (trefethen2006) with its slope.

    Its size grows with k, as the path of steepest descent of k like terms does, and it
    crosses the real axis just right of the pole at 0.
    """
    half, size, crossing = 16 + int(8 * k**0.5), max(24.0, float(k)), 4 + k**0.5 / 2
    angle = np.pi * (np.arange(half) + 0.5) / half
    inner = 0.6407 * angle
    shift = crossing - size * 0.5017 / 0.6407
    node = size * (0.5017 * angle / np.tan(inner) + 0.2645j * angle) + shift
    turn = 0.5017 / np.tan(inner) - 0.5017 * inner / np.sin(inner) ** 2
    return node, size * (turn + 0.2645j) / (1j * half)


def compute_q_distribution(q: float, vi: FloatArray, weights: FloatArray, tau2: float) -> float:
    """P(Q <= q) when effects have variances vi + tau2 and Q has the given weights, each [k].

    Q is the weighted sum of squares about the weighted mean. Its Laplace transform at s is
    the product of (1 + 2 s d)^(-1/2), with d = weights * (vi + tau2), times the weighted
    mean of 1 / (1 + 2 s d) to the same power. All on the scale of the effects. Raises no
    error of its own. Source: jackson2013.
    """
    if q <= 0:
        return 0.0
    node, slope = _contour(vi.size)
    factors = 1 + 2 * np.multiply.outer(node / q, weights * (vi + tau2))
    mean = (weights / weights.sum() / factors).sum(axis=1)
    exponent = node - 0.5 * (np.log(factors).sum(axis=1) + np.log(mean))
    return float(np.clip((np.exp(exponent) * slope / node).sum().real, 0.0, 1.0))


def _solve(q: float, vi: FloatArray, weights: FloatArray, target: float) -> float:
    """The tau2 at which P(Q <= q) falls to `target`; 0 where it starts below."""

    def excess(tau2: float) -> float:
        return compute_q_distribution(q, vi, weights, tau2) - target

    if excess(0.0) <= 0:
        return 0.0
    high = float(np.median(vi))
    while excess(high) > 0:
        high *= 4.0
    root = scipy.optimize.brentq(excess, 0.0, high, xtol=1e-14 * high, rtol=1e-13, maxiter=500)
    return float(root)


def compute_tau2_interval(
    yi: Effects,
    vi: ArrayLike | None = None,
    *,
    weights: ArrayLike | None = None,
    level: float = 0.95,
) -> Tau2Interval:
    """Interval of tau2 by the generalised Q statistic.

    `yi` and `vi` have shape (k,), on any one scale. `weights` are those of the Q that is
    inverted; 1/sqrt(vi) by default, which serves where little is known of tau2, while 1/vi
    gives Cochran's Q, the companion of DerSimonian and Laird's estimator. Exact for normal
    effects with known variances.

    Raises ValueError for a variance or weight not above 0, NaN, no study, shapes that
    differ, a level outside (0, 1). Source: jackson2013.
    """
    studies = check_studies(yi, vi)
    effects, variances = studies.y, studies.v
    heavy = variances**-0.5
    if weights is not None:
        heavy = check_positive(studies.only(weights, "weights"), "weights")
    tail = (1 - check_level(level)) / 2
    # Free of scale: the contour and the root finder see variances near 1.
    unit = float(np.exp(np.mean(np.log(variances))))
    scaled, relative = variances / unit, heavy / heavy.sum()
    deviation = effects - float(np.sum(relative * effects))
    q = float(np.sum(heavy * deviation**2))
    if effects.size == 1:
        return Tau2Interval(None, None, 0.0, level, ONE_STUDY)
    statistic = float(np.sum(relative * deviation**2)) / unit
    lower = unit * _solve(statistic, scaled, relative, 1 - tail)
    upper = unit * _solve(statistic, scaled, relative, tail)
    return Tau2Interval(lower, upper, q, level, EMPTY if upper == 0 else None)
