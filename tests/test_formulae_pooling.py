"""Pooling by inverse variance: invariances, optimality, batches, edges."""

import dataclasses
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.formulae.checks import ESTIMATORS
from analysis.formulae.pooling import (
    compute_common_effect,
    compute_random_effects,
    compute_random_effects_batch,
)
from analysis.formulae.prediction import PREDICTIONS

RANDOM = tuple(name for name in ESTIMATORS if name != "FE")
NUMBERS = (
    "estimate",
    "standard_error",
    "lower",
    "upper",
    "statistic",
    "p_value",
    "tau2",
    "tau2_standard_error",
    "q",
    "q_p_value",
    "i2",
    "h2",
    "prediction_lower",
    "prediction_upper",
)


@st.composite
def studies(draw, least=2, most=12):
    """Effects with variances that span up to a factor of e^6, heterogeneous or not."""
    seed = draw(st.integers(0, 2**32 - 1))
    k = draw(st.integers(least, most))
    rng = np.random.default_rng(seed)
    vi = np.exp(rng.uniform(-3.0, draw(st.sampled_from([-2.0, 0.0, 3.0])), k))
    tau2 = draw(st.sampled_from([0.0, 0.05, 2.0]))
    return rng.normal(0.3, np.sqrt(vi + tau2)), vi


def simulate(shape, seed=0):
    rng = np.random.default_rng(seed)
    vi = np.exp(rng.uniform(-4.0, 0.0, shape))
    return rng.normal(0.2, np.sqrt(vi + 0.1)), vi


def assert_same(one, other, rel=1e-9):
    for name in NUMBERS:
        expected = getattr(other, name)
        if expected is None:
            assert getattr(one, name) is None
        else:
            assert getattr(one, name) == pytest.approx(expected, rel=rel, abs=1e-12), name


@settings(max_examples=60)
@given(studies(), st.sampled_from(ESTIMATORS), st.randoms(use_true_random=False))
def test_order_of_studies_does_not_matter(data, estimator, random):
    yi, vi = data
    order = list(range(len(yi)))
    random.shuffle(order)
    one = compute_random_effects(yi, vi, estimator=estimator, test="knha")
    other = compute_random_effects(yi[order], vi[order], estimator=estimator, test="knha")
    assert_same(one, other)
    assert one.weights[order] == pytest.approx(other.weights, rel=1e-9)


@settings(max_examples=60)
@given(studies(), st.sampled_from(ESTIMATORS), st.sampled_from([1e-8, 1e-3, 1e5]))
def test_scale_of_effects_does_not_matter(data, estimator, scale):
    yi, vi = data
    one = compute_random_effects(yi, vi, estimator=estimator)
    other = compute_random_effects(scale * yi, scale**2 * vi, estimator=estimator)
    assert other.estimate == pytest.approx(scale * one.estimate, rel=1e-9, abs=1e-12 * scale)
    assert other.standard_error == pytest.approx(scale * one.standard_error, rel=1e-9)
    assert other.tau2 == pytest.approx(scale**2 * one.tau2, rel=1e-8, abs=1e-14 * scale**2)
    assert other.i2 == pytest.approx(one.i2, rel=1e-8, abs=1e-9)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-7)


@settings(max_examples=40)
@given(studies(), st.sampled_from(ESTIMATORS), st.floats(-20, 20))
def test_a_shift_moves_the_estimate_alone(data, estimator, shift):
    yi, vi = data
    one = compute_random_effects(yi, vi, estimator=estimator)
    other = compute_random_effects(yi + shift, vi, estimator=estimator)
    assert other.estimate == pytest.approx(one.estimate + shift, rel=1e-9, abs=1e-9)
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-7, abs=1e-10)


@settings(max_examples=40)
@given(studies(), st.integers(2, 6))
def test_merging_identical_studies_leaves_the_common_effect(data, copies):
    yi, vi = data
    split = compute_common_effect(
        np.append(yi, np.full(copies, 0.7)), np.append(vi, np.full(copies, copies * 0.2))
    )
    merged = compute_common_effect(np.append(yi, 0.7), np.append(vi, 0.2))
    assert split.estimate == pytest.approx(merged.estimate, rel=1e-12)
    assert split.standard_error == pytest.approx(merged.standard_error, rel=1e-12)
    assert split.q == pytest.approx(merged.q, rel=1e-9)


@settings(max_examples=40)
@given(studies(), st.floats(1.5, 100.0))
def test_interval_narrows_as_studies_grow(data, growth):
    yi, vi = data
    small, large = compute_common_effect(yi, vi), compute_common_effect(yi, vi / growth)
    assert large.upper - large.lower == pytest.approx((small.upper - small.lower) / growth**0.5)


def log_likelihood(yi, vi, tau2, restricted):
    weight = 1.0 / (vi + tau2)
    mean = (weight * yi).sum() / weight.sum()
    value = -0.5 * (np.log(vi + tau2).sum() + (weight * (yi - mean) ** 2).sum())
    return value - 0.5 * np.log(weight.sum()) if restricted else value


@settings(max_examples=150)
@given(studies(), st.sampled_from(["ML", "REML"]))
def test_no_other_tau2_is_more_likely(data, estimator):
    yi, vi = data
    fit = compute_random_effects(yi, vi, estimator=estimator)
    assert fit.converged
    best = log_likelihood(yi, vi, fit.tau2, estimator == "REML")
    grid = np.append(0.0, np.geomspace(1e-4, 1e3, 300))
    others = [log_likelihood(yi, vi, tau2, estimator == "REML") for tau2 in grid]
    assert best >= max(others) - 1e-10


def test_the_higher_of_two_maxima_is_found():
    # precise studies that agree and imprecise ones that do not: a maximum at 0 and one above
    yi = np.array([-0.8893, -1.5854, -0.7861, -1.3481, -1.3713, -0.4694])
    vi = np.array([0.3256, 0.1946, 0.0069, 0.4154, 0.0730, 0.0564])
    fit = compute_random_effects(yi, vi, estimator="ML")
    assert fit.tau2 > 0.05
    at_zero = log_likelihood(yi, vi, 0.0, restricted=False)
    between = log_likelihood(yi, vi, 0.005, restricted=False)
    assert between < at_zero < log_likelihood(yi, vi, fit.tau2, restricted=False)


@settings(max_examples=60)
@given(studies(), st.sampled_from(["PM", "EB"]))
def test_paule_mandel_brings_q_to_its_expectation(data, estimator):
    yi, vi = data
    fit = compute_random_effects(yi, vi, estimator=estimator)
    weight = 1.0 / (vi + fit.tau2)
    mean = (weight * yi).sum() / weight.sum()
    form = (weight * (yi - mean) ** 2).sum()
    if fit.tau2 > 0.0:
        assert form == pytest.approx(len(yi) - 1, rel=1e-9)
    else:
        assert form <= len(yi) - 1 + 1e-9


def test_masked_studies_have_no_weight():
    yi, vi = np.array([0.1, np.nan, 0.5]), np.array([0.1, -1.0, 0.2])
    fit = compute_random_effects(yi, vi, mask=[True, False, True])
    assert fit.weights[1] == 0.0
    assert fit.weights.sum() == pytest.approx(100.0)
    assert fit.k == 2


def test_given_weights_replace_inverse_variances_in_the_mean_alone():
    yi, vi = simulate(8, seed=6)
    weights = np.arange(1.0, 9.0)
    plain = compute_random_effects(yi, vi, test="z")
    fit = compute_random_effects(yi, vi, test="z", weights=weights)
    share = weights / weights.sum()
    assert fit.estimate == pytest.approx(share @ yi)
    assert fit.standard_error == pytest.approx(np.sqrt(share**2 @ (vi + plain.tau2)))
    assert (fit.tau2, fit.q) == (plain.tau2, plain.q)
    assert fit.weights == pytest.approx(100 * share)
    best = compute_random_effects(yi, vi, test="z", weights=1.0 / (vi + plain.tau2))
    assert_same(best, plain)
    assert fit.log_likelihood < plain.log_likelihood


def dersimonian_laird_exactly(yi, vi):
    """tau2, its standard error and Q in rational arithmetic."""
    y, v = [Fraction(value) for value in yi], [Fraction(value) for value in vi]
    w = [1 / value for value in v]
    s1, s2, s3 = (sum(value**power for value in w) for power in (1, 2, 3))
    mean = sum(a * b for a, b in zip(w, y, strict=True)) / s1
    q = sum(a * (b - mean) ** 2 for a, b in zip(w, y, strict=True))
    free, trace, trace2 = len(y) - 1, s1 - s2 / s1, s2 - 2 * s3 / s1 + (s2 / s1) ** 2
    tau2 = max(Fraction(0), (q - free) / trace)
    variance = (2 * free + 4 * tau2 * trace + 2 * tau2**2 * trace2) / trace**2
    return float(tau2), float(variance) ** 0.5, float(q)


@pytest.mark.parametrize("exponent", [6, 10, 14, 20])
def test_a_study_with_nearly_all_the_weight_costs_no_digits(exponent):
    yi, vi = [0.2, 1.9, -0.7, 1.4, 0.1], [10.0**-exponent, 0.1, 0.2, 0.3, 0.4]
    tau2, error, q = dersimonian_laird_exactly(yi, vi)
    fit = compute_random_effects(yi, vi, estimator="DL")
    batch = compute_random_effects_batch([yi], [vi], estimator="DL")
    assert tau2 > 0.0
    for found in (fit, batch):
        assert found.tau2 == pytest.approx(tau2, rel=1e-13)
        assert found.tau2_standard_error == pytest.approx(error, rel=1e-13)
        assert found.q == pytest.approx(q, rel=1e-13)


def test_identical_effects():
    classical = compute_random_effects([0.3] * 5, [0.01, 0.02, 0.03, 0.04, 0.05])
    hartung = compute_random_effects([0.3] * 5, [0.01, 0.02, 0.03, 0.04, 0.05], test="knha")
    floored = compute_random_effects([0.3] * 5, [0.01, 0.02, 0.03, 0.04, 0.05], test="adhoc")
    assert (classical.tau2, classical.i2, classical.h2) == (0.0, 0.0, 1.0)
    assert hartung.standard_error == 0.0
    assert hartung.p_value == 0.0
    assert floored.standard_error == pytest.approx(classical.standard_error)


def test_identical_zero_effects_have_p_one_under_hartung_knapp():
    fit = compute_random_effects([0.0] * 4, [0.1] * 4, test="knha")
    assert (fit.standard_error, fit.statistic, fit.p_value) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_one_study_is_itself(estimator):
    fit = compute_random_effects([0.4], [0.09], estimator=estimator, test="knha")
    assert (fit.estimate, fit.standard_error) == pytest.approx((0.4, 0.3))
    assert (fit.tau2, fit.i2, fit.h2, fit.q, fit.q_p_value) == (0.0, 0.0, 1.0, 0.0, 1.0)
    assert fit.tau2_standard_error is None
    assert "normal test" in fit.fallback
    assert ("tau2 cannot be estimated" in fit.fallback) == (estimator != "FE")


@settings(max_examples=60)
@given(studies(), st.sampled_from(RANDOM))
def test_variants_of_hartung_knapp_are_ordered(data, estimator):
    yi, vi = data
    fits = {
        test: compute_random_effects(yi, vi, estimator=estimator, test=test)
        for test in ("z", "t", "knha", "adhoc", "adhoc-ci")
    }
    width = {test: fit.upper - fit.lower for test, fit in fits.items()}
    assert width["adhoc"] == pytest.approx(max(width["knha"], width["t"]))
    assert width["adhoc-ci"] == pytest.approx(max(width["knha"], width["z"]))
    assert width["t"] > width["z"]


@settings(max_examples=40)
@given(studies(least=4), st.sampled_from(PREDICTIONS))
def test_prediction_interval_holds_the_confidence_interval(data, prediction):
    yi, vi = data
    fit = compute_random_effects(yi, vi, test="z", prediction=prediction)
    if fit.prediction_lower is None:  # Kenward-Roger may leave less than one degree of freedom
        assert prediction == "KR-PR"
        assert "KR-PR" in fit.fallback
        return
    if prediction not in ("HK", "HK-PR"):  # their standard error may be the smaller
        assert fit.prediction_upper >= fit.upper - 1e-9
    assert fit.prediction_lower < fit.estimate < fit.prediction_upper


def test_prediction_without_degrees_of_freedom_is_declared():
    fit = compute_random_effects([0.1, 0.9], [0.04, 0.06], prediction="HTS")
    assert fit.prediction_lower is None
    assert fit.prediction_upper is None
    assert "HTS" in fit.fallback
    floored = compute_random_effects([0.1, 0.9], [0.04, 0.06], prediction="riley")
    assert floored.prediction_upper is not None
    assert "1 was used" in floored.fallback


def test_common_effect_has_no_prediction_interval_and_h2_may_be_below_one():
    fit = compute_common_effect([0.30, 0.31, 0.29], [0.1, 0.2, 0.3])
    assert fit.prediction_lower is None
    assert fit.tau2_standard_error is None
    assert fit.i2 == 0.0
    assert 0.0 < fit.h2 < 1.0


def test_level_sets_the_critical_value():
    yi, vi = simulate(6)
    for level in (0.5, 0.9, 0.999):
        fit = compute_random_effects(yi, vi, level=level, test="z")
        half = (fit.upper - fit.lower) / 2
        assert half / fit.standard_error == pytest.approx(stats.norm.isf((1 - level) / 2))


def test_p_value_keeps_its_digits_far_out():
    fit = compute_common_effect([30.0, 30.0], [2.0, 2.0])
    assert fit.p_value == pytest.approx(2 * stats.norm.sf(30.0), rel=1e-9)


def test_memory_grows_with_the_number_of_studies_only():
    yi, vi = simulate(40_000)
    compute_random_effects(yi[:100], vi[:100])
    tracemalloc.start()
    compute_random_effects(yi, vi)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * (yi.nbytes + vi.nbytes)


def test_results_are_frozen():
    fit = compute_random_effects([0.1, 0.2], [0.1, 0.1])
    with pytest.raises(dataclasses.FrozenInstanceError):
        fit.estimate = 0.0


BAD = {
    "negative variance": (
        [0.1, 0.2],
        [0.1, -0.2],
        {},
        r"vi is -0.2 at index 1; allowed: .*above 0",
    ),
    "zero variance": ([0.1, 0.2], [0.0, 0.2], {}, r"vi is 0 at index 0"),
    "infinite variance": ([0.1, 0.2], [0.1, np.inf], {}, r"vi is inf at index 1"),
    "missing effect": ([0.1, np.nan], [0.1, 0.2], {}, r"yi is nan at index 1; allowed: a finite"),
    "missing variance": ([0.1, 0.2], [np.nan, 0.2], {}, r"vi is nan at index 0"),
    "tiny variance": ([0.1, 0.2], [0.1, 1e-90], {}, r"vi is 1e-90 at index 1; allowed: a size"),
    "huge effect": ([0.1, 1e90], [0.1, 0.1], {}, r"yi is 1e\+90 at index 1; allowed: a size"),
    "lengths": ([0.1, 0.2, 0.3], [0.1, 0.2], {}, r"vi has shape \(2,\) but yi has shape \(3,\)"),
    "no study": ([], [], {}, r"yi .*allowed: one"),
    "text": (["a"], [0.1], {}, r"yi must hold numbers"),
    "matrix": ([[0.1]], [[0.1]], {}, r"yi has 2 axes"),
    "estimator": ([0.1], [0.1], {"estimator": "XX"}, r"estimator is 'XX'; allowed: DL, HE"),
    "test": ([0.1], [0.1], {"test": "f"}, r"test is 'f'; allowed: z, t"),
    "prediction": ([0.1], [0.1], {"prediction": "Z"}, r"prediction is 'Z'; allowed: default"),
    "level": ([0.1], [0.1], {"level": 95}, r"level is 95; allowed: one number between 0 and 1"),
    "Kenward-Roger": ([0.1], [0.1], {"test": "kr", "estimator": "DL"}, r"estimator is 'DL'.*REML"),
    "mask shape": ([0.1], [0.1], {"mask": [True, True]}, r"mask has shape \(2,\); allowed: \(1,\)"),
    "mask type": ([0.1], [0.1], {"mask": [1]}, r"mask has dtype .*; allowed: booleans"),
    "mask empty": ([0.1], [0.1], {"mask": [False]}, r"yi holds no study"),
    "weight": ([0.1], [0.1], {"weights": [-1]}, r"weights is -1 at index 0"),
    "weights": ([0.1], [0.1], {"weights": [1, 2]}, r"weights has shape \(2,\)"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named(name):
    yi, vi, options, message = BAD[name]
    with pytest.raises(ValueError, match=message):
        compute_random_effects(yi, vi, **options)
