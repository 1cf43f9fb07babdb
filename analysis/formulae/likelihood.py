"""Maximum of the (restricted) likelihood of tau2, for many meta-analyses at once.

The likelihood can have several maxima when precise and imprecise studies
disagree, so its slope is first scanned on a grid; Newton's method then climbs
inside the bracket of each maximum and the highest wins.
"""

from __future__ import annotations

import numpy as np

from analysis.formulae.moments import Model, Moments
from analysis.formulae.types import BoolArray, FloatArray, IntArray

RELATIVE_STEP = 1e-9  # a step is quadratic, so the last one leaves the square of this
MAXIMUM_STEPS = 200
GRID_FACTOR = 3.0  # the likelihood is smooth in log(tau2): wider maxima than this


def all_but(size: int, exceptions: IntArray) -> BoolArray:
    """True [size] but for the listed entries."""
    true = np.ones(size, dtype=np.bool_)
    true[exceptions] = False
    return true


def solve_likelihood(
    model: Model, at_zero: Moments, *, restricted: bool
) -> tuple[FloatArray, BoolArray]:
    """The tau2 >= 0 of highest (restricted) likelihood and whether it converged, [B]."""
    grid, score = _scan(model, at_zero, restricted)
    rising = score > 0.0
    tops = rising[:-1] & ~rising[1:]  # a maximum lies between a rise and a fall
    count = tops.sum(axis=0)
    best = np.zeros(grid.shape[1])
    converged = np.ones(best.shape, dtype=np.bool_)
    height = np.full(best.shape, -np.inf)
    contested = bool((count + ~rising[0] > 1).any())
    if contested:
        height = np.where(rising[0], -np.inf, log_likelihood(model, best, restricted))
    for order in range(int(count.max(initial=0))):
        rows = np.flatnonzero(count > order)
        left = np.argsort(~tops[:, rows], axis=0, kind="stable")[order]
        bracket = _Bracket(grid[left, rows], grid[left + 1, rows])
        bracket.tau2 = _chord(bracket, score[left, rows], score[left + 1, rows])
        part = model if len(rows) == len(best) else model.take(rows)
        done = _climb(part, restricted, bracket)
        better = np.ones(rows.shape, dtype=np.bool_)
        if contested:
            candidate = log_likelihood(part, bracket.tau2, restricted)
            better = candidate > height[rows]
            height[rows] = np.where(better, candidate, height[rows])
        best[rows] = np.where(better, bracket.tau2, best[rows])
        converged[rows] = np.where(better, done, converged[rows])
    return best, converged


class _Bracket:
    """Where the likelihood rises (`low`), where it falls (`high`), and a tau2 between, [B]."""

    def __init__(self, low: FloatArray, high: FloatArray) -> None:
        self.low, self.high = low, high
        self.tau2 = 0.5 * (low + high)


def _chord(bracket: _Bracket, at_low: FloatArray, at_high: FloatArray) -> FloatArray:
    """A first guess inside the bracket: where the chord of the score crosses zero."""
    share = at_low / np.maximum(at_low - at_high, np.finfo(np.float64).tiny)
    return bracket.low + np.clip(share, 0.05, 0.95) * (bracket.high - bracket.low)


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


def _scan(model: Model, at_zero: Moments, restricted: bool) -> tuple[FloatArray, FloatArray]:
    """Grid of tau2 [T, B], from 0 to where the likelihood must fall, and the score there."""
    lowest = model.least / GRID_FACTOR
    highest = np.maximum(_ceiling(model), lowest)
    steps = 1 + int(np.ceil(np.log((highest / lowest).max()) / np.log(GRID_FACTOR)))
    factor = (highest / lowest) ** (1.0 / steps)
    grid = np.vstack([np.zeros_like(lowest), lowest * factor ** np.arange(steps + 1)[:, None]])
    score = np.full(grid.shape, -1.0)
    score[0] = np.where(model.k > model.p, _information(at_zero, restricted)[0], -1.0)
    for row in range(1, len(grid) - 1):
        score[row] = model.score(grid[row], restricted)
    return grid, score


def log_likelihood(model: Model, tau2: FloatArray, restricted: bool) -> FloatArray:
    """(Restricted) log-likelihood at `tau2`, [B], up to its constant."""
    at = model.moments(tau2)
    value = -0.5 * (model.log_variance_sum(tau2) + at.residual_form)
    return value - 0.5 * at.log_determinant if restricted else value


def _information(at: Moments, restricted: bool) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Twice the score of tau2, its expected information and its observed information."""
    trace = at.trace_p if restricted else at.weight_sum
    expected = at.trace_pp if restricted else at.weight_square_sum
    return at.residual_form2 - trace, expected, 2.0 * at.residual_form3 - expected


def _climb(model: Model, restricted: bool, bracket: _Bracket) -> BoolArray:
    """Move `bracket.tau2` to the maximum by Newton's method; True where it converged."""
    tau2, low, high = bracket.tau2, bracket.low, bracket.high
    active = np.arange(len(tau2))
    part = model
    for _ in range(MAXIMUM_STEPS):
        now = tau2[active]
        score, expected, observed = _information(part.moments(now), restricted)
        floor = low[active] = np.where(score > 0.0, now, low[active])
        roof = high[active] = np.where(score < 0.0, now, high[active])
        proposal = now + score / np.where(observed > 0.0, observed, expected)
        outside = (proposal < floor) | (proposal > roof)
        proposal = np.where(outside, 0.5 * (floor + roof), proposal)
        tau2[active] = proposal
        moving = np.abs(proposal - now) > RELATIVE_STEP * proposal
        left = np.count_nonzero(moving)
        if left == 0:
            return np.ones(len(tau2), dtype=np.bool_)
        if 2 * left < len(active):  # copying the rows that go on pays only when few do
            active, part = active[moving], part.take(np.flatnonzero(moving))
    return all_but(len(tau2), active[moving])
