"""Stijnen, Hamza and Ozdemir 2010, Statistics in Medicine 29: generalised linear mixed models.

Data: bloodstream infections with anti-infective and standard catheters, eighteen trials
(Niel-Weise 2007) and nine with person-time (Niel-Weise 2008). Normal-normal and
binomial-normal results of Tables II, III and VII (pages 3050, 3052 and 3054), to the four
digits with which the metafor project's replication compares them (metafor-project.org,
analyses:stijnen2010, and its test of that name). The paper prints 0.035 and 0.056 for two
entries of Table II, 0.62 for a bound of Table III and 6.99 for one of Table VII.
"""

import numpy as np
import pytest

from analysis.formulae.binomial_normal import compute_binomial_normal
from analysis.formulae.effect_sizes import compute_effect_proportion, compute_effect_rate
from analysis.formulae.pooled_measures import compute_pooled_measure
from analysis.formulae.two_groups import compute_effect_two_by_two
from tests.published.approximate import agrees

TREATED = (
    [0, 1, 2, 0, 5, 1, 1, 1, 1, 1, 0, 0, 3, 6, 0, 0, 1, 4],
    [116, 44, 208, 130, 151, 98, 174, 74, 97, 113, 66, 70, 188, 187, 118, 252, 345, 64],
)
CONTROL = (
    [3, 3, 9, 7, 6, 4, 3, 2, 19, 2, 7, 1, 5, 11, 0, 1, 3, 1],
    [117, 35, 195, 136, 157, 139, 177, 39, 103, 122, 64, 58, 175, 180, 105, 262, 362, 69],
)
# Infections and catheter days, in thousands.
TREATED_RATES = (
    [7, 8, 3, 6, 1, 1, 17, 3, 2],
    np.array([1344, 1600, 12012, 1536, 370, 729, 6760, 1107, 320]) / 1000,
)
CONTROL_RATES = (
    [11, 8, 14, 10, 1, 8, 15, 7, 3],
    np.array([1988, 1461, 10962, 1503, 483, 913, 6840, 1015, 440]) / 1000,
)


@pytest.mark.parametrize(
    ("counts", "logit", "proportion"),
    [
        (CONTROL, ["-3.3018", "0.2378", "0.6629"], ["0.0355", "0.0226", "0.0554"]),
        (TREATED, ["-4.2604", "0.2589", "0.3928"], ["0.0139", "0.0084", "0.0229"]),
    ],
)
def test_normal_normal_proportions_table_ii(counts, logit, proportion):
    found = compute_pooled_measure(compute_effect_proportion(*counts, measure="PLO"), test="z")
    pooled = found.pooled
    assert agrees([pooled.estimate, pooled.standard_error, pooled.tau2], logit)
    assert agrees([found.estimate, found.lower, found.upper], proportion)


@pytest.mark.parametrize(
    ("counts", "logit", "proportion"),
    [
        (CONTROL, ["-3.4964", "0.2570", "0.8124"], ["0.0294", "0.0180", "0.0478"]),
        (TREATED, ["-4.8121", "0.3555", "0.8265"], ["0.0081", "0.0040", "0.0161"]),
    ],
)
def test_binomial_normal_proportions_table_ii(counts, logit, proportion):
    found = compute_binomial_normal(*counts, nodes=7, test="z")
    assert agrees([found.estimate, found.standard_error, found.tau2], logit)
    assert agrees([found.proportion, found.proportion_lower, found.proportion_upper], proportion)


def test_normal_normal_odds_ratio_table_iii():
    effects = compute_effect_two_by_two(*TREATED, *CONTROL, measure="OR", drop00=True)
    found = compute_pooled_measure(effects, test="z")
    assert agrees([found.pooled.estimate, found.pooled.standard_error], ["-0.9804", "0.2435"])
    assert agrees(np.sqrt(found.pooled.tau2), "0.1886")
    assert agrees([found.estimate, found.lower, found.upper], ["0.3752", "0.2328", "0.6046"])


@pytest.mark.parametrize(
    ("counts", "log_rate", "rate"),
    [
        (CONTROL_RATES, ["1.4676", "0.2425", "0.3699"], ["4.3389", "2.6973", "6.9795"]),
        (TREATED_RATES, ["0.9808", "0.3259", "0.6393"], ["2.6667", "1.4078", "5.0513"]),
    ],
)
def test_normal_normal_rates_table_vii(counts, log_rate, rate):
    found = compute_pooled_measure(compute_effect_rate(*counts, measure="IRLN"), test="z")
    pooled = found.pooled
    assert agrees([pooled.estimate, pooled.standard_error, pooled.tau2], log_rate)
    assert agrees([found.estimate, found.lower, found.upper], rate)
