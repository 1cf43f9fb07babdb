"""Viechtbauer 2007, Statistics in Medicine 26: confidence intervals of heterogeneity.

Data: nine trials of diuretics in pregnancy, pre-eclampsia (Collins 1985). Estimates and the
Q-profile interval of Table II (page 44), to the four digits with which the metafor
project's replication compares them (metafor-project.org, analyses:viechtbauer2007a, and its
test of that name).
"""

import pytest

from analysis.formulae.heterogeneity import compute_heterogeneity
from analysis.formulae.pooling import compute_random_effects
from analysis.formulae.two_groups import compute_effect_two_by_two
from tests.published.approximate import agrees

TREATED = ([14, 21, 14, 6, 12, 138, 15, 6, 65], [131, 385, 57, 38, 1011, 1370, 506, 108, 153])
CONTROL = ([14, 17, 24, 18, 35, 175, 20, 2, 40], [136, 134, 48, 40, 760, 1336, 524, 103, 102])


@pytest.fixture
def effects():
    return compute_effect_two_by_two(*TREATED, *CONTROL, measure="OR")


def test_estimates_table_ii(effects):
    found = [
        compute_random_effects(effects.yi, effects.vi, estimator=name, test="z").tau2
        for name in ("DL", "ML", "REML", "SJ")
    ]
    assert agrees(found, ["0.2297", "0.2386", "0.3008", "0.4563"])


def test_q_profile_interval_table_ii(effects):
    limits = compute_heterogeneity(effects.yi, effects.vi, estimator="DL")
    # The replication searches these limits with a tolerance of about 1e-4.
    assert [limits.tau2_lower, limits.tau2_upper] == pytest.approx([0.0723, 2.2027], abs=2e-4)
