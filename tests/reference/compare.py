"""Compare computed with expected values, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

# A zero that another program reaches by a different order of sums, on the case's own scale.
ROUNDING = 1e-13
INFINITE = ("Infinity", "-Infinity")


def zero_of(case: dict[str, Any]) -> float:
    """What counts as 0 in a case: rounding, less where its effects are tiny."""
    effects = [abs(y) for y in case["input"].get("yi", []) if y is not None]
    return ROUNDING * min(1.0, max(effects, default=1.0) ** 2)


def _pairs(expected: Any, got: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(expected, dict):
        for name, value in expected.items():
            if name == "note":
                continue
            if name not in got:
                yield f"{path}.{name}", value, "missing"
            else:
                yield from _pairs(value, got[name], f"{path}.{name}")
    elif isinstance(expected, list) and expected and isinstance(expected[0], dict | list):
        if len(got) != len(expected):
            yield path, len(expected), len(got)
        for index, (value, other) in enumerate(zip(expected, got, strict=False)):
            yield from _pairs(value, other, f"{path}[{index}]")
    else:
        yield path, expected, got


def _as_floats(value: Any) -> np.ndarray:
    """A flat array; None is NaN and "Infinity" is infinite, as the files have it."""
    flat = value if isinstance(value, list | tuple | np.ndarray) else [value]
    return np.array([np.nan if v is None else float(v) for v in flat], dtype=float)


def _is_text(value: Any) -> bool:
    """A list of words, infinities aside."""
    items = value if isinstance(value, list) else []
    return any(isinstance(item, str) and item not in INFINITE for item in items)


def _differs(expected: Any, got: Any, *, rtol: float, zero: float) -> bool:
    if isinstance(expected, str) and expected not in INFINITE:
        return bool(expected != got)
    if isinstance(got, str):
        return True
    if _is_text(expected):
        return list(expected) != list(got)
    left, right = _as_floats(expected), _as_floats(got)
    if left.shape != right.shape:
        return True
    # An entry of a vector may be a zero on the scale of the others.
    spread = float(np.nanmax(np.abs(left), initial=0.0)) if left.size > 1 else 0.0
    slack = max(zero, ROUNDING * spread if np.isfinite(spread) else 0.0)
    return not np.allclose(right, left, rtol=rtol, atol=slack, equal_nan=True)


def find_disagreements(case: dict[str, Any], got: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Fields whose computed value is off by more than the tolerance: expected and got.

    Every expected field must have been computed: one that is missing disagrees. Where the
    other program stops with an error, a declared fallback agrees.
    """
    if "error" in case["expected"]:
        declared = got.get("fallback")
        return {} if declared else {"error": (case["expected"]["error"], declared)}
    rtol, zero = float(case["suggested_rtol"]), zero_of(case)
    return {
        path.lstrip("."): (expected, value)
        for path, expected, value in _pairs(case["expected"], got, "")
        if _differs(expected, value, rtol=rtol, zero=zero)
    }
