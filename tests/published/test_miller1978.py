"""Miller 1978, The American Statistician 32: inverse of the Freeman-Tukey transformation.

Data: the four proportions of the example. Transformed values and variances on page 138, as
the metafor project's replication gives them to four digits (metafor-project.org,
analyses:miller1978, and its test of that name); Miller leaves out the factor 1/2, so
that the values are twice and the variances four times ours.
"""

import numpy as np
import pytest

from analysis.formulae.back_transformations import back_transform
from analysis.formulae.effect_sizes import compute_effect_proportion
from analysis.formulae.pooling import compute_common_effect
from tests.published.approximate import agrees

EVENTS, SIZES = [3, 6, 10, 1], [11, 17, 21, 6]


@pytest.fixture
def effects():
    return compute_effect_proportion(EVENTS, SIZES, measure="PFT")


def test_transformed_proportions_page_138(effects):
    assert agrees(2 * effects.yi, ["1.1391", "1.2888", "1.5253", "0.9515"])
    assert agrees(4 * effects.vi, ["0.0870", "0.0571", "0.0465", "0.1538"])


def test_unweighted_mean_and_its_inverse(effects):
    mean = np.mean(effects.yi)
    assert agrees(2 * mean, "1.2262")
    assert agrees(back_transform(mean, "PFT", n=SIZES), "0.3164")


def test_weighted_mean_and_its_inverse(effects):
    mean = compute_common_effect(effects.yi, effects.vi).estimate
    assert agrees(2 * mean, "1.3093")
    assert agrees(back_transform(mean, "PFT", n=SIZES), "0.3595")


def test_pool_of_five_proportions():
    """Second example of the project's page, with proportions of 0 and 1."""
    events, sizes = [0, 4, 9, 16, 20], [10, 10, 15, 20, 20]
    effects = compute_effect_proportion(events, sizes, measure="PFT")
    pooled = compute_common_effect(effects.yi, effects.vi)
    bounds = back_transform([pooled.estimate, pooled.lower, pooled.upper], "PFT", n=sizes)
    assert agrees(bounds, ["0.6886", "0.5734", "0.7943"])
