"""Likelihood of the binomial-normal model by adaptive Gauss-Hermite quadrature.

Study i contributes the integral over a standard normal z of the binomial
probability of its events at logit mu + tau z. The nodes are centred at the mode
of the integrand and scaled by its curvature (Liu and Pierce 1994;
pinheiro2000), so that one node is the Laplace approximation. Value and gradient
are those of the approximation itself, for several points (mu, tau) at once:
arrays are [points, studies] and [points, studies, nodes].
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import scipy

from analysis.formulae.types import FloatArray

MODE_STEPS = 100
MODE_TOLERANCE = 1e-12


class Counts(NamedTuple):
    """Events and totals, [k]."""

    events: FloatArray
    n: FloatArray


class Nodes(NamedTuple):
    """Gauss-Hermite abscissae times sqrt(2), and logarithms of their weights, [q]."""

    points: FloatArray
    log_weights: FloatArray


class Integral(NamedTuple):
    """Log-likelihood without binomial coefficients [P] and its gradient in (mu, tau), [P, 2]."""

    value: FloatArray
    gradient: FloatArray


@lru_cache(maxsize=16)
def gauss_hermite(count: int) -> Nodes:
    """Nodes for the integral of exp(h(z)) against a standard normal density's constant."""
    points, weights = scipy.special.roots_hermite(count)
    log_weights = np.log(weights) + points**2 - 0.5 * np.log(np.pi)
    return Nodes(points * np.sqrt(2.0), log_weights)


def binomial_kernel(events: FloatArray, n: FloatArray, logit: FloatArray) -> FloatArray:
    """Log probability of the events at a logit, without the binomial coefficient."""
    # events * logit - n log(1 + e^logit), written so that neither part overflows
    return -(events * np.logaddexp(0.0, -logit) + (n - events) * np.logaddexp(0.0, logit))


def find_modes(counts: Counts, mu: FloatArray, tau: FloatArray) -> FloatArray:
    """Modes z of the integrands, [P, k], for mu and tau of shape [P].

    The slope tau (events - n p) - z falls in z, so Newton's method runs inside a
    bracket that shrinks at every step.
    """
    x, n = counts
    mu, tau = mu[:, np.newaxis], tau[:, np.newaxis]
    low, high = np.minimum(tau * (x - n), tau * x), np.maximum(tau * (x - n), tau * x)
    information = (x + 0.5) * (n - x + 0.5) / (n + 1.0)
    own = np.log((x + 0.5) / (n - x + 0.5)) - mu
    z = np.clip(own * tau * information / (tau**2 * information + 1.0), low, high)
    for _ in range(MODE_STEPS):
        p = scipy.special.expit(mu + tau * z)
        slope = tau * (x - n * p) - z
        low, high = np.where(slope > 0.0, z, low), np.where(slope < 0.0, z, high)
        proposal = z + slope / (tau**2 * n * p * (1.0 - p) + 1.0)
        outside = (proposal < low) | (proposal > high)
        proposal = np.where(outside, 0.5 * (low + high), proposal)
        done = np.abs(proposal - z).max() <= MODE_TOLERANCE
        z = proposal
        if done:
            break
    return z


def integrate(counts: Counts, mu: FloatArray, tau: FloatArray, nodes: Nodes) -> Integral:
    """Log-likelihood and gradient at each point (mu, tau); both of shape [P]."""
    x, n = counts
    z = find_modes(counts, mu, tau)
    mu, tau = mu[:, np.newaxis], tau[:, np.newaxis]
    scale, shift_mu, shift_tau, stretch_mu, stretch_tau = _mode_derivatives(counts, mu, tau, z)
    at = z[..., np.newaxis] + scale[..., np.newaxis] * nodes.points
    logit = mu[..., np.newaxis] + tau[..., np.newaxis] * at
    x, n = x[:, np.newaxis], n[:, np.newaxis]
    terms = nodes.log_weights + binomial_kernel(x, n, logit) - 0.5 * at * at
    top = terms.max(axis=-1, keepdims=True)
    share = np.exp(terms - top)
    total = share.sum(axis=-1, keepdims=True)
    share /= total
    excess = x - n * scipy.special.expit(logit)
    weighted = share * (tau[..., np.newaxis] * excess - at)
    slope, stretch = weighted.sum(axis=-1), weighted @ nodes.points
    of_mu = (share * excess).sum(axis=-1) + slope * shift_mu
    of_tau = (share * excess * at).sum(axis=-1) + slope * shift_tau
    of_mu += (stretch + 1.0 / scale) * stretch_mu
    of_tau += (stretch + 1.0 / scale) * stretch_tau
    value = np.log(scale) + (top + np.log(total))[..., 0]
    return Integral(value.sum(axis=1), np.stack([of_mu.sum(axis=1), of_tau.sum(axis=1)], axis=1))


def _mode_derivatives(
    counts: Counts, mu: FloatArray, tau: FloatArray, z: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Scale of the nodes, and derivatives of mode and scale in mu and tau, each [P, k]."""
    x, n = counts
    p = scipy.special.expit(mu + tau * z)
    information = n * p * (1.0 - p)
    third = information * (1.0 - 2.0 * p)
    scale = 1.0 / np.sqrt(tau**2 * information + 1.0)
    shift_mu = -(scale**2) * tau * information
    shift_tau = scale**2 * ((x - n * p) - tau * information * z)
    bend = -(tau**3) * third
    half = 0.5 * scale**3
    stretch_mu = half * (-(tau**2) * third + bend * shift_mu)
    stretch_tau = half * (-2.0 * tau * information - tau**2 * third * z + bend * shift_tau)
    return scale, shift_mu, shift_tau, stretch_mu, stretch_tau
