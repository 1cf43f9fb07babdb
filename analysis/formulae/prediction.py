"""Prediction intervals: where the effect of a new study is expected.

Every convention is estimate +- critical value * sqrt(standard error^2 + tau2).
They differ in the distribution of the critical value and in the standard error; tau2 is that of
the model, or of another estimator where a `prediction_estimator` is given.

| name | critical value | standard error | used by |
|---|---|---|---|
| default | that of the test of the estimate | that of the test | metafor |
| riley | t, k - p - 1, at least 1 | that of the test | metafor (riley2011) |
| S | normal | classical | meta (Skipka 2006) |
| V | t, k - p | classical | meta (Veroniki et al. 2019) |
| HTS | t, k - p - 1 | classical | meta (Higgins, Thompson and Spiegelhalter 2009) |
| HK | t, k - p | Hartung-Knapp | meta (Partlett and Riley 2017) |
| HK-PR | t, k - p - 1 | Hartung-Knapp | meta (Partlett and Riley 2017) |
| KR | t, Kenward-Roger | Kenward-Roger | meta (Partlett and Riley 2017) |
| KR-PR | t, Kenward-Roger - 1 | Kenward-Roger | meta (Partlett and Riley 2017) |
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analysis.formulae.distributions import critical_value
from analysis.formulae.types import FloatArray

PREDICTIONS = ("default", "riley", "S", "V", "HTS", "HK", "HK-PR", "KR", "KR-PR")


class Spread(NamedTuple):
    """What a convention may draw on; arrays are [B].

    `degrees_of_freedom` and `tested` belong to the test asked for, `free` is
    k - p. The Kenward-Roger fields are None where they were not computed.
    """

    free: FloatArray
    degrees_of_freedom: FloatArray
    tested: FloatArray
    classical: FloatArray
    hartung_knapp: FloatArray
    kenward_roger: FloatArray | None = None
    kenward_roger_degrees: FloatArray | None = None


def prediction_half_width(
    convention: str, spread: Spread, tau2: FloatArray, level: float
) -> FloatArray:
    """Half the width of the prediction interval, [B]; NaN without degrees of freedom."""
    degrees, error = _degrees_and_error(convention, spread)
    return critical_value(level, degrees) * np.sqrt(error**2 + tau2)


def _degrees_and_error(convention: str, spread: Spread) -> tuple[FloatArray, FloatArray]:
    if convention in ("KR", "KR-PR"):
        if spread.kenward_roger is None or spread.kenward_roger_degrees is None:
            raise ValueError("prediction 'KR' needs the Kenward-Roger standard error")
        loss = 1.0 if convention == "KR-PR" else 0.0
        return spread.kenward_roger_degrees - loss, spread.kenward_roger
    if convention == "default":
        return spread.degrees_of_freedom, spread.tested
    if convention == "S":
        return np.inf + spread.free, spread.classical
    degrees = spread.free - (1.0 if convention in ("riley", "HTS", "HK-PR") else 0.0)
    if convention == "riley":
        return np.maximum(degrees, 1.0), spread.tested
    return degrees, spread.hartung_knapp if convention.startswith("HK") else spread.classical
