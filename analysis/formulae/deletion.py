"""Refits of a meta-analysis or meta-regression without each study in turn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analysis.formulae.design import Design
from analysis.formulae.meta_regression import covariance_scale, regression_model
from analysis.formulae.pooled_fits import chunks
from analysis.formulae.sensitivity import split_pivot
from analysis.formulae.tau2 import VarianceFit, fit_variance
from analysis.formulae.types import FloatArray

FULL_LEVERAGE = 1.0 - 1e-9


class Deletions(NamedTuple):
    """What is left when study i is left out: arrays [k], [k, p] and [k, p, p].

    `covariance` and `fitted_variance`, the variance of the left-out study's fitted
    value, carry the test's factor `scale`. `indispensable` studies cannot be left
    out of the design; their entries are NaN.
    """

    coefficients: FloatArray
    covariance: FloatArray
    scale: FloatArray
    tau2: FloatArray
    q: FloatArray
    residual: FloatArray
    fitted_variance: FloatArray
    residual_standard_error: FloatArray
    indispensable: tuple[int, ...]


def delete_each(
    y: FloatArray, v: FloatArray, design: Design, estimator: str, test: str
) -> Deletions:
    """Refit without each study in turn, tau2 included."""
    matrix = design.matrix
    basis = np.linalg.qr(matrix)[0]
    needed = (basis * basis).sum(axis=1) > FULL_LEVERAGE
    plain = design.intercept and matrix.shape[1] == 1
    refit = _without_mean if plain else _without_regression
    parts = [
        refit(y, v, matrix, np.arange(rows.start, rows.stop), needed, estimator, test)
        for rows in ([slice(0, len(y))] if plain else chunks(len(y), len(y)))
    ]
    coefficients, covariance, scale, tau2, q = (
        np.concatenate(values) for values in zip(*parts, strict=True)
    )
    for values in (coefficients, covariance, scale, tau2, q):
        values[needed] = np.nan
    fitted_variance = np.einsum("ki,kij,kj->k", matrix, covariance, matrix)
    return Deletions(
        coefficients=coefficients,
        covariance=covariance,
        scale=scale,
        tau2=tau2,
        q=q,
        residual=y - np.einsum("ki,ki->k", matrix, coefficients),
        fitted_variance=fitted_variance,
        residual_standard_error=np.sqrt(scale * (v + tau2) + fitted_variance),
        indispensable=tuple(int(i) for i in np.flatnonzero(needed)),
    )


Refit = tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]


def _collect(
    fit: VarianceFit, coefficients: FloatArray, covariance: FloatArray, free: FloatArray, test: str
) -> Refit:
    scale = covariance_scale(fit, free, test)
    q = np.where(free > 0.0, fit.at_zero.residual_form, 0.0)
    return coefficients.T.copy(), covariance * scale[:, None, None], scale, fit.tau2.copy(), q


def _without_mean(
    y: FloatArray,
    v: FloatArray,
    matrix: FloatArray,
    rows: np.ndarray[tuple[int], np.dtype[np.intp]],
    needed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    estimator: str,
    test: str,
) -> Refit:
    pivot, others, alone = split_pivot(y, v)
    fit = fit_variance(others, estimator)
    at = fit.at_tau2
    parts = _collect(fit, at.coefficients, at.covariance, others.k - 1.0, test)
    own = fit_variance(alone, estimator)
    scale = float(covariance_scale(own, alone.k - 1.0, test))
    mean, variance = own.at_tau2.coefficients[0], 1.0 / own.at_tau2.weight_sum
    q = own.at_zero.residual_form if alone.k > 1.0 else 0.0
    row = ([[mean]], [[[variance * scale]]], [scale], [float(own.tau2)], [q])
    order = np.insert(np.arange(len(y) - 1), pivot, len(y) - 1)
    joined = [np.concatenate((a, np.asarray(b)))[order] for a, b in zip(parts, row, strict=True)]
    return joined[0], joined[1], joined[2], joined[3], joined[4]


def _without_regression(
    y: FloatArray,
    v: FloatArray,
    matrix: FloatArray,
    rows: np.ndarray[tuple[int], np.dtype[np.intp]],
    needed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    estimator: str,
    test: str,
) -> Refit:
    shape = (len(y), len(rows))
    left = np.broadcast_to(v[:, np.newaxis], shape).copy()
    columns = np.flatnonzero(~needed[rows])
    left[rows[columns], columns] = np.inf
    effects = np.where(np.isinf(left), 0.0, y[:, np.newaxis])
    model = regression_model(effects, left, matrix)
    fit = fit_variance(model, estimator)
    coefficients, covariance = model.to_design(fit.at_tau2.coefficients, fit.at_tau2.covariance)
    return _collect(fit, coefficients, covariance, model.k - model.p, test)
