"""Results of pooling: frozen dataclasses, one value or one array a field.

Estimates, standard errors and limits are on the scale of `yi` (log odds ratio,
logit, ...). `i2` and `weights` are in percent, `level` is a fraction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class PooledEffect:
    """One meta-analysis.

    A field is None where the quantity does not exist: degrees of freedom of a
    normal test, standard error of tau2 under a common effect or with one study,
    a prediction interval whose convention has no degrees of freedom left.
    `fallback` says in words what was done instead of what was asked, None when
    everything asked was done.
    """

    estimate: float
    standard_error: float
    lower: float
    upper: float
    statistic: float
    p_value: float
    degrees_of_freedom: float | None
    tau2: float
    tau2_standard_error: float | None
    q: float
    q_degrees_of_freedom: int
    q_p_value: float
    i2: float
    h2: float
    prediction_lower: float | None
    prediction_upper: float | None
    weights: FloatArray
    log_likelihood: float
    log_likelihood_reml: float
    aic: float
    aicc: float
    bic: float
    k: int
    estimator: str
    test: str
    prediction: str
    level: float
    converged: bool
    fallback: str | None


@dataclass(frozen=True, eq=False)
class PooledBatch:
    """Many meta-analyses, one a row: every array has shape [B].

    NaN marks a quantity that does not exist for its row (the cases in which
    PooledEffect has None). `degrees_of_freedom` is infinite for a normal test.
    `fallbacks` lists (row, reason) for the rows that were not done as asked.
    """

    estimate: FloatArray
    standard_error: FloatArray
    lower: FloatArray
    upper: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    degrees_of_freedom: FloatArray
    tau2: FloatArray
    tau2_standard_error: FloatArray
    q: FloatArray
    q_degrees_of_freedom: FloatArray
    q_p_value: FloatArray
    i2: FloatArray
    h2: FloatArray
    prediction_lower: FloatArray
    prediction_upper: FloatArray
    k: IntArray
    estimator: str
    test: str
    prediction: str
    level: float
    converged: BoolArray
    fallbacks: tuple[tuple[int, str], ...]


@dataclass(frozen=True, eq=False)
class BinomialNormalEffect:
    """A proportion pooled by the binomial-normal model.

    Estimate, limits and standard error are logits; `proportion...` are the same
    back-transformed. `estimator` names what produced the values: ML, FE, or the
    fallback declared in `fallback` (converged is then False): summed counts, which
    have infinite logits and no standard error, or REML. The likelihoods keep the
    binomial coefficients; the conditional one is taken at each study's most
    probable logit.
    """

    estimate: float
    standard_error: float | None
    lower: float
    upper: float
    statistic: float | None
    p_value: float | None
    degrees_of_freedom: float | None
    proportion: float
    proportion_lower: float
    proportion_upper: float
    tau2: float
    tau2_standard_error: float | None
    i2: float
    h2: float
    q_wald: float
    q_wald_p_value: float
    q_likelihood_ratio: float
    q_likelihood_ratio_p_value: float
    q_degrees_of_freedom: int
    prediction_lower: float | None
    prediction_upper: float | None
    proportion_prediction_lower: float | None
    proportion_prediction_upper: float | None
    log_likelihood: float
    conditional_log_likelihood: float
    k: int
    nodes: int
    estimator: str
    test: str
    prediction: str
    level: float
    converged: bool
    fallback: str | None


@dataclass(frozen=True)
class JointTest:
    """A Wald test of several coefficients, chi-square or F.

    `denominator_degrees_of_freedom` is None for a chi-square test.
    """

    statistic: float
    degrees_of_freedom: int
    denominator_degrees_of_freedom: float | None
    p_value: float
