"""Sensitivity of a pooled effect: leave-one-out and cumulative.

Each is one batch of meta-analyses, computed in chunks of bounded size, so that
memory grows with the number of studies only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.checks import Effects, Studies, check_studies, refuse_entries
from analysis.formulae.leave_one_out import LeaveOneOut
from analysis.formulae.means import mean_model
from analysis.formulae.pooled_fits import (
    Options,
    chunks,
    join_batches,
    options_of,
    pool_model,
    pool_one,
)
from analysis.formulae.results import Columns, Result
from analysis.formulae.single import SingleMean
from analysis.formulae.types import BoolArray, FloatArray, IntArray, PooledBatch


@dataclass(frozen=True, eq=False)
class CumulativeEffects(Result):
    """Meta-analyses of the first study, the first two, and so on.

    `order` holds the index, among the studies in use, of the study that each row adds.
    """

    order: IntArray
    effects: PooledBatch

    def columns(self) -> Columns:
        """A row a study added."""
        return self.effects.columns()


def compute_leave_one_out(
    yi: Effects,
    vi: ArrayLike | None = None,
    *,
    estimator: str = "REML",
    test: str = "knha-floor",
    level: float = 0.95,
    prediction: str = "riley",
) -> PooledBatch:
    """Pool all studies but one, for each study in turn; row i leaves out study i.

    Arguments, shapes, scale, conventions, errors and sources as for
    compute_random_effects; two studies or more. The test falls back to normal in rows
    where one study is left.
    """
    options = options_of(estimator, test, prediction, level)
    studies = check_studies(yi, vi)
    if len(studies.y) < 2:
        raise ValueError("yi holds 1 study; allowed: two or more, so that one can be left out")
    return replace(pool_without_each(studies.y, studies.v, options), labels=studies.labels)


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
    yi: Effects,
    vi: ArrayLike | None = None,
    *,
    by: ArrayLike | None = None,
    estimator: str = "REML",
    test: str = "knha-floor",
    level: float = 0.95,
    prediction: str = "riley",
) -> CumulativeEffects:
    """Pool the first study, the first two, ..., all of them.

    by: shape [k], the quantity that orders the studies (a year, a precision), ties
    in the order given; None takes the order given. Other arguments, scale, conventions
    and errors as for compute_random_effects. Source: lau1992.
    """
    options = options_of(estimator, test, prediction, level)
    studies = check_studies(yi, vi)
    order = _order(by, studies)
    ranked, spread = studies.y[order], studies.v[order]
    k, parts = len(ranked), []
    for rows in chunks(k, k):
        mask = np.arange(rows.stop) <= np.arange(rows.start, rows.stop)[:, np.newaxis]
        parts.append(_pool_subsets(ranked[: rows.stop], spread[: rows.stop], mask, options))
    names = tuple(studies.labels[index] for index in order) if studies.labels else ()
    return CumulativeEffects(order, replace(join_batches(parts), labels=names))


def _order(by: ArrayLike | None, studies: Studies) -> IntArray:
    if by is None:
        return np.arange(len(studies.y))
    keys = studies.only(by, "by")
    refuse_entries(keys, ~np.isfinite(keys), None, "by", "a finite number")
    return np.argsort(keys, kind="stable")


def _pool_subsets(yi: FloatArray, vi: FloatArray, mask: BoolArray, options: Options) -> PooledBatch:
    shape = mask.shape
    model = mean_model(np.broadcast_to(yi, shape), np.broadcast_to(vi, shape), mask)
    return pool_model(model, options)
