"""Weighted sums over all studies but one, for every study and any tau2.

The sums are those of w^n y^p over the studies, n = 1, 2, 3, p = 0, 1, 2, with
w = 1 / (v + tau2). DirectSums adds them up for each study left out, which costs
k^2; SeriesSums expands the sums of all studies in powers of tau2 around a few
centres and subtracts the one study, so that cost and memory grow with k.
"""

from __future__ import annotations

import math
from typing import Self

import numpy as np

from analysis.formulae.types import BoolArray, FloatArray, IntArray

REACH = 0.25  # of an expansion, as a share of least variance + centre
TERMS = 30  # REACH ** TERMS is below the rounding of a double
DOMINANT = 0.5  # a study with this share of a sum is not subtracted from it
BINOMIAL = np.array([[math.comb(n + k, k) for k in range(TERMS)] for n in range(3)], dtype=float)
BLOCK = 1024  # values of tau2 at a time, so that powers of them fit the cache


class DirectSums:
    """Sums without study `left_out[j]` in column j, added up anew for each column.

    Where all columns ask for the same tau2 the sums of all studies serve, and the
    study left out is subtracted.
    """

    def __init__(self, y: FloatArray, v: FloatArray, left_out: IntArray) -> None:
        self._set(y, v, left_out, _dominant(y, v))

    def _set(self, y: FloatArray, v: FloatArray, left_out: IntArray, dominant: BoolArray) -> None:
        self.y, self.v, self.left_out, self._dominant = y, v, left_out, dominant
        self._powers = np.stack([np.ones_like(y), y, y * y])
        self._own = self._powers[:, left_out]
        self._apart = np.flatnonzero(dominant[left_out])

    def take(self, columns: IntArray) -> Self:
        """The same for some of the columns."""
        part = type(self).__new__(type(self))
        part._set(self.y, self.v, self.left_out[columns], self._dominant)
        return part

    def at(self, tau2: FloatArray, highest: int = 3) -> FloatArray:
        """Sums [highest, 3, B] of w^n y^p at `tau2` [B]."""
        if tau2.min() < tau2.max():
            return self._add_up(self.left_out, tau2, highest)
        return np.asarray(self.at_common(tau2[:1], highest)[0])

    def at_common(self, tau2: FloatArray, highest: int) -> FloatArray:
        """Sums [T, highest, 3, B] where all columns have the same tau2, for each of [T]."""
        w, own = 1.0 / np.add.outer(tau2, self.v), 1.0 / np.add.outer(tau2, self.v[self.left_out])
        sums = np.empty((len(tau2), highest, 3, len(self.left_out)))
        power, part = w, own
        for n in range(highest):
            power, part = (power * w, part * own) if n else (w, own)
            total = power @ self._powers.T
            np.subtract(total[..., np.newaxis], part[:, np.newaxis] * self._own, out=sums[:, n])
        for row in range(len(tau2) if len(self._apart) else 0):
            same = np.full(len(self._apart), tau2[row])
            anew = self._add_up(self.left_out[self._apart], same, highest)
            sums[row][:, :, self._apart] = anew
        return sums

    def _add_up(self, left_out: IntArray, tau2: FloatArray, highest: int) -> FloatArray:
        """The sums from the weights [k, B] of each column."""
        w = np.add.outer(self.v, tau2)
        np.divide(1.0, w, out=w)
        w[left_out, np.arange(len(left_out))] = 0.0
        sums = np.empty((highest, 3, len(tau2)))
        power = w
        for n in range(highest):
            power = power * w if n else w
            np.matmul(self._powers, power, out=sums[n])
        return sums

    def _subtract(self, sums: FloatArray, tau2: FloatArray) -> FloatArray:
        """Take the study left out from the sums of all; add up anew where it dominates them."""
        w, own = 1.0 / (self.v[self.left_out] + tau2), self._own.copy()
        for n in range(len(sums)):
            own *= w
            sums[n] -= own
        if len(self._apart):
            apart = self._apart
            sums[:, :, apart] = self._add_up(self.left_out[apart], tau2[apart], len(sums))
        return sums

    def logarithms(self, tau2: FloatArray) -> FloatArray:
        """Sum of log(v + tau2) at `tau2` [B]."""
        logs = np.log(np.add.outer(self.v, tau2)).sum(axis=0)
        return np.asarray(logs - np.log(self.v[self.left_out] + tau2))


class SeriesSums(DirectSums):
    """The same sums from expansions of the sums of all studies."""

    _centres: dict[int, tuple[FloatArray, float]]
    _least: float

    def __init__(self, y: FloatArray, v: FloatArray, left_out: IntArray) -> None:
        super().__init__(y, v, left_out)
        self._least, self._centres = float(v.min()), {}

    def take(self, columns: IntArray) -> Self:
        """The same for some of the columns; expansions are shared."""
        part = super().take(columns)
        part._least, part._centres = self._least, self._centres
        return part

    def at(self, tau2: FloatArray, highest: int = 3) -> FloatArray:
        """Sums [highest, 3, B] of w^n y^p at `tau2` [B]."""
        if tau2.min() == tau2.max():
            return super().at(tau2, highest)
        sums = np.empty((highest, 3, len(tau2)))
        for block, centre in self._blocks(tau2):
            sums[:, :, block] = self._expand(centre, tau2[block], highest)
        return self._subtract(sums, tau2)

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
            moments, power = np.empty((TERMS + 3, 3)), ratio.copy()
            for order in range(TERMS + 3):
                moments[order] = self._powers @ power
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


def _dominant(y: FloatArray, v: FloatArray) -> BoolArray:
    """Studies that make up so much of a sum that subtracting them would cost digits.

    The largest shares are those in the sums of w^3 at tau2 = 0 and, for effects far
    out, in the sum of y^2 that large tau2 leads to.
    """
    cube, square = (v.min() / v) ** 3, y * y
    found = cube > DOMINANT * cube.sum()
    for part in (square, cube * square):
        found |= part > DOMINANT * part.sum()
    return np.asarray(found)
