"""Intervals for one proportion: edges, exactness, agreement with their definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.formulae.intervals import INTERVAL_METHODS, compute_interval_proportion

INSIDE = tuple(m for m in INTERVAL_METHODS if m not in ("agresti-coull-unclipped", "wald"))


@st.composite
def counts(draw):
    n = draw(st.integers(1, 10**6))
    return draw(st.integers(0, n)), n


@pytest.mark.parametrize("n", [1, 7, 1000, 10**6])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
def test_clopper_pearson_has_closed_form_at_both_edges(n, level):
    tail = (1 - level) / 2
    none = compute_interval_proportion(0, n, level=level)
    every = compute_interval_proportion(n, n, level=level)
    assert (none.estimate, none.lower) == (0.0, 0.0)
    assert (every.estimate, every.upper) == (1.0, 1.0)
    assert none.upper == pytest.approx(-np.expm1(np.log(tail) / n), rel=1e-12)
    assert every.lower == pytest.approx(tail ** (1 / n), rel=1e-12)


@settings(max_examples=60)
@given(counts(), st.floats(0.5, 0.999))
def test_clopper_pearson_bounds_leave_the_stated_tail(count, level):
    events, n = count
    interval = compute_interval_proportion(events, n, level=level)
    tail = (1 - level) / 2
    if events > 0:
        assert stats.binom.sf(events - 1, n, interval.lower) == pytest.approx(tail, rel=1e-7)
    if events < n:
        assert stats.binom.cdf(events, n, interval.upper) == pytest.approx(tail, rel=1e-7)


@settings(max_examples=60)
@given(counts(), st.floats(0.5, 0.999))
def test_mid_p_bounds_leave_the_stated_tail(count, level):
    events, n = count
    interval = compute_interval_proportion(events, n, method="mid-p", level=level)
    if events > 0:
        at, above = (
            stats.binom.pmf(events, n, interval.lower),
            stats.binom.sf(events, n, interval.lower),
        )
        assert above + at / 2 == pytest.approx((1 - level) / 2, rel=1e-6)


@settings(max_examples=60)
@given(counts(), st.floats(0.5, 0.999))
def test_wilson_bounds_solve_the_score_equation(count, level):
    events, n = count
    interval = compute_interval_proportion(events, n, method="wilson", level=level)
    z = stats.norm.isf((1 - level) / 2)
    for bound in (interval.lower, interval.upper):
        distance = abs(events / n - bound)
        assert distance == pytest.approx(z * np.sqrt(bound * (1 - bound) / n), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("method", INTERVAL_METHODS)
@settings(max_examples=40)
@given(counts(), st.floats(0.5, 0.999))
def test_exchanging_events_and_non_events_mirrors_the_interval(method, count, level):
    events, n = count
    first = compute_interval_proportion(events, n, method=method, level=level)
    second = compute_interval_proportion(n - events, n, method=method, level=level)
    assert first.lower == pytest.approx(1 - second.upper, abs=1e-10)
    assert first.upper == pytest.approx(1 - second.lower, abs=1e-10)


@pytest.mark.parametrize("method", INSIDE)
@settings(max_examples=40)
@given(counts(), st.floats(0.5, 0.999))
def test_interval_lies_in_zero_to_one_and_holds_its_estimate(method, count, level):
    interval = compute_interval_proportion(*count, method=method, level=level)
    assert 0 <= interval.lower <= interval.upper <= 1
    if not method.endswith("equal-tailed"):
        assert interval.lower <= interval.estimate + 1e-12
        assert interval.estimate <= interval.upper + 1e-12


@pytest.mark.parametrize("method", INSIDE)
@settings(max_examples=40)
@given(st.integers(1, 500), st.integers(0, 500), st.integers(2, 20))
def test_interval_narrows_with_n_and_widens_with_level(method, extra, events, factor):
    n = events + extra
    small = compute_interval_proportion(events, n, method=method)
    large = compute_interval_proportion(events * factor, n * factor, method=method)
    strict = compute_interval_proportion(events, n, method=method, level=0.99)
    assert large.upper - large.lower < small.upper - small.lower
    assert strict.upper - strict.lower >= small.upper - small.lower


def test_arrays_keep_their_shape_and_scalars_become_floats():
    table = compute_interval_proportion([[0, 3], [7, 10]], 10, method="wilson")
    assert np.shape(table.lower) == (2, 2)
    one = compute_interval_proportion(7, 10, method="wilson")
    assert isinstance(one.lower, float)
    assert one.upper == table.upper[1, 0]


@pytest.mark.parametrize(
    ("events", "n", "options", "message"),
    [
        (11, 10, {}, r"events is 11; allowed: at most n"),
        ([1, -2], [10, 10], {}, r"events is -2 at index 1; allowed: a whole number, 0 or more"),
        ([1, 0.5], [10, 10], {}, r"events is 0.5 at index 1; allowed: a whole number"),
        ([1, 2], [10, 0], {}, r"n is 0 at index 1; allowed: a whole number, 1 or more"),
        ([1, np.nan], [10, 10], {}, r"events is nan at index 1; allowed: a finite number"),
        ([1, 2], [10, np.inf], {}, r"n is inf at index 1; allowed: a finite number"),
        ([1, 2], [10, 10, 10], {}, r"n has shape \(3,\) but events has shape \(2,\)"),
        ([], [], {}, r"events is empty; allowed: one study or more"),
        (["a"], [1], {}, r"events must hold numbers only"),
        (1, 10, {"level": 1.0}, r"level is 1.0; allowed: one number between 0 and 1"),
        (1, 10, {"level": np.nan}, r"level is nan"),
        (1, 10, {"method": "exact"}, r"method is 'exact'; allowed: clopper-pearson, wilson"),
    ],
)
def test_bad_input_is_named(events, n, options, message):
    with pytest.raises(ValueError, match=message):
        compute_interval_proportion(events, n, **options)
