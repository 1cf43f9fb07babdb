"""Data of a contour-enhanced funnel plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.formulae.checks import Effects, check_studies
from analysis.formulae.counts import check_finite, check_level, refuse
from analysis.formulae.results import Result
from analysis.formulae.types import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Funnel(Result):
    """Studies and contours of significance around `reference`.

    `yi`, `standard_errors`, `p_values` (two-sided, against `reference`) and `regions` have
    shape (k,); a region counts the contours a study lies outside of, 0 being the innermost.
    `contour_standard_errors` has shape (m,), from 0 to beyond the largest standard error;
    `contour_lower` and `contour_upper` have shape (number of levels, m).
    """

    yi: FloatArray
    standard_errors: FloatArray
    p_values: FloatArray
    regions: IntArray
    reference: float
    levels: tuple[float, ...]
    contour_standard_errors: FloatArray
    contour_lower: FloatArray
    contour_upper: FloatArray
    labels: tuple[str, ...] = ()


def _check_levels(levels: Sequence[float]) -> FloatArray:
    checked = np.array([check_level(level, f"levels[{i}]") for i, level in enumerate(levels)])
    if checked.size == 0:
        raise ValueError("levels is empty; allowed: one level or more")
    falling = np.diff(checked, prepend=-np.inf) <= 0
    refuse("levels", checked, falling, "levels that rise from one to the next")
    return checked


def compute_funnel(
    yi: Effects,
    vi: ArrayLike | None = None,
    *,
    reference: float = 0.0,
    levels: Sequence[float] = (0.90, 0.95, 0.99),
    points: int = 101,
) -> Funnel:
    """Contour-enhanced funnel: which studies are significant, and where none would be.

    `yi` and `vi` have shape (k,); `reference` is the value of no effect on their scale, so
    that contours bound regions of p below 1 minus each of the rising `levels`. `points` is
    the number of standard errors, 2 or more, at which contours are given.

    Raises ValueError for a variance not above 0, NaN, no study, shapes that differ, levels
    outside (0, 1) or not rising. Source: peters2008.
    """
    studies = check_studies(yi, vi)
    effects, variances = studies.y, studies.v
    centre = float(check_finite(reference, "reference"))
    checked = _check_levels(levels)
    if points < 2:
        raise ValueError(f"points is {points}; allowed: 2 or more")
    errors = np.sqrt(variances)
    p_values = 2 * scipy.special.ndtr(-np.abs(effects - centre) / errors)
    grid = np.linspace(0.0, 1.05 * float(errors.max()), points)
    half = np.multiply.outer(-scipy.special.ndtri((1 - checked) / 2), grid)
    return Funnel(
        yi=effects,
        standard_errors=errors,
        p_values=p_values,
        regions=np.sum(p_values[:, None] < 1 - checked, axis=1, dtype=np.intp),
        reference=centre,
        levels=tuple(float(level) for level in checked),
        contour_standard_errors=grid,
        contour_lower=centre - half,
        contour_upper=centre + half,
        labels=studies.labels,
    )
