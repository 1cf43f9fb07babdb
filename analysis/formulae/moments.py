"""Weighted least squares as a function of tau2, for many meta-analyses at once.

Inside the formulae studies run along the first axis and meta-analyses along the
last, [k, B], because sums over studies are then sums of rows. With weights
W = diag(1 / (vi + tau2)) and P = W - W X (X'WX)^-1 X'W, every estimator of tau2
needs only traces of P and PP and the forms y'Py, y'PPy, y'PPPy. They are
computed from sums over studies: no k-by-k matrix is made.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from analysis.formulae.types import BoolArray, FloatArray, IntArray


class Moments(NamedTuple):
    """What a model yields at one tau2 for each of B meta-analyses; arrays are [B].

    `coefficients` is [p, B] and `covariance`, the inverse of X'WX, is [B, p, p],
    both in the basis the model works in (see Model.to_design). `log_determinant`
    is log |X'WX| - log |X'X|.
    """

    weight_sum: FloatArray
    weight_square_sum: FloatArray
    trace_p: FloatArray
    trace_pp: FloatArray
    residual_form: FloatArray
    residual_form2: FloatArray
    residual_form3: FloatArray
    coefficients: FloatArray
    covariance: FloatArray
    log_determinant: FloatArray


class Information(NamedTuple):
    """Twice the score of tau2, its expected and its observed information; arrays are [B]."""

    score: FloatArray
    expected: FloatArray
    observed: FloatArray


def information_of(at: Moments | Joined, restricted: bool) -> Information:
    """Slope and curvature of the (restricted) log-likelihood from all the moments."""
    trace = at.trace_p if restricted else at.weight_sum
    expected = at.trace_pp if restricted else at.weight_square_sum
    return Information(at.residual_form2 - trace, expected, 2.0 * at.residual_form3 - expected)


class Unweighted(NamedTuple):
    """Residual sum of squares and traces of P V and P V P V at W = I; arrays are [B]."""

    residual_form: FloatArray
    trace_pv: FloatArray
    trace_pvpv: FloatArray


class Model(Protocol):
    """Effects, variances and a design, ready to be weighted by any tau2."""

    @property
    def k(self) -> FloatArray:
        """Studies of each meta-analysis, [B]."""

    @property
    def p(self) -> int:
        """Coefficients."""

    @property
    def size(self) -> int:
        """Number of meta-analyses, B."""

    @property
    def least(self) -> FloatArray:
        """Smallest variance of each meta-analysis, [B]."""

    @property
    def shared(self) -> bool:
        """Whether one tau2 for all meta-analyses costs less than one for each."""

    def moments(self, tau2: FloatArray) -> Moments:
        """Everything at `tau2` [B]."""

    def residual_forms(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """y'Py and y'PPy at `tau2` [B]."""

    def score(self, tau2: FloatArray, restricted: bool) -> FloatArray:
        """Twice the derivative of the (restricted) log-likelihood at `tau2` [B]."""

    def information(self, tau2: FloatArray, restricted: bool) -> Information:
        """Slope and curvature of the (restricted) log-likelihood at `tau2` [B]."""

    def unweighted(self) -> Unweighted:
        """The ordinary least squares forms."""

    def total_variance(self) -> FloatArray:
        """Mean squared deviation of the effects from their plain mean, [B]."""

    def log_variance_sum(self, tau2: FloatArray) -> FloatArray:
        """Sum of log(v + tau2) over the studies in use, [B]."""

    def take(self, columns: IntArray) -> Model:
        """The same model for some of the meta-analyses."""


def used_studies(v: FloatArray) -> BoolArray:
    """Studies in use: one that is left out has infinite variance."""
    return np.isfinite(v)


class _Columns:
    """What models with their own effects and variances, [k, B], have in common."""

    y: FloatArray
    shared = False

    @property
    def size(self) -> int:
        """Number of meta-analyses."""
        return int(self.y.shape[1])


class RestSums(NamedTuple):
    """Sums over all studies but the most precise one, the pivot; arrays are [B].

    `w1`, `w2`, `w3` are those of w, w^2 and w^3; with residuals r from the weighted
    mean, `form1`, `form2`, `form3` are those of w r^2, w^2 r^2, w^3 r^2, and `cross`
    that of w^2 r. `mean` is the weighted mean less the effect of the pivot.
    """

    w1: FloatArray
    w2: FloatArray
    w3: FloatArray
    form1: FloatArray
    form2: FloatArray
    form3: FloatArray
    cross: FloatArray
    mean: FloatArray


class Joined(NamedTuple):
    """The fields of Moments that do not depend on the basis of the coefficients; [B]."""

    weight_sum: FloatArray
    weight_square_sum: FloatArray
    trace_p: FloatArray
    trace_pp: FloatArray
    residual_form: FloatArray
    residual_form2: FloatArray
    residual_form3: FloatArray


def join_pivot(rest: RestSums, pivot: FloatArray) -> Joined:
    """The traces and forms of all studies from those of the rest and the pivot's weight, [B].

    A study that has nearly all the weight would leave traces of P as differences of
    large numbers; written with the rest apart nothing cancels.
    """
    total = pivot + rest.w1
    share, ratio, own = pivot / total, rest.w2 / total, pivot * rest.mean
    part = share * rest.w1
    trace_pp = part * part + 2.0 * share * share * rest.w2
    trace_pp += rest.w2 - 2.0 * rest.w3 / total + ratio * ratio
    form3 = rest.form3 + share * own * (own * rest.w1 + 2.0 * rest.cross)
    return Joined(
        weight_sum=total,
        weight_square_sum=pivot * pivot + rest.w2,
        trace_p=rest.w1 + part - ratio,
        trace_pp=trace_pp,
        residual_form=rest.form1 + own * rest.mean,
        residual_form2=rest.form2 + own * own,
        residual_form3=form3 - rest.cross * rest.cross / total,
    )


def mean_moments(rest: RestSums, pivot: FloatArray, k: FloatArray, centre: FloatArray) -> Moments:
    """All the moments of a weighted mean; `centre` is the effect of the pivot, [B]."""
    joined = join_pivot(rest, pivot)
    total = joined.weight_sum
    covariance = (1.0 / total)[:, np.newaxis, np.newaxis]
    return Moments(*joined, (rest.mean + centre)[np.newaxis], covariance, np.log(total / k))


class InterceptOnly(_Columns):
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

    def take(self, columns: IntArray) -> InterceptOnly:
        """The same model for some of the meta-analyses."""
        part = InterceptOnly.__new__(InterceptOnly)
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


def _trace_product(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("bij,bji->b", a, b))


class Regression(_Columns):
    """Moderators shared by all meta-analyses: y and v [k, B] (infinite = left out), design [k, p].

    The design is replaced by an orthonormal basis of its columns, so that a
    moderator far from zero (a year) costs no digits; `to_design` leads back.
    """

    def __init__(
        self, y: FloatArray, v: FloatArray, k: FloatArray, basis: FloatArray, triangle: FloatArray
    ) -> None:
        self.y, self.v, self.k, self.least = y, v, k, v.min(axis=0)
        self.basis, self.triangle = basis, triangle
        self.p = basis.shape[1]
        self._products = (basis[:, :, np.newaxis] * basis[:, np.newaxis, :]).reshape(len(y), -1)
        self._ones = np.ones(len(y))

    def take(self, columns: IntArray) -> Regression:
        """The same model for some of the meta-analyses."""
        y, v, k = self.y[:, columns], self.v[:, columns], self.k[columns]
        return Regression(y, v, k, self.basis, self.triangle)

    def total_variance(self) -> FloatArray:
        """Mean squared deviation of the effects from their plain mean, [B]."""
        used = used_studies(self.v)
        deviation = self.y - np.einsum("kb,kb->b", used, self.y) / self.k
        deviation *= used
        return np.asarray(np.einsum("kb,kb->b", deviation, deviation) / self.k)

    def log_variance_sum(self, tau2: FloatArray) -> FloatArray:
        """Sum of log(v + tau2) over the studies in use, [B]."""
        used = used_studies(self.v)
        return np.asarray(np.log(np.where(used, self.v + tau2, 1.0)).sum(axis=0))

    def to_design(
        self, coefficients: FloatArray, covariance: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Coefficients [p, B] and covariance [B, p, p] for the columns of the design."""
        inverse = np.linalg.inv(self.triangle)
        return inverse @ coefficients, inverse @ covariance @ inverse.T

    def _cross(self, weights: FloatArray) -> FloatArray:
        return np.asarray((self._products.T @ weights).T.reshape(-1, self.p, self.p))

    def _solve(self, w: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        cross = self._cross(w)
        covariance = np.asarray(np.linalg.inv(cross), dtype=np.float64)
        target = self.basis.T @ (w * self.y)
        coefficients: FloatArray = np.einsum("bij,jb->ib", covariance, target)
        return cross, covariance, coefficients

    def residual_forms(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """y'Py and y'PPy at `tau2` [B]."""
        w = 1.0 / (self.v + tau2)
        residual = self.y - self.basis @ self._solve(w)[2]
        w *= residual
        return np.einsum("kb,kb->b", w, residual), np.einsum("kb,kb->b", w, w)

    def score(self, tau2: FloatArray, restricted: bool) -> FloatArray:
        """Twice the derivative of the (restricted) log-likelihood at `tau2` [B]."""
        w = 1.0 / (self.v + tau2)
        _, covariance, coefficients = self._solve(w)
        weighted = w * (self.y - self.basis @ coefficients)
        form = np.einsum("kb,kb->b", weighted, weighted) - self._ones @ w
        trace = _trace_product(covariance, self._cross(w * w)) if restricted else 0.0
        return np.asarray(form + trace)

    def information(self, tau2: FloatArray, restricted: bool) -> Information:
        """Slope and curvature of the (restricted) log-likelihood at `tau2` [B]."""
        return information_of(self.moments(tau2), restricted)

    def moments(self, tau2: FloatArray) -> Moments:
        """Everything at `tau2` [B]."""
        w = 1.0 / (self.v + tau2)
        cross, covariance, coefficients = self._solve(w)
        residual = self.y - self.basis @ coefficients
        squares = w * w
        hat2 = covariance @ self._cross(squares)
        weighted = w * residual
        gradient = self.basis.T @ (w * weighted)
        projected = np.einsum("ib,bij,jb->b", gradient, covariance, gradient)
        s1, s2 = self._ones @ w, self._ones @ squares
        return Moments(
            weight_sum=s1,
            weight_square_sum=s2,
            trace_p=s1 - np.trace(hat2, axis1=1, axis2=2),
            trace_pp=s2
            - 2.0 * _trace_product(covariance, self._cross(squares * w))
            + _trace_product(hat2, hat2),
            residual_form=np.einsum("kb,kb->b", weighted, residual),
            residual_form2=np.einsum("kb,kb->b", weighted, weighted),
            residual_form3=np.einsum("kb,kb,kb->b", weighted, weighted, w) - projected,
            coefficients=coefficients,
            covariance=covariance,
            log_determinant=np.linalg.slogdet(cross)[1],
        )

    def unweighted(self) -> Unweighted:
        """The ordinary least squares forms."""
        used = used_studies(self.v)
        variance = np.where(used, self.v, 0.0)
        _, covariance, coefficients = self._solve(used.astype(np.float64))
        residual = np.where(used, self.y - self.basis @ coefficients, 0.0)
        hat = covariance @ self._cross(variance)
        hat2 = covariance @ self._cross(variance * variance)
        return Unweighted(
            residual_form=np.einsum("kb,kb->b", residual, residual),
            trace_pv=variance.sum(axis=0) - np.trace(hat, axis1=1, axis2=2),
            trace_pvpv=np.einsum("kb,kb->b", variance, variance)
            - 2.0 * np.trace(hat2, axis1=1, axis2=2)
            + _trace_product(hat, hat),
        )
