"""Differences of arms: their interval, and what a hazard ratio amounts to at a baseline."""

from __future__ import annotations

from typing import Any

from analysis.measures import Measure
from analysis.rounding import format_number
from analysis.selection import SelectionError
from analysis.words import say

Row = dict[str, Any]
HALF = 50.0  # percent event-free at a median, by definition


def _figures(row: Row, *columns: str) -> list[float]:
    """The numbers of these cells; none where one of them is empty."""
    cells = [row.get(column) for column in columns]
    return [] if None in cells else [float(cell) for cell in cells if cell is not None]


def limits_of_difference(first: Row, second: Row) -> tuple[float | None, float | None, str]:
    """Limits in percentage points, or None twice, and how: a word of the methods."""
    from analysis.formulae.differences import (  # and NumPy
        compute_difference_estimates,
        compute_difference_proportions,
    )

    if first.get("arm_id") == second.get("arm_id"):
        return None, None, "nested"
    counts = [_figures(row, "events", "n") for row in (first, second)]
    if all(counts):
        found = compute_difference_proportions(*counts[0], *counts[1])
        return 100 * float(found.lower), 100 * float(found.upper), "newcombe"
    one, two = (_figures(row, "value", "ci_low", "ci_high") for row in (first, second))
    if not one or not two:
        return None, None, "bare"
    found = compute_difference_estimates(one, two)
    return float(found.lower), float(found.upper), "mover"


def absolute_effect(ratio: Row, control: Row, origin: dict[str, Any]) -> Measure:
    """Percentage points event-free that a hazard ratio adds at the control arm's own rate."""
    from analysis.formulae.differences import compute_difference_from_hazard_ratio  # and NumPy

    for name in ("endpoint", "population"):
        if ratio.get(name) != control.get(name):
            raise SelectionError(f"the ratio and the control arm differ in {name}")
    if ratio.get("comparator_arm_id") != control.get("arm_id"):
        raise SelectionError("the second row is of another arm than the ratio compares with")
    if control.get("measure") not in ("landmark_rate", "median") or control.get("value") is None:
        raise SelectionError("the row of the control arm is no landmark rate and no median")
    median = control["measure"] == "median"
    share = HALF if median else float(control["value"])
    months = float(control["value"] if median else control["time_months"])
    figures = _figures(ratio, "value", "ci_low", "ci_high")
    if not figures:
        raise SelectionError("the hazard ratio has no interval")
    value, low, high = figures
    found = compute_difference_from_hazard_ratio(share / 100, value, low, high)
    digits = 0 if months.is_integer() else 1
    return Measure(
        unit="points",
        value=100 * float(found.estimate),
        lower=100 * float(found.lower),
        upper=100 * float(found.upper),
        interval="model",
        subgroup=say(
            "figures.baseline", share=format_number(share, 1), months=format_number(months, digits)
        ),
        caveat=say(f"figures.hazards {ratio['hazards']}") if ratio.get("hazards") else "",
        method=say("methods.absolute_effect"),
        **origin,
    )
