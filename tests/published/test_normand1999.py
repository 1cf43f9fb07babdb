"""Normand 1999, Statistics in Medicine 18: tutorial in meta-analysis.

Data: deaths on lidocaine and control (Hine 1989; risk differences in Table III, page 330)
and length of stay under specialist and routine care of stroke (Table VIII, page 351).
Results of Tables VII and IX (pages 349 and 352), to the four digits with which the metafor
project's replication compares them (metafor-project.org, analyses:normand1999, and its
test of that name). The tutorial pools with the variance of a common standard deviation.
"""

import numpy as np
import pytest

from analysis.formulae.pooling import compute_common_effect, compute_random_effects
from analysis.formulae.two_groups import compute_effect_means, compute_effect_two_by_two
from tests.published.approximate import agrees

LIDOCAINE = ([2, 4, 6, 7, 7, 11], [39, 44, 107, 103, 110, 154])
CONTROL = ([1, 4, 4, 5, 3, 4], [43, 44, 110, 100, 106, 146])
N_1, N_2 = (
    np.array([155, 31, 75, 18, 8, 57, 34, 110, 60]),
    np.array([156, 32, 71, 18, 13, 52, 33, 183, 52]),
)
MEAN_1, SD_1 = [55, 27, 64, 66, 14, 19, 52, 21, 30], [47, 7, 17, 20, 8, 7, 45, 16, 27]
MEAN_2, SD_2 = [75, 29, 119, 137, 18, 18, 41, 31, 23], [64, 4, 29, 48, 11, 4, 34, 27, 20]


@pytest.fixture
def percentage_points():
    effects = compute_effect_two_by_two(*LIDOCAINE, *CONTROL, measure="RD")
    return 100 * effects.yi, 100**2 * effects.vi


@pytest.fixture
def days():
    squares = (N_1 - 1) * np.square(SD_1) + (N_2 - 1) * np.square(SD_2)
    common = np.sqrt(squares / (N_1 + N_2 - 2))
    effects = compute_effect_means(
        mean_1=MEAN_1, sd_1=common, n_1=N_1, mean_2=MEAN_2, sd_2=common, n_2=N_2
    )
    return effects.yi, effects.vi


def bounds(pooled):
    return [pooled.estimate, pooled.lower, pooled.upper]


def test_risk_differences_table_iii(percentage_points):
    yi, vi = percentage_points
    assert agrees(yi, ["2.8026", "0.0000", "1.9711", "1.7961", "3.5334", "4.4031"])
    assert agrees(vi, ["17.7575", "37.5657", "8.1323", "10.8998", "8.0114", "6.1320"])


@pytest.mark.parametrize("estimator", ["FE", "REML", "DL"])
def test_pooled_risk_difference_table_vii(percentage_points, estimator):
    pooled = compute_random_effects(*percentage_points, estimator=estimator, test="z")
    assert agrees(bounds(pooled), ["2.9444", "0.3831", "5.5058"])
    assert agrees(pooled.tau2, "0.0000")


def test_differences_of_stay_table_viii(days):
    yi, vi = days
    assert agrees(yi, ["-20", "-2", "-55", "-71", "-4", "1", "11", "-10", "7"])
    assert agrees(
        vi,
        [
            *["40.5863", "2.0468", "15.2809", "150.2222", "20.1923"],
            *["1.2235", "95.3756", "8.0321", "20.6936"],
        ],
    )


def test_common_difference_of_stay_table_ix(days):
    assert agrees(bounds(compute_common_effect(*days)), ["-3.4939", "-5.0265", "-1.9613"])


@pytest.mark.parametrize(
    ("estimator", "printed", "tau2"),
    [
        ("DL", ["-14.0972", "-24.4454", "-3.7490"], "218.7216"),
        ("REML", ["-15.1217", "-32.6716", "2.4282"], "685.1965"),
    ],
)
def test_mean_difference_of_stay_table_ix(days, estimator, printed, tau2):
    pooled = compute_random_effects(*days, estimator=estimator, test="z")
    assert agrees(bounds(pooled), printed)
    assert agrees(pooled.tau2, tau2)
