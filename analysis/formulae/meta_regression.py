"""Mixed-effects meta-regression: effects explained by moderators of the studies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.formulae.checks import ESTIMATORS, Effects, check_studies
from analysis.formulae.counts import check_choice, check_level
from analysis.formulae.design import Design, Moderators, build_design
from analysis.formulae.distributions import (
    chi_square_p,
    critical_value,
    two_sided_p,
    wald_statistic,
)
from analysis.formulae.inference import hartung_knapp_scale
from analysis.formulae.means import PivotedMean
from analysis.formulae.pooled_fits import (
    NOT_CONVERGED,
    heterogeneity_share,
    information_criteria,
    log_likelihoods,
)
from analysis.formulae.regression import Regression
from analysis.formulae.results import Columns, Result
from analysis.formulae.tau2 import VarianceFit, fit_variance
from analysis.formulae.types import FloatArray, JointTest

REGRESSION_TESTS = ("z", "t", "knha", "adhoc")
NO_DEGREES = "test {test!r} needs more studies than coefficients; the normal test was used"


@dataclass(frozen=True, eq=False)
class MetaRegression(Result):
    """A fitted meta-regression: coefficient arrays are [p], `covariance` is [p, p].

    `q` tests residual heterogeneity, `omnibus` all coefficients but the intercept
    (all of them where there is none). `r2`, in percent, is the share of the tau2 of
    the model without moderators that is explained; None without an intercept or
    without moderators. Under a common effect it is the adjusted R2 of the weighted
    fit. Other fields as in PooledEffect.
    """

    names: tuple[str, ...]
    coefficients: FloatArray
    standard_errors: FloatArray
    statistics: FloatArray
    p_values: FloatArray
    lower: FloatArray
    upper: FloatArray
    covariance: FloatArray
    degrees_of_freedom: float | None
    tau2: float
    tau2_standard_error: float | None
    q: float
    q_degrees_of_freedom: int
    q_p_value: float
    omnibus: JointTest
    r2: float | None
    i2: float
    h2: float
    weights: FloatArray
    log_likelihood: float
    log_likelihood_reml: float
    aic: float
    aicc: float
    bic: float
    k: int
    p: int
    estimator: str
    test: str
    level: float
    converged: bool
    fallback: str | None
    design: Design

    def columns(self) -> Columns:
        """A row a coefficient."""
        return {
            "term": self.names,
            "coefficient": self.coefficients,
            "standard_error": self.standard_errors,
            "lower": self.lower,
            "upper": self.upper,
            "statistic": self.statistics,
            "p_value": self.p_values,
        }


@dataclass(frozen=True, eq=False)
class RegressionPrediction(Result):
    """Expected effects of studies with given moderators, arrays [m]; None as in PooledEffect."""

    estimate: FloatArray
    standard_error: FloatArray
    lower: FloatArray
    upper: FloatArray
    prediction_lower: FloatArray | None
    prediction_upper: FloatArray | None


def regression_model(y: FloatArray, v: FloatArray, design: FloatArray) -> Regression:
    """A model of columns y, v [k, B]; a study with infinite variance is left out."""
    basis, triangle = np.linalg.qr(design)
    k = np.isfinite(v).sum(axis=0).astype(np.float64)
    return Regression(y, v, k, basis, triangle)


def compute_meta_regression(
    yi: Effects,
    vi: ArrayLike | None = None,
    moderators: Moderators | None = None,
    *,
    intercept: bool = True,
    estimator: str = "REML",
    test: str = "knha",
    level: float = 0.95,
) -> MetaRegression:
    """Explain effects by moderators under a mixed-effects model.

    yi, vi: effects and sampling variances, shape [k], on any one scale.
    moderators: see analysis.formulae.design.build_design; None fits the intercept.
    estimator: of tau2, one of DL, HE, HS, SJ, ML, REML, PM, EB; FE for none.
    test: z; t (k - p degrees of freedom); knha (knapp2003), with an F test of the
    moderators; adhoc (knha, its factor never below 1).

    Raises ValueError as compute_random_effects and build_design do, and where as many
    coefficients as studies leave nothing to estimate tau2 from.
    Sources: knapp2003, raudenbush2009, metafor2010.
    """
    check_choice(estimator, "estimator", ESTIMATORS)
    check_choice(test, "test", REGRESSION_TESTS)
    check_level(level)
    studies = check_studies(yi, vi)
    effects, variances = studies.y, studies.v
    design = build_design(moderators, studies.kept, intercept=intercept)
    p = len(design.names)
    if estimator != "FE" and 1 < p >= len(effects):
        raise ValueError(
            f"yi holds {len(effects)} studies for {p} coefficients and tau2; "
            f"allowed: {p + 1} or more, or estimator 'FE'"
        )
    y, v = effects[:, np.newaxis], variances[:, np.newaxis]
    model = regression_model(y, v, design.matrix)
    fit = fit_variance(model, estimator)
    return _describe(model, fit, design, estimator, test, level)


def covariance_scale(fit: VarianceFit, free: FloatArray, test: str) -> FloatArray:
    """Factor on the covariance of the coefficients, [B]; knha-floor is for a mean alone."""
    if test in ("z", "t"):
        return np.ones_like(free)
    scale = hartung_knapp_scale(fit.at_tau2, free)
    if test == "knha-floor":
        return np.maximum(scale, fit.at_tau2.weight_sum / fit.at_zero.weight_sum)
    return np.maximum(scale, 1.0) if test == "adhoc" else scale


def _describe(
    model: Regression, fit: VarianceFit, design: Design, estimator: str, test: str, level: float
) -> MetaRegression:
    free, k = model.k - model.p, int(model.k[0])
    q = np.where(free > 0.0, fit.at_zero.residual_form, 0.0)
    i2, h2 = heterogeneity_share(fit, q, free, estimator)
    likelihood, restricted = (float(value[0]) for value in log_likelihoods(model, fit))
    weights = 1.0 / (model.v[:, 0] + fit.tau2[0])
    return MetaRegression(
        **_describe_coefficients(model, fit, design, test, level),
        **information_criteria(likelihood, k, model.p + (estimator != "FE")),
        tau2=float(fit.tau2[0]),
        tau2_standard_error=_finite_or_none(fit.standard_error[0]),
        q=float(q[0]),
        q_degrees_of_freedom=int(free[0]),
        q_p_value=float(chi_square_p(q, free)[0]),
        r2=_explained(model, fit, design, estimator),
        i2=float(i2[0]),
        h2=float(h2[0]),
        weights=100.0 * weights / weights.sum(),
        log_likelihood=likelihood,
        log_likelihood_reml=restricted,
        k=k,
        p=model.p,
        estimator=estimator,
        test=test,
        level=level,
        converged=bool(fit.converged[0]),
        fallback=_fallback(fit, free, test),
        design=design,
    )


def _describe_coefficients(
    model: Regression, fit: VarianceFit, design: Design, test: str, level: float
) -> dict[str, Any]:
    """The coefficients in the columns of the design, with their tests and intervals."""
    free = model.k - model.p
    degrees = float(free[0]) if free[0] > 0.0 and test != "z" else np.inf
    coefficients, covariances = model.to_design(fit.at_tau2.coefficients, fit.at_tau2.covariance)
    beta, covariance = coefficients[:, 0], covariances[0] * covariance_scale(fit, free, test)[0]
    errors = np.sqrt(np.diag(covariance))
    statistics = wald_statistic(beta, errors)
    half = critical_value(level, degrees) * errors
    tested = tuple(range(1 if design.intercept and model.p > 1 else 0, model.p))
    return {
        "names": design.names,
        "coefficients": beta,
        "covariance": covariance,
        "standard_errors": errors,
        "statistics": statistics,
        "p_values": two_sided_p(statistics, np.full(model.p, degrees)),
        "lower": beta - half,
        "upper": beta + half,
        "degrees_of_freedom": _finite_or_none(degrees),
        "omnibus": _wald_test(beta, covariance, tested, degrees),
    }


def _finite_or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _fallback(fit: VarianceFit, free: FloatArray, test: str) -> str | None:
    reasons = [] if fit.converged[0] else [NOT_CONVERGED]
    if free[0] <= 0.0 and test != "z":
        reasons.append(NO_DEGREES.format(test=test))
    return "; ".join(reasons) or None


def _wald_test(
    beta: FloatArray, covariance: FloatArray, tested: Sequence[int], degrees: float
) -> JointTest:
    """All of the coefficients `tested` are 0: chi-square, or F with finite `degrees`."""
    part, block = beta[list(tested)], covariance[np.ix_(tested, tested)]
    count = len(tested)
    if not np.any(block):  # identical effects under Hartung-Knapp leave no variance
        form = 0.0 if not np.any(part) else np.inf
    else:
        form = float(part @ np.linalg.solve(block, part))
    if np.isinf(degrees):
        return JointTest(form, count, None, float(chi_square_p(form, float(count))))
    tail = float(scipy.special.fdtrc(count, degrees, form / count))
    return JointTest(form / count, count, degrees, tail)


def _explained(model: Regression, fit: VarianceFit, design: Design, estimator: str) -> float | None:
    if not design.intercept or model.p == 1:
        return None
    plain = PivotedMean(model.y, model.v, model.k)
    if estimator == "FE":
        free = model.k[0] - model.p
        total = float(plain.moments(np.zeros(1)).residual_form[0] / (model.k[0] - 1.0))
        left = float(fit.at_zero.residual_form[0] / free) if free > 0 else total
    else:
        total, left = float(fit_variance(plain, estimator).tau2[0]), float(fit.tau2[0])
    return 100.0 * max(0.0, 1.0 - left / total) if total > 0.0 else 0.0


def compute_joint_test(fit: MetaRegression, names: Sequence[str]) -> JointTest:
    """Test whether several coefficients are all 0.

    names: of moderators (all columns of a categorical one) or of single columns, shape [m];
    coefficients are on the scale of the effects. Chi-square, or F where the fit used a t
    distribution. Raises ValueError for an unknown or empty list of names. Source: knapp2003.
    """
    if isinstance(names, str) or len(names) == 0:
        raise ValueError(f"joint names are {names!r}; allowed: a list of one or more names")
    degrees = np.inf if fit.degrees_of_freedom is None else fit.degrees_of_freedom
    return _wald_test(fit.coefficients, fit.covariance, fit.design.columns_of(names), degrees)


def compute_regression_prediction(
    fit: MetaRegression, moderators: Moderators, *, prediction: str = "default"
) -> RegressionPrediction:
    """Expected effects, with intervals, of studies with the given moderators.

    fit: of compute_meta_regression, on whose scale the results are. moderators: as in the
    fit, one value a study to predict, shape [m] each. prediction: default (the
    distribution of the test) or riley (t, k - p - 1); no prediction interval under a
    common effect. Raises ValueError for moderators or levels the fit does not have.
    Source: riley2011.
    """
    check_choice(prediction, "prediction", ("default", "riley"))
    rows = fit.design.encode(moderators)
    estimate = rows @ fit.coefficients
    error = np.sqrt(np.einsum("ij,jk,ik->i", rows, fit.covariance, rows))
    degrees = np.array(np.inf if fit.degrees_of_freedom is None else fit.degrees_of_freedom)
    half = critical_value(fit.level, degrees) * error
    spread = np.array(max(fit.k - fit.p - 1.0, 1.0)) if prediction == "riley" else degrees
    reach = critical_value(fit.level, spread) * np.sqrt(error**2 + fit.tau2)
    predicted = fit.estimator != "FE" and bool(np.isfinite(reach).all())
    return RegressionPrediction(
        estimate=estimate,
        standard_error=error,
        lower=estimate - half,
        upper=estimate + half,
        prediction_lower=estimate - reach if predicted else None,
        prediction_upper=estimate + reach if predicted else None,
    )
