"""Reference cases of R's meta package, with its own conventions.

meta gives I2 as a fraction and H with test-based intervals from Q, predicts with k - 1
degrees of freedom, drops tables without events, and finds the interval of tau2 by Q-profile,
or by the generalised Q of Jackson where tau2 is DerSimonian and Laird's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.formulae.back_transformations import back_transform
from analysis.formulae.binomial_normal import compute_binomial_normal
from analysis.formulae.effect_sizes import compute_effect_proportion
from analysis.formulae.generalised_q import compute_tau2_interval
from analysis.formulae.heterogeneity import compute_heterogeneity, compute_heterogeneity_from_q
from analysis.formulae.mantel_haenszel import (
    compute_mantel_haenszel,
    compute_peto,
    compute_random_effects_from_pool,
)
from analysis.formulae.pooling import compute_common_effect, compute_random_effects
from analysis.formulae.rank_test import compute_rank_test
from analysis.formulae.small_study import compute_table_regression_test
from analysis.formulae.two_groups import compute_effect_two_by_two
from analysis.formulae.types import EffectSizes, PooledEffect
from tests.reference.describe import describe_regression_test

Case = dict[str, Any]
Fields = dict[str, Any]


def _describe_shares(q: float, k: int) -> Fields:
    shares = compute_heterogeneity_from_q(q, k)
    return {
        "I2": shares.i2 / 100,
        "lower.I2": shares.i2_lower / 100,
        "upper.I2": shares.i2_upper / 100,
        "H": shares.h,
        "lower.H": shares.h_lower,
        "upper.H": shares.h_upper,
    }


def _describe(
    common: tuple[float, float], random: PooledEffect, tau2_limits: tuple[Any, Any]
) -> Fields:
    return {
        "k": random.k,
        "TE.common": common[0],
        "seTE.common": common[1],
        "TE.random": random.estimate,
        "seTE.random": random.standard_error,
        "lower.random": random.lower,
        "upper.random": random.upper,
        "statistic.random": random.statistic,
        "pval.random": random.p_value,
        "lower.predict": random.prediction_lower,
        "upper.predict": random.prediction_upper,
        "tau2": random.tau2,
        "lower.tau2": tau2_limits[0],
        "upper.tau2": tau2_limits[1],
        "Q": random.q,
        "pval.Q": random.q_p_value,
    } | _describe_shares(random.q, random.k)


def _profile(yi: Any, vi: Any) -> tuple[float | None, float | None]:
    limits = compute_heterogeneity(yi, vi, estimator="REML")
    return limits.tau2_lower, limits.tau2_upper


def _generalised(effects: EffectSizes) -> tuple[float | None, float | None]:
    limits = compute_tau2_interval(effects.yi[effects.used], effects.vi[effects.used])
    return limits.lower, limits.upper


def evaluate_metagen(case: Case) -> Fields:
    data = case["input"]
    yi, vi = data["yi"], data["vi"]
    test = {None: "z", "se": "adhoc", "ci": "adhoc-ci"}[data.get("ad")]
    random = compute_random_effects(yi, vi, test=test, prediction=data.get("pi", "V"))
    common = compute_common_effect(yi, vi)
    return _describe((common.estimate, common.standard_error), random, _profile(yi, vi))


def evaluate_metaprop(case: Case) -> Fields:
    data = case["input"]
    if "sm" not in data:
        return _evaluate_binomial_normal(data["xi"], data["ni"])
    effects = compute_effect_proportion(data["xi"], data["ni"], measure=data["sm"])
    random = compute_random_effects(effects.yi, effects.vi, test="z", prediction="V")
    common = compute_common_effect(effects.yi, effects.vi)
    fields = _describe(
        (common.estimate, common.standard_error), random, _profile(effects.yi, effects.vi)
    )
    # A proportion is tested against nothing.
    return fields | {
        "statistic.random": None,
        "pval.random": None,
        "TE": effects.yi,
        "seTE": np.sqrt(effects.vi),
        "backtransf_random": back_transform(random.estimate, data["sm"], n=data["ni"]),
    }


def _evaluate_binomial_normal(events: Any, n: Any) -> Fields:
    common = compute_binomial_normal(events, n, test="z", estimator="FE")
    random = compute_binomial_normal(events, n, test="z", nodes=7, prediction="V")
    return {
        "k": random.k,
        "TE.common": common.estimate,
        "seTE.common": common.standard_error,
        "TE.random": random.estimate,
        "seTE.random": random.standard_error,
        "lower.random": random.lower,
        "upper.random": random.upper,
        "statistic.random": None,
        "pval.random": None,
        "lower.predict": random.prediction_lower,
        "upper.predict": random.prediction_upper,
        "tau2": random.tau2,
        "lower.tau2": None,
        "upper.tau2": None,
        "Q": random.q_wald,
        "pval.Q": random.q_wald_p_value,
    } | _describe_shares(random.q_wald, random.k)


def evaluate_metabin(case: Case) -> Fields:
    counts = [case["input"][name] for name in ("ai", "n1i", "ci", "n2i")]
    method = case["input"]["me"]
    if method == "MH":
        pool = compute_mantel_haenszel(
            *counts, add_to_pool=0.5, pool_rule="only0", drop00_from_pool=True
        )
        random = compute_random_effects_from_pool(pool, test="z")
        # meta gives no interval of this tau2.
        return _describe((pool.estimate, pool.standard_error), random, (None, None))
    if method == "Peto":
        effects = compute_peto(*counts).effects
    else:
        effects = compute_effect_two_by_two(*counts, measure="OR", drop00=True)
    yi, vi = effects.yi[effects.used], effects.vi[effects.used]
    common = compute_common_effect(yi, vi)
    random = compute_random_effects(yi, vi, estimator="DL", test="z", prediction="V")
    return _describe((common.estimate, common.standard_error), random, _generalised(effects))


def evaluate_metabias(case: Case) -> Fields:
    counts = [case["input"][name] for name in ("ai", "n1i", "ci", "n2i")]
    method = case["input"]["b"].lower()
    if method != "begg":
        return describe_regression_test(compute_table_regression_test(*counts, method=method))
    effects = compute_effect_two_by_two(*counts, measure="OR")
    test = compute_rank_test(effects.yi, effects.vi, method="normal")
    return {
        "statistic": test.statistic,
        "pval": test.p_value,
        "df": None,
        "est": [test.score, test.score_standard_error],
    }


def evaluate_meta(case: Case) -> Fields:
    """Answer a case whose R call is one of meta's functions."""
    for name, evaluate in (
        ("metabias", evaluate_metabias),
        ("metabin", evaluate_metabin),
        ("metaprop", evaluate_metaprop),
        ("metagen", evaluate_metagen),
    ):
        if name in case["r_call"]:
            return evaluate(case)
    raise KeyError(f"{case['id']}: no function answers {case['r_call']}")
