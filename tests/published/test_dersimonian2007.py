"""DerSimonian and Kacker 2007, Contemporary Clinical Trials 28: random-effects estimators.

Data: six trials of low-dose aspirin in pregnancy (CLASP). Results of Tables 3 and 4 (pages
111 and 112), to the four digits with which the metafor project's replication compares
them (metafor-project.org, analyses:dersimonian2007, and its test of that name).
The table's CA is the estimator HE. The ML row is left out: its maximum is flat and the
replication's value of tau, 0.0023, is where a loose tolerance stopped short of 0.
"""

import numpy as np
import pytest

from analysis.formulae.pooling import compute_random_effects
from analysis.formulae.two_groups import compute_effect_two_by_two
from tests.published.approximate import agrees

ASPIRIN = ([5, 5, 12, 69, 9, 313], [156, 303, 565, 1570, 103, 4659])
CONTROL = ([8, 17, 9, 94, 11, 352], [74, 303, 477, 1565, 105, 4650])


@pytest.mark.parametrize(
    ("estimator", "tau", "mean", "standard_error"),
    [
        ("PM", "0.3681", "-0.3811", "0.2060"),
        ("HE", "0.4410", "-0.4035", "0.2327"),
        ("DL", "0.2323", "-0.3240", "0.1540"),
        ("EB", "0.3681", "-0.3811", "0.2060"),
        ("REML", "0.1843", "-0.2980", "0.1343"),
        ("HS", "0.1330", "-0.2666", "0.1125"),
        ("SJ", "0.4572", "-0.4079", "0.2386"),
    ],
)
def test_estimators_of_tables_3_and_4(estimator, tau, mean, standard_error):
    effects = compute_effect_two_by_two(*ASPIRIN, *CONTROL, measure="OR")
    pooled = compute_random_effects(effects.yi, effects.vi, estimator=estimator, test="z")
    assert agrees(np.sqrt(pooled.tau2), tau)
    assert agrees([pooled.estimate, pooled.standard_error], [mean, standard_error])
