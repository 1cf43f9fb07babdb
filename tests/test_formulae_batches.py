"""Batches: what single fits give, row by row, whatever the mask, the chunk or the scale."""

import numpy as np
import pytest

from analysis.formulae.checks import ESTIMATORS, TESTS
from analysis.formulae.means import LARGEST_RATIO
from analysis.formulae.pooling import compute_random_effects, compute_random_effects_batch

RANDOM = tuple(name for name in ESTIMATORS if name != "FE")
PAIRS = [(e, t) for e in ESTIMATORS for t in TESTS if t != "kr" or e == "REML"]
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


def simulate(shape, seed=0):
    rng = np.random.default_rng(seed)
    vi = np.exp(rng.uniform(-4.0, 0.0, shape))
    return rng.normal(0.2, np.sqrt(vi + 0.1)), vi


@pytest.mark.parametrize(("estimator", "test"), PAIRS)
def test_a_batch_gives_what_single_fits_give(estimator, test):
    yi, vi = simulate((40, 9), seed=3)
    mask = np.random.default_rng(4).random(yi.shape) < 0.6
    mask[:, 0] |= ~mask.any(axis=1)
    hidden = np.where(mask, yi, np.nan)
    options = {"estimator": estimator, "test": test, "prediction": "HTS"}
    batch = compute_random_effects_batch(hidden, vi, mask, **options)
    reasons = dict(batch.fallbacks)
    for row in range(len(yi)):
        single = compute_random_effects(yi[row, mask[row]], vi[row, mask[row]], **options)
        for name in NUMBERS:
            expected, got = getattr(single, name), getattr(batch, name)[row]
            if expected is None:
                assert np.isnan(got)
            else:
                assert got == pytest.approx(expected, rel=1e-9, abs=1e-12), name
        assert batch.k[row] == single.k
        assert (row in reasons) == (single.fallback is not None)


@pytest.mark.parametrize("estimator", RANDOM)
@pytest.mark.parametrize("ratio", [0.9 * LARGEST_RATIO, 1.1 * LARGEST_RATIO, 1e12])
def test_a_batch_agrees_with_single_fits_at_any_ratio_of_variances(estimator, ratio):
    yi, vi = simulate((20, 7), seed=8)
    vi[:, 2], vi[:, 4] = vi.max() / ratio, vi.max()
    batch = compute_random_effects_batch(yi, vi, estimator=estimator)
    for row in range(len(yi)):
        single = compute_random_effects(yi[row], vi[row], estimator=estimator)
        assert batch.tau2[row] == pytest.approx(single.tau2, rel=1e-9, abs=1e-12)
        assert batch.tau2_standard_error[row] == pytest.approx(single.tau2_standard_error, rel=1e-7)


def test_a_large_batch_is_cut_into_chunks_in_order():
    yi, vi = simulate((5000, 12), seed=5)
    batch = compute_random_effects_batch(yi, vi)
    for row in (0, 1, 2047, 2048, 2049, 4999):
        single = compute_random_effects(yi[row], vi[row])
        assert batch.tau2[row] == pytest.approx(single.tau2, rel=1e-9, abs=1e-12)


def test_fallbacks_of_later_chunks_keep_their_rows():
    yi, vi = simulate((5000, 12), seed=5)
    mask = np.ones(yi.shape, dtype=bool)
    mask[4321, 1:] = False
    batch = compute_random_effects_batch(yi, vi, mask, test="knha")
    assert {row for row, _ in batch.fallbacks} == {4321}


def test_bad_rows_of_a_batch_are_named():
    yi, vi = simulate((3, 4))
    vi[2, 1] = -1.0
    with pytest.raises(ValueError, match=r"vi is -1 at index \(2, 1\)"):
        compute_random_effects_batch(yi, vi)
    mask = np.ones((3, 4), dtype=bool)
    mask[2, 1] = False
    assert np.isfinite(compute_random_effects_batch(yi, vi, mask).estimate).all()
    mask[1] = False
    with pytest.raises(ValueError, match=r"yi holds no study in row 1"):
        compute_random_effects_batch(yi, vi, mask)
