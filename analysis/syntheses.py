"""Syntheses by protocol: which cohort enters is read from the evidence, never decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from analysis.formulae.reported_effects import compute_effect_ratio_from_p, two_sided_quantile
from analysis.measures import (
    Measure,
    distinct,
    interval_of,
    population_label,
    printed_level,
    weakest,
)
from analysis.pooling import (
    Effects,
    Pooled,
    effects_of_counts,
    effects_of_printed,
    pool_bayesian,
    pool_counts,
    pool_effects,
)
from analysis.registry import AS_ITS_ROWS, Cells, statistic
from analysis.rounding import format_number
from analysis.selection import SelectionError, records_of, select_rows
from analysis.words import say
from schemas.evidence import Evidence
from schemas.protocol import BinomialNormal, Conventions, Protocol
from schemas.review import SynthesisDefinition

Values = tuple[float, float | None, float | None]


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
class Group:
    """The cohorts of one group and what they pool to; None below the protocol's minimum.

    `bayesian` is the sensitivity analysis of the whole of a primary synthesis.
    """

    name: str
    cohorts: tuple[Cohort, ...]
    first: Pooled | None = None
    second: Pooled | None = None
    bayesian: Pooled | None = None


@dataclass(frozen=True)
class Synthesis:
    """One synthesis of the protocol, with the cohorts left out and why."""

    definition: SynthesisDefinition
    conventions: Conventions
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
    cohorts = tuple(_cohort(evidence, record) for record in records_of(chosen))
    refuse_repeated(cohorts, definition.id)
    excluded = tuple(
        (str(record["arm_id"]), str(record["reason"] or ""))
        for record in records_of(members[members["include"] == "no"])
    )
    conventions = evidence.review.conventions_of(definition)
    overall = pool_group("all", cohorts, definition, conventions)
    if definition.role == "primary" and overall.first is not None:
        effects = effects_of(cohorts, definition.measure, conventions)
        overall = replace(overall, bayesian=pool_bayesian(effects, conventions))
    groups = _groups(cohorts, definition, evidence)
    return Synthesis(definition, conventions, overall, groups, excluded)


def refuse_repeated(cohorts: Iterable[Cohort], synthesis: str) -> None:
    """Raise SelectionError when one cohort would count twice."""
    seen: set[str] = set()
    for cohort in cohorts:
        if cohort.arm_id in seen:
            raise SelectionError(f"synthesis {synthesis} counts the cohort {cohort.arm_id} twice")
        seen.add(cohort.arm_id)


def _cohort(evidence: Evidence, member: Mapping[str, Any]) -> Cohort:
    reference = f"{member['evidence_table']}:{member['evidence_row']}"
    (selection,) = select_rows(evidence, reference)
    row = selection.only()
    arm = records_of(evidence.arms[evidence.arms["arm_id"] == row["arm_id"]])[0]
    study = records_of(evidence.studies[evidence.studies["study_id"] == row["study_id"]])[0]
    value, lower, upper = _printed_scale(row, evidence.review.protocol)
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
        level=evidence.review.protocol.level if _counted(row) else printed_level(row),
    )


def _counted(row: Mapping[str, Any]) -> bool:
    return row.get("events") is not None and row.get("n") is not None


def _printed_scale(row: Mapping[str, Any], protocol: Protocol) -> tuple[float, float, float]:
    if _counted(row):
        interval = interval_of(int(row["events"]), int(row["n"]), protocol)
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
    return ratio, float(ratio * np.exp(-half)), float(ratio * np.exp(half))


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
            evidence.review.conventions_of(definition),
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


def pool_group(
    name: str,
    cohorts: tuple[Cohort, ...],
    definition: SynthesisDefinition,
    conventions: Conventions,
) -> Group:
    """Pool by the protocol's models, or leave both None below the minimum."""
    if len(cohorts) < conventions.minimum_studies:
        return Group(name, cohorts)
    effects = effects_of(cohorts, definition.measure, conventions)
    model, level = conventions.models.first, conventions.level
    second = getattr(conventions.models, "second", None)
    if isinstance(model, BinomialNormal):
        first = pool_counts(*_counts(cohorts), model, level)
    elif definition.measure == "proportion":
        first = pool_effects(effects_of_counts(*_counts(cohorts), model), model, level)
    else:
        first = pool_effects(effects, model, level)
    return Group(name, cohorts, first, second and pool_effects(effects, second, level))


def effects_of(cohorts: Iterable[Cohort], measure: str, conventions: Conventions) -> Effects:
    """Cohorts on the scale of the protocol's inverse-variance model for their measure."""
    members, model = tuple(cohorts), conventions.effects
    if measure == "proportion":
        return effects_of_counts(*_counts(members), model)
    sides = ("value", "lower", "upper")
    value, lower, upper = (np.array([getattr(c, side) for c in members]) for side in sides)
    quantiles = np.array([two_sided_quantile(cohort.level) for cohort in members])
    return effects_of_printed(value, lower, upper, quantiles, model)


def _counts(cohorts: tuple[Cohort, ...]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    if any(cohort.events is None or cohort.n is None for cohort in cohorts):
        raise SelectionError("a synthesis of proportions needs events and n in every row")
    return np.array([c.events for c in cohorts]), np.array([c.n for c in cohorts])


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
            f"the protocol pools {synthesis.conventions.minimum_studies} or more"
        )
    values = (pooled.value, pooled.lower, pooled.upper)
    return _measure(synthesis, group, pooled, values, "methods.pooled")


def _measure(
    synthesis: Synthesis, group: Group, pooled: Pooled, values: Values, words: str
) -> Measure:
    value, lower, upper = values
    note = f"; {pooled.fallback}" if pooled.fallback else ""
    return Measure(
        unit=_unit(synthesis),
        value=value,
        lower=lower,
        upper=upper,
        interval="" if lower is None else "model",
        level=synthesis.conventions.level,
        method=say(words, model=pooled.model, count=pooled.k) + note,
        **_origin(group),
    )


@of_pool("pooled_marginal", minor=True)
def measure_marginal(synthesis: Synthesis, name: str) -> Measure:
    """The mean over cohorts of a group, beside its first model's value of the median cohort."""
    group, pooled = _first(synthesis, name)
    if pooled.marginal is None:
        raise SelectionError(f"synthesis {synthesis.definition.id} has no mean over cohorts")
    return _measure(synthesis, group, pooled, pooled.marginal, "methods.marginal")


@of_pool("pooled_bayesian", minor=True)
def measure_bayesian(synthesis: Synthesis, name: str) -> Measure:
    """The Bayesian sensitivity analysis of a primary synthesis."""
    pooled = synthesis.group(name).bayesian
    if pooled is None:
        raise SelectionError(f"synthesis {synthesis.definition.id} {name} is not primary")
    values = (pooled.value, pooled.lower, pooled.upper)
    return _measure(synthesis, synthesis.group(name), pooled, values, "methods.pooled")


@of_pool("prediction", minor=True)
def measure_prediction(synthesis: Synthesis, name: str) -> Measure:
    """The prediction interval of a group's first model: where a new cohort is expected."""
    group, pooled = _first(synthesis, name)
    if pooled.prediction_lower is None:
        raise SelectionError(f"synthesis {synthesis.definition.id} has no prediction interval")
    level = format_number(synthesis.conventions.confidence_level, 0)
    quantile = say(f"predictions.{synthesis.conventions.models.first.prediction}")
    return Measure(
        unit=_unit(synthesis),
        lower=pooled.prediction_lower,
        upper=pooled.prediction_upper,
        interval="range",
        level=synthesis.conventions.level,
        method=say("methods.prediction", model=pooled.model, level=level, quantile=quantile),
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
        group_name = f"{synthesis.definition.id} {name}".strip()
        raise SelectionError(f"synthesis {group_name} is not pooled")
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
