"""Pool effect sizes and say the result on the scale of the reader."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.back_transformations import back_transform, compute_back_transformation
from analysis.formulae.pooling import compute_random_effects
from analysis.formulae.results import Result
from analysis.formulae.types import EffectSizes, PooledEffect


@dataclass(frozen=True, eq=False)
class PooledMeasure(Result):
    """A pool on the scale of `measure` (`pooled`) and its back-transformation.

    `estimate`, `lower`, `upper` and the prediction limits are rates, ratios, times or
    differences as `back_transform` gives them; the prediction limits are None where the
    convention has none. `clipped` and `caution` are those of the back-transformation and
    of the effect sizes.
    """

    estimate: float
    lower: float
    upper: float
    prediction_lower: float | None
    prediction_upper: float | None
    measure: str
    clipped: bool
    caution: str
    pooled: PooledEffect


def compute_pooled_measure(
    effects: EffectSizes,
    *,
    n: ArrayLike | None = None,
    estimator: str = "REML",
    test: str = "knha-floor",
    level: float = 0.95,
    prediction: str = "riley",
) -> PooledMeasure:
    """Pool the `used` studies of `effects` and back-transform mean and limits.

    For proportions, landmark rates, medians, hazard ratios, odds ratios and the other
    measures of `EffectSizes` alike. `n`, sizes or person-times of shape (k,), is needed by
    the Freeman-Tukey measures alone. `estimator` ("FE" for a common effect), `test`,
    `level` and `prediction` are those of `compute_random_effects`.

    Raises ValueError where no study is used, for a variance of 0, a missing `n`, unknown
    names. Sources as for compute_random_effects and `back_transform`.
    """
    pooled = compute_random_effects(
        effects,
        estimator=estimator,
        test=test,
        level=level,
        prediction=prediction,
    )
    sizes = None if n is None else np.atleast_1d(np.asarray(n, dtype=np.float64))[effects.used]
    back = compute_back_transformation(
        pooled.estimate, pooled.lower, pooled.upper, effects.measure, n=sizes
    )
    limits = [
        None if limit is None else float(back_transform(limit, effects.measure, n=sizes))
        for limit in (pooled.prediction_lower, pooled.prediction_upper)
    ]
    return PooledMeasure(
        estimate=back.estimate,
        lower=back.lower,
        upper=back.upper,
        prediction_lower=limits[0],
        prediction_upper=limits[1],
        measure=effects.measure,
        clipped=back.clipped,
        caution=" ".join(dict.fromkeys(c for c in (effects.caution, back.caution) if c)),
        pooled=pooled,
    )
