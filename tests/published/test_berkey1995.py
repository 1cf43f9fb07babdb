"""Berkey, Hoaglin, Mosteller and Colditz 1995, Statistics in Medicine 14: random-effects
regression.

Data: the thirteen tuberculosis trials with smoothed sampling variances of the log risk
ratios. Empirical Bayes and common-effect results of page 408, to the four digits with which
the metafor project's replication compares them (metafor-project.org, analyses:berkey1995,
and its test of that name); the article prints -0.6304, -0.5950 and 0.0039 where these are
-0.6303, -0.5949 and 0.0040.
"""

import numpy as np
import pytest

from analysis.formulae.back_transformations import back_transform
from analysis.formulae.meta_regression import (
    compute_meta_regression,
    compute_regression_prediction,
)
from analysis.formulae.pooling import compute_random_effects
from analysis.formulae.two_groups import compute_effect_two_by_two
from tests.published.approximate import agrees
from tests.published.data import COLDITZ_1994, COLDITZ_1994_LATITUDE, colditz_counts

LATITUDE = {"latitude": COLDITZ_1994_LATITUDE - 33.46}


@pytest.fixture
def studies():
    yi = compute_effect_two_by_two(*colditz_counts(), measure="RR").yi
    a, b, c, d = COLDITZ_1994.T.astype(float)
    vi = np.sum(b / a) / (13 * (a + b)) + np.sum(d / c) / (13 * (c + d))
    return yi, vi


def predicted_ratios(fit):
    at = {"latitude": np.array([33.46, 42]) - 33.46}
    return back_transform(compute_regression_prediction(fit, at).estimate, "RR")


def test_random_effects_page_408(studies):
    pooled = compute_random_effects(*studies, estimator="EB", test="z")
    assert agrees(
        [pooled.estimate, pooled.standard_error, pooled.tau2], ["-0.5429", "0.1842", "0.2682"]
    )


def test_mixed_effects_regression_page_408(studies):
    fit = compute_meta_regression(*studies, LATITUDE, estimator="EB", test="z")
    assert agrees(fit.coefficients, ["-0.6303", "-0.0268"])
    assert agrees(fit.standard_errors, ["0.1591", "0.0110"])
    assert agrees(fit.tau2, "0.1572")
    assert agrees(predicted_ratios(fit), ["0.5324", "0.4236"])


def test_fixed_effects_regression_page_408(studies):
    fit = compute_meta_regression(*studies, LATITUDE, estimator="FE", test="z")
    assert agrees(fit.coefficients, ["-0.5949", "-0.0282"])
    assert agrees(fit.standard_errors, ["0.0696", "0.0040"])
    assert agrees(predicted_ratios(fit), ["0.5516", "0.4336"])
