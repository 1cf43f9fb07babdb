"""Few or tiny cohorts: global maxima, the floor of Hartung-Knapp, the marginal proportion."""

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from analysis.formulae.binomial_normal import compute_binomial_normal
from analysis.formulae.effect_sizes import compute_effect_proportion
from analysis.formulae.marginal import compute_marginal_proportion
from analysis.formulae.pooling import (
    compute_common_effect,
    compute_random_effects,
    compute_random_effects_batch,
)
from schemas.reading_evidence import load_evidence

# Responses in 37 cohorts of phase 1 trials: dat.roever2022 of metadat. A common proportion
# is a maximum of the likelihood (log-likelihood -48.6288) and not the highest one.
ROEVER = (
    [0, 0, 1, 1, 0, 0, 3, 0, 10, 0, 2, 7, 2, 0, 0, 0, 2, 0, 0,
     3, 1, 2, 2, 2, 0, 1, 0, 1, 1, 0, 0, 2, 0, 3, 0, 0, 3],
    [3, 3, 6, 6, 3, 4, 6, 3, 42, 3, 3, 39, 3, 3, 3, 3, 4, 3, 3,
     4, 6, 6, 6, 3, 3, 6, 3, 9, 9, 3, 6, 3, 3, 6, 3, 3, 5],
)  # fmt: skip


def test_the_highest_of_two_maxima_is_found():
    fit = compute_binomial_normal(*ROEVER, test="z")
    assert fit.converged
    assert fit.tau2 == pytest.approx(0.34825, abs=1e-5)
    assert fit.estimate == pytest.approx(-1.39382, abs=1e-5)
    assert fit.log_likelihood == pytest.approx(-48.57564, abs=1e-5)
    found = [fit.proportion, fit.proportion_lower, fit.proportion_upper]
    assert found == pytest.approx([0.199, 0.126, 0.299], abs=1e-3)


def series(number):
    """Events and sizes of 20 to 40 cohorts of 3 to 10 patients; a series a number."""
    rng = np.random.default_rng([2022, number])
    n = rng.integers(3, 11, int(rng.integers(20, 41)))
    logit = rng.normal(rng.uniform(-2.5, -0.5), rng.choice([0.0, 0.3, 0.6, 1.0]), len(n))
    return rng.binomial(n, special.expit(logit)), n


def highest_on_a_grid(events, n):
    """The highest log-likelihood on a grid of mean and tau, by a plain sum over the deviate."""
    z = np.linspace(-8.0, 8.0, 61)  # a smooth integrand: twice the points change no digit
    centre = np.log((events.sum() + 0.5) / ((n - events).sum() + 0.5))
    mu = centre + np.linspace(-1.5, 0.5, 41)
    logit = mu[:, None, None] + np.linspace(0.0, 2.0, 21)[:, None] * z
    weight = np.exp(-0.5 * z**2) * (z[1] - z[0]) / np.sqrt(2.0 * np.pi)
    yes, no, total = special.log_expit(logit), special.log_expit(-logit), 0.0
    for (x, size), times in zip(*np.unique(np.stack([events, n]).T, axis=0, return_counts=True),
                                strict=True):  # fmt: skip
        total = total + times * np.log(np.exp(x * yes + (size - x) * no) @ weight)
    coefficient = special.gammaln(n + 1) - special.gammaln(events + 1)
    return float(total.max() + (coefficient - special.gammaln(n - events + 1)).sum())


def assert_highest(number):
    events, n = series(number)
    if events.sum() == 0:
        return
    fit = compute_binomial_normal(events, n)
    assert fit.converged
    assert fit.log_likelihood >= highest_on_a_grid(events, n) - 1e-7, number


# the first of the series in which a climb from one start ended at the lower maximum
@pytest.mark.parametrize("number", [*range(8), 100, 200])
def test_no_point_of_a_grid_is_higher_in_series_of_small_cohorts(number):
    assert_highest(number)


@pytest.mark.slow
def test_no_point_of_a_grid_is_higher_in_any_of_449_series():
    for number in range(449):
        assert_highest(number)


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(2, 8))
def test_hartung_knapp_is_never_narrower_than_the_common_effect(seed, k):
    rng = np.random.default_rng(seed)
    vi = rng.uniform(0.02, 0.4, k)
    yi = rng.normal(0.0, rng.choice([0.01, 0.3, 1.0]), k)
    floored = compute_random_effects(yi, vi)
    plain = compute_random_effects(yi, vi, test="knha")
    common = compute_common_effect(yi, vi)
    assert (floored.test, floored.prediction) == ("knha-floor", "riley")
    assert floored.standard_error == pytest.approx(max(plain.standard_error, common.standard_error))
    reach = stats.t.isf(0.025, k - 1) * floored.standard_error
    assert floored.upper == pytest.approx(floored.estimate + reach)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(3, 8))
def test_another_spread_widens_prediction_alone(seed, k):
    rng = np.random.default_rng(seed)
    n = rng.integers(10, 120, k)
    events = rng.binomial(n, special.expit(rng.normal(1.0, rng.choice([0.0, 0.8]), k)))
    effects = compute_effect_proportion(events, n, measure="PLO")
    by_sj = compute_random_effects(effects, estimator="SJ")
    pools = (
        (compute_binomial_normal, (events, n)),
        (compute_random_effects, (effects,)),
    )
    for pool, data in pools:
        own, found = pool(*data), pool(*data, prediction_estimator="SJ")
        reach = stats.t.isf(0.025, k - 2) * np.hypot(found.standard_error, np.sqrt(by_sj.tau2))
        assert found.prediction_lower == pytest.approx(found.estimate - reach)
        assert found.prediction_upper == pytest.approx(found.estimate + reach)
        assert (found.tau2, found.lower, found.upper) == (own.tau2, own.lower, own.upper)
        assert found.prediction_estimator == "SJ"
    batch = compute_random_effects_batch(
        effects.yi[np.newaxis], effects.vi[np.newaxis], prediction_estimator="SJ"
    )
    assert batch.prediction_upper[0] == pytest.approx(found.prediction_upper)


def test_another_spread_of_nothing_is_refused():
    for pool in (lambda **how: compute_binomial_normal([3, 9], [10, 20], **how),
                 lambda **how: compute_random_effects([0.1, 0.4], [0.2, 0.1], **how)):  # fmt: skip
        with pytest.raises(ValueError, match="prediction_estimator is 'GLMM'; allowed: DL"):
            pool(prediction_estimator="GLMM")
        with pytest.raises(ValueError, match="allowed with estimator 'FE': None"):
            pool(estimator="FE", prediction_estimator="SJ")


def test_the_protocols_own_conventions_hold_what_they_say(root):
    """The rows of the coverage study that stand for the protocol as it is."""
    models = load_evidence(root).review.protocol.proportion
    rows = yaml.safe_load((root / "report" / "coverage.yml").read_text(encoding="utf-8"))
    for model in (models.first, models.second):
        named = f"{model.test}, {model.prediction}, {model.prediction_estimator}"
        own = [row for row in rows if (row["model"], row["convention"]) == (model.model, named)]
        assert [row["cohorts"] for row in own] == ["3", "4", "5", "10"], named
        for row in own:
            assert min(float(row["mean"]), float(row["prediction"])) >= 93.0, row


def test_the_library_takes_t_quantiles_unless_told_otherwise():
    fit = compute_binomial_normal([11, 24, 60, 11], [29, 33, 110, 29])
    assert fit.degrees_of_freedom == 3
    assert fit.upper == pytest.approx(fit.estimate + stats.t.isf(0.025, 3) * fit.standard_error)
    reach = stats.t.isf(0.025, 2) * np.hypot(fit.standard_error, np.sqrt(fit.tau2))
    assert fit.prediction_upper == pytest.approx(fit.estimate + reach)


@settings(max_examples=30)
@given(st.floats(-6.0, 6.0), st.floats(0.0, 9.0))
def test_marginal_proportion_is_the_mean_over_cohorts(logit, tau2):
    found = float(compute_marginal_proportion(logit, tau2))
    deviate = np.linspace(-9.0, 9.0, 6001)
    density = stats.norm.pdf(deviate) * (deviate[1] - deviate[0])
    assert found == pytest.approx(special.expit(logit + np.sqrt(tau2) * deviate) @ density)
    median = special.expit(logit)
    assert abs(found - 0.5) <= abs(median - 0.5) + 1e-12  # nearer to a half
    assert float(compute_marginal_proportion(-logit, tau2)) == pytest.approx(1 - found)


def test_marginal_proportion_refuses_a_variance_below_zero():
    with pytest.raises(ValueError, match="tau2 is -1"):
        compute_marginal_proportion(0.0, -1.0)
