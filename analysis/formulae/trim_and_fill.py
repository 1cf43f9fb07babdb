"""Trim and fill: how many studies one side of the funnel lacks, and the pool with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.checks import Effects, check_studies
from analysis.formulae.counts import check_choice
from analysis.formulae.pooling import compute_random_effects
from analysis.formulae.results import Result
from analysis.formulae.small_study import compute_regression_test
from analysis.formulae.types import BoolArray, FloatArray, PooledEffect

MISSING_ESTIMATORS = ("L0", "R0", "Q0")
SIDES = ("left", "right")
LARGEST_NUMBER_OF_ROUNDS = 100
NO_SOLUTION = "Q0 has no solution, nearly all ranks lie on one side; L0 was used"
STILL_MOVING = f"the number of missing studies still moved after {LARGEST_NUMBER_OF_ROUNDS} rounds"


@dataclass(frozen=True, eq=False)
class TrimAndFill(Result):
    """The estimated number of missing studies and the pool of observed and filled ones.

    `k0` with `k0_standard_error` is the number missing on `side`; `p_value` tests none
    missing there (estimator R0 alone, None otherwise). `yi`, `vi` and `filled` have shape
    (k + k0,), observed studies first in their order. `trim_estimator` found k0,
    `pooled.estimator` made the final pool. `converged` is False when k0 still moved after
    the last round; `fallback` says so, and where Q0 has no solution and L0 was used.
    """

    k0: int
    k0_standard_error: float
    p_value: float | None
    side: str
    estimator: str
    trim_estimator: str
    yi: FloatArray
    vi: FloatArray
    filled: BoolArray
    pooled: PooledEffect
    rounds: int
    converged: bool
    fallback: str | None
    labels: tuple[str, ...] = ()


class _NoSolutionError(Exception):
    """The quadratic behind Q0 has no real root: nearly all ranks lie on one side."""


@dataclass(frozen=True)
class _Missing:
    """Number missing before rounding, with its standard error."""

    number: float
    standard_error: float


def _variance_of_rank_sum(k: int, k0: float) -> float:
    return (
        k * (k + 1) * (2 * k + 1)
        + 10 * k0**3
        + 27 * k0**2
        + 17 * k0
        - 18 * k * k0**2
        - 18 * k * k0
        + 6 * k**2 * k0
    ) / 24


def _count_missing(signed_ranks: FloatArray, estimator: str) -> _Missing:
    """Number missing on the left from signed ranks of the centred effects, shape (k,)."""
    k = signed_ranks.size
    rank_sum = float(np.sum(signed_ranks[signed_ranks > 0]))
    if estimator == "R0":
        largest_left = float(np.max(-signed_ranks[signed_ranks < 0], initial=0.0))
        number = k - largest_left - 1
        return _Missing(number, float(np.sqrt(2 * max(0.0, number) + 2)))
    if estimator == "L0":
        number = (4 * rank_sum - k * (k + 1)) / (2 * k - 1)
        spread = max(_variance_of_rank_sum(k, number), 0.0)
        return _Missing(number, 4 * float(np.sqrt(spread)) / (2 * k - 1))
    discriminant = 2 * k**2 - 4 * rank_sum + 0.25
    if discriminant <= 0:
        raise _NoSolutionError
    number = k - 0.5 - float(np.sqrt(discriminant))
    spread = max(_variance_of_rank_sum(k, number), 0.0)
    scale = (k - 0.5) ** 2 - number * (2 * k - number - 1)
    if scale <= 0:
        raise _NoSolutionError
    return _Missing(number, 2 * float(np.sqrt(spread / scale)))


def _rank_from_centre(deviations: FloatArray) -> FloatArray:
    """Ranks of the distances from the centre with the sign of the deviation.

    Ties, and a study at the centre itself, are told by value and not by rounding error.
    """
    widest = float(np.max(np.abs(deviations)))
    steady = np.round(deviations / widest, 12) if widest > 0 else deviations
    order = np.argsort(np.abs(steady), kind="stable")
    ranks = np.empty(deviations.size)
    ranks[order] = np.arange(1, deviations.size + 1)
    return ranks * np.sign(steady)


@dataclass(frozen=True)
class _Trimmed:
    k0: int
    centre: float
    missing: _Missing
    rounds: int
    converged: bool


def _trim(yi: FloatArray, vi: FloatArray, estimator: str, pool_estimator: str) -> _Trimmed:
    """Trim the rising `yi` from the right until the number trimmed no longer changes."""
    k = yi.size
    k0, missing, centre = 0, _Missing(0.0, 0.0), 0.0
    for rounds in range(1, LARGEST_NUMBER_OF_ROUNDS + 1):
        kept = slice(0, k - k0)
        centre = compute_random_effects(yi[kept], vi[kept], estimator=pool_estimator).estimate
        missing = _count_missing(_rank_from_centre(yi - centre), estimator)
        # At least one study must stay to place the centre.
        following = min(round(max(0.0, missing.number)), k - 1)
        if following == k0:
            return _Trimmed(k0, centre, missing, rounds, converged=True)
        k0 = following
    return _Trimmed(k0, centre, missing, LARGEST_NUMBER_OF_ROUNDS, converged=False)


def _find_side(yi: FloatArray, vi: FloatArray, pool_estimator: str) -> str:
    """The side towards which small studies do not lean."""
    test = compute_regression_test(yi, vi, model="rma", predictor="sei", estimator=pool_estimator)
    return "right" if test.slope < 0 else "left"


def _trim_or_fall_back(
    yi: FloatArray, vi: FloatArray, estimator: str, pool_estimator: str
) -> tuple[_Trimmed, str, list[str]]:
    """Trim, the estimator that did it, and what had to be done instead of what was asked."""
    counted, reasons = estimator, []
    try:
        trimmed = _trim(yi, vi, counted, pool_estimator)
    except _NoSolutionError:
        counted, reasons = "L0", [NO_SOLUTION]
        trimmed = _trim(yi, vi, counted, pool_estimator)
    return trimmed, counted, reasons if trimmed.converged else [*reasons, STILL_MOVING]


def compute_trim_and_fill(
    yi: Effects,
    vi: ArrayLike | None = None,
    *,
    estimator: str = "L0",
    trim_estimator: str = "REML",
    pool_estimator: str | None = None,
    side: str | None = None,
    test: str = "knha-floor",
    level: float = 0.95,
) -> TrimAndFill:
    """Trim and fill of Duval and Tweedie.

    `yi` and `vi` have shape (k,), on any one scale, k at least 3. `estimator` counts the
    missing studies: L0, R0 or Q0. `trim_estimator` is the estimator of tau2 (or FE, a common
    effect) behind the centre about which studies are trimmed; `pool_estimator`, the same by
    default, that of the final pool: FE and REML give the "fixed-random" variety. `side` is
    where studies are missing; without it, the side away from the slope of Egger's regression.
    `test` and `level` serve the final pool. Read it as a sensitivity analysis: it assumes
    that asymmetry comes from suppression alone.

    Raises ValueError for fewer than three studies, a variance not above 0, NaN, shapes
    that differ, unknown names, and standard errors that are all the same when `side` is
    not given. Sources: duval2000a, duval2000b.
    """
    studies = check_studies(yi, vi)
    effects, variances = studies.y, studies.v
    check_choice(estimator, "estimator", MISSING_ESTIMATORS)
    if effects.size < 3:
        raise ValueError(f"yi holds {effects.size} studies; allowed: 3 or more to trim and fill")
    where = _find_side(effects, variances, trim_estimator) if side is None else side
    check_choice(where, "side", SIDES)
    sign = -1.0 if where == "right" else 1.0
    order = np.argsort(sign * effects, kind="stable")
    trimmed, counted, reasons = _trim_or_fall_back(
        sign * effects[order], variances[order], estimator, trim_estimator
    )
    last = order[effects.size - trimmed.k0 :]
    reflected = 2 * sign * trimmed.centre - effects[last]
    filled = np.concatenate([effects, reflected]), np.concatenate([variances, variances[last]])
    final = trim_estimator if pool_estimator is None else pool_estimator
    return TrimAndFill(
        k0=trimmed.k0,
        k0_standard_error=max(0.0, trimmed.missing.standard_error),
        p_value=0.5 ** (trimmed.k0 + 1) if estimator == "R0" else None,
        side=where,
        estimator=counted,
        trim_estimator=trim_estimator,
        yi=filled[0],
        vi=filled[1],
        filled=np.arange(filled[0].size) >= effects.size,
        pooled=compute_random_effects(*filled, estimator=final, test=test, level=level),
        rounds=trimmed.rounds,
        converged=trimmed.converged,
        fallback="; ".join(reasons) or None,
        labels=studies.labels and (*studies.labels, *(f"filled {n + 1}" for n in range(len(last)))),
    )
