"""Regression tests for small-study effects: Egger and its variants.

A test asks whether effects go with a measure of study size. An asymmetric funnel has
more causes than unpublished studies; none of these tests tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.checks import Effects, Studies, check_studies
from analysis.formulae.counts import (
    check_choice,
    check_finite,
    check_level,
    check_positive,
    check_same_shape,
)
from analysis.formulae.distributions import critical_value, two_sided_p
from analysis.formulae.meta_regression import compute_meta_regression
from analysis.formulae.missing import leave_masked_out
from analysis.formulae.results import Result
from analysis.formulae.two_groups import (
    TwoByTwoTables,
    check_two_by_two,
    compute_effect_tables,
    compute_hypergeometric_moments,
)
from analysis.formulae.types import EffectSizes, FloatArray

MODELS = ("rma", "lm")
PREDICTORS = ("sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv")
# With these predictors the intercept is the effect of a study of unlimited size.
LIMIT_PREDICTORS = ("sei", "vi", "ninv", "sqrtninv")
TABLE_TESTS = ("egger", "thompson", "harbord", "macaskill", "peters", "deeks")


@dataclass(frozen=True)
class RegressionTest(Result):
    """The line effect = intercept + slope * predictor, and the test of its slope.

    `statistic` is the slope over its standard error, normal when `degrees_of_freedom` is
    None and Student's t otherwise. `limit_estimate`, `limit_lower` and `limit_upper`, at
    `level`, are the effect expected of a study of unlimited size, None for predictors that
    have none. `tau2` is residual heterogeneity (model "rma"), `dispersion` the residual
    variance factor (model "lm"), the other is None. `fallback` is what the fit had to do
    instead of what was asked, or None.
    """

    statistic: float
    degrees_of_freedom: float | None
    p_value: float
    slope: float
    slope_standard_error: float
    intercept: float
    intercept_standard_error: float
    limit_estimate: float | None
    limit_lower: float | None
    limit_upper: float | None
    tau2: float | None
    dispersion: float | None
    k: int
    model: str
    predictor: str
    level: float
    fallback: str | None


@dataclass(frozen=True)
class _Line:
    coefficients: tuple[float, float]
    standard_errors: tuple[float, float]
    degrees_of_freedom: float | None
    tau2: float | None = None
    dispersion: float | None = None
    fallback: str | None = None


def _fit_dispersed(yi: FloatArray, weights: FloatArray, predictor: FloatArray) -> _Line:
    """Weighted least squares with a multiplicative dispersion, k - 2 degrees of freedom."""
    total = float(np.sum(weights))
    centre = float(np.sum(weights * predictor)) / total
    mean = float(np.sum(weights * yi)) / total
    offset = predictor - centre
    spread = float(np.sum(weights * offset**2))
    slope = float(np.sum(weights * offset * (yi - mean))) / spread
    residuals = yi - mean - slope * offset
    df = yi.size - 2
    dispersion = float(np.sum(weights * residuals**2)) / df
    errors = np.sqrt(dispersion * np.array([1 / total + centre**2 / spread, 1 / spread]))
    return _Line(
        (mean - slope * centre, slope),
        (float(errors[0]), float(errors[1])),
        float(df),
        dispersion=dispersion,
    )


def _fit_mixed(
    yi: FloatArray, vi: FloatArray, predictor: FloatArray, *, estimator: str, test: str
) -> _Line:
    """Mixed-effects meta-regression on one predictor."""
    fit = compute_meta_regression(yi, vi, predictor, estimator=estimator, test=test)
    return _Line(
        (float(fit.coefficients[0]), float(fit.coefficients[1])),
        (float(fit.standard_errors[0]), float(fit.standard_errors[1])),
        fit.degrees_of_freedom,
        tau2=fit.tau2,
        fallback=fit.fallback,
    )


def _summarise(line: _Line, k: int, model: str, predictor: str, level: float) -> RegressionTest:
    slope, error = line.coefficients[1], line.standard_errors[1]
    if not error > 0:
        raise ValueError(
            "yi lie on one line with the predictor: the slope has standard error 0; "
            "allowed: effects that scatter about the line"
        )
    df = line.degrees_of_freedom
    statistic = slope / error
    degrees = np.inf if df is None else df
    critical = float(critical_value(check_level(level), degrees))
    has_limit = predictor in LIMIT_PREDICTORS
    half = critical * line.standard_errors[0]
    return RegressionTest(
        statistic=statistic,
        degrees_of_freedom=df,
        p_value=float(two_sided_p(statistic, degrees)),
        slope=slope,
        slope_standard_error=error,
        intercept=line.coefficients[0],
        intercept_standard_error=line.standard_errors[0],
        limit_estimate=line.coefficients[0] if has_limit else None,
        limit_lower=line.coefficients[0] - half if has_limit else None,
        limit_upper=line.coefficients[0] + half if has_limit else None,
        tau2=line.tau2,
        dispersion=line.dispersion,
        k=k,
        model=model,
        predictor=predictor,
        level=level,
        fallback=line.fallback,
    )


def _choose_predictor(name: str, studies: Studies, ni: ArrayLike | None) -> FloatArray:
    if name in ("sei", "vi"):
        return np.sqrt(studies.v) if name == "sei" else studies.v
    if ni is None:
        raise ValueError(f"ni is missing; predictor {name!r} needs the size of each study")
    sizes = check_positive(studies.only(ni, "ni"), "ni")
    powers = {"ni": 1.0, "ninv": -1.0, "sqrtni": 0.5, "sqrtninv": -0.5}
    return np.asarray(sizes ** powers[name])


def _check_line(predictor: FloatArray, name: str) -> None:
    """A line needs three studies and a predictor that varies."""
    if predictor.size < 3:
        raise ValueError(f"yi holds {predictor.size} studies; allowed: 3 or more for a line")
    if np.ptp(predictor) <= 1e-12 * float(np.max(np.abs(predictor))):
        raise ValueError(
            f"predictor {name!r} is {predictor[0]:.15g} in all studies; "
            "allowed: two values at least"
        )


def compute_regression_test(
    yi: Effects,
    vi: ArrayLike | None = None,
    *,
    model: str = "rma",
    predictor: str = "sei",
    ni: ArrayLike | None = None,
    estimator: str = "REML",
    test: str = "knha",
    level: float = 0.95,
) -> RegressionTest:
    """Egger's regression test and its variants.

    `yi` and `vi` have shape (k,), k at least 3, on any one scale. `model` = "lm" is weighted
    regression with a multiplicative dispersion and a t test on k - 2 degrees of freedom,
    which with `predictor` "sei" is the classical Egger test; "rma" is a mixed-effects
    meta-regression with tau2 by `estimator` (FE for none) and the `test` of
    `compute_meta_regression`. `predictor` is the standard error "sei", the variance "vi", or
    from the sizes `ni` one of "ni", "ninv" (1/n), "sqrtni" and "sqrtninv".

    Raises ValueError for fewer than three studies, a predictor that does not vary, effects
    exactly on a line, a missing `ni`, a variance not above 0, NaN, shapes that differ,
    unknown names. Sources: egger1997, sterne2005, metafor2010.
    """
    studies = check_studies(yi, vi)
    effects, variances = studies.y, studies.v
    check_choice(model, "model", MODELS)
    check_choice(predictor, "predictor", PREDICTORS)
    check_level(level)
    values = _choose_predictor(predictor, studies, ni)
    _check_line(values, predictor)
    if model == "lm":
        line = _fit_dispersed(effects, 1 / variances, values)
    else:
        line = _fit_mixed(effects, variances, values, estimator=estimator, test=test)
    return _summarise(line, effects.size, model, predictor, level)


def compute_weighted_regression_test(
    yi: ArrayLike,
    weights: ArrayLike,
    predictor: ArrayLike,
    *,
    name: str = "predictor",
    level: float = 0.95,
) -> RegressionTest:
    """Weighted regression of effects on any predictor, t test on k - 2 degrees of freedom.

    All of shape (k,), weights above 0, effects on any one scale. Errors and sources as in
    `compute_regression_test`.
    """
    effects = check_finite(yi, "yi")
    heavy, values = check_positive(weights, "weights"), check_finite(predictor, "predictor")
    check_same_shape(yi=effects, weights=heavy, predictor=values)
    _check_line(values, name)
    return _summarise(_fit_dispersed(effects, heavy, values), effects.size, "lm", name, level)


def _test_harbord(tables: TwoByTwoTables, level: float) -> RegressionTest:
    score, information = compute_hypergeometric_moments(tables)
    return compute_weighted_regression_test(
        score / information, information, information**-0.5, name="sei", level=level
    )


def _test_on_size(
    tables: TwoByTwoTables, effects: EffectSizes, level: float, method: str
) -> RegressionTest:
    events = tables.a + tables.c
    weights = events * (tables.total - events) / tables.total
    sizes, name = (tables.total, "ni") if method == "macaskill" else (1 / tables.total, "ninv")
    return compute_weighted_regression_test(effects.yi, weights, sizes, name=name, level=level)


def _test_deeks(tables: TwoByTwoTables, effects: EffectSizes, level: float) -> RegressionTest:
    effective = 4 * tables.n1 * tables.n2 / tables.total
    return compute_weighted_regression_test(
        effects.yi, effective, effective**-0.5, name="sqrtninv", level=level
    )


@leave_masked_out
def compute_table_regression_test(
    events_1: ArrayLike,
    n_1: ArrayLike,
    events_2: ArrayLike,
    n_2: ArrayLike,
    *,
    method: str = "peters",
    measure: str = "OR",
    add: float = 0.5,
    to: str = "only0",
    estimator: str = "REML",
    level: float = 0.95,
) -> RegressionTest:
    """Tests for small-study effects made for two-by-two tables, shape (k,), k at least 3.

    Tables without events, or without non-events, in both groups are left out. Methods:
    "egger" (weighted regression on the standard error), "thompson" (meta-regression on the
    standard error with residual tau2 by `estimator`, t test), "harbord" (score over its
    variance on one over the root of it), "macaskill" (on n, weighted by the margin of
    events), "peters" (the same on 1/n), "deeks" (on one over the root of the effective size,
    weighted by it). `measure`,
    `add` and `to` are those of `compute_effect_two_by_two`; Harbord's score needs none.
    Egger's test is too often positive for odds ratios, whose errors depend on them.

    Raises ValueError for impossible counts, fewer than three usable tables, a predictor
    that does not vary, unknown names.
    Sources: egger1997, thompson1999, harbord2006, macaskill2001, peters2006, deeks2005.
    """
    check_choice(method, "method", TABLE_TESTS)
    tables = check_two_by_two(events_1, n_1, events_2, n_2)
    kept = tables.keep(~tables.is_degenerate)
    if kept.a.size < 3:
        raise ValueError(f"events_1 holds {kept.a.size} usable tables; allowed: 3 or more")
    if method == "harbord":
        return _test_harbord(kept, level)
    effects = compute_effect_tables(kept, measure=measure, add=add, to=to)
    if method in ("macaskill", "peters"):
        return _test_on_size(kept, effects, level, method)
    if method == "deeks":
        return _test_deeks(kept, effects, level)
    model, test = ("lm", "z") if method == "egger" else ("rma", "t")
    return compute_regression_test(
        effects.yi, effects.vi, model=model, estimator=estimator, test=test, level=level
    )
