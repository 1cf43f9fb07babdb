"""The mean proportion over a distribution of cohorts, beside the proportion of the median one."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.formulae.counts import refuse
from analysis.formulae.types import FloatArray

PIECES = np.linspace(-12.0, 12.0, 97)
"""Ends of the panels in standard deviations; a logit may turn within a fraction of one."""


def compute_marginal_proportion(logit: ArrayLike, tau2: float) -> FloatArray:
    """The mean of expit(logit + tau Z) over standard normal Z, of the shape of `logit`.

    The proportion at the mean logit is that of the median cohort (conditional on a random
    effect of 0); this is the mean over cohorts (marginal, or population-averaged), which lies
    nearer to a half. Integrated by Gauss-Legendre panels. Raises ValueError where tau2 is
    below 0 or not finite. Source: zeger1988.
    """
    variance = np.asarray(tau2, dtype=np.float64)
    refuse_where = ~(np.isfinite(variance) & (variance >= 0.0))
    if refuse_where.any():
        refuse("tau2", variance, refuse_where, "a finite number, 0 or above")
    points, weights = scipy.special.roots_legendre(16)
    half = 0.5 * np.diff(PIECES)[:, np.newaxis]
    z = (PIECES[:-1, np.newaxis] + half * (points + 1.0)).ravel()
    density = (half * weights).ravel() * np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    centre = np.asarray(logit, dtype=np.float64)[..., np.newaxis]
    return np.asarray(scipy.special.expit(centre + np.sqrt(variance) * z) @ density)
