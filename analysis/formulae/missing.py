"""Masked values are missing: the studies that have one are left out, never computed with."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

from analysis.formulae.types import BoolArray, EffectSizes

P = ParamSpec("P")
R = TypeVar("R")


def leave_masked_out(compute: Callable[P, R]) -> Callable[P, R]:
    """Make a function of arrays [k] leave out each study with a masked value.

    Effect sizes keep its place: not `used`, and NaN. Other results know the rest alone.
    """

    @wraps(compute)
    def computed(*args: P.args, **kwargs: P.kwargs) -> R:
        given: tuple[Any, ...] = (*args, *kwargs.values())
        if not any(isinstance(value, np.ma.MaskedArray) for value in given):
            return compute(*args, **kwargs)
        kept = _complete(given)
        some: list[Any] = [_only(value, kept) for value in args]
        named: dict[str, Any] = {name: _only(value, kept) for name, value in kwargs.items()}
        result: Any = compute(*some, **named)
        restored: R = _restore(result, kept) if isinstance(result, EffectSizes) else result
        return restored

    return computed


def _complete(given: tuple[Any, ...]) -> BoolArray:
    """Which studies have no masked value in any of the arrays."""
    masks = [np.ma.getmaskarray(v) for v in given if isinstance(v, np.ma.MaskedArray)]
    shapes = {mask.shape for mask in masks}
    if len(shapes) > 1 or masks[0].ndim != 1:
        raise ValueError(
            f"masked arrays have the shapes {sorted(shapes)}; allowed: one shape of one axis"
        )
    kept = ~np.any(masks, axis=0)
    if not kept.any():
        raise ValueError("every study has a masked value; allowed: one study or more")
    return np.asarray(kept)


def _only(value: Any, kept: BoolArray) -> Any:
    """The entries kept of an array of one entry a study; anything else as it is."""
    if isinstance(value, str) or value is None or np.shape(value) != kept.shape:
        return value
    return np.ma.getdata(value)[kept]


def _restore(effects: EffectSizes, kept: BoolArray) -> Any:
    """Effect sizes with the studies that were left out in their places."""

    def spread(values: Any, filler: float) -> Any:
        whole = np.full(kept.shape, filler, dtype=values.dtype)
        whole[kept] = values
        return whole

    return EffectSizes(
        yi=spread(effects.yi, np.nan),
        vi=spread(effects.vi, np.nan),
        measure=effects.measure,
        used=spread(effects.used, False),
        adjusted=spread(effects.adjusted, False),
        caution=effects.caution,
    )
