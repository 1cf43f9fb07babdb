"""Henmi and Copas 2010, Statistics in Medicine 29: confidence intervals under bias.

Data: sixteen trials of acupoint stimulation against nausea after surgery (Lee 2004). The
DerSimonian-Laird results of page 2978, to the four digits with which the metafor project's
replication compares them (metafor-project.org, analyses:henmi2010, and its test of that
name). The method of the paper itself is not part of this project.
"""

from analysis.formulae.pooling import compute_random_effects
from analysis.formulae.two_groups import compute_effect_two_by_two
from tests.published.approximate import agrees

TREATED = (
    [18, 5, 9, 32, 9, 11, 69, 3, 1, 11, 7, 4, 1, 24, 16, 28],
    [100, 50, 20, 135, 23, 18, 122, 25, 30, 30, 44, 47, 30, 40, 50, 110],
)
CONTROL = (
    [20, 18, 7, 31, 10, 12, 80, 12, 1, 19, 16, 6, 13, 71, 53, 25],
    [100, 50, 20, 139, 23, 18, 122, 25, 30, 30, 39, 47, 30, 80, 88, 111],
)


def test_dersimonian_laird_page_2978():
    effects = compute_effect_two_by_two(*TREATED, *CONTROL, measure="OR")
    pooled = compute_random_effects(effects.yi, effects.vi, estimator="DL", test="z")
    assert agrees(pooled.tau2, "0.3325")
    assert agrees([pooled.estimate, pooled.lower, pooled.upper], ["-0.6787", "-1.0664", "-0.2911"])
