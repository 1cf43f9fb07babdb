"""Intervals of tau2, I2 and H2: definitions, order, edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.formulae.heterogeneity import compute_heterogeneity, compute_heterogeneity_from_q
from analysis.formulae.pooling import compute_random_effects


def simulate(k, tau2=0.5, seed=0):
    rng = np.random.default_rng(seed)
    vi = np.exp(rng.uniform(-4.0, 0.0, k))
    return rng.normal(0.2, np.sqrt(vi + tau2)), vi


def generalised_q(yi, vi, tau2, design):
    weight = 1.0 / (vi + tau2)
    root = np.sqrt(weight)[:, np.newaxis]
    fitted = design @ np.linalg.lstsq(root * design, root[:, 0] * yi, rcond=None)[0]
    return float((weight * (yi - fitted) ** 2).sum())


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(3, 20), st.sampled_from([0.8, 0.95]), st.booleans())
def test_limits_of_tau2_are_where_q_has_the_quantiles(seed, k, level, moderated):
    yi, vi = simulate(k, seed=seed)
    moderator = np.arange(k, dtype=float)
    columns = [np.ones(k), moderator] if moderated else [np.ones(k)]
    design = np.column_stack(columns)
    free = k - design.shape[1]
    found = compute_heterogeneity(yi, vi, moderator if moderated else None, level=level)
    tail = (1 - level) / 2
    for limit, quantile in (
        (found.tau2_lower, stats.chi2.isf(tail, free)),
        (found.tau2_upper, stats.chi2.ppf(tail, free)),
    ):
        if limit > 0.0:
            assert generalised_q(yi, vi, limit, design) == pytest.approx(quantile, rel=1e-8)
        else:
            assert generalised_q(yi, vi, 0.0, design) <= quantile
    assert found.tau2_lower <= found.tau2_upper


def test_limits_of_i2_and_h2_follow_from_those_of_tau2():
    found = compute_heterogeneity(*simulate(8))
    typical = found.typical_variance
    assert found.i2_lower == pytest.approx(100 * found.tau2_lower / (typical + found.tau2_lower))
    assert found.h2_upper == pytest.approx(1 + found.tau2_upper / typical)
    assert found.tau_upper == pytest.approx(np.sqrt(found.tau2_upper))


@pytest.mark.parametrize("estimator", ["DL", "REML", "PM", "SJ"])
def test_point_values_are_those_of_pooling(estimator):
    yi, vi = simulate(8)
    found = compute_heterogeneity(yi, vi, estimator=estimator)
    pooled = compute_random_effects(yi, vi, estimator=estimator)
    for name in ("tau2", "tau2_standard_error", "q", "q_p_value", "i2", "h2"):
        assert getattr(found, name) == pytest.approx(getattr(pooled, name))


def test_limits_do_not_depend_on_the_estimator():
    yi, vi = simulate(8)
    one, other = (compute_heterogeneity(yi, vi, estimator=name) for name in ("DL", "ML"))
    assert (one.tau2_lower, one.tau2_upper) == (other.tau2_lower, other.tau2_upper)
    assert one.tau2 != other.tau2


def test_too_little_spread_leaves_an_empty_interval_and_says_so():
    found = compute_heterogeneity([0.21, 0.18, 0.25, 0.2, 0.22], [0.05, 0.08, 0.03, 0.06, 0.1])
    assert (found.tau2_lower, found.tau2_upper) == (0.0, 0.0)
    assert "empty" in found.fallback


def test_one_study_has_no_interval_and_says_so():
    found = compute_heterogeneity([0.4], [0.09])
    assert (found.tau2, found.tau2_lower, found.i2_upper) == (0.0, None, None)
    assert "no degree of freedom" in found.fallback


def test_common_effect_is_refused():
    with pytest.raises(ValueError, match="estimator is 'FE'; allowed: DL, HE"):
        compute_heterogeneity([0.1, 0.2], [0.1, 0.1], estimator="FE")


def test_from_q_takes_arrays_and_numbers():
    rows = compute_heterogeneity_from_q([20.0, 3.0, 20.0], [10, 10, 2])
    one = compute_heterogeneity_from_q(20.0, 10)
    assert rows.i2[0] == pytest.approx(one.i2)
    assert one.i2 == pytest.approx(100 * (20 - 9) / 20)
    assert one.i2_lower < one.i2 < one.i2_upper
    assert one.h == pytest.approx(np.sqrt(20 / 9))
    assert (rows.h[1], rows.i2[1], rows.i2_lower[1]) == (1.0, 0.0, 0.0)
    assert np.isnan(rows.i2_upper[2])


def test_from_q_of_two_studies_has_no_interval():
    found = compute_heterogeneity_from_q(5.0, 2)
    assert found.i2 == pytest.approx(80.0)
    assert found.i2_lower is None


@pytest.mark.parametrize(
    ("q", "k", "message"),
    [
        (-1.0, 5, "q is -1; allowed: 0 or more"),
        (np.nan, 5, "q is nan; allowed: a finite number"),
        (3.0, 1, "k is 1; allowed: a whole number, 2 or more"),
        ([1.0, 2.0], [3, 4, 5], r"k has shape \(3,\)"),
    ],
)
def test_bad_q_is_named(q, k, message):
    with pytest.raises(ValueError, match=message):
        compute_heterogeneity_from_q(q, k)
