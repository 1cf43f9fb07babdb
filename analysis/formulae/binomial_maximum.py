"""Maximum of the binomial-normal likelihood in the mean logit mu and the deviation tau."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from analysis.formulae.quadrature import Counts, Nodes, binomial_kernel, gauss_hermite, integrate
from analysis.formulae.types import FloatArray

NODE_LADDER = (20, 40, 80, 160, 320)
STEPS = 100
DIFFERENCE = 1e-4  # of the curvature, in standard errors
LARGEST_TAU = 100.0  # on the logit scale; beyond it the likelihood only creeps upwards
SETTLED = 1e-10  # squared step in standard errors; the step after it is far smaller
SAME_ESTIMATE = 1e-7  # between numbers of nodes, in standard errors
NEARLY_SAME = 1e-3  # a larger move at the last number of nodes is declared
START_TAUS = 12
PROFILE_STEPS = 4  # of Newton in the mean at each of them


@dataclass(frozen=True)
class Maximum:
    """Where the likelihood is highest; `log_likelihood` has the binomial coefficients.

    `drift` is how far the estimates moved, in standard errors, when the number of
    nodes was last doubled.
    """

    mean: float
    tau: float
    standard_error: float
    tau2_standard_error: float | None
    log_likelihood: float
    nodes: int
    converged: bool
    drift: float = 0.0


@dataclass(frozen=True)
class _Peak:
    """A stationary point in (mu, tau) with its value and curvature."""

    point: FloatArray
    value: float
    covariance: FloatArray
    converged: bool
    nodes: int


def find_maximum(counts: Counts, nodes: int | None, *, common: bool) -> Maximum:
    """The highest point of the likelihood; with `common`, at tau = 0.

    Counts must hold both events and non-events. tau = 0 is returned exactly where
    no positive tau makes the counts more probable.
    """
    flat = _common_maximum(counts)
    if common or len(counts.n) == 1 or counts.n.max() == 1.0:
        return flat
    ladder = NODE_LADDER if nodes is None else (nodes,)
    climbs = [_climb_ladder(counts, start, ladder) for start in _starts(counts)]
    peak, drift = max(climbs, key=lambda climb: climb[0].value)
    value = peak.value + float(_log_coefficients(counts).sum())
    rises = _rises_from_zero(counts)
    # a Laplace value may exceed the exact one by its own error; only a rise is proof
    if not rises and value <= flat.log_likelihood + 1e-9 * max(1.0, abs(value)):
        return flat
    tau = abs(float(peak.point[1]))
    return Maximum(
        mean=float(peak.point[0]),
        tau=tau,
        standard_error=float(np.sqrt(peak.covariance[0, 0])),
        tau2_standard_error=2.0 * tau * float(np.sqrt(peak.covariance[1, 1])),
        log_likelihood=value,
        nodes=peak.nodes,
        converged=peak.converged,
        drift=drift,
    )


def _log_coefficients(counts: Counts) -> FloatArray:
    x, n = counts
    return np.asarray(
        scipy.special.gammaln(n + 1)
        - scipy.special.gammaln(x + 1)
        - scipy.special.gammaln(n - x + 1)
    )


def _common_maximum(counts: Counts) -> Maximum:
    x, n = counts
    events, total = float(x.sum()), float(n.sum())
    mean = float(np.log(events / (total - events)))
    value = binomial_kernel(x, n, np.full(len(n), mean)) + _log_coefficients(counts)
    error = float(np.sqrt(total / (events * (total - events))))
    return Maximum(mean, 0.0, error, None, float(value.sum()), 1, converged=True)


def _rises_from_zero(counts: Counts) -> bool:
    """Whether the likelihood rises with tau2 at tau2 = 0: excess of the squared residuals."""
    x, n = counts
    p = float(x.sum() / n.sum())
    return bool(((x - n * p) ** 2 - n * p * (1.0 - p)).sum() > 0.0)


def _starts(counts: Counts) -> list[FloatArray]:
    """Every tau of a grid above its neighbours, with the mean that is most probable there.

    The profile of the likelihood may have a maximum inside as well as one at tau = 0.
    """
    x, n = counts
    logit = np.log((x + 0.5) / (n - x + 0.5))
    variance = 1.0 / (x + 0.5) + 1.0 / (n - x + 0.5)
    least = 0.1 * float(np.sqrt(1.0 / (1.0 / variance).mean()))
    most = 3.0 * max(float(logit.std()), 10.0 * least)
    tau = np.geomspace(least, most, START_TAUS)
    weight = 1.0 / (variance + tau[:, np.newaxis] ** 2)
    mu = (weight * logit).sum(axis=1) / weight.sum(axis=1)
    mu, value = _profile(counts, mu, tau, gauss_hermite(NODE_LADDER[0]))
    padded = np.concatenate([[-np.inf], value, [-np.inf]])
    tops = np.flatnonzero((value >= padded[:-2]) & (value >= padded[2:]))
    return [np.array([mu[at], tau[at]]) for at in tops]


def _profile(
    counts: Counts, mu: FloatArray, tau: FloatArray, nodes: Nodes
) -> tuple[FloatArray, FloatArray]:
    """The mean near the most probable one at each tau, from a start, and the likelihood there."""
    spacing = DIFFERENCE * np.sqrt(1.0 / (counts.n * 0.25).mean() + tau**2)
    sides, both = np.concatenate([spacing, -spacing]), np.tile(tau, 2)
    for _ in range(PROFILE_STEPS):
        slope = integrate(counts, np.tile(mu, 2) + sides, both, nodes).gradient[:, 0]
        above, below = np.split(slope, 2)
        bend = np.maximum((below - above) / (2.0 * spacing), 1e-300)
        mu = mu + np.clip(0.5 * (above + below) / bend, -1.0, 1.0)
    return mu, integrate(counts, mu, tau, nodes).value


def _climb_ladder(
    counts: Counts, start: FloatArray, ladder: tuple[int, ...]
) -> tuple[_Peak, float]:
    """Climb with more and more nodes until the estimates stay where they are."""
    peak, drift = _climb(counts, start, ladder[0]), 0.0
    for count in ladder[1:]:
        before = peak.point
        peak = _climb(counts, before, count)
        shift = np.abs(peak.point - before) / np.sqrt(np.diag(peak.covariance))
        drift = float(shift.max())
        if not peak.converged or drift < SAME_ESTIMATE:
            break
    return peak, drift


def _climb(counts: Counts, start: FloatArray, count: int) -> _Peak:
    """Newton's method with halved steps; curvature by differences of the gradient."""
    point, nodes = start, gauss_hermite(count)
    reach = np.sqrt(1.0 / (counts.n * 0.25).mean() + point[1] ** 2) / np.sqrt(len(counts.n))
    spacing = np.full(2, DIFFERENCE * reach)
    for _ in range(STEPS):
        value, gradient, curvature = _expand(counts, point, spacing, nodes)
        covariance, step = _ascent(gradient, curvature)
        if float(gradient @ step) < SETTLED:
            return _Peak(point + step, value, covariance, True, count)
        point, improved = _line_search(counts, point, value, step, nodes)
        if not improved or abs(point[1]) > LARGEST_TAU:
            break
        spacing = DIFFERENCE * np.sqrt(np.diag(covariance))
    return _Peak(point, value, covariance, False, count)


def _expand(
    counts: Counts, point: FloatArray, spacing: FloatArray, nodes: Nodes
) -> tuple[float, FloatArray, FloatArray]:
    """Value, gradient [2] and second derivatives [2, 2] at a point."""
    shifts = np.array([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    points = point + shifts * spacing
    at = integrate(counts, points[:, 0], points[:, 1], nodes)
    columns = (at.gradient[[1, 3]] - at.gradient[[2, 4]]) / (2.0 * spacing[:, np.newaxis])
    return float(at.value[0]), at.gradient[0], 0.5 * (columns + columns.T)


def _ascent(gradient: FloatArray, curvature: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Inverse information and an uphill step; curvature of the wrong sign is reflected."""
    values, vectors = np.linalg.eigh(-curvature)
    floor = 1e-10 * max(float(np.abs(values).max()), 1e-300)
    covariance = (vectors / np.maximum(np.abs(values), floor)) @ vectors.T
    return covariance, covariance @ gradient


def _line_search(
    counts: Counts, point: FloatArray, value: float, step: FloatArray, nodes: Nodes
) -> tuple[FloatArray, bool]:
    """The longest of the step, its half, its quarter, ... that does not lead down."""
    for share in 0.5 ** np.arange(40):
        proposal = point + share * step
        reached = integrate(counts, proposal[:1], proposal[1:], nodes).value[0]
        if reached >= value - 1e-13 * abs(value):
            return proposal, True
    return point, False
