"""The Bayesian model against R's bayesmeta on published output, and against a plain sum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.formulae.bayesian import compute_bayesian_random_effects

NORMAL = stats.norm.isf(0.025)

# Hedges' g with its 95% interval, and what bayesmeta printed for it with a half-normal prior of
# scale 0.5 on tau and a standard normal prior on the mean: the reproducibility guides of the
# SYPRES project (pennlinc/sypres-docs: analysis/mdmaptsd and analysis/psilodep). The effects
# are printed to four digits, so the posterior can agree to about as many.
MDMA = (
    [-0.7712, -0.5915, -1.2080, -0.9603, -0.8525, -0.2761],
    [-1.2295, -1.0069, -2.1842, -1.9458, -2.1083, -1.2607],
    [-0.3129, -0.1760, -0.2317, 0.0251, 0.4033, 0.7084],
)
PSILOCYBIN = (
    [-1.4215, -2.4807, -0.7092, -1.2731, -1.7297, -0.3347,
     -0.8700, -0.3806, -0.1417, -0.7940, -0.8275, -0.9384],
    [-2.2271, -3.5637, -1.0308, -1.8827, -2.7230, -1.0987,
     -1.2941, -1.0314, -0.8599, -1.5967, -1.5562, -1.5120],
    [-0.6160, -1.3976, -0.3876, -0.6635, -0.7365, 0.4294,
     -0.4459, 0.2701, 0.5765, 0.0086, -0.0988, -0.3648],
)  # fmt: skip
PRINTED = [
    (MDMA, [-0.7044605, -0.7047483, 0.1759992, -1.0545489, -0.3574634],
     [0.1520771, 0.1921266, 0.0, 0.5087099]),
    (PSILOCYBIN, [-0.8714675, -0.8763131, 0.1426918, -1.1694173, -0.5981181],
     [0.2990692, 0.3127251, 0.0, 0.6373571]),
]  # fmt: skip


@pytest.mark.parametrize(("studies", "mean", "tau"), PRINTED)
def test_posterior_is_that_of_bayesmeta(studies, mean, tau):
    yi, lower, upper = (np.array(side) for side in studies)
    vi = ((upper - lower) / (2 * NORMAL)) ** 2
    found = compute_bayesian_random_effects(
        yi, vi, tau_scale=0.5, mean_prior=(0.0, 1.0), interval="shortest"
    )
    of_mean = [found.estimate, found.mean, found.standard_deviation, found.lower, found.upper]
    assert of_mean == pytest.approx(mean, abs=2e-4)
    assert [found.tau, found.tau_mean, found.tau_lower, found.tau_upper] == pytest.approx(
        tau, abs=2e-5
    )


def summed(yi, vi, scale):
    """Mean, and limits of mean and prediction, by a sum over a grid of mean and tau."""
    reach = 12 * np.sqrt(np.mean(vi)) + 6 * scale
    mu = np.linspace(np.mean(yi) - reach, np.mean(yi) + reach, 1201)
    tau = (np.arange(300) + 0.5) * (6 * scale / 300)
    log = -0.5 * (tau / scale) ** 2 + np.zeros((len(mu), 1))
    for y, v in zip(yi, vi, strict=True):
        log = log + stats.norm.logpdf(y, mu[:, None], np.sqrt(v + tau**2))
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    of_mean = np.cumsum(weight.sum(axis=1))
    limits = [float(mu[np.searchsorted(of_mean, share)]) for share in (0.025, 0.975)]
    return float(mu @ weight.sum(axis=1)), limits, float(tau @ weight.sum(axis=0)), mu[1] - mu[0]


@settings(max_examples=4)
@given(st.integers(0, 10_000), st.sampled_from([2, 3, 5]), st.sampled_from([0.3, 1.0]))
def test_posterior_is_that_of_a_plain_sum(seed, k, scale):
    rng = np.random.default_rng(seed)
    yi, vi = rng.normal(0.0, 0.8, k), rng.uniform(0.02, 0.4, k)
    found = compute_bayesian_random_effects(yi, vi, tau_scale=scale)
    mean, limits, tau, step = summed(yi, vi, scale)
    assert found.mean == pytest.approx(mean, abs=step / 2)
    assert [found.lower, found.upper] == pytest.approx(limits, abs=2 * step)
    assert found.tau_mean == pytest.approx(tau, abs=0.01 * scale)


def test_one_study_with_a_prior_that_is_nearly_zero_is_itself():
    found = compute_bayesian_random_effects([0.4], [0.09], tau_scale=1e-6)
    assert [found.lower, found.upper] == pytest.approx([0.4 - NORMAL * 0.3, 0.4 + NORMAL * 0.3])
    assert found.prediction_upper == pytest.approx(found.upper)


def test_wider_priors_and_levels_widen_and_central_limits_have_equal_tails():
    yi, vi = [0.1, 0.9, 0.4], [0.05, 0.08, 0.04]
    found = [compute_bayesian_random_effects(yi, vi, tau_scale=s) for s in (0.25, 0.5, 1.0)]
    assert found[0].upper < found[1].upper < found[2].upper
    wide = compute_bayesian_random_effects(yi, vi, tau_scale=0.5, level=0.99)
    shortest = compute_bayesian_random_effects(yi, vi, tau_scale=0.5, interval="shortest")
    assert wide.lower < found[1].lower
    assert shortest.upper - shortest.lower <= found[1].upper - found[1].lower + 1e-9
    assert found[1].prediction_lower < found[1].lower


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"tau_scale": 0.0}, "tau_scale is 0"),
        ({"tau_scale": 1.0, "interval": "narrow"}, "interval is 'narrow'; allowed: central"),
        ({"tau_scale": 1.0, "mean_prior": (0.0, -1.0)}, "mean_prior is -1"),
        ({"tau_scale": 1.0, "level": 95}, "level is 95"),
    ],
)
def test_what_cannot_be_is_refused(options, said):
    with pytest.raises(ValueError, match=said):
        compute_bayesian_random_effects([0.1, 0.2], [0.1, 0.1], **options)
