"""Maximum of the (restricted) likelihood of tau2, for many meta-analyses at once.

The likelihood can have several maxima when precise and imprecise studies
disagree, so its slope is first scanned on a grid; Newton's method then climbs
inside the bracket of each maximum and the highest wins.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from analysis.formulae.leave_one_out import LeaveOneOut
from analysis.formulae.moments import Model, Moments, information_of
from analysis.formulae.types import BoolArray, FloatArray, IntArray

CHUNK_ELEMENTS = 49152  # larger working arrays leave the cache, smaller ones mean more calls
RELATIVE_STEP = 1e-8  # convergence is quadratic: the last step leaves about its square
RELATIVE_ERROR = 1e-12  # of what the next step would be, judged from the last two
Number = Any  # arrays [B], or plain floats of a single meta-analysis
TINY = float(np.finfo(np.float64).tiny)
MAXIMUM_STEPS = 200
GRID_FACTOR = 6.0  # the likelihood is smooth in log(tau2): wider maxima than this


def settled(step: Number, last: Number, tau2: Number) -> Number:
    """Whether Newton's method has arrived: `step` is small, or the next one would be.

    With quadratic convergence the step after `last` and `step` is step^3 / last^2.
    """
    size = abs(step)
    close = (size <= 1e-3 * tau2) & (size**3 <= RELATIVE_ERROR * tau2 * last * last)
    return (size <= RELATIVE_STEP * tau2) | close


def all_but(size: int, exceptions: IntArray) -> BoolArray:
    """True [size] but for the listed entries."""
    true = np.ones(size, dtype=np.bool_)
    true[exceptions] = False
    return true


def solve_likelihood(
    model: Model, at_zero: Moments, *, restricted: bool
) -> tuple[FloatArray, BoolArray]:
    """The tau2 >= 0 of highest (restricted) likelihood and whether it converged, [B]."""
    grid, score = scan(model, at_zero, restricted)
    rising = score > 0.0
    tops = rising[:-1] & ~rising[1:]  # a maximum lies between a rise and a fall
    count = tops.sum(axis=0)
    best = np.zeros(model.size)
    converged = np.ones(model.size, dtype=np.bool_)
    contested = count + ~rising[0] > 1
    for order in range(int(count.max(initial=0))):
        rows = np.flatnonzero(count > order)
        part = model if len(rows) == model.size else model.take(rows)
        bracket = _Bracket.of(grid[:, rows], score[:, rows], tops[:, rows], order)
        typical = model.k[rows] / at_zero.weight_sum[rows]
        found, done = _climb(part, restricted, bracket, typical)
        better = _is_higher(model, found, best, rows, contested, restricted)
        best[rows] = np.where(better, found, best[rows])
        converged[rows] = np.where(better, done, converged[rows])
    return best, converged


def _is_higher(
    model: Model,
    found: FloatArray,
    best: FloatArray,
    rows: IntArray,
    contested: BoolArray,
    restricted: bool,
) -> BoolArray:
    """Whether each new maximum beats the best so far; untested where it is the only one."""
    better = np.ones(len(rows), dtype=np.bool_)
    unsure = contested[rows]
    if unsure.any():
        part = model.take(rows[unsure])
        new = log_likelihood(part, found[unsure], restricted)
        better[unsure] = new > log_likelihood(part, best[rows[unsure]], restricted)
    return better


class _Bracket(NamedTuple):
    """Where the likelihood rises and where it falls, with its score there, [B]."""

    low: FloatArray
    high: FloatArray
    score_low: FloatArray
    score_high: FloatArray

    @classmethod
    def of(cls, grid: FloatArray, score: FloatArray, tops: BoolArray, order: int) -> _Bracket:
        """The bracket of each column's maximum number `order`, from the left."""
        this = tops if order == 0 else tops & (np.cumsum(tops, axis=0) == order + 1)
        left, column = np.argmax(this, axis=0), np.arange(grid.shape[1])
        right = left + 1
        return cls(
            grid[left, column], grid[right, column], score[left, column], score[right, column]
        )

    def guess(self, typical: FloatArray) -> FloatArray:
        """Where a straight line between the ends crosses zero.

        The score times (v + tau2)^2 is a line when all variances equal v.
        """
        low = self.score_low * (typical + self.low) ** 2
        high = self.score_high * (typical + self.high) ** 2
        share = np.clip(low / np.maximum(low - high, TINY), 0.02, 0.98)
        return self.low + share * (self.high - self.low)


def _ceiling(model: Model) -> FloatArray:
    """A tau2 [B] beyond which the likelihood must fall.

    With z'z the residual sum of squares, a_i the k - p eigenvalues of V in the
    space of residuals and m their mean, the score is at most
    z'z / (min a + tau2)^2 - (k - p) / (m + tau2), a quadratic inequality in tau2.
    """
    plain = model.unweighted()
    free = np.maximum(model.k - model.p, 1.0)
    scatter, mean = plain.residual_form / free, plain.trace_pv / free
    least = model.least
    half = 0.5 * scatter - least
    root = np.sqrt(np.maximum(half**2 + scatter * mean - least**2, 0.0))
    return np.maximum(half + root, 0.0) * (1.0 + 1e-6)


def scan(model: Model, at_zero: Moments, restricted: bool) -> tuple[FloatArray, FloatArray]:
    """Grid of tau2 [T, B], from 0 to where the likelihood must fall, and the score there."""
    lowest = model.least / GRID_FACTOR
    highest = np.maximum(_ceiling(model), lowest)
    if isinstance(model, LeaveOneOut):  # one tau2 for all of them costs less than one for each
        lowest, highest = np.full_like(lowest, lowest.min()), np.full_like(highest, highest.max())
    steps = max(1, int(np.ceil(np.log((highest / lowest).max()) / np.log(GRID_FACTOR))))
    factor = (highest / lowest) ** (1.0 / steps)
    grid = np.vstack([np.zeros_like(lowest), lowest * factor ** np.arange(steps + 1)[:, None]])
    score = np.empty(grid.shape)
    score[0] = information_of(at_zero, restricted).score
    if isinstance(model, LeaveOneOut):
        score[1:-1] = model.scores_at(grid[1:-1, 0], restricted)
    else:
        for row in range(1, len(grid) - 1):
            score[row] = model.score(grid[row], restricted)
    score[:, model.k <= model.p] = -1.0  # nothing to estimate
    score[-1] = -np.abs(score[-2])  # it falls there; only the first guess needs a size
    return grid, score


def log_likelihood(model: Model, tau2: FloatArray, restricted: bool) -> FloatArray:
    """(Restricted) log-likelihood at `tau2`, [B], up to its constant."""
    at = model.moments(tau2)
    value = -0.5 * (model.log_variance_sum(tau2) + at.residual_form)
    return value - 0.5 * at.log_determinant if restricted else value


def _climb(
    model: Model, restricted: bool, bracket: _Bracket, typical: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Newton's method inside the bracket, on the score times (typical + tau2)^2."""
    tau2, where, part = np.zeros(model.size), np.arange(model.size), model
    low, high, now = bracket.low, bracket.high, bracket.guess(typical)
    last = high - low
    for _ in range(MAXIMUM_STEPS):
        score, expected, observed = part.information(now, restricted)
        low, high = np.where(score > 0.0, now, low), np.where(score < 0.0, now, high)
        slope = observed - 2.0 * score / (typical + now)
        proposal = now + score / np.where(slope > 0.0, slope, expected)
        outside = (proposal < low) | (proposal > high)
        proposal = np.where(outside, 0.5 * (low + high), proposal)
        moving = ~settled(proposal - now, last, proposal)
        last, now, left = proposal - now, proposal, np.count_nonzero(moving)
        if left == 0:
            break
        if 2 * left < len(where):  # copying the rows that go on pays only when few do
            tau2[where] = now
            where, part = where[moving], part.take(np.flatnonzero(moving))
            low, high, now, last = low[moving], high[moving], now[moving], last[moving]
            typical = typical[moving]
            moving = np.ones(left, dtype=np.bool_)
    tau2[where] = now
    return tau2, all_but(model.size, where[moving])
