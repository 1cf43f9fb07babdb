"""The binomial-normal model: invariances, an independent integral, what has no maximum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from analysis.formulae.binomial_normal import compute_binomial_normal
from analysis.formulae.intervals import compute_interval_proportion
from analysis.formulae.pooling import compute_random_effects


@st.composite
def counts(draw, most=60):
    """Events of 2 to 10 studies with some events and some non-events among them all."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    k = draw(st.integers(2, 10))
    n = rng.integers(2, most, k)
    logit = rng.normal(rng.uniform(-2.0, 2.0), draw(st.sampled_from([0.0, 0.5, 1.5])), k)
    events = rng.binomial(n, special.expit(logit))
    if events.sum() == 0:
        events[0] = 1
    if events.sum() == n.sum():
        events[0] -= 1
    return events, n


def trapezoid_log_likelihood(events, n, mu, tau, step=0.01):
    """The same likelihood by a plain sum over z, which shares nothing with the quadrature."""
    z = np.arange(-12.0, 12.0 + step / 2, step)
    logit = mu + tau * z
    kernel = np.outer(events, special.log_expit(logit)) + np.outer(
        n - events, special.log_expit(-logit)
    )
    coefficient = special.gammaln(n + 1) - special.gammaln(events + 1)
    coefficient -= special.gammaln(n - events + 1)
    terms = kernel - 0.5 * z**2 + np.log(step / np.sqrt(2 * np.pi))
    return float((special.logsumexp(terms, axis=1) + coefficient).sum())


@settings(max_examples=40)
@given(counts())
def test_likelihood_is_that_of_an_independent_integral_and_nowhere_higher(data):
    events, n = data
    fit = compute_binomial_normal(events, n)
    if not fit.converged:
        return
    tau = np.sqrt(fit.tau2)
    at = trapezoid_log_likelihood(events, n, fit.estimate, tau)
    assert fit.log_likelihood == pytest.approx(at, abs=1e-6)
    step = 0.02 * fit.standard_error
    for mu_step, tau_step in ((step, 0.0), (-step, 0.0), (0.0, 0.02), (0.0, -0.02)):
        there = trapezoid_log_likelihood(events, n, fit.estimate + mu_step, tau + tau_step)
        assert there <= at + 1e-9


@settings(max_examples=30)
@given(counts(), st.randoms(use_true_random=False))
def test_order_of_studies_does_not_matter(data, random):
    events, n = data
    order = list(range(len(n)))
    random.shuffle(order)
    one = compute_binomial_normal(events, n)
    other = compute_binomial_normal(events[order], n[order])
    assert other.estimate == pytest.approx(one.estimate, rel=1e-6, abs=1e-6)
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-5, abs=1e-6)


@settings(max_examples=30)
@given(counts())
def test_counting_non_events_turns_the_logit_round(data):
    events, n = data
    one, other = compute_binomial_normal(events, n), compute_binomial_normal(n - events, n)
    assert other.estimate == pytest.approx(-one.estimate, rel=1e-6, abs=1e-6)
    assert other.lower == pytest.approx(-one.upper, rel=1e-5, abs=1e-5)
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-5, abs=1e-6)
    assert other.q_likelihood_ratio == pytest.approx(one.q_likelihood_ratio, abs=1e-7)


@pytest.mark.parametrize("growth", [1e3, 1e5])
def test_large_studies_lead_to_the_normal_model(growth):
    events, n = np.array([16, 40, 22, 71, 30]), np.array([40, 60, 50, 90, 80])
    fit = compute_binomial_normal(events * growth, n * growth, test="z")
    logit = np.log(events / (n - events))
    variance = (1 / events + 1 / (n - events)) / growth
    normal = compute_random_effects(logit, variance, estimator="ML", test="z")
    assert fit.estimate == pytest.approx(normal.estimate, abs=1.0 / growth)
    assert fit.tau2 == pytest.approx(normal.tau2, abs=1.0 / growth)
    assert fit.standard_error == pytest.approx(normal.standard_error, rel=10.0 / growth)


@settings(max_examples=20)
@given(st.integers(1, 19), st.integers(2, 8), st.integers(2, 50))
def test_interval_narrows_as_homogeneous_studies_grow(events, k, growth):
    small = compute_binomial_normal([events] * k, [20] * k)
    large = compute_binomial_normal([events * growth] * k, [20 * growth] * k)
    assert small.tau2 == large.tau2 == 0.0
    assert large.upper - large.lower == pytest.approx((small.upper - small.lower) / growth**0.5)


def test_splitting_a_homogeneous_study_changes_nothing():
    whole = compute_binomial_normal([30, 15], [100, 50])
    split = compute_binomial_normal([15, 15, 15], [50, 50, 50])
    assert split.tau2 == whole.tau2 == 0.0
    assert split.estimate == pytest.approx(whole.estimate)
    assert split.standard_error == pytest.approx(whole.standard_error)


def test_common_effect_is_the_proportion_of_summed_counts():
    fit = compute_binomial_normal([3, 20, 11], [10, 40, 50], estimator="FE")
    assert fit.proportion == pytest.approx(34 / 100)
    assert fit.tau2 == 0.0
    assert fit.tau2_standard_error is None
    assert fit.prediction_lower is None


def test_more_nodes_than_needed_change_nothing_and_one_is_laplace():
    events, n = [16, 10, 4, 8, 15], [17, 12, 8, 24, 31]
    free = compute_binomial_normal(events, n)
    many = compute_binomial_normal(events, n, nodes=100)
    laplace = compute_binomial_normal(events, n, nodes=1)
    assert many.estimate == pytest.approx(free.estimate, rel=1e-7)
    assert many.tau2 == pytest.approx(free.tau2, rel=1e-6)
    assert laplace.nodes == 1
    assert laplace.tau2 != pytest.approx(free.tau2, rel=1e-4)


def test_tiny_studies_get_as_many_nodes_as_they_need():
    events, n = np.array([0, 1, 3]), np.array([3, 3, 3])
    fit = compute_binomial_normal(events, n)
    assert fit.nodes > 40
    at = trapezoid_log_likelihood(events, n, fit.estimate, np.sqrt(fit.tau2), step=0.005)
    assert fit.log_likelihood == pytest.approx(at, abs=1e-8)


def test_t_test_is_wider_and_prediction_follows_its_convention():
    events, n = [11, 24, 60, 11, 9], [29, 33, 110, 29, 17]
    normal = compute_binomial_normal(events, n, test="z", prediction="default")
    student = compute_binomial_normal(events, n, test="t", prediction="default")
    by_v = compute_binomial_normal(events, n, prediction="V")
    by_hts = compute_binomial_normal(events, n, prediction="HTS")
    assert student.upper > normal.upper
    assert student.degrees_of_freedom == 4
    assert normal.degrees_of_freedom is None
    assert by_v.prediction_upper == pytest.approx(student.prediction_upper)
    assert by_hts.prediction_upper > by_v.prediction_upper > normal.prediction_upper
    assert normal.proportion_prediction_upper == pytest.approx(
        special.expit(normal.prediction_upper)
    )


def test_no_events_are_declared_and_the_summed_counts_shown():
    fit = compute_binomial_normal([0, 0, 0], [10, 20, 30])
    exact = compute_interval_proportion(0, 60)
    assert not fit.converged
    assert "no study has an event" in fit.fallback
    assert (fit.proportion, fit.proportion_lower) == (0.0, 0.0)
    assert fit.proportion_upper == pytest.approx(exact.upper)
    assert fit.estimate == -np.inf
    assert fit.standard_error is None


def test_events_only_are_declared_and_the_summed_counts_shown():
    fit = compute_binomial_normal([10, 20], [10, 20], level=0.9)
    exact = compute_interval_proportion(30, 30, level=0.9)
    assert "every patient" in fit.fallback
    assert (fit.proportion, fit.proportion_upper) == (1.0, 1.0)
    assert fit.proportion_lower == pytest.approx(exact.lower)


def test_all_or_nothing_studies_are_declared_and_pooled_by_inverse_variance():
    fit = compute_binomial_normal([0, 20, 0], [10, 20, 15])
    logits = np.log([0.5 / 10.5, 20.5 / 0.5, 0.5 / 15.5])
    variances = [1 / 0.5 + 1 / 10.5, 1 / 20.5 + 1 / 0.5, 1 / 0.5 + 1 / 15.5]
    pooled = compute_random_effects(logits, variances, test="t")
    assert not fit.converged
    assert "no maximum at a finite tau2" in fit.fallback
    assert fit.estimator == "REML"
    assert fit.estimate == pytest.approx(pooled.estimate)
    assert fit.prediction_lower == pytest.approx(pooled.prediction_lower)


def test_single_patients_say_nothing_about_tau2():
    fit = compute_binomial_normal([1, 0, 1, 1], [1, 1, 1, 1])
    assert fit.tau2 == 0.0
    assert fit.proportion == pytest.approx(0.75)
    assert "n = 1" in fit.fallback


def test_one_study():
    fit = compute_binomial_normal([5], [20], test="t")
    assert fit.proportion == pytest.approx(0.25)
    assert fit.standard_error == pytest.approx(np.sqrt(1 / 5 + 1 / 15))
    assert (fit.tau2, fit.i2, fit.h2, fit.q_wald) == (0.0, 0.0, 1.0, 0.0)
    assert "normal test" in fit.fallback


BAD = {
    "n = 0": ([0], [0], {}, r"n is 0 at index 0; allowed: a whole number, 1 or more"),
    "events > n": ([1, 6], [5, 5], {}, r"events is 6 at index 1; allowed: at most n"),
    "negative": ([-1], [5], {}, r"events is -1 at index 0"),
    "fraction": ([1.5], [5], {}, r"events is 1.5 at index 0; allowed: a whole number"),
    "missing": ([1, np.nan], [5, 5], {}, r"events is nan at index 1"),
    "lengths": ([1, 2], [5, 5, 5], {}, r"shape \(3,\).*shape \(2,\)"),
    "no study": ([], [], {}, r"events is empty"),
    "estimator": ([1], [5], {"estimator": "REML"}, r"estimator is 'REML'; allowed: ML, FE"),
    "test": ([1], [5], {"test": "knha"}, r"test is 'knha'; allowed: z, t"),
    "prediction": ([1], [5], {"prediction": "HK"}, r"prediction is 'HK'; allowed: default"),
    "nodes": ([1], [5], {"nodes": 0}, r"nodes is 0; allowed: a whole number from 1 to 380"),
    "level": ([1], [5], {"level": 1.0}, r"level is 1.0; allowed"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named(name):
    events, n, options, message = BAD[name]
    with pytest.raises(ValueError, match=message):
        compute_binomial_normal(events, n, **options)
