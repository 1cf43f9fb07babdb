"""Syntheses by protocol: which cohort enters is read from the evidence, never decided here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from analysis.cohorts import (
    UNITS,
    Cohort,
    counts_of,
    effects_of,
    read_cohort,
    tables_of,
    with_effects,
)
from analysis.measures import Measure, distinct, population_label, weakest
from analysis.pooling import (
    Pooled,
    pool_bayesian,
    pool_counts,
    pool_effects,
    pool_tables,
    words_of_prediction,
)
from analysis.reads import Once
from analysis.registry import AS_ITS_ROWS, Cells, statistic
from analysis.rounding import format_number
from analysis.selection import SelectionError
from analysis.words import say
from schemas.evidence import Evidence
from schemas.protocol import BinomialNormal, Conventions, MantelHaenszel, PoolingModel
from schemas.review import SynthesisDefinition

Values = tuple[float, float | None, float | None]


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


def compute_syntheses(evidence: Evidence, known: Once | None = None) -> dict[str, Synthesis]:
    """Every synthesis of the protocol, by identifier; those that are `known` are not computed."""
    known = Once() if known is None else known
    return {
        item.id: known.of(("pooled", item.id), partial(compute_synthesis, evidence, item))
        for item in evidence.review.syntheses
    }


def compute_synthesis(evidence: Evidence, definition: SynthesisDefinition) -> Synthesis:
    """Collect the cohorts the protocol names and pool them, all together and by group."""
    members = evidence.rows["syntheses"].records("synthesis_id", definition.id)
    chosen = [record for record in members if record["include"] == "yes"]
    conventions = evidence.review.conventions_of(definition)
    read = tuple(read_cohort(evidence, record, definition) for record in chosen)
    cohorts = with_effects(read, definition, conventions)
    refuse_repeated(cohorts, definition.id)
    excluded = tuple(
        (str(record["arm_id"]), str(record["reason"] or ""))
        for record in members
        if record["include"] == "no"
    )
    overall = pool_group("all", cohorts, definition, conventions)
    if definition.role == "primary" and overall.first is not None:
        effects = effects_of(cohorts, definition.measure, conventions.effects)
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
    if by == "product":
        return cohort.product_id
    products = evidence.rows["products"].records("product_id", cohort.product_id)
    return str(products[0][by]) if products else cohort.product_id


def pool_group(
    name: str,
    cohorts: tuple[Cohort, ...],
    definition: SynthesisDefinition,
    conventions: Conventions,
) -> Group:
    """Pool by the protocol's models, or leave both None below the minimum."""
    if len(cohorts) < conventions.minimum_studies:
        return Group(name, cohorts)
    return Group(name, cohorts, *pool_members(cohorts, definition.measure, conventions))


def pool_members(
    cohorts: tuple[Cohort, ...], measure: str, conventions: Conventions
) -> tuple[Pooled, Pooled | None]:
    """Cohorts, however few, by the first model, and by the second where there is one."""
    found = _pool(conventions.models.first, cohorts, measure, conventions)
    second = getattr(conventions.models, "second", None)
    return found, None if second is None else _pool(second, cohorts, measure, conventions)


def _pool(
    model: PoolingModel, cohorts: tuple[Cohort, ...], measure: str, conventions: Conventions
) -> Pooled:
    if isinstance(model, BinomialNormal):
        return pool_counts(*counts_of(cohorts), model, conventions)
    if isinstance(model, MantelHaenszel):
        return pool_tables(tables_of(cohorts), measure, conventions.level)
    return pool_effects(effects_of(cohorts, measure, model), model, conventions.level)


def _unit(synthesis: Synthesis) -> str:
    return UNITS[synthesis.definition.measure]


def origin_of(group: Group) -> dict[str, Any]:
    """The fields of a Measure that say where the value of a group comes from."""
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
        "rows": tuple(row for cohort in cohorts for row in cohort.rows),
        "citekeys": distinct(cohort.citekey for cohort in cohorts),
        "verification": weakest(cohort.verification for cohort in cohorts),
    }


def read_pooled(row: Cells, _: str | None) -> tuple[str, ...]:
    """What a row gives to a synthesis: its counts, its mean, or its value as printed."""
    if row.get("events") is not None and row.get("n") is not None:
        return ("events", "n")
    if row.get("mean") is not None:
        return ("mean", "sd", "n")
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
    model = synthesis.conventions.models.first
    return _measure_pooled(synthesis, name, synthesis.group(name).first, model)


@of_pool("pooled_second", minor=True)
def measure_second(synthesis: Synthesis, name: str) -> Measure:
    """The pooled value of a group with its interval, by the second model."""
    model = getattr(synthesis.conventions.models, "second", synthesis.conventions.models.first)
    return _measure_pooled(synthesis, name, synthesis.group(name).second, model)


def _measure_pooled(
    synthesis: Synthesis, name: str, pooled: Pooled | None, model: PoolingModel
) -> Measure:
    group = synthesis.group(name)
    if pooled is None:
        raise SelectionError(
            f"synthesis {synthesis.definition.id} {name} has {len(group.cohorts)} cohorts; "
            f"the protocol pools {synthesis.conventions.minimum_studies} or more"
        )
    values = (pooled.value, pooled.lower, pooled.upper)
    words = "methods.pooled_common" if model.estimator == "FE" else "methods.pooled"
    return _measure(synthesis, group, pooled, values, words)


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
        **origin_of(group),
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
    quantile = words_of_prediction(synthesis.conventions.models.first)
    return Measure(
        unit=_unit(synthesis),
        lower=pooled.prediction_lower,
        upper=pooled.prediction_upper,
        interval="range",
        level=synthesis.conventions.level,
        method=say("methods.prediction", model=pooled.model, level=level, quantile=quantile),
        **origin_of(group),
    )


@of_spread("tau2", unit="number", reads=read_pooled)
def measure_tau2(synthesis: Synthesis, name: str) -> Measure:
    """The variance between cohorts of a group, on the scale of its first model."""
    group, pooled = _first(synthesis, name)
    return Measure("number", pooled.tau2, method=f"tau2, {pooled.model}", **origin_of(group))


@of_spread("i2", unit="percent", reads=read_pooled)
def measure_i2(synthesis: Synthesis, name: str) -> Measure:
    """I2 of a group by its first model."""
    group, pooled = _first(synthesis, name)
    return Measure("percent", pooled.i2, method=f"i2, {pooled.model}", **origin_of(group))


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
    return Measure("number", len(group.cohorts), method=method, **origin_of(group))


@of_spread("pooled_patients", unit="number", reads=read_sizes)
def measure_patients(synthesis: Synthesis, name: str) -> Measure:
    """The number of patients of a group."""
    origin = origin_of(synthesis.group(name))
    method = say("methods.pooled_patients")
    return Measure("number", origin["n"], method=method, **origin)
