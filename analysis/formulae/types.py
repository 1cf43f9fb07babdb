"""Effect sizes and results of pooling: frozen dataclasses, one value or one array a field.

Estimates, standard errors and limits are on the scale of `yi` (log odds ratio,
logit, ...). `i2` and `weights` are in percent, `level` is a fraction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.formulae.results import Result

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class EffectSizes(Result):
    """Estimates `yi` and sampling variances `vi`, arrays of shape (k,).

    `measure` names the scale. `used` marks the studies that have an estimate; the
    others are NaN: counts that were masked, or that the caller asked to exclude.
    `adjusted` marks the studies whose counts were changed by the continuity rule.
    `caution` is a sentence for the reader, empty when there is nothing to warn of.
    `labels` names the studies in every result that is made of them.
    """

    yi: FloatArray
    vi: FloatArray
    measure: str
    used: BoolArray
    adjusted: BoolArray
    caution: str = ""
    labels: tuple[str, ...] = ()

    def labelled(self, labels: Sequence[str]) -> EffectSizes:
        """The same studies under these names; ValueError unless each has one of its own."""
        names = tuple(str(label) for label in labels)
        if len(names) != len(self.yi):
            raise ValueError(f"labels has {len(names)} names; allowed: {len(self.yi)}, one a study")
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise ValueError(f"labels has {twice[0]!r} twice; allowed: a name of its own a study")
        return replace(self, labels=names)


@dataclass(frozen=True, eq=False)
class PooledEffect(Result):
    """One meta-analysis.

    A field is None where the quantity does not exist: degrees of freedom of a
    normal test, standard error of tau2 under a common effect or with one study,
    a prediction interval whose convention has no degrees of freedom left.
    `tau2` is that of `estimator`; the prediction interval uses that of
    `prediction_estimator` where it is not None.
    `fallback` says in words what was done instead of what was asked, None when
    everything asked was done. `weights` are those of all studies given, in percent,
    by `labels` where they have names.
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
    labels: tuple[str, ...] = ()
    prediction_estimator: str | None = None


@dataclass(frozen=True, eq=False)
class PooledBatch(Result):
    """Many meta-analyses, one a row: every array has shape [B].

    NaN marks a quantity that does not exist for its row (the cases in which
    PooledEffect has None). `degrees_of_freedom` is infinite for a normal test.
    `fallbacks` lists (row, reason) for the rows that were not done as asked. `labels`
    names the study that a row leaves out or adds, where they have names.
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
    labels: tuple[str, ...] = ()
    prediction_estimator: str | None = None


@dataclass(frozen=True, eq=False)
class BinomialNormalEffect(Result):
    """A proportion pooled by the binomial-normal model.

    Estimate, limits and standard error are logits; `proportion...` are the same
    back-transformed. `estimator` names what produced the values: ML, FE, or the
    fallback declared in `fallback` (converged is then False): summed counts, which
    have infinite logits and no standard error, or REML. The likelihoods keep the
    binomial coefficients; the conditional one is taken at each study's most
    probable logit. The prediction interval uses the tau2 of `prediction_estimator`, of
    the logits as effects, where it is not None.
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
    prediction_estimator: str | None = None


@dataclass(frozen=True)
class JointTest:
    """A Wald test of several coefficients, chi-square or F.

    `denominator_degrees_of_freedom` is None for a chi-square test.
    """

    statistic: float
    degrees_of_freedom: int
    denominator_degrees_of_freedom: float | None
    p_value: float

    def told(self) -> str:
        """Statistic, degrees of freedom and p value in one line."""
        free = f"{self.degrees_of_freedom}"
        name = "chi-square"
        if self.denominator_degrees_of_freedom is not None:
            name, free = "F", f"{free}, {self.denominator_degrees_of_freedom:g}"
        return f"{name}({free}) = {self.statistic:.4g}, p = {self.p_value:.4g}"
