"""Checks of counts: events among n, and the four cells of a two-by-two table.

Every message names the argument, the value, its index and what is allowed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.types import BoolArray, FloatArray


def as_numbers(values: ArrayLike, argument: str) -> FloatArray:
    """Floats of any shape, or a ValueError that names the argument.

    A masked value is missing, so nothing is computed with what stands behind the mask.
    """
    if isinstance(values, np.ma.MaskedArray):
        hidden = np.ma.getmaskarray(values)
        if hidden.any():
            index = int(np.flatnonzero(hidden)[0])
            raise ValueError(f"{argument} is masked at index {index}; allowed: a value a study")
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{argument} must hold numbers only; got {values!r}") from error


def refuse(argument: str, values: FloatArray, wrong: BoolArray, allowed: str) -> None:
    """Raise ValueError for the first entry of `values` marked in `wrong`."""
    if not np.any(wrong):
        return
    index = tuple(int(part) for part in np.argwhere(wrong)[0])
    where = "" if not index else f" at index {index[0] if len(index) == 1 else index}"
    raise ValueError(f"{argument} is {values[index]:.15g}{where}; allowed: {allowed}")


def check_finite(values: ArrayLike, argument: str) -> FloatArray:
    """Return `values` as floats; ValueError on NaN or infinity."""
    numbers = as_numbers(values, argument)
    refuse(argument, numbers, ~np.isfinite(numbers), "a finite number")
    return numbers


def check_positive(values: ArrayLike, argument: str) -> FloatArray:
    """Return `values` as floats; ValueError unless each is finite and above 0."""
    numbers = check_finite(values, argument)
    refuse(argument, numbers, numbers <= 0, "a number above 0")
    return numbers


def check_counts(values: ArrayLike, argument: str, *, least: int = 0) -> FloatArray:
    """Return `values` as floats; ValueError unless each is a whole number >= `least`."""
    numbers = check_finite(values, argument)
    wrong = (numbers < least) | (numbers != np.floor(numbers))
    refuse(argument, numbers, wrong, f"a whole number, {least} or more")
    return numbers


def check_same_shape(**arrays: FloatArray) -> None:
    """ValueError unless all arrays have one shape; names the two that differ."""
    names = list(arrays)
    for name in names[1:]:
        if arrays[name].shape != arrays[names[0]].shape:
            raise ValueError(
                f"{name} has shape {arrays[name].shape} but {names[0]} has shape "
                f"{arrays[names[0]].shape}; allowed: the same shape"
            )


def check_not_empty(values: FloatArray, argument: str) -> None:
    """ValueError if the array holds nothing."""
    if values.size == 0:
        raise ValueError(f"{argument} is empty; allowed: one study or more")


def check_events_of(
    events: ArrayLike, n: ArrayLike, *, events_name: str = "events", n_name: str = "n"
) -> tuple[FloatArray, FloatArray]:
    """Return (events, n) as floats of one shape, 0 <= events <= n, n >= 1.

    A scalar n serves every entry of events. ValueError otherwise.
    """
    counted = check_counts(events, events_name)
    totals = check_counts(n, n_name, least=1)
    if totals.ndim == 0 and counted.ndim:
        totals = np.broadcast_to(totals, counted.shape)
    check_same_shape(**{events_name: counted, n_name: totals})
    check_not_empty(counted, events_name)
    refuse(events_name, counted, counted > totals, f"at most {n_name} of the same entry")
    return counted, totals


def check_level(level: float, argument: str = "level") -> float:
    """Return a confidence level strictly between 0 and 1; ValueError otherwise."""
    number = check_finite(level, argument)
    if number.ndim or not 0.0 < float(number) < 1.0:
        raise ValueError(f"{argument} is {level!r}; allowed: one number between 0 and 1")
    return float(number)


def check_choice(value: str, argument: str, allowed: tuple[str, ...]) -> str:
    """Return `value` if it is one of `allowed`; ValueError otherwise."""
    if value not in allowed:
        raise ValueError(f"{argument} is {value!r}; allowed: {', '.join(allowed)}")
    return value
