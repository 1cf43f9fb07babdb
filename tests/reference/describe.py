"""Results of the project under the field names of the reference values."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.formulae.back_transformations import back_transform, compute_harmonic_mean
from analysis.formulae.binomial_normal import BinomialNormalEffect
from analysis.formulae.heterogeneity import Heterogeneity
from analysis.formulae.mantel_haenszel import TwoByTwoPool
from analysis.formulae.meta_regression import MetaRegression
from analysis.formulae.small_study import RegressionTest
from analysis.formulae.trim_and_fill import TrimAndFill
from analysis.formulae.types import EffectSizes, PooledBatch, PooledEffect

Fields = dict[str, Any]


def describe_effects(effects: EffectSizes) -> Fields:
    return {"yi": effects.yi, "vi": effects.vi}


def _describe_likelihood(fit: PooledEffect | MetaRegression) -> Fields:
    return {
        "ll_ML": fit.log_likelihood,
        "ll_REML": fit.log_likelihood_reml,
        "AIC_ML": fit.aic,
        "AICc_ML": fit.aicc,
        "BIC_ML": fit.bic,
        "weights_pct": fit.weights,
        "tau2": fit.tau2,
        "se_tau2": fit.tau2_standard_error,
        "I2": fit.i2,
        "H2": fit.h2,
        "Q": fit.q,
        "Q_pval": fit.q_p_value,
        "Q_df": fit.q_degrees_of_freedom,
    }


def describe_pool(fit: PooledEffect) -> Fields:
    return _describe_likelihood(fit) | {
        "k": fit.k,
        "p": 1,
        "beta": [fit.estimate],
        "se": [fit.standard_error],
        "stat": [fit.statistic],
        "pval": [fit.p_value],
        "ci_lb": [fit.lower],
        "ci_ub": [fit.upper],
        "vcov": [fit.standard_error**2],
    }


def describe_prediction(fit: PooledEffect, measure: str, sizes: Any = None) -> Fields:
    """Mean and limits as `predict` gives them: a standard error only if nothing is changed."""
    limits = [fit.estimate, fit.lower, fit.upper, fit.prediction_lower, fit.prediction_upper]
    names = ["pred", "ci_lb", "ci_ub", "pi_lb", "pi_ub"]
    # Under a common effect `predict` repeats the confidence interval.
    filled = [limits[i] if limits[i] is not None else limits[i - 2] for i in range(5)]
    back = {
        name: back_transform(limit, measure, n=sizes)
        for name, limit in zip(names, filled, strict=True)
    }
    return back | {"se": fit.standard_error if measure == "PR" else None}


def describe_proportion_pool(fit: PooledEffect, measure: str, sizes: Any) -> Fields:
    return {
        "backtransformed": describe_prediction(fit, measure, sizes),
        "ni_harmonic_mean": compute_harmonic_mean(sizes),
    }


def describe_regression(fit: MetaRegression) -> Fields:
    test = fit.omnibus
    denominator = test.denominator_degrees_of_freedom
    return _describe_likelihood(fit) | {
        "k": fit.k,
        "p": fit.p,
        "beta": fit.coefficients,
        "se": fit.standard_errors,
        "stat": fit.statistics,
        "pval": fit.p_values,
        "ci_lb": fit.lower,
        "ci_ub": fit.upper,
        "vcov": fit.covariance,
        "QM": test.statistic,
        "QM_df": [test.degrees_of_freedom, *([] if denominator is None else [denominator])],
        "QM_pval": test.p_value,
        "R2": fit.r2,
    }


def describe_batch(batch: PooledBatch, p_name: str) -> Fields:
    return {
        "estimate": batch.estimate,
        "se": batch.standard_error,
        "zval": batch.statistic,
        "tval": batch.statistic,
        p_name: batch.p_value,
        "ci.lb": batch.lower,
        "ci.ub": batch.upper,
        "Q": batch.q,
        "Qp": batch.q_p_value,
        "tau2": batch.tau2,
        "I2": batch.i2,
        "H2": batch.h2,
    }


def describe_tables(pool: TwoByTwoPool) -> Fields:
    def test(which: Any, field: str) -> float | None:
        return None if which is None else getattr(which, field)

    return {
        "k": pool.k,
        "estimate": pool.estimate,
        "se": pool.standard_error,
        "stat": pool.statistic,
        "pval": pool.p_value,
        "ci_lb": pool.lower,
        "ci_ub": pool.upper,
        "Q": pool.q,
        "Q_pval": pool.q_p_value,
        "I2": pool.i2,
        "H2": pool.h2,
        "MH": test(pool.association, "statistic"),
        "MHp": test(pool.association, "p_value"),
        "TA": test(pool.homogeneity, "statistic"),
        "TAp": test(pool.homogeneity, "p_value"),
    }


def describe_heterogeneity(result: Heterogeneity) -> Fields:
    fields = {}
    for name, stem in (("tau2", "tau2"), ("tau", "tau"), ("I2", "i2"), ("H2", "h2")):
        for suffix, attribute in (("", ""), ("_lb", "_lower"), ("_ub", "_upper")):
            fields[name + suffix] = getattr(result, stem + attribute)
    return fields


def describe_regression_test(test: RegressionTest) -> Fields:
    return {
        "stat": test.statistic,
        "df": test.degrees_of_freedom,
        "pval": test.p_value,
        "limit_est": test.limit_estimate,
        "limit_lb": test.limit_lower,
        "limit_ub": test.limit_upper,
        "coef": [test.intercept, test.slope],
        "se": [test.intercept_standard_error, test.slope_standard_error],
        "tau2": test.tau2,
        "t": test.statistic,
        "statistic": test.statistic,
        "est": [test.slope, test.slope_standard_error],
    }


def describe_trim_and_fill(result: TrimAndFill) -> Fields:
    return describe_pool(result.pooled) | {
        "k0": result.k0,
        "se_k0": result.k0_standard_error,
        "side": result.side,
        "yi_filled": result.yi,
        "vi_filled": result.vi,
    }


def describe_binomial_normal(fit: BinomialNormalEffect, log_likelihood: float) -> Fields:
    parameters = 1 if fit.estimator == "FE" else 2
    return {
        "k": fit.k,
        "beta": fit.estimate,
        "se": fit.standard_error,
        "stat": fit.statistic,
        "pval": fit.p_value,
        "ci_lb": fit.lower,
        "ci_ub": fit.upper,
        "tau2": fit.tau2,
        "I2": fit.i2,
        "H2": fit.h2,
        "QE_Wld": fit.q_wald,
        "QEp_Wld": fit.q_wald_p_value,
        "QE_LRT": fit.q_likelihood_ratio,
        "QEp_LRT": fit.q_likelihood_ratio_p_value,
        "QE_df": fit.q_degrees_of_freedom,
        "ll": log_likelihood,
        "AIC": -2 * log_likelihood + 2 * parameters,
        "mu": fit.estimate,
        "se_mu": fit.standard_error,
    }


def as_rows(columns: dict[str, np.ndarray]) -> list[Fields]:
    """A list of records from columns of one length."""
    length = len(next(iter(columns.values())))
    return [{name: values[i] for name, values in columns.items()} for i in range(length)]
