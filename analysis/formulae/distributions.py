"""Quantiles and tail probabilities of the normal, t, F and chi-square distributions.

The functions of scipy.special are used in place of scipy.stats, whose argument
handling costs more than a whole small meta-analysis.
"""

from __future__ import annotations

import numpy as np
import scipy

from analysis.formulae.types import BoolArray, FloatArray

Number = float | FloatArray
Flags = np.bool_ | BoolArray


def every(flags: Flags) -> bool:
    """Whether all flags are True; a single flag costs no reduction."""
    return bool(flags.all() if flags.ndim else flags)


def critical_value(level: float, degrees_of_freedom: Number) -> FloatArray:
    """Two-sided critical value; normal where the degrees of freedom are infinite.

    NaN where the degrees of freedom are not above zero.
    """
    tail = (1.0 - level) / 2.0
    normal = np.isinf(degrees_of_freedom)
    if every(normal):
        return np.asarray(-scipy.special.ndtri(tail))
    valid = np.greater(degrees_of_freedom, 0.0)
    finite = np.where(valid & ~normal, degrees_of_freedom, 1.0)
    critical = np.where(normal, -scipy.special.ndtri(tail), -scipy.special.stdtrit(finite, tail))
    return np.where(valid, critical, np.nan)


def two_sided_p(statistic: Number, degrees_of_freedom: Number) -> FloatArray:
    """Two-sided p value; normal where the degrees of freedom are infinite."""
    lower = -np.abs(statistic)
    normal = np.isinf(degrees_of_freedom)
    if every(normal):
        return np.asarray(2.0 * scipy.special.ndtr(lower))
    finite = np.where(normal, 1.0, degrees_of_freedom)
    student = 2.0 * scipy.special.stdtr(finite, lower)
    return np.where(normal, 2.0 * scipy.special.ndtr(lower), student)


def chi_square_p(statistic: Number, degrees_of_freedom: Number) -> FloatArray:
    """Upper tail of the chi-square distribution; 1 where there is no degree of freedom."""
    some = np.greater(degrees_of_freedom, 0.0)
    if every(some):
        return np.asarray(scipy.special.chdtrc(degrees_of_freedom, statistic))
    return np.where(
        some, scipy.special.chdtrc(np.where(some, degrees_of_freedom, 1.0), statistic), 1.0
    )


def wald_statistic(estimate: Number, standard_error: Number) -> FloatArray:
    """Estimate over its standard error; 0/0 counts as 0, any other value over 0 as infinite."""
    if every(np.greater(standard_error, 0.0)):
        return np.divide(estimate, standard_error)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.divide(estimate, standard_error)
    return np.where(np.equal(estimate, 0.0) & np.equal(standard_error, 0.0), 0.0, ratio)
