"""Viechtbauer 2005, Journal of Educational and Behavioral Statistics 30: estimators of tau2.

Data: the two examples, ten and eighteen standardised mean differences. Results of pages 271
and 272, to the four digits with which the metafor project's replication compares them
(metafor-project.org, analyses:viechtbauer2005, and its test of that name).
"""

import pytest

from analysis.formulae.pooling import compute_random_effects
from tests.published.approximate import agrees

ESTIMATORS = ("HS", "HE", "DL", "ML", "REML", "EB", "SJ")
FIRST = (
    [-0.581, 0.530, 0.771, 1.031, 0.553, 0.295, 0.078, 0.573, -0.176, -0.232],
    [0.023, 0.052, 0.060, 0.115, 0.095, 0.203, 0.200, 0.211, 0.051, 0.040],
)
SECOND = (
    [
        *[0.100, -0.162, -0.090, -0.049, -0.046, -0.010, -0.431, -0.261, 0.134],
        *[0.019, 0.175, 0.056, 0.045, 0.103, 0.121, -0.482, 0.290, 0.342],
    ],
    [
        *[0.016, 0.015, 0.050, 0.050, 0.032, 0.052, 0.036, 0.024, 0.034],
        *[0.033, 0.031, 0.034, 0.039, 0.167, 0.134, 0.096, 0.016, 0.035],
    ],
)
TAU2 = {
    "first": ["0.2282", "0.1484", "0.2768", "0.1967", "0.2232", "0.1920", "0.1992"],
    "second": ["0.0099", "0.0000", "0.0126", "0.0132", "0.0157", "0.0104", "0.0248"],
}
STANDARD_ERROR = {
    "first": ["0.1328", "0.1234", "0.1841", "0.1255", "0.1464", "0.1330", "0.0979"],
    "second": ["0.0138", "0.0217", "0.0159", "0.0151", "0.0167", "0.0156", "0.0118"],
}
# Only for estimators without iteration: the others' four digits of I2 and H2 are those of a
# loose tolerance, not of the estimator.
CLOSED = ("HS", "HE", "DL", "SJ")
I2 = {
    "first": ["77.2284", "68.7988", "80.4447", "74.7545"],
    "second": ["22.9266", "0.0000", "27.5275", "42.6734"],
}
H2 = {
    "first": ["4.3914", "3.2050", "5.1137", "3.9611"],
    "second": ["1.2975", "1.0000", "1.3798", "1.7444"],
}
EXAMPLES = pytest.mark.parametrize(("example", "data"), [("first", FIRST), ("second", SECOND)])


@EXAMPLES
def test_tau2_and_its_standard_error(example, data):
    pooled = [compute_random_effects(*data, estimator=name, test="z") for name in ESTIMATORS]
    assert agrees([p.tau2 for p in pooled], TAU2[example])
    assert agrees([p.tau2_standard_error for p in pooled], STANDARD_ERROR[example])


@EXAMPLES
def test_share_of_heterogeneity(example, data):
    pooled = [compute_random_effects(*data, estimator=name, test="z") for name in CLOSED]
    assert agrees([p.i2 for p in pooled], I2[example])
    assert agrees([p.h2 for p in pooled], H2[example])
