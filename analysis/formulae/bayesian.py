"""Bayesian random-effects meta-analysis with a half-normal prior on tau, by quadrature.

Given tau the mean is normal, so its posterior is a mixture of normals over the posterior of
tau; one sum over nodes in tau gives every moment and quantile, without simulation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.formulae.checks import Effects, check_studies
from analysis.formulae.counts import check_choice, check_level, check_positive
from analysis.formulae.results import Result
from analysis.formulae.types import FloatArray

INTERVALS = ("central", "shortest")
PANELS, NODES = 64, 12
LARGEST_IN_SCALES = 9.0  # the prior has less than 1e-18 beyond
TOLERANCE = 1e-12
Distribution = Callable[[float], float]


@dataclass(frozen=True)
class BayesianEffect(Result):
    """Posterior of the mean, of tau and of the effect of a new study, on the scale of yi.

    `estimate` and `tau` are medians. `interval` names the kind of every interval: central
    (equal tails) or shortest.
    """

    estimate: float
    mean: float
    standard_deviation: float
    lower: float
    upper: float
    tau: float
    tau_mean: float
    tau_lower: float
    tau_upper: float
    prediction_lower: float
    prediction_upper: float
    k: int
    tau_scale: float
    level: float
    interval: str


class _Posterior(NamedTuple):
    """Nodes in tau with their share of the posterior, and mean and variance of mu there."""

    tau: FloatArray
    share: FloatArray
    mean: FloatArray
    variance: FloatArray
    edges: FloatArray


def compute_bayesian_random_effects(
    yi: Effects,
    vi: ArrayLike | None = None,
    *,
    tau_scale: float,
    mean_prior: tuple[float, float] | None = None,
    level: float = 0.95,
    interval: str = "central",
) -> BayesianEffect:
    """Pool effects under the normal-normal hierarchical model.

    yi, vi: effects and their sampling variances, shape [k], on any one scale.
    tau_scale: of the half-normal prior on tau, on that scale. mean_prior: mean and standard
    deviation of a normal prior on the mean; None is the flat one. interval: central, or
    shortest as R's bayesmeta has by default; central limits stay limits on another scale.
    Raises ValueError on a variance or a scale that is not above zero, NaN, lengths that
    differ, no study, unknown names. Source: roever2020, sections 2.3 to 2.6.
    """
    studies = check_studies(yi, vi)
    effects, variances = studies.y, studies.v
    scale = float(check_positive(tau_scale, "tau_scale"))
    check_choice(interval, "interval", INTERVALS)
    check_level(level)
    if mean_prior is not None:
        check_positive(mean_prior[1], "mean_prior")
    posterior = _posterior(effects, variances, scale, mean_prior)
    of_mean = _mixture(posterior, posterior.variance)
    of_new = _mixture(posterior, posterior.variance + posterior.tau**2)
    of_tau = _of_tau(effects, variances, scale, mean_prior, posterior)
    limits = [_limits(each, level, interval) for each in (of_mean, of_new, of_tau)]
    mean = float(posterior.share @ posterior.mean)
    spread = posterior.variance + (posterior.mean - mean) ** 2
    return BayesianEffect(
        estimate=_quantile(of_mean, 0.5),
        mean=mean,
        standard_deviation=float(np.sqrt(posterior.share @ spread)),
        lower=limits[0][0],
        upper=limits[0][1],
        tau=_quantile(of_tau, 0.5),
        tau_mean=float(posterior.share @ posterior.tau),
        tau_lower=limits[2][0],
        tau_upper=limits[2][1],
        prediction_lower=limits[1][0],
        prediction_upper=limits[1][1],
        k=len(effects),
        tau_scale=scale,
        level=level,
        interval=interval,
    )


class _Bounded(NamedTuple):
    """A distribution function and the ends between which all of its mass lies."""

    probability: Distribution
    least: float
    most: float


def _panel_nodes(left: FloatArray, right: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gauss-Legendre nodes and weights of each panel, [panels, nodes]."""
    points, weights = scipy.special.roots_legendre(NODES)
    half = 0.5 * (right - left)[:, np.newaxis]
    return left[:, np.newaxis] + half * (points + 1.0), half * weights


def _log_density(
    y: FloatArray,
    v: FloatArray,
    tau: FloatArray,
    scale: float,
    prior: tuple[float, float] | None,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log posterior density of tau up to its constant, and mean and variance of mu, [T]."""
    weight = 1.0 / (v[:, np.newaxis] + tau**2)
    centre, precision = (0.0, 0.0) if prior is None else (prior[0], prior[1] ** -2.0)
    total = weight.sum(axis=0) + precision
    mean = ((weight * y[:, np.newaxis]).sum(axis=0) + precision * centre) / total
    form = (weight * (y[:, np.newaxis] - mean) ** 2).sum(axis=0) + precision * (mean - centre) ** 2
    density = 0.5 * (np.log(weight).sum(axis=0) - np.log(total) - form - (tau / scale) ** 2)
    return density, mean, 1.0 / total


def _posterior(
    y: FloatArray, v: FloatArray, scale: float, prior: tuple[float, float] | None
) -> _Posterior:
    most = LARGEST_IN_SCALES * scale
    least = min(0.02 * float(np.sqrt(v.min())), 0.01 * most)
    edges = np.concatenate([[0.0], np.geomspace(least, most, PANELS)])
    tau, weight = (part.ravel() for part in _panel_nodes(edges[:-1], edges[1:]))
    density, mean, variance = _log_density(y, v, tau, scale, prior)
    share = weight * np.exp(density - density.max())
    return _Posterior(tau, share / share.sum(), mean, variance, edges)


def _mixture(posterior: _Posterior, variance: FloatArray) -> _Bounded:
    """The distribution of a mixture of normals with the posterior's means."""
    error = np.sqrt(variance)
    likely = posterior.share > 0.0
    least = float((posterior.mean - 40.0 * error)[likely].min())
    most = float((posterior.mean + 40.0 * error)[likely].max())

    def probability(value: float) -> float:
        return float(posterior.share @ scipy.special.ndtr((value - posterior.mean) / error))

    return _Bounded(probability, least, most)


def _of_tau(
    y: FloatArray,
    v: FloatArray,
    scale: float,
    prior: tuple[float, float] | None,
    posterior: _Posterior,
) -> _Bounded:
    """The distribution of tau: whole panels from the nodes, the last one integrated afresh."""
    below = np.concatenate([[0.0], np.cumsum(posterior.share.reshape(-1, NODES).sum(axis=1))])
    density = _log_density(y, v, posterior.tau, scale, prior)[0]
    widths = _panel_nodes(posterior.edges[:-1], posterior.edges[1:])[1].ravel()
    top = density.max()
    total = float((widths * np.exp(density - top)).sum())

    def probability(value: float) -> float:
        panel = int(np.searchsorted(posterior.edges, value, side="right")) - 1
        left, right = posterior.edges[panel : panel + 1], np.array([value])
        tau, weight = (part.ravel() for part in _panel_nodes(left, right))
        inside = np.exp(_log_density(y, v, tau, scale, prior)[0] - top)
        return float(below[panel] + (weight @ inside) / total)

    return _Bounded(probability, 0.0, float(posterior.edges[-1]))


def _quantile(of: _Bounded, share: float) -> float:
    if share <= 0.0:
        return of.least
    found = scipy.optimize.brentq(
        lambda value: of.probability(value) - share, of.least, of.most, xtol=TOLERANCE
    )
    return float(found)


def _limits(of: _Bounded, level: float, interval: str) -> tuple[float, float]:
    tails = 1.0 - level
    if interval == "central":
        return _quantile(of, tails / 2.0), _quantile(of, 1.0 - tails / 2.0)

    def width(below: float) -> float:
        return _quantile(of, below + level) - _quantile(of, below)

    found = scipy.optimize.minimize_scalar(
        width, bounds=(0.0, tails), method="bounded", options={"xatol": 1e-7}
    )
    below = 0.0 if width(0.0) <= found.fun else float(found.x)
    return _quantile(of, below), _quantile(of, below + level)
