"""Lipsey and Wilson 2001, Practical Meta-Analysis, chapter 7.

Data: ten effect sizes with their variances, random assignment and intensity. Results of
Exhibits 7.3, 7.4, 7.6 and 7.7 (pages 133, 138 and 141), from the metafor project's
replication (metafor-project.org, analyses:lipsey2001, and its test of that name), which
notes where the chapter's last digit differs by one.
"""

import numpy as np

from analysis.formulae.meta_regression import (
    compute_meta_regression,
    compute_regression_prediction,
)
from analysis.formulae.pooling import compute_common_effect, compute_random_effects
from tests.published.approximate import agrees

YI = np.array([-0.33, 0.32, 0.39, 0.31, 0.17, 0.64, -0.33, 0.15, -0.02, 0.00])
VI = np.array([0.084, 0.035, 0.017, 0.034, 0.072, 0.117, 0.102, 0.093, 0.012, 0.067])
RANDOM = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
INTENSITY = np.array([7, 3, 7, 5, 7, 7, 4, 4, 5, 6])
BOTH = {"random": RANDOM, "intensity": INTENSITY}


def summary(pooled):
    values = [pooled.estimate, pooled.standard_error, pooled.statistic, pooled.p_value]
    return [*values, pooled.lower, pooled.upper]


def test_common_effect_exhibit_7_3():
    pooled = compute_common_effect(YI, VI)
    printed = ["0.1549", "0.0609", "2.5450", "0.0109", "0.0356", "0.2742"]
    assert agrees(summary(pooled), printed)
    assert agrees([pooled.q, pooled.q_p_value], ["14.7640", "0.0976"])


def test_random_effects_exhibit_7_3():
    pooled = compute_random_effects(YI, VI, estimator="DL", test="z")
    printed = ["0.1534", "0.0858", "1.7893", "0.0736", "-0.0146", "0.3215"]
    assert agrees(summary(pooled), printed)
    assert agrees(pooled.tau2, "0.025955")


def test_analysis_of_variance_exhibit_7_4():
    fit = compute_meta_regression(YI, VI, {"random": RANDOM}, estimator="FE", test="z")
    groups = compute_regression_prediction(fit, {"random": [0, 1]})
    assert agrees(groups.estimate, ["0.2984", "-0.0277"])
    assert agrees(groups.standard_error, ["0.0813", "0.0917"])
    assert agrees([fit.omnibus.statistic, fit.omnibus.p_value], ["7.0739", "0.0078"])
    assert agrees([fit.q, fit.q_p_value], ["7.6901", "0.4643"])
    for group, printed in ((0, ["6.4382", "0.2659"]), (1, ["1.2519", "0.7406"])):
        within = compute_common_effect(YI[group == RANDOM], VI[group == RANDOM])
        assert agrees([within.q, within.q_p_value], printed)


def test_fixed_effects_regression_exhibit_7_6():
    fit = compute_meta_regression(YI, VI, BOTH, estimator="FE", test="z")
    assert agrees(fit.coefficients, ["0.32233263", "-0.32978043", "-0.00408559"])
    assert agrees(fit.standard_errors, ["0.29977632", "0.13041815", "0.04928185"])
    assert agrees([fit.omnibus.statistic, fit.omnibus.p_value], ["7.0807", "0.0290"])
    assert agrees([fit.q, fit.q_p_value], ["7.6832", "0.3614"])


def test_mixed_effects_regression_exhibit_7_7():
    fit = compute_meta_regression(YI, VI, BOTH, estimator="DL", test="z")
    assert agrees(fit.coefficients, ["0.33106915", "-0.32691858", "-0.00682302"])
    assert agrees(fit.standard_errors, ["0.31983925", "0.1439395", "0.0528008"])
    assert agrees([fit.omnibus.statistic, fit.omnibus.p_value], ["5.5711", "0.0617"])
    assert agrees(fit.tau2, "0.00488")
