"""One meta-analysis without moderators, with as few calls as the arithmetic allows.

With ten studies the calls of a fit cost more than its arithmetic. This model
gives the same numbers as PivotedMean with one column, from vectors [k], and
has plain floats wherever that has arrays [B].
"""

from __future__ import annotations

from math import ceil, log, sqrt
from typing import Any

import numpy as np

from analysis.formulae.likelihood import (
    CHUNK_ELEMENTS,
    GRID_FACTOR,
    MAXIMUM_STEPS,
    settled,
    solve_likelihood,
)
from analysis.formulae.means import PivotedMean
from analysis.formulae.moments import (
    Joined,
    Moments,
    RestSums,
    Unweighted,
    information_of,
    join_pivot,
)
from analysis.formulae.types import FloatArray


class SingleMean:
    """One mean for all studies: effects y [k], variances v [k]."""

    p = 1
    size = 1

    def __init__(self, y: FloatArray, v: FloatArray) -> None:
        pivot = int(v.argmin())
        self.k: Any = np.float64(len(y))
        self.least, self.centre = float(v[pivot]), float(y[pivot])
        self.v = np.concatenate((v[:pivot], v[pivot + 1 :]))
        self.y = np.concatenate((y[:pivot], y[pivot + 1 :]))
        self.y -= self.centre
        self._all = y, v
        self._ones = np.ones(len(self.y))
        self._plain: Unweighted | None = None

    def as_batch(self) -> PivotedMean:
        """The same model as a batch of one."""
        y, v = self._all
        return PivotedMean(y[:, np.newaxis], v[:, np.newaxis], np.array([self.k]))

    def total_variance(self) -> Any:
        """Mean squared deviation of the effects from their plain mean."""
        return self.unweighted().residual_form / self.k

    def log_variance_sum(self, tau2: Any) -> Any:
        """Sum of log(v + tau2)."""
        return float(np.log(self.v + tau2) @ self._ones) + log(self.least + float(tau2))

    def _residual_forms(self, tau2: float) -> tuple[float, float]:
        """y'Py and y'PPy at `tau2`."""
        w, pivot = 1.0 / (self.v + tau2), 1.0 / (self.least + tau2)
        mean = float(w @ self.y) / (pivot + float(w @ self._ones))
        residual = self.y - mean
        w *= residual
        own = pivot * mean
        return float(w @ residual) + own * mean, float(w @ w) + own * own

    def _scores(self, tau2: FloatArray, restricted: bool) -> FloatArray:
        """Twice the derivative of the (restricted) log-likelihood at `tau2` [T]."""
        rows = max(1, CHUNK_ELEMENTS // max(1, len(self.y)))
        if rows >= len(tau2):
            return self._block_scores(tau2, restricted)
        blocks = [tau2[first : first + rows] for first in range(0, len(tau2), rows)]
        return np.concatenate([self._block_scores(block, restricted) for block in blocks])

    def _block_scores(self, tau2: FloatArray, restricted: bool) -> FloatArray:
        w, pivot = 1.0 / np.add.outer(tau2, self.v), 1.0 / (tau2 + self.least)
        w1 = w @ self._ones
        total = pivot + w1
        mean = (w @ self.y) / total
        weighted = w * (self.y - mean[:, np.newaxis])
        form = np.einsum("tk,tk->t", weighted, weighted) + (pivot * mean) ** 2
        if not restricted:
            return np.asarray(form - total)
        return np.asarray(form - w1 * (1.0 + pivot / total) + np.einsum("tk,tk->t", w, w) / total)

    def _join(self, tau2: float) -> tuple[Joined, float]:
        """The traces and forms at `tau2`, and the mean counted from the pivot."""
        w, pivot = 1.0 / (self.v + tau2), 1.0 / (self.least + tau2)
        w1, w2 = float(w @ self._ones), float(w @ w)
        mean = float(w @ self.y) / (pivot + w1)
        residual = self.y - mean
        weighted = w * residual
        form1, form2 = float(weighted @ residual), float(weighted @ weighted)
        cross, w3 = float(weighted @ w), float((w * w) @ w)
        form3 = float((weighted * weighted) @ w)
        rest: Any = (w1, w2, w3, form1, form2, form3, cross, mean)
        weight: Any = pivot
        return join_pivot(RestSums(*rest), weight), mean

    def moments(self, tau2: Any) -> Moments:
        """Everything at `tau2`, as floats."""
        joined, mean = self._join(float(tau2))
        total = float(joined.weight_sum)
        values: Any = ((mean + self.centre,), 1.0 / total, log(total / self.k))
        return Moments(*joined, *values)

    def unweighted(self) -> Unweighted:
        """The ordinary least squares forms, as floats."""
        if self._plain is None:
            k, v = self.k, self.v
            mean = float(self.y @ self._ones) / k
            deviation = self.y - mean
            v1, v2 = float(v @ self._ones) + self.least, float(v @ v) + self.least**2
            form = float(deviation @ deviation) + mean**2
            values: Any = (form, v1 * (1.0 - 1.0 / k), v2 * (1.0 - 2.0 / k) + (v1 / k) ** 2)
            self._plain = Unweighted(*values)
        return self._plain

    def solve(self, target: float) -> tuple[float, bool]:
        """The tau2 at which y'Py equals `target`, as solve_residual_form finds it."""
        tau2 = last = 0.0
        for _ in range(MAXIMUM_STEPS):
            form, slope = self._residual_forms(tau2)
            step = form * (form / target - 1.0) / slope if form > target else 0.0
            tau2 += step
            if settled(step, last, tau2):
                return tau2, True
            last = step
        return tau2, False

    def maximise(self, at_zero: Moments, *, restricted: bool) -> tuple[float, bool]:
        """The tau2 of highest (restricted) likelihood, as solve_likelihood finds it."""
        grid = self._grid()
        score = self._scores(grid, restricted)
        rising = score > 0.0
        tops = np.flatnonzero(rising[:-1] & ~rising[1:])
        if len(tops) + (not rising[0]) > 1:
            batch = self.as_batch()
            found, done = solve_likelihood(batch, batch.moments(np.zeros(1)), restricted=restricted)
            return float(found[0]), bool(done[0])
        if not len(tops):
            return 0.0, True
        left = int(tops[0])
        ends = (float(grid[left]), float(grid[left + 1]))
        scores = (float(score[left]), float(score[left + 1]))
        return self._climb(ends, scores, float(self.k / at_zero.weight_sum), restricted)

    def _grid(self) -> FloatArray:
        """0, and values from below the least variance to where the likelihood must fall."""
        least, free = self.least, max(float(self.k) - 1.0, 1.0)
        plain = self.unweighted()
        scatter, mean = float(plain.residual_form) / free, float(plain.trace_pv) / free
        half = 0.5 * scatter - least
        highest = (half + sqrt(max(half * half + scatter * mean - least * least, 0.0))) * (1 + 1e-6)
        lowest = least / GRID_FACTOR
        highest = max(highest, lowest)
        steps = max(1, ceil(log(highest / lowest) / log(GRID_FACTOR)))
        factor = (highest / lowest) ** (1.0 / steps)
        grid = np.zeros(steps + 2)
        grid[1:] = lowest * factor ** np.arange(steps + 1.0)
        return grid

    def _climb(
        self,
        ends: tuple[float, float],
        scores: tuple[float, float],
        typical: float,
        restricted: bool,
    ) -> tuple[float, bool]:
        """Newton's method inside a bracket, on the score times (typical + tau2)^2."""
        low, high = ends
        rise, fall = scores[0] * (typical + low) ** 2, scores[1] * (typical + high) ** 2
        share = min(max(rise / (rise - fall), 0.02), 0.98)
        now, last = low + share * (high - low), high - low
        for _ in range(MAXIMUM_STEPS):
            score, expected, observed = information_of(self._join(now)[0], restricted)
            low, high = (now if score > 0.0 else low), (now if score < 0.0 else high)
            slope = observed - 2.0 * score / (typical + now)
            proposal = float(now + score / (slope if slope > 0.0 else expected))
            if not low <= proposal <= high:
                proposal = 0.5 * (low + high)
            step = proposal - now
            if settled(step, last, proposal):
                return proposal, True
            last, now = step, proposal
        return now, False
