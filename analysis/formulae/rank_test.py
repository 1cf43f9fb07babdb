"""Rank correlation tests for small-study effects: of Begg and Mazumdar, and of Schwarzer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.formulae.checks import Effects, check_studies
from analysis.formulae.counts import check_choice
from analysis.formulae.missing import leave_masked_out
from analysis.formulae.results import Result
from analysis.formulae.two_groups import TwoByTwoTables, check_two_by_two
from analysis.formulae.types import FloatArray, IntArray

RANK_METHODS = ("exact", "normal")
# Past this the exact distribution takes seconds and the normal one agrees to four digits.
LARGEST_EXACT = 1000


@dataclass(frozen=True)
class RankTest(Result):
    """Kendall's rank correlation of standardised effects with their variances.

    `score` is concordant minus discordant pairs and `score_standard_error` its standard
    error without correlation; `statistic` is their ratio, a standard normal deviate.
    `method` says how `p_value` was found, `fallback` why it is not the one asked for.
    """

    tau: float
    p_value: float
    score: float
    score_standard_error: float
    statistic: float
    k: int
    method: str
    fallback: str | None


def _pair_signs(values: FloatArray) -> FloatArray:
    first, second = np.triu_indices(values.size, 1)
    return np.sign(values[second] - values[first])


def _tie_sizes(values: FloatArray) -> IntArray:
    return np.asarray(np.unique(values, return_counts=True)[1], dtype=np.intp)


def _score_variance(first: IntArray, second: IntArray, k: int) -> float:
    """Variance of Kendall's score under independence, given the sizes of the ties."""

    def spread(sizes: IntArray | int) -> float:
        m = np.asarray(sizes, dtype=np.float64)
        return float(np.sum(m * (m - 1) * (2 * m + 5)))

    def falling(sizes: IntArray, order: int) -> float:
        m = sizes.astype(np.float64)
        return float(np.sum(m * (m - 1) * ((m - 2) if order == 3 else 1)))

    pairs = falling(first, 2) * falling(second, 2) / (2 * k * (k - 1))
    triples = falling(first, 3) * falling(second, 3) / (9 * k * (k - 1) * max(k - 2, 1))
    return (spread(k) - spread(first) - spread(second)) / 18 + pairs + triples


def _exact_tail(discordant: int, k: int) -> float:
    """P(number of discordant pairs <= discordant) over all orders of k distinct values."""
    probability = np.zeros(discordant + 1)
    probability[0] = 1.0
    for size in range(2, k + 1):
        total = np.cumsum(probability)
        shifted = np.zeros_like(total)
        shifted[size:] = total[:-size] if size <= discordant else 0.0
        probability = (total - shifted) / size
    return float(np.sum(probability))


def _exact_p_value(score: float, k: int) -> float:
    pairs = k * (k - 1) // 2
    fewer = min(round((pairs - score) / 2), round((pairs + score) / 2))
    return min(1.0, 2.0 * _exact_tail(fewer, k))


def _standardise(yi: FloatArray, vi: FloatArray) -> FloatArray:
    """Deviations from the common effect over their own standard errors."""
    total = float(np.sum(1 / vi))
    spread = vi - 1 / total
    return np.asarray((yi - np.sum(yi / vi) / total) / np.sqrt(spread))


def _refuse_constant(values: FloatArray, argument: str) -> None:
    if np.ptp(values) == 0:
        raise ValueError(f"{argument} is {values[0]:.15g} in all studies; allowed: two values")


def _choose_method(asked: str, k: int, *, tied: bool) -> tuple[str, str | None]:
    if asked == "exact" and tied:
        return "normal", "ties: the exact distribution does not exist, normal approximation used"
    if asked == "exact" and k > LARGEST_EXACT:
        return "normal", f"more than {LARGEST_EXACT} studies: normal approximation used"
    return asked, None


def compute_rank_test(
    yi: Effects, vi: ArrayLike | None = None, *, method: str = "exact"
) -> RankTest:
    """Begg and Mazumdar's test: do effects and their variances go together?

    `yi` and `vi` have shape (k,), k at least 3, on any one scale. `method` = "exact" uses
    the permutation distribution of Kendall's score and falls back, saying so, to "normal"
    (variance corrected for ties, no continuity correction) where there are ties.

    Raises ValueError for fewer than three studies, a variance not above 0, NaN, shapes
    that differ, and effects or variances that are all the same (no rank
    correlation exists).
    Source: begg1994.
    """
    studies = check_studies(yi, vi)
    effects, variances = studies.y, studies.v
    check_choice(method, "method", RANK_METHODS)
    if effects.size < 3:
        raise ValueError(f"yi holds {effects.size} studies; allowed: 3 or more for a rank test")
    _refuse_constant(effects, "yi")
    _refuse_constant(variances, "vi")
    return _correlate(_standardise(effects, variances), variances, method)


@leave_masked_out
def compute_table_rank_test(
    events_1: ArrayLike,
    n_1: ArrayLike,
    events_2: ArrayLike,
    n_2: ArrayLike,
    *,
    method: str = "exact",
) -> RankTest:
    """Schwarzer's test for sparse two-by-two tables, shape (k,), k at least 3.

    Kendall's rank correlation of the events of the first group, standardised by their mean
    and variance given the margins at the Mantel-Haenszel odds ratio (noncentral
    hypergeometric), with the inverse of that variance. `method` as in `compute_rank_test`.
    Tables without events, or without non-events, in both groups are left out.

    Raises ValueError for impossible counts, fewer than three usable tables, an odds ratio of
    zero or infinity, variances that are all the same. Source: schwarzer2007.
    """
    check_choice(method, "method", RANK_METHODS)
    tables = check_two_by_two(events_1, n_1, events_2, n_2)
    kept = tables.keep(~tables.is_degenerate)
    if kept.a.size < 3:
        raise ValueError(f"events_1 holds {kept.a.size} usable tables; allowed: 3 or more")
    above, below = (kept.a * kept.d / kept.total).sum(), (kept.b * kept.c / kept.total).sum()
    if above == 0.0 or below == 0.0:
        raise ValueError(
            "the odds ratio of all tables is zero or infinity; allowed: events and non-events "
            "in both groups"
        )
    mean, variance = _conditional_moments(kept, float(np.log(above / below)))
    _refuse_constant(variance, "variance of the events")
    return _correlate((kept.a - mean) / np.sqrt(variance), 1.0 / variance, method)


def _conditional_moments(
    tables: TwoByTwoTables, log_odds_ratio: float
) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of the events of the first group given the margins, (k,)."""
    found = []
    for n1, n2, events in zip(tables.n1, tables.n2, tables.a + tables.c, strict=True):
        x = np.arange(max(0.0, events - n2), min(events, n1) + 1.0)
        logs = x * log_odds_ratio - scipy.special.gammaln(x + 1) - scipy.special.gammaln(n1 - x + 1)
        logs -= scipy.special.gammaln(events - x + 1) + scipy.special.gammaln(n2 - events + x + 1)
        share = np.exp(logs - logs.max())
        share /= share.sum()
        mean = float(share @ x)
        found.append((mean, float(share @ (x - mean) ** 2)))
    mean, variance = np.array(found).T
    return mean, variance


def _correlate(standardised: FloatArray, variances: FloatArray, method: str) -> RankTest:
    """Kendall's score of two series that are not constant, with its test."""
    k = standardised.size
    ties = _tie_sizes(standardised), _tie_sizes(variances)
    signs = _pair_signs(standardised), _pair_signs(variances)
    score = float(np.sum(signs[0] * signs[1]))
    tau = score / float(np.sqrt(np.sum(signs[0] ** 2) * np.sum(signs[1] ** 2)))
    chosen, fallback = _choose_method(method, k, tied=any(t.max() > 1 for t in ties))
    error = float(np.sqrt(_score_variance(*ties, k)))
    normal = float(2 * scipy.special.ndtr(-abs(score / error)))
    p_value = _exact_p_value(score, k) if chosen == "exact" else normal
    return RankTest(tau, p_value, score, error, score / error, k, chosen, fallback)
