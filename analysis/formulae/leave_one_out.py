"""Every meta-analysis that leaves one study out, as one batch."""

from __future__ import annotations

import numpy as np

from analysis.formulae.moments import Moments, Unweighted
from analysis.formulae.types import FloatArray, IntArray


class LeaveOneOut:
    """Meta-analyses that each lack one of the same k studies.

    y is [k] and should be centred near its mean; v is [k]; column j leaves out
    study `left_out[j]`. Because the effects are shared, sums over studies are
    matrix products of [1, y, y^2] with the weights [k, B].
    """

    p = 1

    def __init__(self, y: FloatArray, v: FloatArray, left_out: IntArray) -> None:
        self.effects, self.variances, self.left_out = y, v, left_out
        self.size = len(left_out)
        self.k = np.full(self.size, len(y) - 1.0)
        self._columns = np.arange(self.size)
        self._powers = np.stack([np.ones_like(y), y, y * y])
        order = np.argsort(v, kind="stable")[:2]
        self.least = np.where(left_out == order[0], v[order[1]], v[order[0]])

    def take(self, columns: IntArray) -> LeaveOneOut:
        """The same model for some of the meta-analyses."""
        return LeaveOneOut(self.effects, self.variances, self.left_out[columns])

    def weights(self, tau2: FloatArray) -> FloatArray:
        """Inverse variances [k, B], 0 for the study left out."""
        w = np.add.outer(self.variances, tau2)
        np.reciprocal(w, out=w)
        w[self.left_out, self._columns] = 0.0
        return w

    def total_variance(self) -> FloatArray:
        """Mean squared deviation of the effects from their plain mean, [B]."""
        return self.unweighted().residual_form / self.k

    def residual_forms(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """y'Py and y'PPy at `tau2` [B]."""
        w = self.weights(tau2)
        s, sy, syy = self._powers @ w
        mean = sy / s
        s2, sy2, syy2 = self._powers @ np.multiply(w, w, out=w)
        return syy - mean * sy, syy2 - 2.0 * mean * sy2 + mean**2 * s2

    def score(self, tau2: FloatArray, restricted: bool) -> FloatArray:
        """Twice the derivative of the (restricted) log-likelihood at `tau2` [B]."""
        w = self.weights(tau2)
        s, sy = self._powers[:2] @ w
        mean = sy / s
        s2, sy2, syy2 = self._powers @ np.multiply(w, w, out=w)
        form = syy2 - 2.0 * mean * sy2 + mean**2 * s2 - s
        return form + s2 / s if restricted else form

    def log_variance_sum(self, tau2: FloatArray) -> FloatArray:
        """Sum of log(v + tau2) over the studies in use, [B]."""
        logs = np.log(np.add.outer(self.variances, tau2)).sum(axis=0)
        return logs - np.log(self.variances[self.left_out] + tau2)

    def moments(self, tau2: FloatArray) -> Moments:
        """Everything at `tau2` [B]."""
        w = self.weights(tau2)
        s, sy, syy = self._powers @ w
        mean = sy / s
        squares = w * w
        s2, sy2, syy2 = self._powers @ squares
        s3, sy3, syy3 = self._powers @ np.multiply(squares, w, out=squares)
        ratio, cross = s2 / s, sy2 - mean * s2
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
        y, v, out, k = self.effects, self.variances, self.left_out, self.k
        total, squares = y.sum() - y[out], (y * y).sum() - y[out] ** 2
        v1, v2 = v.sum() - v[out], (v * v).sum() - v[out] ** 2
        return Unweighted(
            residual_form=np.maximum(squares - total * total / k, 0.0),
            trace_pv=v1 * (1.0 - 1.0 / k),
            trace_pvpv=v2 * (1.0 - 2.0 / k) + (v1 / k) ** 2,
        )
