"""What a pooled effect of two arms means in absolute numbers, for a risk without treatment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from analysis.measures import Measure
from analysis.selection import SelectionError
from analysis.syntheses import Synthesis, of_pool, origin_of
from analysis.words import say

BASELINES: Mapping[str, Callable[[np.ndarray], float]] = {
    "lowest": lambda risks: float(risks.min()),
    "median": lambda risks: float(np.median(risks)),
    "highest": lambda risks: float(risks.max()),
}
"""Which of the risks of the control groups stands for the risk without treatment."""


class AbsoluteEffect(NamedTuple):
    """Risks from 0 to 1: without treatment, with it, and the limits of the latter."""

    baseline: float
    value: float
    lower: float
    upper: float


def risk_with(synthesis: Synthesis, baseline: float, effect: float) -> float:
    """The risk, from 0 to 1, that an effect makes of a baseline risk; no risk exceeds 1.

    Raises SelectionError for a measure that is no effect on a risk.
    """
    measure = synthesis.definition.measure
    if measure == "risk_ratio":
        return min(baseline * effect, 1.0)
    if measure == "odds_ratio":
        return baseline * effect / (1 - baseline + baseline * effect)
    if measure == "risk_difference":
        return min(max(baseline + effect / 100, 0.0), 1.0)
    raise SelectionError(f"synthesis {synthesis.definition.id} pools no effect on a risk")


def absolute_effect(synthesis: Synthesis, baseline: str) -> AbsoluteEffect:
    """The pooled effect at the lowest, median or highest risk of the control groups."""
    name, pooled = synthesis.definition.id, synthesis.overall.first
    if baseline not in BASELINES:
        known = ", ".join(BASELINES)
        raise SelectionError(f"{baseline!r} is no baseline risk; expected one of {known}")
    if pooled is None or pooled.lower is None or pooled.upper is None:
        raise SelectionError(f"synthesis {name} has no pooled effect with an interval")
    controls = [cohort.arms[1] for cohort in synthesis.overall.cohorts]
    if any(arm.events is None or not arm.n for arm in controls):
        raise SelectionError(f"synthesis {name} pools no effect on a risk")
    risks = np.array([(arm.events or 0) / (arm.n or 1) for arm in controls])
    risk = BASELINES[baseline](risks)
    value, lower, upper = (
        risk_with(synthesis, risk, side) for side in (pooled.value, pooled.lower, pooled.upper)
    )
    return AbsoluteEffect(risk, value, lower, upper)


@of_pool("pooled_absolute", minor=False)
def measure_absolute(synthesis: Synthesis, name: str) -> Measure:
    """The difference of risks, in points, that a pooled effect makes: `synthesis:x/median`."""
    found = absolute_effect(synthesis, name)
    value, lower, upper = (
        100 * (side - found.baseline) for side in (found.value, found.lower, found.upper)
    )
    baseline = say(f"baselines.{name}")
    return Measure(
        unit="points",
        value=value,
        lower=lower,
        upper=upper,
        interval="model",
        level=synthesis.conventions.level,
        method=say("methods.pooled_absolute", baseline=baseline),
        **origin_of(synthesis.overall),
    )
