"""Sensitivity of a pooled effect: leave-one-out, cumulative, chosen subsets, bootstrap.

Each is one batch of meta-analyses, computed in chunks of bounded size, so that
memory grows with the number of studies only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.checks import as_numbers, check_effects, refuse_entries
from analysis.formulae.counts import check_counts, check_same_shape
from analysis.formulae.leave_one_out import LeaveOneOut
from analysis.formulae.means import mean_model
from analysis.formulae.pooling import (
    Options,
    chunks,
    join_batches,
    options_of,
    pool_model,
    pool_one,
)
from analysis.formulae.single import SingleMean
from analysis.formulae.types import BoolArray, FloatArray, IntArray, PooledBatch


@dataclass(frozen=True, eq=False)
class CumulativeEffects:
    """Meta-analyses of the first study, the first two, and so on.

    `order` holds the index in yi of the study that each row adds.
    """

    order: IntArray
    effects: PooledBatch


@dataclass(frozen=True, eq=False)
class BootstrapEffects:
    """Meta-analyses of studies drawn with replacement, with percentile limits.

    `indices` [replicates, k] says which studies each row drew.
    """

    effects: PooledBatch
    indices: IntArray
    lower: float
    upper: float
    tau2_lower: float
    tau2_upper: float
    seed: int
    level: float


def check_several(yi: ArrayLike, vi: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Effects and variances [k] of two studies or more; ValueError otherwise."""
    effects, variances, _ = check_effects(yi, vi)
    if len(effects) < 2:
        raise ValueError("yi holds 1 study; allowed: two or more, so that one can be left out")
    return effects, variances


def compute_leave_one_out(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    estimator: str = "REML",
    test: str = "knha-floor",
    level: float = 0.95,
    prediction: str = "riley",
) -> PooledBatch:
    """Pool all studies but one, for each study in turn; row i leaves out study i.

    Arguments, conventions and errors as for compute_random_effects; two studies
    or more. The test falls back to normal in rows where one study is left.
    """
    options = options_of(estimator, test, prediction, level)
    effects, variances = check_several(yi, vi)
    return pool_without_each(effects, variances, options)


def pool_without_each(yi: FloatArray, vi: FloatArray, options: Options) -> PooledBatch:
    """Pool checked effects [k] without each study in turn."""
    pivot, others, alone = split_pivot(yi, vi)
    joined = join_batches([pool_model(others, options), pool_one(alone, options)])
    return reorder(joined, np.insert(np.arange(len(yi) - 1), pivot, len(yi) - 1))


def split_pivot(y: FloatArray, v: FloatArray) -> tuple[int, LeaveOneOut, SingleMean]:
    """The most precise study, the model that leaves out each of the others, and it alone."""
    pivot = int(np.argmin(v))
    others = np.arange(len(y)) != pivot
    effects, variances, centre = y[others], v[others], float(y[pivot])
    middle = float((effects / variances).sum() / (1.0 / variances).sum())
    each = LeaveOneOut(
        effects - middle,
        variances,
        np.arange(len(effects)),
        least=float(v[pivot]),
        centre=centre,
        gap=middle - centre,
    )
    return pivot, each, SingleMean(effects, variances)


def reorder(batch: PooledBatch, rows: IntArray) -> PooledBatch:
    """The chosen rows of a batch, in the order chosen."""
    places = {int(row): place for place, row in enumerate(rows)}
    arrays: dict[str, Any] = {
        name: value[rows] for name, value in vars(batch).items() if isinstance(value, np.ndarray)
    }
    fallbacks = sorted((places[row], reason) for row, reason in batch.fallbacks)
    return replace(batch, **arrays, fallbacks=tuple(fallbacks))


def compute_cumulative(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    by: ArrayLike | None = None,
    estimator: str = "REML",
    test: str = "knha-floor",
    level: float = 0.95,
    prediction: str = "riley",
) -> CumulativeEffects:
    """Pool the first study, the first two, ..., all of them.

    by: shape [k], the quantity that orders the studies (a year, a precision), ties
    in the order given; None takes the order given. Other arguments, conventions
    and errors as for compute_random_effects. Source: lau1992.
    """
    options = options_of(estimator, test, prediction, level)
    effects, variances, _ = check_effects(yi, vi)
    order = _order(by, effects)
    ranked, spread = effects[order], variances[order]
    k, parts = len(ranked), []
    for rows in chunks(k, k):
        mask = np.arange(rows.stop) <= np.arange(rows.start, rows.stop)[:, np.newaxis]
        parts.append(_pool_subsets(ranked[: rows.stop], spread[: rows.stop], mask, options))
    return CumulativeEffects(order, join_batches(parts))


def _order(by: ArrayLike | None, effects: FloatArray) -> IntArray:
    if by is None:
        return np.arange(len(effects))
    keys = as_numbers(by, "by", 1)
    check_same_shape(yi=effects, by=keys)
    refuse_entries(keys, ~np.isfinite(keys), None, "by", "a finite number")
    return np.argsort(keys, kind="stable")


def compute_subsets(
    yi: ArrayLike,
    vi: ArrayLike,
    masks: ArrayLike,
    *,
    estimator: str = "REML",
    test: str = "knha-floor",
    level: float = 0.95,
    prediction: str = "riley",
) -> PooledBatch:
    """Pool chosen subsets of the same studies, one a row of `masks`.

    masks: booleans, shape [B, k], True = the study is used. Other arguments,
    conventions and errors as for compute_random_effects; a row without a study is
    an error.
    """
    options = options_of(estimator, test, prediction, level)
    effects, variances, _ = check_effects(yi, vi)
    chosen = np.asarray(masks)
    if chosen.ndim != 2 or chosen.shape[1] != len(effects) or chosen.dtype != np.bool_:
        raise ValueError(
            f"masks has shape {chosen.shape} and dtype {chosen.dtype}; "
            f"allowed: booleans of shape [subsets, {len(effects)}]"
        )
    if not len(chosen) or not chosen.any(axis=1).all():
        row = int(np.argmin(chosen.any(axis=1))) if len(chosen) else 0
        raise ValueError(f"masks has no study in row {row}; allowed: one or more")
    parts = [
        _pool_subsets(effects, variances, chosen[rows], options) for rows in chunks(*chosen.shape)
    ]
    return join_batches(parts)


def _pool_subsets(yi: FloatArray, vi: FloatArray, mask: BoolArray, options: Options) -> PooledBatch:
    shape = mask.shape
    model = mean_model(np.broadcast_to(yi, shape), np.broadcast_to(vi, shape), mask)
    return pool_model(model, options)


def compute_bootstrap(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    replicates: int,
    seed: int,
    estimator: str = "REML",
    test: str = "knha-floor",
    level: float = 0.95,
    prediction: str = "riley",
) -> BootstrapEffects:
    """Pool studies drawn with replacement, `replicates` times, reproducibly by `seed`.

    Limits are percentiles of the replicates' estimates and tau2. Other arguments,
    conventions and errors as for compute_random_effects. Source: efron1993.
    """
    options = options_of(estimator, test, prediction, level)
    effects, variances, _ = check_effects(yi, vi)
    check_counts(replicates, "replicates", least=1)
    check_counts(seed, "seed")
    k = len(effects)
    indices = np.random.default_rng(seed).integers(0, k, size=(replicates, k))
    parts = []
    for rows in chunks(replicates, k):
        drawn = indices[rows]
        parts.append(pool_model(mean_model(effects[drawn], variances[drawn], None), options))
    pooled = join_batches(parts)
    tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    lower, upper = np.quantile(pooled.estimate, tails)
    tau2_lower, tau2_upper = np.quantile(pooled.tau2, tails)
    return BootstrapEffects(
        effects=pooled,
        indices=indices,
        lower=float(lower),
        upper=float(upper),
        tau2_lower=float(tau2_lower),
        tau2_upper=float(tau2_upper),
        seed=seed,
        level=level,
    )
