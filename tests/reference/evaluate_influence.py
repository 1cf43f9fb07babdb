"""Reference cases of leave-one-out, cumulative, influence and residual diagnostics."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.formulae.back_transformations import back_transform
from analysis.formulae.influence import (
    compute_baujat,
    compute_influence,
    compute_residuals,
    compute_study_predictions,
)
from analysis.formulae.sensitivity import compute_cumulative, compute_leave_one_out
from tests.reference import describe
from tests.reference.read import Case, read_fit_options, read_studies

Fields = dict[str, Any]


def evaluate_leave_one_out(case: Case) -> Fields:
    yi, vi = read_studies(case)
    fields = describe.describe_batch(
        compute_leave_one_out(yi, vi, **read_fit_options(case)), "pval"
    )
    if "transf.ilogit" in case["r_call"]:
        for name in ("estimate", "ci.lb", "ci.ub"):
            fields[name] = back_transform(fields[name], "PLO")
    return fields


def evaluate_cumulative(case: Case) -> Fields:
    yi, vi = read_studies(case)
    result = compute_cumulative(yi, vi, by=case["input"]["year"], **read_fit_options(case))
    return describe.describe_batch(result.effects, "pvals")


def evaluate_influence(case: Case) -> Fields:
    found = compute_influence(*read_studies(case), test="z")
    return {
        "rstudent": found.rstudent,
        "dffits": found.dffits,
        "cook.d": found.cook_distance,
        "cov.r": found.covariance_ratio,
        "tau2.del": found.tau2_deleted,
        "QE.del": found.q_deleted,
        "hat": found.hat,
        "weight": found.weights,
        "dfbs": np.ravel(found.dfbetas),
        "is_infl": found.influential,
    }


def evaluate_baujat(case: Case) -> Fields:
    found = compute_baujat(*read_studies(case), test="z")
    return {"x": found.contribution, "y": found.influence}


def evaluate_residuals(case: Case) -> Fields:
    residuals = compute_residuals(*read_studies(case), test="z")
    studies = compute_study_predictions(*read_studies(case), test="z")
    return {
        "rstandard": {
            "resid": residuals.residual,
            "se": residuals.standard_error,
            "z": residuals.standardised,
        },
        "rstudent": {
            "resid": residuals.deleted_residual,
            "se": residuals.deleted_standard_error,
            "z": residuals.deleted_standardised,
        },
        "blup": {
            "pred": studies.effect,
            "se": studies.effect_standard_error,
            "pi.lb": studies.effect_lower,
            "pi.ub": studies.effect_upper,
        },
        "ranef": {
            "pred": studies.deviation,
            "se": studies.deviation_standard_error,
            "pi.lb": studies.deviation_lower,
            "pi.ub": studies.deviation_upper,
        },
    }
