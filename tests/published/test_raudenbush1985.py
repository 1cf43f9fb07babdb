"""Raudenbush and Bryk 1985, Journal of Educational Statistics 10: empirical Bayes
meta-analysis.

Data: nineteen studies of teacher expectancy. Results of pages 83, 85, 86, 90 and 92 and of
Figure 2, to the four digits with which the metafor project's replication compares them
(metafor-project.org, analyses:raudenbush1985, and its test of that name); the paper prints
35.85 and 16.58 for the two Q statistics. Study estimates and statistics of the regression
are compared to three digits: the replication's fourth is that of a loose tolerance.
"""

import numpy as np

from analysis.formulae.influence import compute_study_predictions
from analysis.formulae.meta_regression import compute_meta_regression
from analysis.formulae.pooling import compute_random_effects
from tests.published.approximate import agrees

YI = [
    *[0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.80],
    *[0.54, 0.18, -0.02, 0.23, -0.18, -0.06, 0.30, 0.07, -0.07],
]
VI = [
    *[0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.0630],
    *[0.0912, 0.0497, 0.0835, 0.0841, 0.0253, 0.0279, 0.0193, 0.0088, 0.0303],
]
WEEKS = np.array([2, 21, 19, 0, 0, 3, 17, 24, 0, 1, 0, 0, 1, 2, 17, 5, 1, 2, 7])


def test_random_effects_pages_83_to_86():
    pooled = compute_random_effects(YI, VI, test="z")
    assert agrees([pooled.tau2, pooled.estimate], ["0.0188", "0.0837"])
    assert agrees([pooled.q, pooled.statistic], ["35.8295", "1.6208"])


def test_empirical_bayes_estimates_figure_2():
    found = compute_study_predictions(YI, VI, test="z")
    printed = [
        *["0.054", "0.101", "-0.006", "0.214", "0.105", "-0.008", "0.017", "-0.029"],
        *["0.160", "0.248", "0.162", "0.110", "0.065", "0.110", "-0.029", "0.026"],
        *["0.190", "0.074", "0.025"],
    ]
    assert agrees(found.effect, printed)


def test_mixed_effects_pages_90_and_92():
    weeks = np.minimum(WEEKS, 3)
    fit = compute_meta_regression(YI, VI, {"weeks": weeks}, test="z")
    assert agrees(fit.coefficients, ["0.4072", "-0.1572"])
    assert agrees(fit.statistics, ["4.678", "-4.388"])
    assert agrees([fit.tau2, fit.q], ["0.0000", "16.5708"])
