"""Every meta-analysis that leaves one study out, as one batch."""

from __future__ import annotations

import numpy as np

from analysis.formulae.moments import Information, Moments, Unweighted, information_of
from analysis.formulae.shared_sums import DirectSums, SeriesSums
from analysis.formulae.types import FloatArray, IntArray

DIRECT_STUDIES = 160  # with more studies the expansions are faster


class LeaveOneOut:
    """Meta-analyses that each lack one of the same k studies.

    y is [k] and should be centred near its mean; v is [k]; column j leaves out
    study `left_out[j]`.
    """

    p = 1
    shared = True

    def __init__(self, y: FloatArray, v: FloatArray, left_out: IntArray) -> None:
        sums = DirectSums if len(y) <= DIRECT_STUDIES else SeriesSums
        self._set(sums(y, v, left_out))

    def _set(self, sums: DirectSums | SeriesSums) -> None:
        self.sums, self.left_out = sums, sums.left_out
        self.size = len(self.left_out)
        self.k = np.full(self.size, len(sums.y) - 1.0)
        order = np.argsort(sums.v, kind="stable")[:2]
        self.least = np.where(self.left_out == order[0], sums.v[order[1]], sums.v[order[0]])

    def take(self, columns: IntArray) -> LeaveOneOut:
        """The same model for some of the meta-analyses."""
        part = LeaveOneOut.__new__(LeaveOneOut)
        part._set(self.sums.take(columns))
        return part

    def total_variance(self) -> FloatArray:
        """Mean squared deviation of the effects from their plain mean, [B]."""
        return np.asarray(self.unweighted().residual_form / self.k)

    def residual_forms(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """y'Py and y'PPy at `tau2` [B]."""
        (s, sy, syy), (s2, sy2, syy2) = self.sums.at(tau2, 2)
        mean = sy / s
        return np.maximum(syy - mean * sy, 0.0), syy2 - 2.0 * mean * sy2 + mean**2 * s2

    def score(self, tau2: FloatArray, restricted: bool) -> FloatArray:
        """Twice the derivative of the (restricted) log-likelihood at `tau2` [B]."""
        (s, sy, _), (s2, sy2, syy2) = self.sums.at(tau2, 2)
        mean = sy / s
        form = syy2 - 2.0 * mean * sy2 + mean**2 * s2 - s
        return np.asarray(form + s2 / s if restricted else form)

    def log_variance_sum(self, tau2: FloatArray) -> FloatArray:
        """Sum of log(v + tau2) over the studies in use, [B]."""
        return self.sums.logarithms(tau2)

    def information(self, tau2: FloatArray, restricted: bool) -> Information:
        """Slope and curvature of the (restricted) log-likelihood at `tau2` [B]."""
        return information_of(self.moments(tau2), restricted)

    def moments(self, tau2: FloatArray) -> Moments:
        """Everything at `tau2` [B]."""
        (s, sy, syy), (s2, sy2, syy2), (s3, sy3, syy3) = self.sums.at(tau2)
        mean, ratio = sy / s, s2 / s
        cross = sy2 - mean * s2
        return Moments(
            weight_sum=s,
            weight_square_sum=s2,
            trace_p=s - ratio,
            trace_pp=s2 - 2.0 * s3 / s + ratio * ratio,
            residual_form=np.maximum(syy - mean * sy, 0.0),
            residual_form2=syy2 - 2.0 * mean * sy2 + mean**2 * s2,
            residual_form3=syy3 - 2.0 * mean * sy3 + mean**2 * s3 - cross * cross / s,
            coefficients=mean[np.newaxis],
            covariance=(1.0 / s)[:, np.newaxis, np.newaxis],
            log_determinant=np.log(s / self.k),
        )

    def unweighted(self) -> Unweighted:
        """The ordinary least squares forms."""
        y, v, out, k = self.sums.y, self.sums.v, self.left_out, self.k
        total, squares = y.sum() - y[out], (y * y).sum() - y[out] ** 2
        v1, v2 = v.sum() - v[out], (v * v).sum() - v[out] ** 2
        return Unweighted(
            residual_form=np.maximum(squares - total * total / k, 0.0),
            trace_pv=v1 * (1.0 - 1.0 / k),
            trace_pvpv=v2 * (1.0 - 2.0 / k) + (v1 / k) ** 2,
        )
