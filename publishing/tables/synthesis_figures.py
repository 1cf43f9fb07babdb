"""Figures of a synthesis as text, where no claim states them; empty where there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analysis.cohorts import UNITS
from analysis.pooling import Pooled
from analysis.rounding import fit_digits, format_number
from analysis.syntheses import Synthesis
from analysis.wording import format_end


def _patients(item: Synthesis) -> str:
    sizes = [cohort.n for cohort in item.overall.cohorts]
    return "" if None in sizes else format_number(sum(filter(None, sizes)), 0)


def _digits(item: Synthesis) -> int:
    return 2 if UNITS[item.definition.measure] == "ratio" else 1


def _interval(item: Synthesis, pooled: Pooled | None) -> str:
    if pooled is None:
        return ""
    unit = "%" if UNITS[item.definition.measure] == "percent" else ""
    return _figure(item, unit, pooled.value, pooled.lower, pooled.upper)


def _figure(
    item: Synthesis, unit: str, value: float, lower: float | None, upper: float | None
) -> str:
    digits = fit_digits(_digits(item), value, (lower, upper), percent=unit == "%")
    shown = f"{format_number(value, digits)}{unit}"
    if lower is None or upper is None:
        return shown
    return f"{shown} ({format_number(lower, digits)} to {format_number(upper, digits)})"


def _marginal(item: Synthesis) -> str:
    first = item.overall.first
    return "" if first is None or first.marginal is None else _figure(item, "%", *first.marginal)


def _prediction(item: Synthesis, pooled: Pooled | None) -> str:
    if pooled is None or pooled.prediction_lower is None or pooled.prediction_upper is None:
        return ""
    limits = (pooled.prediction_lower, pooled.prediction_upper)
    if UNITS[item.definition.measure] == "percent":
        return " to ".join(format_end(limit, _digits(item)) for limit in limits)
    return " to ".join(format_number(limit, _digits(item)) for limit in limits)


def _i2(item: Synthesis) -> str:
    first = item.overall.first
    return "" if first is None or first.i2 is None else f"{format_number(first.i2, 0)}%"


def _tau2(item: Synthesis) -> str:
    return "" if item.overall.first is None else format_number(item.overall.first.tau2, 2)


FIGURES: Mapping[str, Callable[[Synthesis], str]] = {
    "cohorts": lambda item: str(len(item.overall.cohorts)),
    "patients": _patients,
    "first": lambda item: _interval(item, item.overall.first),
    "marginal": _marginal,
    "bayesian": lambda item: _interval(item, item.overall.bayesian),
    "second": lambda item: _interval(item, item.overall.second),
    "prediction": lambda item: _prediction(item, item.overall.first),
    "bayesian_prediction": lambda item: _prediction(item, item.overall.bayesian),
    "i2": _i2,
    "tau2": _tau2,
}
