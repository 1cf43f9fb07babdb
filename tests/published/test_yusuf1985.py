"""Yusuf, Peto, Lewis, Collins and Sleight 1985, Progress in Cardiovascular Diseases 27.

Data: Table 6 (page 343), mortality in short-term trials of oral beta-blockade; the trial
"Snow 1" prints no counts. Result: the typical odds ratio with its interval, given to four
digits, for comparison with the paper's, by the metafor project's replication
(metafor-project.org, analyses:yusuf1985, and its test of that name).
"""

from analysis.formulae.back_transformations import back_transform
from analysis.formulae.mantel_haenszel import compute_peto
from analysis.formulae.pooling import compute_common_effect
from analysis.formulae.two_groups import compute_effect_two_by_two
from tests.published.approximate import agrees

TREATED_DEATHS = [14, 18, 15, 10, 21, 3, 2, 19, 15, 5, 0, 8, 3, 0, 1, 0, 14, 0, 8, 6, 3]
TREATED = [
    *[56, 66, 100, 52, 226, 38, 20, 76, 106, 62, 9, 133, 48, 16, 42, 25],
    *[221, 11, 259, 157, 177],
]
CONTROL_DEATHS = [15, 19, 12, 12, 24, 6, 3, 15, 9, 4, 0, 11, 3, 0, 1, 3, 15, 0, 7, 4, 2]
CONTROLS = [
    *[58, 64, 95, 47, 228, 31, 20, 67, 114, 57, 8, 127, 49, 13, 46, 25],
    *[228, 11, 129, 158, 136],
]
PRINTED = ["0.9332", "0.7385", "1.1792"]


def test_typical_odds_ratio():
    pooled = compute_peto(TREATED_DEATHS, TREATED, CONTROL_DEATHS, CONTROLS)
    bounds = back_transform([pooled.estimate, pooled.lower, pooled.upper], "PETO")
    assert agrees(bounds, PRINTED)


def test_inverse_variance_of_single_trials_gives_the_same():
    effects = compute_effect_two_by_two(
        TREATED_DEATHS, TREATED, CONTROL_DEATHS, CONTROLS, measure="PETO", add=0, drop00=True
    )
    pooled = compute_common_effect(effects.yi[effects.used], effects.vi[effects.used])
    bounds = back_transform([pooled.estimate, pooled.lower, pooled.upper], "PETO")
    assert agrees(bounds, PRINTED)
