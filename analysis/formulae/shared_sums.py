"""Weighted sums over all studies but one, for every study and any tau2.

The sums are those of w^n y^p over the studies, n = 1, 2, 3, p = 0, 1, 2, with
w = 1 / (v + tau2). DirectSums adds them up for each study left out, which costs
k^2; SeriesSums expands the sums of all studies in powers of tau2 around a few
centres and subtracts the one study, so that cost and memory grow with k.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from analysis.formulae.types import FloatArray, IntArray

REACH = 0.25  # of an expansion, as a share of least variance + centre
TERMS = 30  # REACH ** TERMS is below the rounding of a double
DOMINANT = 0.5  # a study with this share of a sum is not subtracted from it
BINOMIAL = np.array([special.binom(n + np.arange(TERMS), np.arange(TERMS)) for n in range(3)])
BLOCK = 1024  # values of tau2 at a time, so that powers of them fit the cache


class DirectSums:
    """Sums without study `left_out[j]` in column j, added up anew for each column."""

    def __init__(self, y: FloatArray, v: FloatArray, left_out: IntArray) -> None:
        self.y, self.v, self.left_out = y, v, left_out
        self._columns = np.arange(len(left_out))
        self._powers = np.stack([np.ones_like(y), y, y * y])

    def take(self, columns: IntArray) -> DirectSums:
        """The same for some of the columns."""
        return DirectSums(self.y, self.v, self.left_out[columns])

    def at(self, tau2: FloatArray, highest: int = 3) -> FloatArray:
        """Sums [highest, 3, B] of w^n y^p at `tau2` [B]."""
        w = np.add.outer(self.v, tau2)
        np.divide(1.0, w, out=w)
        w[self.left_out, self._columns] = 0.0
        sums = np.empty((highest, 3, len(tau2)))
        power = w
        for n in range(highest):
            power = power * w if n else w
            np.matmul(self._powers, power, out=sums[n])
        return sums

    def logarithms(self, tau2: FloatArray) -> FloatArray:
        """Sum of log(v + tau2) at `tau2` [B]."""
        logs = np.log(np.add.outer(self.v, tau2)).sum(axis=0)
        return np.asarray(logs - np.log(self.v[self.left_out] + tau2))


class SeriesSums:
    """Sums without study `left_out[j]` in column j, from expansions of the sums of all."""

    def __init__(self, y: FloatArray, v: FloatArray, left_out: IntArray) -> None:
        self.y, self.v, self.left_out = y, v, left_out
        self._least = float(v.min())
        self._own = np.stack([np.ones(len(left_out)), y[left_out], y[left_out] ** 2])
        self._centres: dict[int, tuple[FloatArray, float]] = {}
        dominant = _dominant(y, v)
        self._apart = np.flatnonzero(dominant[left_out])

    def take(self, columns: IntArray) -> SeriesSums:
        """The same for some of the columns; expansions are shared."""
        part = SeriesSums.__new__(SeriesSums)
        part.y, part.v, part.left_out = self.y, self.v, self.left_out[columns]
        part._least, part._own, part._centres = self._least, self._own[:, columns], self._centres
        part._apart = np.flatnonzero(np.isin(columns, self._apart))
        return part

    def at(self, tau2: FloatArray, highest: int = 3) -> FloatArray:
        """Sums [highest, 3, B] of w^n y^p at `tau2` [B]."""
        sums = np.empty((highest, 3, len(tau2)))
        for block, centre in self._blocks(tau2):
            sums[:, :, block] = self._expand(centre, tau2[block], highest)
        w = 1.0 / (self.v[self.left_out] + tau2)
        own = self._own.copy()
        for n in range(highest):
            own *= w
            sums[n] -= own
        if len(self._apart):
            direct = DirectSums(self.y, self.v, self.left_out[self._apart])
            sums[:, :, self._apart] = direct.at(tau2[self._apart], highest)
        return sums

    def logarithms(self, tau2: FloatArray) -> FloatArray:
        """Sum of log(v + tau2) at `tau2` [B]."""
        total = np.empty(len(tau2))
        for block, centre in self._blocks(tau2):
            moments, logs = self._centre(centre)
            step = (tau2[block] - self._place(centre)) / (self._least + self._place(centre))
            terms = moments[:TERMS, 0] / np.arange(1, TERMS + 1)
            total[block] = logs + step * (terms @ _powers(-step))
        return total - np.log(self.v[self.left_out] + tau2)

    def _place(self, centre: int) -> float:
        """tau2 at a centre: least variance + tau2 grows by a constant factor."""
        return self._least * float(np.expm1(centre * np.log1p(1.8 * REACH)))

    def _blocks(self, tau2: FloatArray) -> list[tuple[IntArray, int]]:
        """Positions in `tau2` that share a centre, in blocks."""
        nearest = np.log1p(tau2 / self._least) / np.log1p(1.8 * REACH)
        index = np.rint(nearest).astype(np.intp)
        order = np.argsort(index, kind="stable")
        edges = np.flatnonzero(np.diff(index[order])) + 1
        return [
            (group[first : first + BLOCK], int(index[group[0]]))
            for group in np.split(order, edges)
            for first in range(0, len(group), BLOCK)
        ]

    def _centre(self, centre: int) -> tuple[FloatArray, float]:
        """Sums [TERMS + 3, 3] of (scale w)^m y^p at a centre, and of log(v + tau2)."""
        if centre not in self._centres:
            place = self._place(centre)
            ratio = (self._least + place) / (self.v + place)  # at most 1, so powers are safe
            effects = np.stack([np.ones_like(self.y), self.y, self.y * self.y])
            moments, power = np.empty((TERMS + 3, 3)), ratio.copy()
            for order in range(TERMS + 3):
                moments[order] = effects @ power
                power *= ratio
            self._centres[centre] = moments, float(np.log(self.v + place).sum())
        return self._centres[centre]

    def _expand(self, centre: int, tau2: FloatArray, highest: int) -> FloatArray:
        """1 / (a + d)^n = sum over m of C(n + m - 1, m) (-d)^m / a^(n + m)."""
        moments, _ = self._centre(centre)
        place = self._place(centre)
        scale = self._least + place
        terms = [
            BINOMIAL[n, :, np.newaxis] * moments[n : n + TERMS] / scale ** (n + 1)
            for n in range(highest)
        ]
        sums = np.concatenate(terms, axis=1).T @ _powers((place - tau2) / scale)
        return sums.reshape(highest, 3, len(tau2))


def _powers(base: FloatArray) -> FloatArray:
    """base^0, base^1, ... in rows, [TERMS, B]."""
    rows = np.empty((TERMS, len(base)))
    rows[0] = 1.0
    for order in range(1, TERMS):
        np.multiply(rows[order - 1], base, out=rows[order])
    return rows


def _dominant(y: FloatArray, v: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Studies that make up so much of a sum that subtracting them would cost digits."""
    found = np.zeros(len(y), dtype=np.bool_)
    spread = float(np.mean(y * y))
    for tau2 in (0.0, float(np.median(v)), spread):
        w = float(v.min() + tau2) / (v + tau2)
        for weight in (w, w * w, w**3):
            for part in (weight, weight * y * y):
                found |= part > DOMINANT * part.sum()
    return found
