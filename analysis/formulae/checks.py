"""Checks of effects and their sampling variances.

Every message names the argument, the value, its index and what is allowed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.counts import check_same_shape, refuse
from analysis.formulae.types import BoolArray, FloatArray

SMALLEST, LARGEST = 1e-70, 1e70  # third powers of weights must not overflow
SCALE = "a size from 1e-70 to 1e70; rescale the effects"
ESTIMATORS = ("DL", "HE", "HS", "SJ", "ML", "REML", "PM", "EB", "FE")
TESTS = ("z", "t", "knha", "knha-floor", "adhoc", "adhoc-ci", "kr")


def as_numbers(values: ArrayLike, argument: str, dimensions: int) -> FloatArray:
    """Floats with the given number of axes; ValueError otherwise."""
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{argument} must hold numbers only; got {values!r}") from error
    if numbers.ndim != dimensions:
        raise ValueError(
            f"{argument} has {numbers.ndim} axes (shape {numbers.shape}); allowed: {dimensions}"
        )
    return numbers


def as_mask(mask: ArrayLike | None, shape: tuple[int, ...]) -> BoolArray | None:
    """A boolean mask of `shape`, None where every study is used; ValueError otherwise."""
    if mask is None:
        return None
    used = np.asarray(mask)
    if used.dtype != np.bool_:
        raise ValueError(f"mask has dtype {used.dtype}; allowed: booleans, True = study is used")
    if used.shape != shape:
        raise ValueError(f"mask has shape {used.shape}; allowed: {shape}, the shape of yi")
    return None if used.all() else used


def check_effects(
    yi: ArrayLike, vi: ArrayLike, mask: ArrayLike | None = None, *, dimensions: int = 1
) -> tuple[FloatArray, FloatArray, BoolArray | None]:
    """Return (yi, vi, mask) as arrays of one shape with studies on the last axis.

    Entries that the mask leaves out may hold anything. ValueError on an entry of
    yi that is not finite, of vi that is not above zero, on shapes that differ and
    on a meta-analysis without a study.
    """
    effects = as_numbers(yi, "yi", dimensions)
    variances = as_numbers(vi, "vi", dimensions)
    if effects.shape != variances.shape:
        check_same_shape(yi=effects, vi=variances)
    used = as_mask(mask, effects.shape)
    if not _all_usable(effects, variances, used):
        _refuse_unusable(effects, variances, used)
    _refuse_empty(effects, used)
    return effects, variances, used


def _all_usable(effects: FloatArray, variances: FloatArray, used: BoolArray | None) -> bool:
    """Whether every used entry is finite, of a size to compute with, and variances positive."""
    good = (np.abs(effects) <= LARGEST) & (variances >= SMALLEST) & (variances <= LARGEST)
    return bool((good if used is None else good | ~used).all())


def _refuse_unusable(effects: FloatArray, variances: FloatArray, used: BoolArray | None) -> None:
    """ValueError for the first entry that cannot be used, saying why."""
    refuse_entries(effects, ~np.isfinite(effects), used, "yi", "a finite number")
    refuse_entries(effects, np.abs(effects) > LARGEST, used, "yi", SCALE)
    bad = ~((variances > 0.0) & (variances < np.inf))
    refuse_entries(variances, bad, used, "vi", "a finite number above 0")
    extreme = (variances < SMALLEST) | (variances > LARGEST)
    refuse_entries(variances, extreme, used, "vi", SCALE)


def refuse_entries(
    values: FloatArray, wrong: BoolArray, used: BoolArray | None, argument: str, allowed: str
) -> None:
    """ValueError for the first entry that is wrong and used."""
    wrong = wrong if used is None else wrong & used
    if wrong.any():
        refuse(argument, values, wrong, allowed)


def _refuse_empty(effects: FloatArray, used: BoolArray | None) -> None:
    if used is None and effects.size:
        return
    counts = np.full(effects.shape[:-1], effects.shape[-1]) if used is None else used.sum(axis=-1)
    if counts.size == 0:
        raise ValueError(f"yi has shape {effects.shape}; allowed: one meta-analysis or more")
    if counts.min() == 0:
        row = "" if counts.ndim == 0 else f" in row {int(np.argmin(counts))}"
        raise ValueError(f"yi holds no study{row}; allowed: one study or more")
