"""Answer a reference case through the public functions of the project.

`evaluate_case` reads the input and the options in the R call, never the expected values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from analysis.formulae.back_transformations import back_transform, compute_harmonic_mean
from analysis.formulae.binomial_normal import compute_binomial_normal
from analysis.formulae.design import Categorical
from analysis.formulae.effect_sizes import (
    compute_effect_proportion,
)
from analysis.formulae.heterogeneity import compute_heterogeneity, compute_heterogeneity_from_q
from analysis.formulae.intervals import compute_interval_proportion
from analysis.formulae.mantel_haenszel import compute_mantel_haenszel, compute_peto
from analysis.formulae.meta_regression import (
    compute_joint_test,
    compute_meta_regression,
    compute_regression_prediction,
)
from analysis.formulae.pooling import compute_random_effects
from analysis.formulae.rank_test import compute_rank_test
from analysis.formulae.reported_effects import (
    compute_effect_ratio_from_p,
    compute_indirect_comparison,
)
from analysis.formulae.small_study import compute_regression_test, compute_table_regression_test
from analysis.formulae.time_to_event import compute_effect_hazard_ratio
from analysis.formulae.trim_and_fill import compute_trim_and_fill
from tests.reference import describe
from tests.reference.evaluate_influence import (
    evaluate_baujat,
    evaluate_cumulative,
    evaluate_influence,
    evaluate_leave_one_out,
    evaluate_residuals,
)
from tests.reference.evaluate_meta import evaluate_meta
from tests.reference.read import (
    Case,
    read_effects,
    read_fit_options,
    read_moderators,
    read_option,
    read_studies,
)

Fields = dict[str, Any]

INTERVALS = {
    "clopper_pearson": "clopper-pearson",
    "wilson": "wilson",
    "wilson_cc": "wilson-continuity",
    "jeffreys_raw": "jeffreys-equal-tailed",
    "jeffreys_bdry": "jeffreys",
    "agresti_coull_unclipped": "agresti-coull-unclipped",
    "wald_unclipped": "wald",
    "midp": "mid-p",
}


def evaluate_intervals(case: Case) -> Fields:
    events, n = case["input"]["x"], case["input"]["n"]
    levels = []
    for conf in (0.95, 0.9, 0.99):
        row: Fields = {"conf": conf}
        for name, method in INTERVALS.items():
            interval = compute_interval_proportion(events, n, method=method, level=conf)
            row[name] = [interval.lower, interval.upper]
            row["p"] = interval.estimate
        levels.append(row)
    return {"levels": levels}


def evaluate_back_transformation(case: Case) -> Fields:
    data = case["input"]
    return {
        "hm": compute_harmonic_mean(data["ni"]),
        "ipft_hm": back_transform(data["x"], "PFT", n=data["ni"]),
        "ipft_n": [list(back_transform(data["x"], "PFT", n=n)) for n in data["n1"]],
        "iarcsin": back_transform(data["x"], "PAS"),
        "ilogit": back_transform(data["x"], "PLO"),
        "pft": compute_effect_proportion([0, 1, 5, 10], 10, measure="PFT").yi,
    }


def evaluate_effects(case: Case) -> Fields:
    effects = read_effects(case)
    assert effects is not None
    return describe.describe_effects(effects)


def evaluate_pool(case: Case) -> Fields:
    yi, vi = read_studies(case)
    fit = compute_random_effects(yi, vi, prediction="default", **read_fit_options(case))
    fields = {"yi": yi, "vi": vi} | describe.describe_pool(fit)
    if "xi" in case["input"]:
        measure = read_option(case, "measure", "PLO")
        fields |= describe.describe_proportion_pool(fit, measure, case["input"]["ni"])
    return fields


def evaluate_regression(case: Case) -> Fields:
    yi, vi = read_studies(case)
    intercept = not re.search(r"\) - 1", case["r_call"])
    moderators = read_moderators(case)
    fit = compute_meta_regression(yi, vi, moderators, intercept=intercept, **read_fit_options(case))
    fields = describe.describe_regression(fit)
    if "btt = 3:4" in case["r_call"]:
        joint = compute_joint_test(fit, ["alloc"])
        fields |= {"btt_QM": joint.statistic, "btt_df": joint.degrees_of_freedom}
        fields["btt_p"] = joint.p_value
    if "newmods = rbind(0, 1)" in case["r_call"]:
        fields |= _predict_levels(case, fit)
    return fields


def _predict_levels(case: Case, fit: Any) -> Fields:
    levels = sorted(set(case["input"]["grp"]))
    found = compute_regression_prediction(fit, {"grp": Categorical(levels)})
    columns = {
        "pred": found.estimate,
        "ci.lb": found.lower,
        "ci.ub": found.upper,
        "pi.lb": found.prediction_lower,
        "pi.ub": found.prediction_upper,
    }
    predicted = {name: back_transform(values, "PLO") for name, values in columns.items()}
    return {"levels": levels, "predicted": predicted}


def evaluate_predictions(case: Case) -> Fields:
    yi, vi = read_studies(case)

    def predict(test: str, prediction: str, measure: str = "PLO") -> Fields:
        fit = compute_random_effects(yi, vi, test=test, prediction=prediction)
        return describe.describe_prediction(fit, measure)

    return {
        "z": predict("z", "default"),
        "riley_km2": predict("z", "riley"),
        "knha_km1": predict("knha", "default"),
        "knha_riley_km2": predict("knha", "riley"),
        "z_logit": predict("z", "default", "PR"),
        "knha_logit": predict("knha", "default", "PR"),
    }


def evaluate_heterogeneity(case: Case) -> Fields:
    yi, vi = read_studies(case)
    estimator = read_option(case, "method", "REML")
    return describe.describe_heterogeneity(compute_heterogeneity(yi, vi, estimator=estimator))


def evaluate_test_based(case: Case) -> Fields:
    result = compute_heterogeneity_from_q(case["input"]["Q"], case["input"]["k"])
    columns = {"H": result.h, "H_lb": result.h_lower, "H_ub": result.h_upper}
    shares = {"I2": result.i2, "I2_lb": result.i2_lower, "I2_ub": result.i2_upper}
    columns |= {name: np.asarray(values) / 100 for name, values in shares.items()}
    return {"rows": describe.as_rows(columns)}


def evaluate_mantel_haenszel(case: Case) -> Fields:
    counts = [case["input"][name] for name in ("ai", "n1i", "ci", "n2i")]
    measure = read_option(case, "measure", "OR")
    return describe.describe_tables(compute_mantel_haenszel(*counts, measure=measure))


def evaluate_peto(case: Case) -> Fields:
    counts = [case["input"][name] for name in ("ai", "n1i", "ci", "n2i")]
    return describe.describe_tables(compute_peto(*counts))


def evaluate_regression_test(case: Case) -> Fields:
    yi, vi = read_studies(case)
    test = compute_regression_test(
        yi,
        vi,
        model=read_option(case, "model", "rma"),
        predictor=str(case["input"].get("pr", "sei")),
        ni=case["input"].get("ni"),
        **read_fit_options(case),
    )
    return describe.describe_regression_test(test)


def evaluate_peters(case: Case) -> Fields:
    counts = [case["input"][name] for name in ("ai", "n1i", "ci", "n2i")]
    test = compute_table_regression_test(*counts, method="peters")
    return describe.describe_regression_test(test)


def evaluate_rank_test(case: Case) -> Fields:
    test = compute_rank_test(*read_studies(case))
    return {"tau": test.tau, "pval": test.p_value}


def evaluate_trim_and_fill(case: Case) -> Fields:
    yi, vi = read_studies(case)
    found = compute_trim_and_fill(
        yi,
        vi,
        estimator=case["input"]["est"],
        trim_estimator=case["input"]["method"],
        side=case["input"].get("side"),
        test="z",
    )
    return describe.describe_trim_and_fill(found)


def evaluate_ratio(case: Case) -> Fields:
    data = case["input"]
    from_interval = compute_effect_hazard_ratio(data["hr"], data["lo"], data["hi"])
    from_p = compute_effect_ratio_from_p(data["hr"], data["p"])
    errors = np.sqrt(from_interval.vi)
    pair = from_interval.yi[0], errors[0], from_interval.yi[1], errors[1]
    indirect = compute_indirect_comparison(*(float(value) for value in pair))
    return {
        "yi": from_interval.yi,
        "se_ci": errors,
        "se_p": np.sqrt(from_p.vi),
        "bucher_12": {"est": indirect.estimate, "se": indirect.standard_error},
    }


NORMAL = {"test": "z", "prediction": "default"}


def evaluate_binomial_normal(case: Case) -> Fields:
    events, n = case["input"]["xi"], case["input"]["ni"]
    if sum(events) in (0, sum(n)):
        return {"fallback": compute_binomial_normal(events, n).fallback}
    fits = {
        "nAGQ7": compute_binomial_normal(events, n, nodes=7, **NORMAL),
        "nAGQ1": compute_binomial_normal(events, n, nodes=1, **NORMAL),
        "nAGQ25": compute_binomial_normal(events, n, nodes=25, **NORMAL),
        "nAGQ7_t": compute_binomial_normal(events, n, nodes=7, test="t", prediction="default"),
        "FE": compute_binomial_normal(events, n, estimator="FE", **NORMAL),
        "independent_agq7": compute_binomial_normal(events, n, nodes=7, **NORMAL),
        "independent_ml": compute_binomial_normal(events, n, **NORMAL),
    }
    fields = {}
    for name, fit in fits.items():
        above_one = name in ("nAGQ7", "nAGQ25", "nAGQ7_t", "nAGQ1")
        value = fit.conditional_log_likelihood if above_one else fit.log_likelihood
        fields[name] = describe.describe_binomial_normal(fit, value)
    return fields


def evaluate_laplace(case: Case) -> Fields:
    fit = compute_binomial_normal(case["input"]["xi"], case["input"]["ni"], nodes=1)
    return {"beta": fit.estimate, "tau2": fit.tau2, "se": fit.standard_error}


# The first pattern found in the R call decides.
EVALUATORS: tuple[tuple[str, Callable[[Case], Fields]], ...] = (
    ("bin(x, n", evaluate_intervals),
    ("transf.ipft.hm", evaluate_back_transformation),
    ("calcH", evaluate_test_based),
    ("meta::", evaluate_meta),
    ("lme4::glmer", evaluate_laplace),
    ("rma.glmm", evaluate_binomial_normal),
    ("rma.mh", evaluate_mantel_haenszel),
    ("rma.peto", evaluate_peto),
    ("qnorm(0.975)", evaluate_ratio),
    ("lm(as.numeric", evaluate_peters),
    ("regtest", evaluate_regression_test),
    ("ranktest", evaluate_rank_test),
    ("trimfill", evaluate_trim_and_fill),
    ("leave1out", evaluate_leave_one_out),
    ("cumul", evaluate_cumulative),
    ("influence", evaluate_influence),
    ("baujat", evaluate_baujat),
    ("rstudent", evaluate_residuals),
    ("confint", evaluate_heterogeneity),
    ("riley", evaluate_predictions),
    ("mods =", evaluate_regression),
    ("escalc", evaluate_effects),
    ("rma(", evaluate_pool),
)


def evaluate_case(case: Case) -> Fields:
    """Computed values under the names of the expected ones; KeyError for an unknown kind."""
    for pattern, evaluate in EVALUATORS:
        if pattern in case["r_call"]:
            return evaluate(case)
    raise KeyError(f"{case['id']}: no function answers {case['r_call']}")
