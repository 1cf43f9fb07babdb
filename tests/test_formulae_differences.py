"""Differences of two groups: published examples, limits that the formulae must keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.formulae.differences import (
    compute_difference_estimates,
    compute_difference_from_hazard_ratio,
    compute_difference_proportions,
)
from analysis.formulae.intervals import compute_interval_proportion

COUNTS = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((56, 70, 48, 80), (0.2, 0.0524, 0.3339)),  # the first example of newcombe1998b, method 10
        ((7, 34, 1, 34), (0.1765, 0.0189, 0.3404)),  # as the R package contingencytables prints it
    ],
)
def test_published_differences_of_proportions(
    counts: tuple[int, int, int, int], expected: tuple[float, float, float]
) -> None:
    found = compute_difference_proportions(*counts)
    assert (found.estimate, found.lower, found.upper) == pytest.approx(expected, abs=5e-5)


@given(first=COUNTS, second=COUNTS)
def test_a_difference_lies_in_its_interval_and_turns_round(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    one = compute_difference_proportions(*first, *second)
    other = compute_difference_proportions(*second, *first)
    assert -1 <= one.lower <= one.estimate <= one.upper <= 1
    turned = (-other.estimate, -other.upper, -other.lower)
    assert (one.estimate, one.lower, one.upper) == pytest.approx(turned)


@given(first=COUNTS, second=COUNTS)
def test_limits_of_proportions_combine_as_those_of_any_estimates(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    sides = [compute_interval_proportion(*one, method="wilson") for one in (first, second)]
    any_two = [(side.estimate, side.lower, side.upper) for side in sides]
    found = compute_difference_estimates(*any_two)
    expected = compute_difference_proportions(*first, *second)
    assert (found.lower, found.upper) == pytest.approx((expected.lower, expected.upper))


def test_symmetric_limits_add_in_quadrature() -> None:
    found = compute_difference_estimates((10.0, 7.0, 13.0), (4.0, 0.0, 8.0))
    assert (found.estimate, found.lower, found.upper) == pytest.approx((6.0, 1.0, 11.0))
    table = compute_difference_estimates(
        np.array([[10.0] * 2, [7.0] * 2, [13.0] * 2]), [[4] * 2, [0] * 2, [8] * 2]
    )
    assert np.asarray(table.lower) == pytest.approx([1.0, 1.0])


def test_limits_on_the_wrong_side_are_refused() -> None:
    with pytest.raises(ValueError, match="second must be estimate, lower, upper"):
        compute_difference_estimates((10, 7, 13), (4, 5, 8))


@given(
    baseline=st.floats(0.01, 0.99),
    ratio=st.floats(0.1, 5),
    below=st.floats(0, 2),
    above=st.floats(0, 2),
)
def test_a_hazard_ratio_at_a_baseline(
    baseline: float, ratio: float, below: float, above: float
) -> None:
    found = compute_difference_from_hazard_ratio(
        baseline, ratio, ratio * np.exp(-below), ratio * np.exp(above)
    )
    assert found.lower <= found.estimate <= found.upper
    assert np.log(baseline + found.estimate) / np.log(baseline) == pytest.approx(ratio)


def test_no_effect_is_no_difference_and_a_known_value_is_met() -> None:
    assert compute_difference_from_hazard_ratio(0.3, 1, 0.8, 1.25).estimate == 0
    found = compute_difference_from_hazard_ratio(0.5, 2.0, 1.0, 3.0)  # 0.25, 0.5 and 0.125 survive
    assert (found.estimate, found.lower, found.upper) == (-0.25, -0.375, 0.0)


@pytest.mark.parametrize(
    ("given", "says"),
    [((0.0, 1, 1, 1), "baseline is 0.0"), ((1.0, 1, 1, 1), "baseline is 1.0"),
     ((0.5, 2, 1, 1.5), "must lie within its limits"), ((0.5, 0.5, 0, 1), "must lie within")],
)  # fmt: skip
def test_an_impossible_baseline_or_ratio_is_named(
    given: tuple[float, float, float, float], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        compute_difference_from_hazard_ratio(*given)
