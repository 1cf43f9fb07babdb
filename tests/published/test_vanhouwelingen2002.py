"""Van Houwelingen, Arends and Stijnen 2002, Statistics in Medicine 21: advanced methods.

Data: thirteen trials of a vaccine against tuberculosis (Table I, page 594). Log odds ratios;
common effect of page 596, maximum likelihood of pages 597 and 599, meta-regression on
latitude of page 608. Values to four digits from the metafor project's replication
(metafor-project.org, analyses:vanhouwelingen2002, and its test of that name), which notes
that the paper prints 0.703 for the upper bound of page 596. The intercept of the regression
is compared to three digits: the replication's fourth is that of a loose tolerance.
"""

import numpy as np
import pytest
from scipy import special

from analysis.formulae.back_transformations import back_transform
from analysis.formulae.heterogeneity import compute_heterogeneity
from analysis.formulae.meta_regression import compute_meta_regression
from analysis.formulae.pooling import compute_common_effect, compute_random_effects
from analysis.formulae.two_groups import compute_effect_two_by_two
from tests.published.approximate import agrees
from tests.published.data import COLDITZ_1994_LATITUDE, colditz_counts


@pytest.fixture
def effects():
    return compute_effect_two_by_two(*colditz_counts(), measure="OR")


def ratio(pooled):
    return back_transform([pooled.estimate, pooled.lower, pooled.upper], "OR")


def test_common_effect_page_596(effects):
    pooled = compute_common_effect(effects.yi, effects.vi)
    assert agrees(ratio(pooled), ["0.6465", "0.5951", "0.7024"])


def test_maximum_likelihood_page_597(effects):
    pooled = compute_random_effects(effects.yi, effects.vi, estimator="ML", test="z")
    assert agrees(ratio(pooled), ["0.4762", "0.3360", "0.6749"])
    assert agrees(pooled.tau2, "0.3025")


def test_hartung_knapp_interval(effects):
    pooled = compute_random_effects(effects.yi, effects.vi, estimator="ML", test="knha")
    assert agrees(ratio(pooled)[1:], ["0.3175", "0.7141"])


def test_interval_of_tau2_by_q_profile(effects):
    limits = compute_heterogeneity(effects.yi, effects.vi, estimator="ML")
    # The replication searches these limits with a tolerance of about 1e-4.
    assert [limits.tau2_lower, limits.tau2_upper] == pytest.approx([0.1302, 1.1812], abs=2e-4)


def test_range_of_true_effects_page_599(effects):
    pooled = compute_random_effects(effects.yi, effects.vi, estimator="ML", test="z")
    reach = special.ndtri(0.975) * np.sqrt(pooled.tau2)
    assert agrees([pooled.estimate - reach, pooled.estimate + reach], ["-1.8199", "0.3359"])


def test_prediction_interval(effects):
    pooled = compute_random_effects(
        effects.yi, effects.vi, estimator="ML", test="z", prediction="default"
    )
    assert agrees([pooled.prediction_lower, pooled.prediction_upper], ["-1.875", "0.391"])


def test_regression_on_latitude_page_608(effects):
    fit = compute_meta_regression(
        effects.yi, effects.vi, {"latitude": COLDITZ_1994_LATITUDE}, estimator="ML", test="z"
    )
    assert agrees(fit.coefficients, ["0.371", "-0.0327"])
    assert agrees(fit.standard_errors, ["0.106", "0.0034"])
    assert agrees(fit.tau2, "0.0040")
