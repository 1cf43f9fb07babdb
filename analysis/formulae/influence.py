"""Influence of single studies, residuals, and predictions of the studies' own effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.formulae.checks import ESTIMATORS, Effects, check_studies
from analysis.formulae.counts import check_choice, check_level
from analysis.formulae.deletion import delete_each
from analysis.formulae.design import Design, Moderators, build_design
from analysis.formulae.distributions import critical_value
from analysis.formulae.meta_regression import (
    REGRESSION_TESTS,
    covariance_scale,
    regression_model,
)
from analysis.formulae.regression import Regression
from analysis.formulae.results import Result
from analysis.formulae.tau2 import VarianceFit, fit_variance
from analysis.formulae.types import BoolArray, FloatArray

MEAN_TESTS = (*REGRESSION_TESTS, "knha-floor")


@dataclass(frozen=True, eq=False)
class Influence(Result):
    """Deletion diagnostics, one entry a study: arrays [k], `dfbetas` [k, p].

    `weights` is in percent. `influential` marks studies that pass one of the
    limits of viechtbauer2010: |dffits| above 3 sqrt(p / (k - p)), Cook's distance
    beyond the median of its chi-square distribution, hat above 3 p / k, |dfbetas|
    above 1. A study that the design cannot do without has NaN and stands in
    `indispensable`.
    """

    rstudent: FloatArray
    dffits: FloatArray
    cook_distance: FloatArray
    covariance_ratio: FloatArray
    tau2_deleted: FloatArray
    q_deleted: FloatArray
    hat: FloatArray
    weights: FloatArray
    dfbetas: FloatArray
    influential: BoolArray
    names: tuple[str, ...]
    indispensable: tuple[int, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Baujat(Result):
    """Coordinates of a Baujat plot, [k].

    `contribution` of each study to the heterogeneity under the fitted weights (to Q
    under a common effect); `influence` on the pooled effect: squared change of the
    study's fitted value when it is left out, over the variance of that value.
    `indispensable` as in Influence.
    """

    contribution: FloatArray
    influence: FloatArray
    indispensable: tuple[int, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Residuals(Result):
    """Residuals with standard errors and standardised values, arrays [k].

    Those that start with `deleted` come from the fit without the study.
    `indispensable` as in Influence; their residual is 0 and standardised NaN.
    """

    residual: FloatArray
    standard_error: FloatArray
    standardised: FloatArray
    deleted_residual: FloatArray
    deleted_standard_error: FloatArray
    deleted_standardised: FloatArray
    indispensable: tuple[int, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class StudyPredictions(Result):
    """Empirical Bayes predictions of the studies' own effects, arrays [k].

    `effect` is the best linear unbiased prediction of a study's true effect,
    `deviation` that of its distance from the fitted mean; limits are prediction
    limits at `level`.
    """

    effect: FloatArray
    effect_standard_error: FloatArray
    effect_lower: FloatArray
    effect_upper: FloatArray
    deviation: FloatArray
    deviation_standard_error: FloatArray
    deviation_lower: FloatArray
    deviation_upper: FloatArray
    level: float
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Whole:
    """The fit of all studies, in the columns of the design."""

    y: FloatArray
    v: FloatArray
    design: Design
    model: Regression
    fit: VarianceFit
    coefficients: FloatArray
    covariance: FloatArray
    scale: float
    test: str
    labels: tuple[str, ...]

    @property
    def tau2(self) -> float:
        """The estimate of all studies."""
        return float(self.fit.tau2[0])

    @property
    def fitted(self) -> FloatArray:
        """Fitted values, [k]."""
        return self.design.matrix @ self.coefficients

    @property
    def fitted_variance(self) -> FloatArray:
        """Variance of the fitted values before the test's correction, [k]."""
        matrix = self.design.matrix
        return np.asarray(np.einsum("ki,ij,kj->k", matrix, self.covariance, matrix))


def _fit_whole(
    yi: Effects,
    vi: ArrayLike | None,
    moderators: Moderators | None,
    intercept: bool,
    estimator: str,
    test: str | None,
) -> _Whole:
    check_choice(estimator, "estimator", ESTIMATORS)
    plain = moderators is None and intercept
    if test is None:
        test = MEAN_TESTS[-1] if plain else "knha"
    check_choice(test, "test", MEAN_TESTS if plain else REGRESSION_TESTS)
    studies = check_studies(yi, vi)
    y, v = studies.y, studies.v
    design = build_design(moderators, studies.kept, intercept=intercept)
    if len(y) <= len(design.names):
        raise ValueError(
            f"yi has {len(y)} entries for {len(design.names)} coefficients; "
            f"allowed: more studies than coefficients, so that one can be left out"
        )
    model = regression_model(y[:, np.newaxis], v[:, np.newaxis], design.matrix)
    fit = fit_variance(model, estimator)
    coefficients, covariance = model.to_design(fit.at_tau2.coefficients, fit.at_tau2.covariance)
    scale = float(covariance_scale(fit, model.k - model.p, test)[0])
    return _Whole(
        y, v, design, model, fit, coefficients[:, 0], covariance[0], scale, test, studies.labels
    )


def compute_influence(
    yi: Effects,
    vi: ArrayLike | None = None,
    moderators: Moderators | None = None,
    *,
    intercept: bool = True,
    estimator: str = "REML",
    test: str | None = None,
) -> Influence:
    """Deletion diagnostics of a meta-analysis or meta-regression.

    yi, vi: effects and sampling variances, shape [k], on any one scale, more studies
    than coefficients. test: None takes what pools them by default, knha-floor for a mean
    (compute_random_effects) and knha with moderators (compute_meta_regression). Other
    arguments and errors as for compute_meta_regression. Each deletion is refitted,
    tau2 included. Source: viechtbauer2010.
    """
    whole = _fit_whole(yi, vi, moderators, intercept, estimator, test)
    deleted = delete_each(whole.y, whole.v, whole.design, estimator, whole.test)
    hat = whole.fitted_variance / (whole.v + whole.tau2)
    shift = whole.coefficients - deleted.coefficients
    fitted_shift = np.einsum("ki,ki->k", whole.design.matrix, shift)
    own = deleted.tau2 + whole.v
    with np.errstate(divide="ignore", invalid="ignore"):
        dffits = fitted_shift / np.sqrt(deleted.scale * hat * own)
        dfbetas = shift / np.sqrt(deleted.scale[:, np.newaxis] * _variances_at(whole, deleted.tau2))
        cook = np.einsum("ki,ij,kj->k", shift, _precision(whole), shift)
        ratio = np.linalg.det(deleted.covariance) / np.linalg.det(whole.scale * whole.covariance)
        rstudent = deleted.residual / deleted.residual_standard_error
    weights = 1.0 / (whole.v + whole.tau2)
    return Influence(
        rstudent=rstudent,
        dffits=dffits,
        cook_distance=cook,
        covariance_ratio=ratio,
        tau2_deleted=deleted.tau2,
        q_deleted=deleted.q,
        hat=hat,
        weights=100.0 * weights / weights.sum(),
        dfbetas=dfbetas,
        influential=_influential(dffits, cook, hat, dfbetas),
        names=whole.design.names,
        indispensable=deleted.indispensable,
        labels=whole.labels,
    )


def _precision(whole: _Whole) -> FloatArray:
    """Inverse of the tested covariance of the coefficients, [p, p]."""
    if whole.scale == 0.0:
        raise ValueError(
            "test 'knha' finds no variance in identical effects; allowed: 'z', 't', 'adhoc'"
        )
    return np.asarray(np.linalg.inv(whole.scale * whole.covariance))


def _variances_at(whole: _Whole, tau2: FloatArray) -> FloatArray:
    """Variances [k, p] of the coefficients of all studies, weighted by each deleted tau2.

    NaN where the deleted tau2 is NaN.
    """
    known = np.where(np.isnan(tau2), 0.0, tau2)
    basis, triangle = np.linalg.qr(whole.design.matrix)
    products = (basis[:, :, np.newaxis] * basis[:, np.newaxis, :]).reshape(len(basis), -1)
    inverse, p = np.linalg.inv(triangle), basis.shape[1]
    parts = []
    for rows in np.array_split(known, max(1, len(tau2) ** 2 // 65536)):
        cross = products.T @ (1.0 / np.add.outer(whole.v, rows))
        covariance = np.linalg.inv(cross.T.reshape(-1, p, p))
        parts.append(np.einsum("ij,bjk,ik->bi", inverse, covariance, inverse))
    return np.where(np.isnan(tau2)[:, np.newaxis], np.nan, np.concatenate(parts))


def _influential(
    dffits: FloatArray, cook: FloatArray, hat: FloatArray, dfbetas: FloatArray
) -> BoolArray:
    k, p = dfbetas.shape
    return np.asarray(
        (np.abs(dffits) > 3.0 * np.sqrt(p / (k - p)))
        | (scipy.special.chdtr(p, cook) > 0.5)
        | (hat > 3.0 * p / k)
        | (np.abs(dfbetas) > 1.0).any(axis=1)
    )


def compute_baujat(
    yi: Effects,
    vi: ArrayLike | None = None,
    moderators: Moderators | None = None,
    *,
    intercept: bool = True,
    estimator: str = "REML",
    test: str | None = None,
) -> Baujat:
    """Coordinates of a Baujat plot: who makes the heterogeneity, and who moves the result.

    Arguments, shapes, scale and errors as for compute_influence; estimator FE gives the
    plot as first published. Source: baujat2002.
    """
    whole = _fit_whole(yi, vi, moderators, intercept, estimator, test)
    deleted = delete_each(whole.y, whole.v, whole.design, estimator, whole.test)
    change = whole.fitted - (whole.y - deleted.residual)
    return Baujat(
        contribution=(whole.y - whole.fitted) ** 2 / (whole.v + whole.tau2),
        influence=change**2 / deleted.fitted_variance,
        indispensable=deleted.indispensable,
        labels=whole.labels,
    )


def compute_residuals(
    yi: Effects,
    vi: ArrayLike | None = None,
    moderators: Moderators | None = None,
    *,
    intercept: bool = True,
    estimator: str = "REML",
    test: str | None = None,
) -> Residuals:
    """Internally and externally standardised residuals.

    Arguments, shapes, scale and errors as for compute_influence. Source: viechtbauer2010.
    """
    whole = _fit_whole(yi, vi, moderators, intercept, estimator, test)
    deleted = delete_each(whole.y, whole.v, whole.design, estimator, whole.test)
    residual = whole.y - whole.fitted
    error = np.sqrt(np.maximum(whole.v + whole.tau2 - whole.fitted_variance, 0.0))
    error[list(deleted.indispensable)] = np.nan
    return Residuals(
        residual=residual,
        standard_error=error,
        standardised=residual / error,
        deleted_residual=deleted.residual,
        deleted_standard_error=deleted.residual_standard_error,
        deleted_standardised=deleted.residual / deleted.residual_standard_error,
        indispensable=deleted.indispensable,
        labels=whole.labels,
    )


def compute_study_predictions(
    yi: Effects,
    vi: ArrayLike | None = None,
    moderators: Moderators | None = None,
    *,
    intercept: bool = True,
    estimator: str = "REML",
    test: str | None = None,
    level: float = 0.95,
) -> StudyPredictions:
    """Shrink each study towards the fitted mean by the ratio of tau2 to its total variance.

    Arguments, shapes, scale and errors as for compute_influence, and ValueError for a
    level outside (0, 1). The limits use the distribution of the test.
    Sources: raudenbush1985, morris1983.
    """
    check_level(level)
    whole = _fit_whole(yi, vi, moderators, intercept, estimator, test)
    share = whole.tau2 / (whole.tau2 + whole.v)
    fitted_variance = whole.scale * whole.fitted_variance
    free = np.array(np.inf if whole.test == "z" else float(len(whole.y) - len(whole.design.names)))
    critical = float(critical_value(level, free))
    deviation = share * (whole.y - whole.fitted)
    effect = whole.fitted + deviation
    effect_error = np.sqrt(share * whole.v + (1.0 - share) ** 2 * fitted_variance)
    error = np.sqrt(share * whole.v + share**2 * fitted_variance)
    return StudyPredictions(
        effect=effect,
        effect_standard_error=effect_error,
        effect_lower=effect - critical * effect_error,
        effect_upper=effect + critical * effect_error,
        deviation=deviation,
        deviation_standard_error=error,
        deviation_lower=deviation - critical * error,
        deviation_upper=deviation + critical * error,
        level=level,
        labels=whole.labels,
    )
