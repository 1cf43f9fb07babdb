"""A weighted regression on moderators, for many meta-analyses at once."""

from __future__ import annotations

import numpy as np

from analysis.formulae.moments import (
    Information,
    Moments,
    Unweighted,
    information_of,
    used_studies,
)
from analysis.formulae.types import FloatArray, IntArray


def _trace_product(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("bij,bji->b", a, b))


class Regression:
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

    @property
    def size(self) -> int:
        """Number of meta-analyses."""
        return int(self.y.shape[1])

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
