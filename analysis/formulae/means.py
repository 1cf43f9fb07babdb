"""One weighted mean for all studies, for many meta-analyses at once.

InterceptOnly takes its sums over all studies. Where one study has nearly all the
weight, traces of P become differences of large numbers, and PivotedMean, which
keeps that study apart, takes over.
"""

from __future__ import annotations

import numpy as np

from analysis.formulae.moments import (
    Information,
    Moments,
    RestSums,
    Unweighted,
    information_of,
    mean_moments,
    used_studies,
)
from analysis.formulae.types import BoolArray, FloatArray, IntArray

LARGEST_RATIO = 1e4  # of variances, for sums over all studies: costs four of sixteen digits


def mean_model(
    yi: FloatArray, vi: FloatArray, mask: BoolArray | None
) -> InterceptOnly | PivotedMean:
    """A model of rows [B, k]; a masked study gets infinite variance and effect 0."""
    if mask is None:
        k = np.full(len(yi), float(yi.shape[1]))
        y, v = np.ascontiguousarray(yi.T), np.ascontiguousarray(vi.T)
    else:
        k = mask.sum(axis=1).astype(np.float64)
        y = np.ascontiguousarray(np.where(mask, yi, 0.0).T)
        v = np.ascontiguousarray(np.where(mask, vi, np.inf).T)
    least = v.min(axis=0)
    most = v if mask is None else np.where(mask.T, v, 0.0)
    if (most.max(axis=0) > LARGEST_RATIO * least).any():
        return PivotedMean(y, v, k)
    return InterceptOnly(y, v, k, least)


class InterceptOnly:
    """One mean for all studies: effects y [k, B], variances v [k, B] (infinite = left out).

    `least` [B] are the smallest variances.
    """

    p = 1

    def __init__(self, y: FloatArray, v: FloatArray, k: FloatArray, least: FloatArray) -> None:
        self.y, self.v, self.k, self.least = y, v, k, least
        self._ones = np.ones(len(y))

    @property
    def size(self) -> int:
        """Number of meta-analyses."""
        return int(self.y.shape[1])

    @property
    def complete(self) -> bool:
        """Whether every meta-analysis uses every study."""
        return bool((self.k == len(self.y)).all())

    def total_variance(self) -> FloatArray:
        """Mean squared deviation of the effects from their plain mean, [B]."""
        deviation = self.y - self.y.sum(axis=0) / self.k  # effects left out are 0
        if not self.complete:
            deviation[~used_studies(self.v)] = 0.0
        return np.asarray(np.einsum("kb,kb->b", deviation, deviation) / self.k)

    def log_variance_sum(self, tau2: FloatArray) -> FloatArray:
        """Sum of log(v + tau2) over the studies in use, [B]."""
        logs = np.log(self.v + tau2)
        if not self.complete:
            logs[~used_studies(self.v)] = 0.0
        return np.asarray(logs.sum(axis=0))

    def finite_variances(self) -> FloatArray:
        """The variances [k, B], 0 for a study left out."""
        return self.v if self.complete else np.where(used_studies(self.v), self.v, 0.0)

    def take(self, columns: IntArray) -> InterceptOnly:
        """The same model for some of the meta-analyses."""
        y, v = self.y[:, columns], self.v[:, columns]
        return InterceptOnly(y, v, self.k[columns], self.least[columns])

    def residual_forms(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """y'Py and y'PPy at `tau2` [B]."""
        w = 1.0 / (self.v + tau2)
        mean = np.einsum("kb,kb->b", w, self.y) / (self._ones @ w)
        residual = self.y - mean
        w *= residual
        return np.einsum("kb,kb->b", w, residual), np.einsum("kb,kb->b", w, w)

    def score(self, tau2: FloatArray, restricted: bool) -> FloatArray:
        """Twice the derivative of the (restricted) log-likelihood at `tau2` [B]."""
        w = self.v + tau2
        np.divide(1.0, w, out=w)
        s1 = self._ones @ w
        weighted = self.y - np.einsum("kb,kb->b", w, self.y) / s1
        weighted *= w
        form = np.einsum("kb,kb->b", weighted, weighted) - s1
        return np.asarray(form + np.einsum("kb,kb->b", w, w) / s1 if restricted else form)

    def information(self, tau2: FloatArray, restricted: bool) -> Information:
        """Slope and curvature of the (restricted) log-likelihood at `tau2` [B]."""
        w = self.v + tau2
        np.divide(1.0, w, out=w)
        s1 = self._ones @ w
        weighted = self.y - np.einsum("kb,kb->b", w, self.y) / s1
        weighted *= w
        cross = np.einsum("kb,kb->b", weighted, w)
        s2 = np.einsum("kb,kb->b", w, w)
        trace, expected = s1, s2
        if restricted:
            ratio = s2 / s1
            trace = s1 - ratio
            expected = s2 - 2.0 * np.einsum("kb,kb,kb->b", w, w, w) / s1 + ratio * ratio
        weighted *= weighted
        form2, form3 = self._ones @ weighted, np.einsum("kb,kb->b", weighted, w)
        observed = 2.0 * (form3 - cross * cross / s1) - expected
        return Information(form2 - trace, expected, observed)

    def moments(self, tau2: FloatArray) -> Moments:
        """Everything at `tau2` [B]."""
        w = self.v + tau2
        np.divide(1.0, w, out=w)
        s1, s2 = self._ones @ w, np.einsum("kb,kb->b", w, w)
        mean, ratio = np.einsum("kb,kb->b", w, self.y) / s1, s2 / s1
        s3 = np.einsum("kb,kb,kb->b", w, w, w)
        residual = self.y - mean
        weighted = w * residual
        cross = np.einsum("kb,kb->b", weighted, w)
        residual *= weighted
        weighted *= weighted
        return Moments(
            weight_sum=s1,
            weight_square_sum=s2,
            trace_p=s1 - ratio,
            trace_pp=s2 - 2.0 * s3 / s1 + ratio * ratio,
            residual_form=self._ones @ residual,
            residual_form2=self._ones @ weighted,
            residual_form3=np.einsum("kb,kb->b", weighted, w) - cross * cross / s1,
            coefficients=mean[np.newaxis],
            covariance=(1.0 / s1)[:, np.newaxis, np.newaxis],
            log_determinant=np.log(s1 / self.k),
        )

    def unweighted(self) -> Unweighted:
        """The ordinary least squares forms."""
        variance = self.finite_variances()
        v1 = variance.sum(axis=0)
        v2 = np.einsum("kb,kb->b", variance, variance)
        return Unweighted(
            residual_form=self.k * self.total_variance(),
            trace_pv=v1 * (1.0 - 1.0 / self.k),
            trace_pvpv=v2 * (1.0 - 2.0 / self.k) + (v1 / self.k) ** 2,
        )


class PivotedMean:
    """One mean for all studies: effects y [k, B], variances v [k, B] (infinite = left out).

    The most precise study of each meta-analysis is its pivot: effects are counted
    from it, and it is kept out of the arrays (infinite variance there).
    """

    p = 1

    def __init__(self, y: FloatArray, v: FloatArray, k: FloatArray) -> None:
        columns = np.arange(y.shape[1])
        pivot = np.argmin(v, axis=0)
        self.k, self.least, self.centre = k, v[pivot, columns], y[pivot, columns]
        self.y, self.v = y - self.centre, v.copy()
        self.v[pivot, columns] = np.inf
        self._ones = np.ones(len(y))

    @property
    def size(self) -> int:
        """Number of meta-analyses."""
        return int(self.y.shape[1])

    def take(self, columns: IntArray) -> PivotedMean:
        """The same model for some of the meta-analyses."""
        part = PivotedMean.__new__(PivotedMean)
        part.y, part.v, part._ones = self.y[:, columns], self.v[:, columns], self._ones
        part.k, part.least = self.k[columns], self.least[columns]
        part.centre = self.centre[columns]
        return part

    def total_variance(self) -> FloatArray:
        """Mean squared deviation of the effects from their plain mean, [B]."""
        used = used_studies(self.v)
        mean = np.einsum("kb,kb->b", used, self.y) / self.k
        deviation = self.y - mean
        deviation *= used
        return np.asarray((np.einsum("kb,kb->b", deviation, deviation) + mean**2) / self.k)

    def log_variance_sum(self, tau2: FloatArray) -> FloatArray:
        """Sum of log(v + tau2) over the studies in use, [B]."""
        logs = np.log(self.v + tau2)
        logs[~used_studies(self.v)] = 0.0
        return np.asarray(logs.sum(axis=0) + np.log(self.least + tau2))

    def residual_forms(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """y'Py and y'PPy at `tau2` [B]."""
        w, pivot = self._weigh(tau2)
        mean = np.einsum("kb,kb->b", w, self.y) / (pivot + self._ones @ w)
        residual = self.y - mean
        w *= residual
        form = np.einsum("kb,kb->b", w, residual) + pivot * mean**2
        return form, np.einsum("kb,kb->b", w, w) + (pivot * mean) ** 2

    def _weigh(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Weights [k, B], 0 for the pivot, and those of the pivots [B]."""
        w = self.v + tau2
        np.divide(1.0, w, out=w)
        return w, 1.0 / (self.least + tau2)

    def score(self, tau2: FloatArray, restricted: bool) -> FloatArray:
        """Twice the derivative of the (restricted) log-likelihood at `tau2` [B]."""
        w, pivot = self._weigh(tau2)
        w1 = self._ones @ w
        total = pivot + w1
        mean = np.einsum("kb,kb->b", w, self.y) / total
        weighted = self.y - mean
        weighted *= w
        form = np.einsum("kb,kb->b", weighted, weighted) + (pivot * mean) ** 2
        if not restricted:
            return np.asarray(form - total)
        return np.asarray(form - w1 * (1.0 + pivot / total) + np.einsum("kb,kb->b", w, w) / total)

    def information(self, tau2: FloatArray, restricted: bool) -> Information:
        """Slope and curvature of the (restricted) log-likelihood at `tau2` [B]."""
        return information_of(self.moments(tau2), restricted)

    def moments(self, tau2: FloatArray) -> Moments:
        """Everything at `tau2` [B]."""
        w, pivot = self._weigh(tau2)
        w1 = self._ones @ w
        mean = np.einsum("kb,kb->b", w, self.y) / (pivot + w1)
        residual = self.y - mean
        weighted = w * residual
        residual *= weighted
        form1, cross = self._ones @ residual, np.einsum("kb,kb->b", weighted, w)
        weighted *= weighted
        w2, w3 = np.einsum("kb,kb->b", w, w), np.einsum("kb,kb,kb->b", w, w, w)
        form2, form3 = self._ones @ weighted, np.einsum("kb,kb->b", weighted, w)
        rest = RestSums(w1, w2, w3, form1, form2, form3, cross, mean)
        return mean_moments(rest, pivot, self.k, self.centre)

    def unweighted(self) -> Unweighted:
        """The ordinary least squares forms."""
        variance = np.where(used_studies(self.v), self.v, 0.0)
        v1 = variance.sum(axis=0) + self.least
        v2 = np.einsum("kb,kb->b", variance, variance) + self.least**2
        return Unweighted(
            residual_form=self.k * self.total_variance(),
            trace_pv=v1 * (1.0 - 1.0 / self.k),
            trace_pvpv=v2 * (1.0 - 2.0 / self.k) + (v1 / self.k) ** 2,
        )
