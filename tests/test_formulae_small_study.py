"""Small-study effects: invariances, limits, exact distributions, bad input."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.formulae.funnel import compute_funnel
from analysis.formulae.generalised_q import compute_q_distribution, compute_tau2_interval
from analysis.formulae.pooling import compute_common_effect, compute_random_effects
from analysis.formulae.rank_test import LARGEST_EXACT, compute_rank_test, compute_table_rank_test
from analysis.formulae.small_study import (
    PREDICTORS,
    TABLE_TESTS,
    compute_regression_test,
    compute_table_regression_test,
    compute_weighted_regression_test,
)
from analysis.formulae.trim_and_fill import MISSING_ESTIMATORS, compute_trim_and_fill
from tests.published.data import colditz_counts

YI = np.array([0.1, 0.3, 0.25, 0.6, 0.9, 0.45, 1.3])
VI = np.array([0.01, 0.02, 0.03, 0.08, 0.2, 0.05, 0.4])
NI = np.array([400, 210, 130, 50, 21, 80, 11])
TABLES = ([3, 8, 12, 1, 30], [40, 90, 100, 12, 400], [6, 9, 20, 3, 41], [42, 88, 101, 13, 395])


@st.composite
def studies(draw, least=4):
    k = draw(st.integers(least, 12))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    vi = np.exp(rng.normal(-2, 1, k))
    return rng.normal(0.3, np.sqrt(vi + 0.05)), vi


def reversed_order(yi, vi):
    return yi[::-1], vi[::-1]


@pytest.mark.parametrize("model", ["lm", "rma"])
@settings(max_examples=25)
@given(studies(), st.floats(0.01, 100))
def test_regression_test_ignores_order_and_scale_and_follows_sign(model, data, factor):
    yi, vi = data
    plain = compute_regression_test(yi, vi, model=model)
    turned = compute_regression_test(*reversed_order(yi, vi), model=model)
    scaled = compute_regression_test(factor * yi, factor**2 * vi, model=model)
    flipped = compute_regression_test(-yi, vi, model=model)
    assert turned.statistic == pytest.approx(plain.statistic, rel=1e-6, abs=1e-8)
    assert scaled.statistic == pytest.approx(plain.statistic, rel=1e-6, abs=1e-8)
    assert scaled.limit_estimate == pytest.approx(factor * plain.limit_estimate, rel=1e-5, abs=1e-8)
    assert flipped.statistic == pytest.approx(-plain.statistic, rel=1e-6, abs=1e-8)
    assert flipped.p_value == pytest.approx(plain.p_value, rel=1e-6)


def test_classical_egger_is_ordinary_regression_of_the_standardised_effect():
    test = compute_regression_test(YI, VI, model="lm")
    line = stats.linregress(1 / np.sqrt(VI), YI / np.sqrt(VI))
    assert test.slope == pytest.approx(line.intercept)
    assert test.slope_standard_error == pytest.approx(line.intercept_stderr)
    assert test.limit_estimate == pytest.approx(line.slope)
    assert test.degrees_of_freedom == len(YI) - 2


@pytest.mark.parametrize("predictor", PREDICTORS)
def test_limit_estimates_exist_where_the_predictor_falls_to_zero(predictor):
    test = compute_regression_test(YI, VI, model="lm", predictor=predictor, ni=NI)
    has_limit = predictor in ("sei", "vi", "ninv", "sqrtninv")
    assert (test.limit_estimate is not None) == has_limit
    if has_limit:
        assert test.limit_lower < test.limit_estimate < test.limit_upper


def test_egger_for_tables_is_egger_for_their_odds_ratios():
    test = compute_table_regression_test(*TABLES, method="egger")
    assert test.k == 5
    with_double_zero = [
        [*column, extra] for column, extra in zip(TABLES, (0, 9, 0, 9), strict=True)
    ]
    assert compute_table_regression_test(*with_double_zero, method="egger") == test


@pytest.mark.parametrize("method", TABLE_TESTS)
def test_exchanging_the_groups_reverses_the_test_for_tables(method):
    a, n1, c, n2 = TABLES
    first = compute_table_regression_test(a, n1, c, n2, method=method)
    second = compute_table_regression_test(c, n2, a, n1, method=method)
    assert first.statistic == pytest.approx(-second.statistic, rel=1e-6)
    assert first.p_value == pytest.approx(second.p_value, rel=1e-6)


def test_schwarzers_and_macaskills_tests_are_those_of_base_r():
    """Colditz 1994: cor.test on sums over the support by lchoose, and lm with weights."""
    counts = colditz_counts()
    exact, normal = (compute_table_rank_test(*counts, method=m) for m in ("exact", "normal"))
    assert exact.tau == pytest.approx(0.0769230769231, rel=1e-11)
    assert exact.p_value == pytest.approx(0.76502484591, rel=1e-10)
    assert normal.statistic == pytest.approx(0.366053325652, rel=1e-11)
    assert normal.p_value == pytest.approx(0.714325284666, rel=1e-11)
    line = compute_table_regression_test(*counts, method="macaskill")
    assert line.slope == pytest.approx(6.12987027417e-06, rel=1e-10)
    assert line.slope_standard_error == pytest.approx(1.29828980142e-06, rel=1e-10)
    assert line.statistic == pytest.approx(4.72149613088, rel=1e-10)
    assert line.p_value == pytest.approx(6.27925091964e-04, rel=1e-10)


def test_exchanging_the_groups_reverses_schwarzers_test():
    a, n1, c, n2 = TABLES
    first, second = compute_table_rank_test(a, n1, c, n2), compute_table_rank_test(c, n2, a, n1)
    assert first.score == -second.score
    assert first.p_value == second.p_value
    without = [np.append(values, extra) for values, extra in zip(TABLES, (0, 9, 0, 9), strict=True)]
    assert compute_table_rank_test(*without) == first


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (([1, 2], [9, 9], [3, 1], [9, 9]), "holds 2 usable tables; allowed: 3 or more"),
        (([1, 2, 3], [9, 9, 8], [0, 0, 0], [9, 9, 9]), "odds ratio of all tables is zero or inf"),
        (([1, 1, 1], [9, 9, 9], [2, 2, 2], [9, 9, 9]), "variance of the events is "),
        (([1, 10, 1], [9, 9, 9], [2, 2, 2], [9, 9, 9]), "events_1"),
    ],
)
def test_schwarzers_test_refuses(tables, expected):
    with pytest.raises(ValueError, match=expected):
        compute_table_rank_test(*tables)


def test_exact_rank_distribution_is_that_of_all_permutations():
    vi = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
    yi = np.array([0.1, 0.9, -0.4, 0.7, 0.3])
    found = compute_rank_test(yi, vi)
    scores = [
        sum(np.sign(b - a) for i, a in enumerate(order) for b in order[i + 1 :])
        for order in permutations(range(5))
    ]
    at_least = np.mean(np.abs(scores) >= abs(found.score))
    assert found.p_value == pytest.approx(at_least)
    assert found.score_standard_error == pytest.approx(np.std(scores))


@settings(max_examples=25)
@given(studies(), st.floats(0.01, 100))
def test_rank_test_ignores_order_and_scale(data, factor):
    yi, vi = data
    plain = compute_rank_test(yi, vi)
    turned = compute_rank_test(*reversed_order(yi, vi))
    scaled = compute_rank_test(factor * yi, factor**2 * vi)
    flipped = compute_rank_test(-yi, vi)
    assert turned.p_value == pytest.approx(plain.p_value)
    assert scaled.tau == pytest.approx(plain.tau)
    assert flipped.tau == pytest.approx(-plain.tau)
    assert 0 < plain.p_value <= 1


def test_rank_test_says_what_it_fell_back_to():
    tied = compute_rank_test([0.1, 0.2, 0.4, 0.3], [0.1, 0.1, 0.2, 0.3])
    assert tied.method == "normal"
    assert tied.fallback.startswith("ties")
    rng = np.random.default_rng(1)
    many = compute_rank_test(
        rng.normal(size=LARGEST_EXACT + 1), rng.uniform(1, 2, LARGEST_EXACT + 1)
    )
    assert many.method == "normal"
    assert "more than 1000 studies" in many.fallback
    assert compute_rank_test(YI, VI).fallback is None


@pytest.mark.parametrize("estimator", MISSING_ESTIMATORS)
@settings(max_examples=25)
@given(studies(), st.floats(0.1, 10), st.floats(-3, 3))
def test_trim_and_fill_follows_sign_scale_and_shift(estimator, data, factor, shift):
    yi, vi = data
    options = {"estimator": estimator, "trim_estimator": "DL"}
    plain = compute_trim_and_fill(yi, vi, side="left", **options)
    assume(plain.converged)
    mirrored = compute_trim_and_fill(-yi, vi, side="right", **options)
    moved = compute_trim_and_fill(factor * yi + shift, factor**2 * vi, side="left", **options)
    assert mirrored.k0 == plain.k0
    assert mirrored.pooled.estimate == pytest.approx(-plain.pooled.estimate, rel=1e-9, abs=1e-9)
    assume(moved.k0 == plain.k0 or plain.k0_standard_error < 1e3)
    if moved.k0 == plain.k0:
        expected = factor * plain.pooled.estimate + shift
        assert moved.pooled.estimate == pytest.approx(expected, rel=1e-7, abs=1e-7)


def test_nothing_is_filled_where_nothing_is_missing():
    yi = np.array([-0.9, -0.5, -0.1, 0.0, 0.08, 0.2, 0.4])
    vi = np.array([0.3, 0.1, 0.05, 0.01, 0.05, 0.1, 0.3])
    found = compute_trim_and_fill(yi, vi, side="left", trim_estimator="FE")
    assert found.k0 == 0
    assert not found.filled.any()
    assert found.pooled.estimate == compute_common_effect(yi, vi).estimate


def test_filled_studies_mirror_the_most_extreme_ones():
    found = compute_trim_and_fill(YI, VI, trim_estimator="FE", side="left")
    assert found.k0 == found.filled.sum() > 0
    assert found.yi[~found.filled].tolist() == YI.tolist()
    assert sorted(found.vi[found.filled]) == sorted(VI[np.argsort(YI)[-found.k0 :]])
    # Trimmed study and its mirror have one centre, the common effect of what was kept.
    kept = np.argsort(YI)[: len(YI) - found.k0]
    centre = compute_common_effect(YI[kept], VI[kept]).estimate
    assert np.sort((np.sort(YI)[-found.k0 :] + found.yi[found.filled]) / 2) == pytest.approx(centre)


def test_common_effect_trimming_may_serve_a_random_effects_pool():
    found = compute_trim_and_fill(YI, VI, trim_estimator="FE", pool_estimator="DL")
    assert found.pooled.estimator == "DL"
    pooled = compute_random_effects(found.yi, found.vi, estimator="DL")
    assert found.pooled.estimate == pooled.estimate


def test_r0_tests_that_nothing_is_missing():
    assert compute_trim_and_fill(YI, VI, estimator="R0").p_value == pytest.approx(
        0.5 ** (compute_trim_and_fill(YI, VI, estimator="R0").k0 + 1)
    )
    assert compute_trim_and_fill(YI, VI, estimator="L0").p_value is None


def test_q0_without_a_solution_falls_back_and_says_so():
    yi = np.array([0.30, 0.35, 0.4, 0.5, 0.8, 0.9, 1.0, 1.2])
    vi = np.array([0.0001, 0.3, 0.3, 0.2, 0.2, 0.3, 0.4, 0.5])
    found = compute_trim_and_fill(yi, vi, estimator="Q0", trim_estimator="FE", side="left")
    assert found.estimator == "L0"
    assert "Q0 has no solution" in found.fallback


def test_funnel_regions_agree_with_the_p_values():
    funnel = compute_funnel(YI, VI, reference=0.2)
    assert funnel.p_values == pytest.approx(2 * stats.norm.sf(abs(YI - 0.2) / np.sqrt(VI)))
    assert funnel.regions.tolist() == [
        sum(p < a for a in (0.1, 0.05, 0.01)) for p in funnel.p_values
    ]
    assert funnel.contour_lower.shape == (3, 101)
    assert (funnel.contour_lower[:, 0] == 0.2).all()
    half = stats.norm.isf(0.025) * funnel.contour_standard_errors
    assert funnel.contour_upper[1] == pytest.approx(0.2 + half)
    assert funnel.contour_standard_errors[-1] > np.sqrt(VI).max()


@pytest.mark.parametrize("k", [2, 3, 7, 40, 300, 1000])
@pytest.mark.parametrize("tail", [0.001, 0.025, 0.5, 0.975, 0.999])
def test_distribution_of_q_is_chi_square_without_heterogeneity(k, tail):
    vi = np.exp(np.random.default_rng(k).normal(0, 1, k))
    q = stats.chi2.ppf(tail, k - 1)
    assert compute_q_distribution(q, vi, 1 / vi, 0.0) == pytest.approx(tail, abs=1e-10)


def test_distribution_of_q_is_that_of_simulated_studies():
    vi, tau2 = np.array([0.1, 0.5, 2.0, 0.3, 0.05]), 0.4
    weights = vi**-0.5
    rng = np.random.default_rng(1)
    draws = rng.normal(0, np.sqrt(vi + tau2), (200_000, 5))
    centred = draws - (draws @ weights / weights.sum())[:, np.newaxis]
    q = (weights * centred**2).sum(axis=1)
    for at in np.quantile(q, [0.1, 0.5, 0.9]):
        found = compute_q_distribution(float(at), vi, weights, tau2)
        assert found == pytest.approx(np.mean(q <= at), abs=0.004)


@pytest.mark.parametrize("power", [0.5, 1.0])
def test_limits_of_tau2_leave_the_stated_tails(power):
    yi, weights = 3 * YI, VI**-power
    limits = compute_tau2_interval(yi, VI, weights=weights)
    for tau2, tail in ((limits.lower, 0.975), (limits.upper, 0.025)):
        found = compute_q_distribution(limits.q, VI, weights, tau2)
        assert found == pytest.approx(tail, abs=1e-12)


def test_interval_of_tau2_scales_and_says_when_it_is_empty():
    limits = compute_tau2_interval(3 * YI, VI)
    tiny = compute_tau2_interval(3e-6 * YI, 1e-12 * VI)
    assert tiny.upper == pytest.approx(1e-12 * limits.upper, rel=1e-9)
    same = compute_tau2_interval(np.full(7, 0.3), VI)
    assert (same.lower, same.upper) == (0.0, 0.0)
    assert "empty" in same.fallback
    alone = compute_tau2_interval([0.3], [0.1])
    assert (alone.lower, alone.upper) == (None, None)
    assert alone.fallback is not None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: compute_regression_test([1, 2], [1, 2]), "yi holds 2 studies; allowed: 3"),
        (lambda: compute_regression_test(YI, VI[:3]), "vi has shape"),
        (lambda: compute_regression_test([1, 2, 4], [1, 0, 2]), "vi is 0 at index 1"),
        (lambda: compute_regression_test([1, np.nan, 4], [1, 1, 2]), "yi is nan at index 1"),
        (lambda: compute_regression_test([1, 2, 4], [1, 1, 1]), "predictor 'sei' is 1 in all"),
        (lambda: compute_regression_test(YI, VI, predictor="ni"), "ni is missing"),
        (lambda: compute_regression_test(YI, VI, predictor="ni", ni=NI[:2]), "ni has 2 entries"),
        (lambda: compute_regression_test(YI, VI, predictor="ni", ni=NI * 0), "ni is 0 at index 0"),
        (lambda: compute_regression_test(YI, VI, predictor="n"), "predictor is 'n'"),
        (lambda: compute_regression_test(YI, VI, model="ols"), "model is 'ols'"),
        (
            lambda: compute_weighted_regression_test([1, 2, 3], [1, 1, 1], [1, 2, 3]),
            "the slope has standard error 0",
        ),
        (lambda: compute_table_regression_test(*TABLES, method="x"), "method is 'x'"),
        (
            lambda: compute_table_regression_test([0, 1, 2], [9] * 3, [0, 1, 2], [9] * 3),
            "events_1 holds 2 usable tables",
        ),
        (lambda: compute_rank_test([1, 2], [1, 2]), "yi holds 2 studies"),
        (lambda: compute_rank_test([1, 1, 1], [1, 2, 3]), "yi is 1 in all studies"),
        (lambda: compute_rank_test([1, 2, 3], [1, 1, 1]), "vi is 1 in all studies"),
        (lambda: compute_rank_test(YI, VI, method="x"), "method is 'x'"),
        (lambda: compute_trim_and_fill([1, 2], [1, 2]), "yi holds 2 studies"),
        (lambda: compute_trim_and_fill(YI, VI, estimator="S0"), "estimator is 'S0'"),
        (lambda: compute_trim_and_fill(YI, VI, side="up"), "side is 'up'; allowed: left, right"),
        (lambda: compute_funnel(YI, VI, levels=[0.95, 0.9]), "levels is 0.9 at index 1"),
        (lambda: compute_funnel(YI, VI, levels=[]), "levels is empty"),
        (lambda: compute_funnel(YI, VI, levels=[1.5]), r"levels\[0\] is 1.5"),
        (lambda: compute_funnel(YI, VI, points=1), "points is 1"),
        (lambda: compute_funnel(YI, VI, reference=np.nan), "reference is nan"),
        (lambda: compute_tau2_interval(YI, VI, weights=0 * VI), "weights is 0 at index 0"),
        (lambda: compute_tau2_interval(YI, VI, level=2), "level is 2"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
