"""Leave-one-out, cumulative, subsets and bootstrap: the same numbers as one fit after another."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.formulae.checks import ESTIMATORS
from analysis.formulae.leave_one_out import DIRECT_STUDIES
from analysis.formulae.pooling import compute_common_effect, compute_random_effects
from analysis.formulae.sensitivity import (
    compute_cumulative,
    compute_leave_one_out,
)

FIELDS = ("estimate", "standard_error", "lower", "p_value", "tau2", "q", "i2", "prediction_upper")


def simulate(k, seed=0, tau2=0.1, spread=(-4.0, 0.0)):
    rng = np.random.default_rng(seed)
    vi = np.exp(rng.uniform(*spread, k))
    return 2.0 + rng.normal(0.2, np.sqrt(vi + tau2)), vi


def assert_row(batch, row, single):
    for name in FIELDS:
        expected = getattr(single, name)
        assert getattr(batch, name)[row] == pytest.approx(expected, rel=1e-8, abs=1e-11), name


@pytest.mark.parametrize("estimator", [name for name in ESTIMATORS if name != "FE"])
@pytest.mark.parametrize("k", [2, 3, 7, 30])
def test_leave_one_out_is_every_fit_without_one(estimator, k):
    yi, vi = simulate(k, seed=k)
    batch = compute_leave_one_out(yi, vi, estimator=estimator, test="knha")
    for left_out in range(k):
        kept = np.arange(k) != left_out
        single = compute_random_effects(yi[kept], vi[kept], estimator=estimator, test="knha")
        assert_row(batch, left_out, single)
        assert batch.k[left_out] == k - 1


HARD = {
    "ordinary": {},
    "homogeneous": {"tau2": 0.0},
    "variances over twelve orders": {"spread": (-14.0, 14.0), "tau2": 1.0},
    "nearly equal variances": {"spread": (-1.0, -0.999)},
    "large tau2": {"tau2": 50.0, "spread": (-9.0, 1.0)},
}


@pytest.mark.parametrize("estimator", ["REML", "ML", "DL", "PM", "SJ", "HE"])
@pytest.mark.parametrize("name", HARD)
def test_expansions_for_many_studies_keep_every_digit(name, estimator):
    k = DIRECT_STUDIES + 40
    yi, vi = simulate(k, seed=1, **HARD[name])
    yi[3] += 40.0  # an outlier that makes up most of Q
    vi[5] = vi.min() * 1e-6  # and a study that has most of the weight
    batch = compute_leave_one_out(yi, vi, estimator=estimator)
    assert batch.converged.all()
    for left_out in (0, 3, 5, 17, k - 1):
        kept = np.arange(k) != left_out
        single = compute_random_effects(yi[kept], vi[kept], estimator=estimator)
        assert_row(batch, left_out, single)


def test_leave_one_out_of_common_effects():
    yi, vi = simulate(5)
    batch = compute_leave_one_out(yi, vi, estimator="FE")
    single = compute_common_effect(yi[1:], vi[1:])
    assert batch.estimate[0] == pytest.approx(single.estimate)
    assert np.isnan(batch.prediction_lower).all()


def test_leave_one_out_needs_a_study_to_leave():
    with pytest.raises(ValueError, match="yi holds 1 study; allowed: two or more"):
        compute_leave_one_out([0.1], [0.1])


def test_memory_of_leave_one_out_is_not_quadratic():
    yi, vi = simulate(2000)
    compute_leave_one_out(yi[:300], vi[:300])
    tracemalloc.start()
    compute_leave_one_out(yi, vi)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2000 * 2000 * 8 / 10


@settings(max_examples=25)
@given(st.integers(0, 1000), st.integers(1, 12), st.sampled_from(["REML", "DL", "FE"]))
def test_cumulative_adds_one_study_at_a_time(seed, k, estimator):
    yi, vi = simulate(k, seed)
    by = np.random.default_rng(seed).integers(0, 4, k)
    found = compute_cumulative(yi, vi, by=by, estimator=estimator)
    assert list(found.order) == sorted(range(k), key=lambda i: (by[i], i))
    for row in range(k):
        kept = found.order[: row + 1]
        single = compute_random_effects(yi[kept], vi[kept], estimator=estimator)
        assert found.effects.estimate[row] == pytest.approx(single.estimate, rel=1e-9)
        assert found.effects.tau2[row] == pytest.approx(single.tau2, rel=1e-8, abs=1e-11)


def test_cumulative_of_many_studies_ends_with_all_of_them():
    yi, vi = simulate(1500)
    found = compute_cumulative(yi, vi)
    assert found.effects.tau2[-1] == pytest.approx(compute_random_effects(yi, vi).tau2)
    assert list(found.effects.k) == list(range(1, 1501))


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ([1.0], "by has 1 entries; allowed: 2"),
        ([1.0, np.nan], "by is nan at index 1"),
        (["a", "b"], "by"),
    ],
)
def test_cumulative_refuses_a_bad_order(by, message):
    with pytest.raises(ValueError, match=message):
        compute_cumulative([0.1, 0.2], [0.1, 0.1], by=by)
