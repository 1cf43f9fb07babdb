"""Syntheses by protocol: which cohort enters is read from the evidence, never decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from analysis.formulae.binomial_normal import compute_binomial_normal
from analysis.formulae.effect_sizes import compute_effect_proportion
from analysis.formulae.intervals import compute_interval_proportion
from analysis.formulae.pooling import compute_random_effects
from analysis.formulae.reported_effects import compute_effect_ratio_from_p, two_sided_quantile
from analysis.measures import Measure, distinct, population_label, printed_level, weakest
from analysis.registry import AS_ITS_ROWS, Cells, statistic
from analysis.selection import SelectionError, present, select_rows
from analysis.words import say
from schemas.evidence import Evidence
from schemas.review import SynthesisDefinition


@dataclass(frozen=True)
class Cohort:
    """One cohort of a synthesis; values in percent, or as a ratio."""

    arm_id: str
    label: str
    study: str
    product_id: str
    setting: str
    row: str
    value: float
    lower: float
    upper: float
    events: int | None
    n: int | None
    population: str
    follow_up_months: float | None
    citekey: str
    verification: str
    level: float = 0.95


@dataclass(frozen=True)
class Pooled:
    """A pooled value with its interval and prediction interval, on the printed scale."""

    model: str
    k: int
    value: float
    lower: float
    upper: float
    prediction_lower: float | None
    prediction_upper: float | None
    tau2: float
    i2: float | None
    fallback: str


@dataclass(frozen=True)
class Group:
    """The cohorts of one group and what they pool to; None below the protocol's minimum."""

    name: str
    cohorts: tuple[Cohort, ...]
    first: Pooled | None
    second: Pooled | None


@dataclass(frozen=True)
class Synthesis:
    """One synthesis of the protocol, with the cohorts left out and why."""

    definition: SynthesisDefinition
    overall: Group
    groups: tuple[Group, ...]
    excluded: tuple[tuple[str, str], ...]

    def group(self, name: str) -> Group:
        """The named group, or all cohorts for the empty name."""
        if not name:
            return self.overall
        for group in self.groups:
            if group.name == name:
                return group
        known = ", ".join(group.name for group in self.groups) or "none"
        raise SelectionError(
            f"synthesis {self.definition.id} has no group {name!r}; it has {known}"
        )


def compute_syntheses(evidence: Evidence) -> dict[str, Synthesis]:
    """Every synthesis of the protocol, by identifier."""
    return {item.id: compute_synthesis(evidence, item) for item in evidence.review.syntheses}


def compute_synthesis(evidence: Evidence, definition: SynthesisDefinition) -> Synthesis:
    """Collect the cohorts the protocol names and pool them, all together and by group."""
    table = evidence.syntheses
    members = table[table["synthesis_id"] == definition.id]
    chosen = members[members["include"] == "yes"]
    cohorts = tuple(_cohort(evidence, record) for record in _records(chosen))
    refuse_repeated(cohorts, definition.id)
    excluded = tuple(
        (str(record["arm_id"]), str(record["reason"] or ""))
        for record in _records(members[members["include"] == "no"])
    )
    overall = pool_group("all", cohorts, definition)
    return Synthesis(definition, overall, _groups(cohorts, definition, evidence), excluded)


def refuse_repeated(cohorts: Iterable[Cohort], synthesis: str) -> None:
    """Raise SelectionError when one cohort would count twice."""
    seen: set[str] = set()
    for cohort in cohorts:
        if cohort.arm_id in seen:
            raise SelectionError(f"synthesis {synthesis} counts the cohort {cohort.arm_id} twice")
        seen.add(cohort.arm_id)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): present(value) for name, value in record.items()}
        for record in frame.to_dict("records")
    ]


def _cohort(evidence: Evidence, member: Mapping[str, Any]) -> Cohort:
    reference = f"{member['evidence_table']}:{member['evidence_row']}"
    (selection,) = select_rows(evidence, reference)
    row = selection.only()
    arm = _records(evidence.arms[evidence.arms["arm_id"] == row["arm_id"]])[0]
    study = _records(evidence.studies[evidence.studies["study_id"] == row["study_id"]])[0]
    value, lower, upper = _printed_scale(row)
    return Cohort(
        arm_id=str(row["arm_id"]),
        label=str(arm["label"]),
        study=str(study["name"]),
        product_id=str(arm["product_id"] or ""),
        setting=str(study["setting"]),
        row=reference,
        value=value,
        lower=lower,
        upper=upper,
        events=row.get("events"),
        n=row.get("n"),
        population=str(row["population"] or ""),
        follow_up_months=row.get("follow_up_months"),
        citekey=str(row["citekey"]),
        verification=str(row["verification"] or ""),
        level=printed_level(row) if row.get("events") is None else 0.95,
    )


def _printed_scale(row: Mapping[str, Any]) -> tuple[float, float, float]:
    if row.get("events") is not None and row.get("n") is not None:
        interval = compute_interval_proportion(int(row["events"]), int(row["n"]))
        return (
            100 * float(interval.estimate),
            100 * float(interval.lower),
            100 * float(interval.upper),
        )
    if row.get("ci_low") is None and row.get("p_value") is not None:
        return _interval_from_p(float(row["value"]), float(row["p_value"]))
    cells = (row.get("value"), row.get("ci_low"), row.get("ci_high"))
    if any(cell is None for cell in cells):
        raise SelectionError(f"{row['row_id']} has neither counts nor a value with its interval")
    value, lower, upper = (float(cell) for cell in cells if cell is not None)
    return value, lower, upper


def _interval_from_p(ratio: float, p_value: float) -> tuple[float, float, float]:
    """A ratio with the 95% interval that its exact p value implies. Source: tierney2007."""
    effects = compute_effect_ratio_from_p(ratio, p_value)
    half = two_sided_quantile(0.95) * float(effects.vi[0]) ** 0.5
    return ratio, _exponential(np.log(ratio) - half), _exponential(np.log(ratio) + half)


def _groups(
    cohorts: tuple[Cohort, ...], definition: SynthesisDefinition, evidence: Evidence
) -> tuple[Group, ...]:
    if definition.group_by in ("", "none"):
        return ()
    names = distinct(_group_name(cohort, definition.group_by, evidence) for cohort in cohorts)
    return tuple(
        pool_group(
            name,
            tuple(c for c in cohorts if _group_name(c, definition.group_by, evidence) == name),
            definition,
        )
        for name in sorted(names)
    )


def _group_name(cohort: Cohort, by: str, evidence: Evidence) -> str:
    if by == "setting":
        return cohort.setting
    products = evidence.products.set_index("product_id")
    column = {"product": None, "target": "target", "class": "class"}[by]
    if column is None or cohort.product_id not in products.index:
        return cohort.product_id
    return str(products.loc[cohort.product_id, column])


def pool_group(name: str, cohorts: tuple[Cohort, ...], definition: SynthesisDefinition) -> Group:
    """Pool by the protocol's two models, or leave both None below the minimum."""
    if len(cohorts) < definition.minimum_studies:
        return Group(name, cohorts, None, None)
    if definition.measure == "proportion":
        return Group(name, cohorts, pool_binomial_normal(cohorts), pool_logit(cohorts))
    scale = "logit" if definition.measure == "landmark" else "log"
    return Group(name, cohorts, pool_inverse_variance(cohorts, scale), None)


def pool_binomial_normal(cohorts: tuple[Cohort, ...]) -> Pooled:
    """Binomial-normal model by maximum likelihood, back-transformed to percent."""
    events, n = _counts(cohorts)
    fit = compute_binomial_normal(events, n, test="z", prediction="default")
    low, high = fit.prediction_lower, fit.prediction_upper
    return Pooled(
        model=say("methods.binomial_normal"),
        k=len(cohorts),
        value=_percent(fit.estimate),
        lower=_percent(fit.lower),
        upper=_percent(fit.upper),
        prediction_lower=None if low is None else _percent(low),
        prediction_upper=None if high is None else _percent(high),
        tau2=float(fit.tau2),
        i2=float(fit.i2),
        fallback=fit.fallback or "",
    )


def pool_logit(cohorts: tuple[Cohort, ...]) -> Pooled:
    """Inverse-variance pooling of logits, REML with Hartung-Knapp intervals, in percent."""
    events, n = _counts(cohorts)
    effects = compute_effect_proportion(events, n, measure="PLO")
    fit = compute_random_effects(
        effects.yi, effects.vi, estimator="REML", test="knha", prediction="default"
    )
    return _pooled(fit, say("methods.logit"), _percent, len(cohorts))


def pool_inverse_variance(cohorts: tuple[Cohort, ...], scale: str) -> Pooled:
    """Pool printed values by the standard errors their intervals imply, REML, Hartung-Knapp."""
    to_scale = _logit if scale == "logit" else np.log
    back = _percent if scale == "logit" else _exponential
    estimate = to_scale(np.array([cohort.value for cohort in cohorts]))
    lower = to_scale(np.array([cohort.lower for cohort in cohorts]))
    upper = to_scale(np.array([cohort.upper for cohort in cohorts]))
    quantiles = np.array([two_sided_quantile(cohort.level) for cohort in cohorts])
    variance = ((upper - lower) / (2 * quantiles)) ** 2
    fit = compute_random_effects(
        estimate, variance, estimator="REML", test="knha", prediction="default"
    )
    return _pooled(fit, say("methods.inverse_variance", scale=scale), back, len(cohorts))


def _pooled(fit: Any, model: str, back: Any, k: int) -> Pooled:
    return Pooled(
        model=model,
        k=k,
        value=back(fit.estimate),
        lower=back(fit.lower),
        upper=back(fit.upper),
        prediction_lower=back(fit.prediction_lower),
        prediction_upper=back(fit.prediction_upper),
        tau2=float(fit.tau2),
        i2=float(fit.i2),
        fallback=fit.fallback or "",
    )


def _counts(cohorts: tuple[Cohort, ...]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    if any(cohort.events is None or cohort.n is None for cohort in cohorts):
        raise SelectionError("a synthesis of proportions needs events and n in every row")
    return np.array([c.events for c in cohorts]), np.array([c.n for c in cohorts])


def _percent(logit: float) -> float:
    return float(100 / (1 + np.exp(-float(logit))))


def _exponential(log: float) -> float:
    return float(np.exp(float(log)))


def _logit(percent: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    proportion = percent / 100
    return np.asarray(np.log(proportion / (1 - proportion)))


UNITS = {"proportion": "percent", "landmark": "percent", "ratio": "ratio", "median": "months"}


def _unit(synthesis: Synthesis) -> str:
    return UNITS[synthesis.definition.measure]


def _origin(group: Group) -> dict[str, Any]:
    cohorts = group.cohorts
    sizes = [cohort.n for cohort in cohorts if cohort.n is not None]
    events = [cohort.events for cohort in cohorts if cohort.events is not None]
    populations = distinct(
        population_label({"population": cohort.population}) for cohort in cohorts
    )
    return {
        "n": sum(sizes) if len(sizes) == len(cohorts) else None,
        "events": sum(events) if len(events) == len(cohorts) else None,
        "cohorts": len(cohorts),
        "population": " or ".join(populations),
        "rows": tuple(cohort.row for cohort in cohorts),
        "citekeys": distinct(cohort.citekey for cohort in cohorts),
        "verification": weakest(cohort.verification for cohort in cohorts),
    }


def read_pooled(row: Cells, _: str | None) -> tuple[str, ...]:
    """What a row gives to a synthesis: its counts, or its value as printed."""
    if row.get("events") is not None and row.get("n") is not None:
        return ("events", "n")
    return ("value", "ci_low", "ci_high", "n")


def read_sizes(_: Cells, __: str | None) -> tuple[str, ...]:
    """What a row gives to the size of a synthesis."""
    return ("events", "n")


# What statistics of a synthesis have in common.
of_synthesis = partial(statistic, family="synthesis", compares=False)
of_pool = partial(
    of_synthesis, unit=AS_ITS_ROWS, part="syntheses", says="result", reads=read_pooled
)
of_spread = partial(of_synthesis, part="spread", says="fact", minor=True)


@of_pool("pooled", minor=False)
def measure_first(synthesis: Synthesis, name: str) -> Measure:
    """The pooled value of a group with its interval, by the first model."""
    return _measure_pooled(synthesis, name, synthesis.group(name).first)


@of_pool("pooled_second", minor=True)
def measure_second(synthesis: Synthesis, name: str) -> Measure:
    """The pooled value of a group with its interval, by the second model."""
    return _measure_pooled(synthesis, name, synthesis.group(name).second)


def _measure_pooled(synthesis: Synthesis, name: str, pooled: Pooled | None) -> Measure:
    group = synthesis.group(name)
    if pooled is None:
        raise SelectionError(
            f"synthesis {synthesis.definition.id} {name} has {len(group.cohorts)} cohorts; "
            f"the protocol pools {synthesis.definition.minimum_studies} or more"
        )
    note = f"; {pooled.fallback}" if pooled.fallback else ""
    return Measure(
        unit=_unit(synthesis),
        value=pooled.value,
        lower=pooled.lower,
        upper=pooled.upper,
        interval="model",
        method=say("methods.pooled", model=pooled.model, count=pooled.k) + note,
        **_origin(group),
    )


@of_pool("prediction", minor=True)
def measure_prediction(synthesis: Synthesis, name: str) -> Measure:
    """The prediction interval of a group's first model: where a new cohort is expected."""
    group, pooled = _first(synthesis, name)
    return Measure(
        unit=_unit(synthesis),
        lower=pooled.prediction_lower,
        upper=pooled.prediction_upper,
        interval="range",
        method=say("methods.prediction", model=pooled.model),
        **_origin(group),
    )


@of_spread("tau2", unit="number", reads=read_pooled)
def measure_tau2(synthesis: Synthesis, name: str) -> Measure:
    """The variance between cohorts of a group, on the scale of its first model."""
    group, pooled = _first(synthesis, name)
    return Measure("number", pooled.tau2, method=f"tau2, {pooled.model}", **_origin(group))


@of_spread("i2", unit="percent", reads=read_pooled)
def measure_i2(synthesis: Synthesis, name: str) -> Measure:
    """I2 of a group by its first model."""
    group, pooled = _first(synthesis, name)
    return Measure("percent", pooled.i2, method=f"i2, {pooled.model}", **_origin(group))


def _first(synthesis: Synthesis, name: str) -> tuple[Group, Pooled]:
    group = synthesis.group(name)
    if group.first is None:
        raise SelectionError(f"synthesis {synthesis.definition.id} {name} is not pooled")
    return group, group.first


@of_spread("cohorts", unit="number", reads=read_sizes)
def measure_cohorts(synthesis: Synthesis, name: str) -> Measure:
    """The number of cohorts of a group."""
    group = synthesis.group(name)
    method = say("methods.cohorts")
    return Measure("number", len(group.cohorts), method=method, **_origin(group))


@of_spread("pooled_patients", unit="number", reads=read_sizes)
def measure_patients(synthesis: Synthesis, name: str) -> Measure:
    """The number of patients of a group."""
    origin = _origin(synthesis.group(name))
    method = say("methods.pooled_patients")
    return Measure("number", origin["n"], method=method, **origin)
