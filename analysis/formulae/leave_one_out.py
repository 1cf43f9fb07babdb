"""Every meta-analysis that leaves one study out, as one batch."""

from __future__ import annotations

import numpy as np

from analysis.formulae.moments import (
    Information,
    Moments,
    RestSums,
    Unweighted,
    information_of,
    mean_moments,
)
from analysis.formulae.shared_sums import DirectSums, SeriesSums
from analysis.formulae.types import FloatArray, IntArray

DIRECT_STUDIES = 160  # with more studies the expansions are faster


class LeaveOneOut:
    """Meta-analyses of k studies that each lack one, the most precise study apart.

    y and v are [k], without the most precise study, which has variance `least` and
    effect `centre`; y is counted from near its own mean, `gap` above `centre`.
    Column j leaves out study `left_out[j]` of the k.
    """

    p = 1

    def __init__(
        self,
        y: FloatArray,
        v: FloatArray,
        left_out: IntArray,
        *,
        least: float,
        centre: float,
        gap: float,
    ) -> None:
        sums = DirectSums if len(y) < DIRECT_STUDIES else SeriesSums
        self._set(sums(y, v, left_out), (least, centre, gap))

    def _set(self, sums: DirectSums | SeriesSums, pivot: tuple[float, float, float]) -> None:
        self.sums, self.left_out, self._pivot = sums, sums.left_out, pivot
        least, self.centre, self.gap = pivot
        self.size = len(self.left_out)
        self.k, self.least = np.full(self.size, float(len(sums.y))), np.full(self.size, least)

    def take(self, columns: IntArray) -> LeaveOneOut:
        """The same model for some of the meta-analyses."""
        part = LeaveOneOut.__new__(LeaveOneOut)
        part._set(self.sums.take(columns), self._pivot)
        return part

    def total_variance(self) -> FloatArray:
        """Mean squared deviation of the effects from their plain mean, [B]."""
        return np.asarray(self.unweighted().residual_form / self.k)

    def log_variance_sum(self, tau2: FloatArray) -> FloatArray:
        """Sum of log(v + tau2) over the studies in use, [B]."""
        return self.sums.logarithms(tau2) + np.log(self.least + tau2)

    def residual_forms(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """y'Py and y'PPy at `tau2` [B]."""
        at = self.moments(tau2)
        return at.residual_form, at.residual_form2

    def score(self, tau2: FloatArray, restricted: bool) -> FloatArray:
        """Twice the derivative of the (restricted) log-likelihood at `tau2` [B]."""
        return self._score(self.sums.at(tau2, 2), tau2, restricted)

    def scores_at(self, tau2: FloatArray, restricted: bool) -> FloatArray:
        """The same [T, B] where all meta-analyses have the same tau2, for each of [T]."""
        sums = np.moveaxis(self.sums.at_common(tau2, 2), 0, -2)
        return self._score(sums, tau2[:, np.newaxis], restricted)

    def _score(self, sums: FloatArray, tau2: FloatArray, restricted: bool) -> FloatArray:
        pivot = 1.0 / (self.least + tau2)
        (w1, sy, _), (w2, sy2, syy2) = sums
        total = pivot + w1
        from_pivot = (sy + self.gap * w1) / total
        mean = from_pivot - self.gap
        form = syy2 - 2.0 * mean * sy2 + mean**2 * w2 + (pivot * from_pivot) ** 2
        trace = w1 * (1.0 + pivot / total) - w2 / total if restricted else total
        return np.asarray(form - trace)

    def information(self, tau2: FloatArray, restricted: bool) -> Information:
        """Slope and curvature of the (restricted) log-likelihood at `tau2` [B]."""
        return information_of(self.moments(tau2), restricted)

    def moments(self, tau2: FloatArray) -> Moments:
        """Everything at `tau2` [B]."""
        pivot = 1.0 / (self.least + tau2)
        sums = self.sums.at(tau2)
        from_pivot = (sums[0, 1] + self.gap * sums[0, 0]) / (pivot + sums[0, 0])
        mean = from_pivot - self.gap
        form1, form2, form3 = (
            np.maximum(syy - mean * (2.0 * sy - mean * s), 0.0) for s, sy, syy in sums
        )
        cross = sums[1, 1] - mean * sums[1, 0]
        w1, w2, w3 = sums[:, 0]
        rest = RestSums(w1, w2, w3, form1, form2, form3, cross, from_pivot)
        return mean_moments(rest, pivot, self.k, np.full(self.size, self.centre))

    def unweighted(self) -> Unweighted:
        """The ordinary least squares forms."""
        y, v, out, k = self.sums.y, self.sums.v, self.left_out, self.k
        total = y.sum() - y[out] - self.gap
        squares = (y * y).sum() - y[out] ** 2 + self.gap**2
        v1 = v.sum() - v[out] + self.least
        v2 = (v * v).sum() - v[out] ** 2 + self.least**2
        return Unweighted(
            residual_form=np.maximum(squares - total * total / k, 0.0),
            trace_pv=v1 * (1.0 - 1.0 / k),
            trace_pvpv=v2 * (1.0 - 2.0 / k) + (v1 / k) ** 2,
        )
