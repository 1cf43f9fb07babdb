"""Time to event from printed summaries: recovery of what was printed, agreement, bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from analysis.formulae.effect_sizes import compute_effect_proportion
from analysis.formulae.pooled_measures import compute_pooled_measure
from analysis.formulae.reported_effects import (
    SCALES,
    compute_effect_from_interval,
    compute_effect_observed_expected,
    compute_effect_ratio_from_p,
    compute_indirect_comparison,
    compute_variance_from_interval,
    concatenate_effects,
)
from analysis.formulae.time_to_event import (
    compute_effect_hazard_ratio,
    compute_effect_landmark,
    compute_landmark_agreement,
)

Z = stats.norm.isf(0.025)


@settings(max_examples=60)
@given(st.floats(0.05, 20), st.floats(0.01, 1.5), st.floats(0.5, 0.99))
def test_a_hazard_ratio_gives_back_the_error_behind_its_interval(ratio, error, level):
    z = stats.norm.isf((1 - level) / 2)
    bounds = ratio * np.exp([-z * error, z * error])
    effects = compute_effect_hazard_ratio(ratio, *bounds, level=level)
    assert effects.yi[0] == pytest.approx(np.log(ratio), abs=1e-12)
    assert effects.vi[0] == pytest.approx(error**2, rel=1e-8)


@settings(max_examples=60)
@given(st.floats(0.05, 20).filter(lambda r: abs(np.log(r)) > 0.01), st.floats(0.05, 1.5))
def test_a_p_value_gives_back_the_error_behind_it(ratio, error):
    p_value = 2 * stats.norm.sf(abs(np.log(ratio)) / error)
    if 1e-300 < p_value < 1:
        effects = compute_effect_ratio_from_p(ratio, p_value)
        assert effects.vi[0] == pytest.approx(error**2, rel=1e-6)


@pytest.mark.parametrize("scale", list(SCALES))
@settings(max_examples=40)
@given(st.floats(0.1, 0.9), st.floats(0.01, 0.05))
def test_every_scale_gives_back_its_own_variance(scale, rate, error):
    inverse = {
        "identity": np.positive,
        "log": np.exp,
        "logit": special.expit,
        "log-log": lambda y: np.exp(-np.exp(y)),
        "arcsine": lambda y: np.sin(y) ** 2,
    }[scale]
    centre = SCALES[scale].forward(np.array(rate))
    bounds = np.sort(inverse(centre + np.array([-1, 1]) * Z * error))
    found = compute_variance_from_interval(bounds[0], bounds[1], scale=scale)
    assert found[0] == pytest.approx(error**2, rel=1e-7)
    step = 1e-6
    slope = (SCALES[scale].forward(np.array(rate + step)) - centre) / step
    assert SCALES[scale].slope(np.array(rate)) == pytest.approx(slope, rel=1e-4)


def test_observed_minus_expected_is_score_over_information():
    effects = compute_effect_observed_expected([-10.0, 4.0], [25.0, 16.0])
    assert effects.yi.tolist() == [-0.4, 0.25]
    assert effects.vi.tolist() == [0.04, 0.0625]


def test_an_indirect_comparison_adds_variances_and_reverses():
    first = compute_indirect_comparison(-0.4, 0.15, 0.2, 0.2)
    second = compute_indirect_comparison(0.2, 0.2, -0.4, 0.15)
    assert first.estimate == pytest.approx(-0.6)
    assert first.standard_error == pytest.approx(0.25)
    assert (second.lower, second.upper) == pytest.approx((-first.upper, -first.lower))
    assert first.p_value == pytest.approx(2 * stats.norm.sf(0.6 / 0.25))


def test_landmark_rates_of_both_kinds_pool_to_a_rate():
    printed = compute_effect_landmark([0.76, 0.61], [0.66, 0.49], [0.84, 0.71])
    counted = compute_effect_proportion([30], [40], measure="PLO")
    found = compute_pooled_measure(concatenate_effects(printed, counted))
    assert found.measure == "PLO"
    assert 0.61 < found.estimate < 0.76
    assert 0 < found.lower < found.estimate < found.upper < 1
    assert found.pooled.k == 3


def test_the_scale_of_the_interval_changes_the_variance_but_not_the_rate():
    rate, lower, upper = [0.77], [0.66], [0.843]
    logit = compute_effect_landmark(rate, lower, upper)
    log_log = compute_effect_landmark(rate, lower, upper, interval_scale="log-log")
    assert logit.yi == pytest.approx(log_log.yi)
    width = np.diff(np.log(-np.log([0.66, 0.843])))[0] / (2 * Z)
    on_rate = width * 0.77 * np.log(0.77)
    assert log_log.vi[0] == pytest.approx((on_rate / (0.77 * 0.23)) ** 2)


@settings(max_examples=40)
@given(st.integers(5, 400), st.floats(0.1, 0.9))
def test_a_complete_landmark_equals_its_count_when_n_is_large(n, rate):
    events = round(rate * n * 100)
    counted = compute_effect_proportion(events, n * 100, measure="PLO")
    p = events / (n * 100)
    half = Z * np.sqrt(p * (1 - p) / (n * 100))
    printed = compute_effect_landmark(p, p - half, p + half, interval_scale="identity")
    assert printed.vi == pytest.approx(counted.vi, rel=1e-9)


@settings(max_examples=40)
@given(st.floats(0.5, 24))
def test_pooled_medians_follow_the_unit(factor):
    values = np.array([[20.0, 30.0, 25.0], [15.0, 20.0, 19.0], [28.0, 44.0, 33.0]])
    months = compute_pooled_measure(compute_effect_from_interval(*values, measure="MEDIAN"))
    other = compute_pooled_measure(
        compute_effect_from_interval(*(factor * values), measure="MEDIAN")
    )
    assert other.estimate == pytest.approx(factor * months.estimate, rel=1e-9)
    assert other.upper == pytest.approx(factor * months.upper, rel=1e-9)


def test_freeman_tukey_pools_carry_their_caution():
    effects = compute_effect_proportion([1, 2, 3], [10, 50, 20], measure="PFT")
    found = compute_pooled_measure(effects, n=[10, 50, 20])
    assert "Schwarzer" in found.caution
    with pytest.raises(ValueError, match="n is missing"):
        compute_pooled_measure(effects)


def kaplan_meier_bounds(rate, n, scale):
    """Interval of a rate of n patients without censoring, symmetric on `scale`."""
    error = np.sqrt(rate * (1 - rate) / n)
    if scale == "log-log":
        width = Z * error / abs(rate * np.log(rate))
        return np.exp(-np.exp(np.log(-np.log(rate)) + np.array([width, -width])))
    return rate + np.array([-1, 1]) * Z * error


@pytest.mark.parametrize("scale", ["identity", "log-log"])
@pytest.mark.parametrize("decimals", [2, 3])
@settings(max_examples=40)
@given(st.floats(0.2, 0.9), st.integers(40, 500))
def test_an_interval_made_on_a_scale_is_recognised(scale, decimals, rate, n):
    low, high = kaplan_meier_bounds(rate, n, scale)
    printed = np.round([rate, low, high], decimals)
    found = compute_landmark_agreement(*printed, decimals=decimals, n=n)
    assert scale in found.scales[0]
    assert found.contains[0]
    if scale == "log-log":
        assert found.wide_enough[0]
        assert found.agrees[0]


def test_disagreements_are_told_apart():
    rate, lower, upper = [0.80, 0.80, 0.80], [0.72, 0.60, 0.79], [0.78, 0.81, 0.81]
    found = compute_landmark_agreement(rate, lower, upper, decimals=2, n=[100, 100, 100])
    assert found.contains.tolist() == [False, True, True]
    assert found.scales[0] == ()
    assert found.scales[1] == ()
    assert found.scales[2] != ()
    assert found.wide_enough.tolist()[2] is False
    assert not found.agrees.any()


def test_a_rate_may_be_printed_more_coarsely_than_its_bounds():
    fine = compute_landmark_agreement(0.77, 0.660, 0.843, decimals=3)
    coarse = compute_landmark_agreement(0.77, 0.660, 0.843, decimals=2, bound_decimals=3)
    assert set(fine.scales[0]) <= set(coarse.scales[0])
    assert "log-log" in coarse.scales[0]


def test_a_plain_interval_cut_off_at_one_agrees():
    found = compute_landmark_agreement(0.97, 0.92, 1.0, decimals=2)
    assert "identity" in found.scales[0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: compute_effect_hazard_ratio(0.5, 0.6, 0.9), "hazard_ratio is 0.5 at index 0"),
        (lambda: compute_effect_hazard_ratio(0.5, 0.0, 0.9), "lower is 0 at index 0"),
        (lambda: compute_effect_hazard_ratio([], [], []), "lower is empty"),
        (lambda: compute_effect_hazard_ratio([1, 1], [0.5, 2], [2, 1]), "upper is 1 at index 1"),
        (lambda: compute_effect_hazard_ratio([1, 1], [0.5], [2]), "hazard_ratio has shape"),
        (lambda: compute_effect_hazard_ratio(1, 0.5, 2, level=95), "level is 95"),
        (lambda: compute_effect_landmark(0.9, 0.8, 1.0), "upper is 1 at index 0; allowed: above 0"),
        (lambda: compute_effect_landmark(77, 66, 84), "rate is 77 at index 0"),
        (lambda: compute_effect_landmark(0.7, 0.6, 0.8, interval_scale="x"), "scale is 'x'"),
        (lambda: compute_effect_ratio_from_p(1.0, 0.5), "ratio is 1 at index 0"),
        (lambda: compute_effect_ratio_from_p(0.5, 0.0), "p_value is 0 at index 0"),
        (lambda: compute_effect_observed_expected([1], [0]), "variance is 0 at index 0"),
        (lambda: compute_indirect_comparison(0, 0, 1, 1), "first_standard_error is 0"),
        (lambda: compute_variance_from_interval(0.1, 0.2, scale="x"), "scale is 'x'"),
        (
            lambda: compute_effect_from_interval(1, 0.5, 2, measure="HR", scale="logit"),
            "estimate is 1 at index 0; allowed: above 0 and below 1 on the logit scale",
        ),
        (lambda: compute_landmark_agreement(0.7, 0.6, 1.2, decimals=2), "upper is 1.2 at index 0"),
        (lambda: compute_landmark_agreement(0.7, 0.6, 0.8, decimals=-1), "decimals is -1"),
        (
            lambda: compute_landmark_agreement(0.7, 0.6, 0.8, decimals=2, n=0),
            "n is 0; allowed: a whole number, 1",
        ),
        (
            lambda: compute_landmark_agreement([0.7, 0.7], 0.6, 0.8, decimals=2),
            r"rate has shape \(2,\)",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
