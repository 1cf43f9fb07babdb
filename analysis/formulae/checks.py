"""Checks of effects and their sampling variances.

Every message names the argument, the value, its index and what is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.counts import as_numbers, check_same_shape, refuse
from analysis.formulae.results import Result
from analysis.formulae.types import BoolArray, EffectSizes, FloatArray

SMALLEST, LARGEST = 1e-70, 1e70  # third powers of weights must not overflow
SCALE = "a size from 1e-70 to 1e70; rescale the effects"
Effects = ArrayLike | EffectSizes
ESTIMATORS = ("DL", "HE", "HS", "SJ", "ML", "REML", "PM", "EB", "FE")
TESTS = ("z", "t", "knha", "knha-floor", "adhoc", "adhoc-ci", "kr")


def check_axes(values: ArrayLike, argument: str, dimensions: int) -> FloatArray:
    """Floats with the given number of axes; ValueError otherwise."""
    numbers = as_numbers(values, argument)
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
    yi: Effects, vi: ArrayLike | None, mask: ArrayLike | None = None, *, dimensions: int = 1
) -> tuple[FloatArray, FloatArray, BoolArray | None]:
    """Return (yi, vi, mask) as arrays of one shape with studies on the last axis.

    `yi` may be EffectSizes, which hold their variances. Entries that the mask leaves
    out may hold anything; studies that are not used and masked values are left out as
    well. ValueError on an entry of yi that is not finite, of vi that is not above zero,
    on shapes that differ and on a meta-analysis without a study.
    """
    given, spread, present = _separate(yi, vi)
    effects = check_axes(given, "yi", dimensions)
    variances = check_axes(spread, "vi", dimensions)
    if effects.shape != variances.shape:
        check_same_shape(yi=effects, vi=variances)
    used = as_mask(mask, effects.shape)
    if present is not None and not present.all():
        used = present if used is None else used & present
    if not _all_usable(effects, variances, used):
        _refuse_unusable(effects, variances, used)
    _refuse_empty(effects, used)
    return effects, variances, used


def _separate(yi: Effects, vi: ArrayLike | None) -> tuple[ArrayLike, ArrayLike, BoolArray | None]:
    """Effects, variances, and which are there: used, and not masked; None where all are."""
    if isinstance(yi, EffectSizes):
        if vi is not None:
            raise ValueError("vi is given twice; allowed: EffectSizes alone, they hold it")
        return yi.yi, yi.vi, yi.used
    if isinstance(yi, Result):
        raise ValueError(f"yi is a {type(yi).__name__}; allowed: numbers, or EffectSizes")
    if vi is None:
        raise ValueError("vi is missing; allowed: variances beside yi, or EffectSizes for both")
    if not (isinstance(yi, np.ma.MaskedArray) or isinstance(vi, np.ma.MaskedArray)):
        return yi, vi, None
    hidden = np.ma.getmaskarray(np.ma.asarray(yi)), np.ma.getmaskarray(np.ma.asarray(vi))
    if hidden[0].shape != hidden[1].shape:
        return np.ma.getdata(yi), np.ma.getdata(vi), None
    return np.ma.getdata(yi), np.ma.getdata(vi), ~(hidden[0] | hidden[1])


@dataclass(frozen=True, eq=False)
class Studies:
    """Effects `y` and variances `v` of the studies in use, [k], and their labels.

    `kept` marks them among all that were given. Where some are left out, the others keep
    their numbers in place of labels.
    """

    y: FloatArray
    v: FloatArray
    labels: tuple[str, ...]
    kept: BoolArray

    def only(self, values: ArrayLike, argument: str) -> FloatArray:
        """Numbers of the studies in use, from one entry for each that was given."""
        numbers = check_axes(values, argument, 1)
        if len(numbers) != len(self.kept):
            raise ValueError(
                f"{argument} has {len(numbers)} entries; allowed: {len(self.kept)}, one a study"
            )
        return numbers[self.kept]


def check_studies(yi: Effects, vi: ArrayLike | None) -> Studies:
    """The studies in use of one meta-analysis; errors as check_effects."""
    effects, variances, used = check_effects(yi, vi)
    labels = labels_of(yi)
    if used is None:
        return Studies(effects, variances, labels, np.ones(effects.shape, dtype=np.bool_))
    labels = labels or tuple(str(number + 1) for number in range(len(used)))
    names = tuple(name for name, kept in zip(labels, used, strict=True) if kept)
    return Studies(effects[used], variances[used], names, used)


def labels_of(yi: Effects) -> tuple[str, ...]:
    """The labels of all studies given, empty where they have none."""
    return yi.labels if isinstance(yi, EffectSizes) else ()


def is_missing(item: object) -> bool:
    """Whether an entry of a list of names is none: None, NaN, masked, not available."""
    if item is None or item is np.ma.masked or str(item) in ("<NA>", "NaT"):
        return True
    return isinstance(item, float | np.floating) and bool(np.isnan(item))


def refuse_missing(items: Iterable[object], argument: str) -> None:
    """ValueError for the first entry of a list of names that is none."""
    for index, item in enumerate(items):
        if is_missing(item):
            raise ValueError(
                f"{argument} is missing at index {index}; allowed: a name a study "
                "(leave the study out, or give those not known a name of their own)"
            )


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
