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


def information_of(at: Moments, restricted: bool) -> Information:
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
    """What models with their own effects and variances, [k, B], have in common.

    A study left out has infinite variance and effect 0.
    """

    y: FloatArray
    v: FloatArray
    k: FloatArray
    shared = False

    @property
    def size(self) -> int:
        """Number of meta-analyses."""
        return int(self.y.shape[1])

    @property
    def least(self) -> FloatArray:
        """Smallest variance of each meta-analysis."""
        return np.asarray(self.v.min(axis=0))

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


class InterceptOnly(_Columns):
    """One mean for all studies: effects y [k, B], variances v [k, B] (infinite = left out)."""

    p = 1

    def __init__(self, y: FloatArray, v: FloatArray, k: FloatArray) -> None:
        self.y, self.v, self.k = y, v, k
        self._ones = np.ones(len(y))

    def take(self, columns: IntArray) -> InterceptOnly:
        """The same model for some of the meta-analyses."""
        return InterceptOnly(self.y[:, columns], self.v[:, columns], self.k[columns])

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


def _trace_product(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("bij,bji->b", a, b))


class Regression(_Columns):
    """Moderators shared by all meta-analyses: y and v [k, B], design [k, p].

    The design is replaced by an orthonormal basis of its columns, so that a
    moderator far from zero (a year) costs no digits; `to_design` leads back.
    """

    def __init__(
        self, y: FloatArray, v: FloatArray, k: FloatArray, basis: FloatArray, triangle: FloatArray
    ) -> None:
        self.y, self.v, self.k = y, v, k
        self.basis, self.triangle = basis, triangle
        self.p = basis.shape[1]
        self._products = (basis[:, :, np.newaxis] * basis[:, np.newaxis, :]).reshape(len(y), -1)
        self._ones = np.ones(len(y))

    def take(self, columns: IntArray) -> Regression:
        """The same model for some of the meta-analyses."""
        y, v, k = self.y[:, columns], self.v[:, columns], self.k[columns]
        return Regression(y, v, k, self.basis, self.triangle)

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
        variance = self.finite_variances()
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
