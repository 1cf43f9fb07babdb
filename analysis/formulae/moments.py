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
    both in the basis the model works in (see Regression.to_design). `log_determinant`
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
