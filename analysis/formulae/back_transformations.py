"""From the scale a measure pools on to the scale a reader knows, and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.formulae.counts import check_choice, check_finite, check_not_empty, check_positive
from analysis.formulae.effect_sizes import FREEMAN_TUKEY_CAUTION, freeman_tukey_proportion
from analysis.formulae.results import Result
from analysis.formulae.types import FloatArray

Number = float | FloatArray

_IDENTITY = ("PR", "RD", "MD", "SMD", "IR", "AS", "IRD")
_EXPONENTIAL = ("PLN", "OR", "RR", "PETO", "HR", "IRLN", "IRR", "ROM", "MEDIAN")
MEASURES = (*_IDENTITY, *_EXPONENTIAL, "PLO", "PAS", "PFT", "IRS", "IRFT", "ZCOR")


@dataclass(frozen=True)
class BackTransformation(Result):
    """An estimate and its interval on the reader's scale.

    `clipped` says that a bound lay outside the domain of the transformation and was
    set to its edge; `caution` is a sentence for the reader, or empty.
    """

    estimate: float
    lower: float
    upper: float
    measure: str
    clipped: bool
    caution: str


def compute_harmonic_mean(n: ArrayLike) -> float:
    """Harmonic mean of sizes or person-times above 0, shape (k,), in their unit.

    Raises ValueError for a size that is not above 0, NaN, no study. Source: miller1978.
    """
    sizes = check_positive(n, "n")
    check_not_empty(sizes, "n")
    return float(1.0 / np.mean(1.0 / sizes))


def _inverse_arcsine(values: FloatArray) -> FloatArray:
    return np.asarray(np.sin(np.clip(values, 0.0, np.pi / 2)) ** 2)


def _inverse_freeman_tukey(values: FloatArray, n: float) -> FloatArray:
    """Miller's inverse for one n, set to 0 and 1 outside the attainable range."""
    size = np.asarray(n, dtype=np.float64)
    least, most = freeman_tukey_proportion(0.0 * size, size), freeman_tukey_proportion(size, size)
    inside = np.clip(values, least, most)
    sine = np.sin(2 * inside)
    root = np.clip(sine + (sine - 1 / sine) / size, -1.0, 1.0)
    # (1 - sqrt(1 - root^2)) / 2 without its cancellation near 0.
    distance = root**2 / (2 * (1 + np.sqrt(1 - root**2)))
    rate = np.where(np.cos(2 * inside) >= 0, distance, 1 - distance)
    return np.where(values <= least, 0.0, np.where(values >= most, 1.0, rate))


def _inverse_root_rate(values: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(values, 0.0) ** 2)


def _inverse_double_root_rate(values: FloatArray, time: float) -> FloatArray:
    """Solve 2y = sqrt(r) + sqrt(r + 1/time) for the rate r; 0 below its least value."""
    least = 0.5 / np.sqrt(time)
    inside = np.maximum(values, least)
    return np.asarray((inside - 1 / (4 * time * inside)) ** 2)


_SIMPLE: dict[str, Callable[[FloatArray], FloatArray]] = {
    "PLO": lambda values: np.asarray(scipy.special.expit(values)),
    "PAS": _inverse_arcsine,
    "IRS": _inverse_root_rate,
    "ZCOR": np.tanh,
    **dict.fromkeys(_EXPONENTIAL, np.exp),
    **dict.fromkeys(_IDENTITY, np.positive),
}


def _size_for(measure: str, n: ArrayLike | None) -> float:
    if n is None:
        raise ValueError(
            f"n is missing; measure {measure} needs the sizes (or person-times) of the studies"
        )
    return compute_harmonic_mean(n)


def back_transform(values: ArrayLike, measure: str, *, n: ArrayLike | None = None) -> Number:
    """Return `values` of `measure` to the scale of the reader.

    "PLO", "PAS", "PFT", "PLN" and "PR" give a proportion from 0 to 1; log ratios ("OR",
    "RR", "PETO", "HR", "IRR", "MEDIAN" ...) are exponentiated; "IRLN", "IRS", "IRFT" and
    "IR" give a rate per unit of person-time; differences stay as they are. A scalar gives
    a float, an array of any shape an array of that shape. "PFT" and "IRFT" need `n`, the
    sizes or person-times of all studies in the pool: their harmonic mean is used (or one
    number, used as it is). Values outside the domain of a transformation are set to its
    edge. "PFT" is subject to `FREEMAN_TUKEY_CAUTION`.

    Raises ValueError for NaN or infinite values, an unknown measure, a missing `n`.
    Sources: miller1978, schwarzer2019, metafor2010.
    """
    numbers = check_finite(values, "values")
    check_choice(measure, "measure", MEASURES)
    if measure == "PFT":
        result = _inverse_freeman_tukey(numbers, _size_for(measure, n))
    elif measure == "IRFT":
        result = _inverse_double_root_rate(numbers, _size_for(measure, n))
    else:
        result = np.asarray(_SIMPLE[measure](numbers))
    return float(result) if result.ndim == 0 else result


def _domain(measure: str, n: ArrayLike | None) -> tuple[float, float]:
    if measure == "PFT":
        size = np.asarray(_size_for(measure, n))
        least = float(freeman_tukey_proportion(0.0 * size, size))
        return least, float(np.pi / 2 - least)
    if measure == "IRFT":
        return float(0.5 / np.sqrt(_size_for(measure, n))), np.inf
    return {"PAS": (0.0, np.pi / 2), "IRS": (0.0, np.inf)}.get(measure, (-np.inf, np.inf))


def compute_back_transformation(
    estimate: float,
    lower: float,
    upper: float,
    measure: str,
    *,
    n: ArrayLike | None = None,
) -> BackTransformation:
    """Back-transform an estimate and its interval, saying where the scale clipped them.

    Three numbers of shape () on the scale of `measure`; other arguments, errors and sources
    as in `back_transform`.
    """
    values = np.array([estimate, lower, upper], dtype=np.float64)
    middle, low, high = np.atleast_1d(back_transform(values, measure, n=n))
    least, most = _domain(measure, n)
    clipped = bool(np.any((values < least) | (values > most)))
    caution = FREEMAN_TUKEY_CAUTION if measure in ("PFT", "IRFT") else ""
    return BackTransformation(float(middle), float(low), float(high), measure, clipped, caution)
