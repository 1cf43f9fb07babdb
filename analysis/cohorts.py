"""The cohorts of a synthesis: what a row of the evidence, or a row of either arm, gives to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.formulae.reported_effects import compute_effect_ratio_from_p, two_sided_quantile
from analysis.formulae.two_groups import compute_effect_means, compute_effect_two_by_two
from analysis.measures import interval_of, printed_level
from analysis.pooling import (
    ADDITIONS,
    TABLE_MEASURES,
    Effects,
    effects_of_counts,
    effects_of_printed,
    scale_named,
)
from analysis.selection import SelectionError, select_rows
from schemas.choices import TWO_ARM_MEASURES
from schemas.evidence import Evidence
from schemas.protocol import Conventions, InverseVariance, Protocol
from schemas.review import SynthesisDefinition

UNITS = {
    "proportion": "percent",
    "landmark": "percent",
    "ratio": "ratio",
    "median": "months",
    "risk_ratio": "ratio",
    "odds_ratio": "ratio",
    "risk_difference": "points",
    "mean_difference": "number",
}
"""The unit of each measure of a synthesis, as its values are printed."""


@dataclass(frozen=True)
class Arm:
    """One arm of a comparison: its people and those with the event, or their mean."""

    arm_id: str
    row: str
    events: int | None
    n: int | None
    mean: float | None
    sd: float | None


@dataclass(frozen=True)
class Cohort:
    """One cohort of a synthesis; values on the printed scale: percent, a ratio, points.

    Of a comparison of two arms `treated` and `control` hold the figures, `events` and `n` are
    those of both together, and the value is the effect with the interval of the study alone.
    """

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
    treated: Arm | None = None
    control: Arm | None = None

    @property
    def rows(self) -> tuple[str, ...]:
        """The evidence rows it stands on."""
        return (self.row,) if self.control is None else (self.row, self.control.row)

    @property
    def arms(self) -> tuple[Arm, Arm]:
        """Both arms, treated first. Raises SelectionError where two arms are not compared."""
        if self.treated is None or self.control is None:
            raise SelectionError(f"{self.row} compares no two arms")
        return self.treated, self.control


def read_cohort(
    evidence: Evidence, member: Mapping[str, Any], definition: SynthesisDefinition
) -> Cohort:
    """The cohort that a row of syntheses.csv names; a two-arm effect is computed later."""
    reference = f"{member['evidence_table']}:{member['evidence_row']}"
    (selection,) = select_rows(evidence, reference)
    row = selection.only()
    (arm,) = evidence.rows["arms"].records("arm_id", row["arm_id"])
    (study,) = evidence.rows["studies"].records("study_id", row["study_id"])
    compared = definition.measure in TWO_ARM_MEASURES
    value, lower, upper = (
        (np.nan,) * 3 if compared else _printed_scale(row, evidence.review.protocol)
    )
    counted = compared or _counted(row)
    cohort = Cohort(
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
        level=evidence.review.protocol.level if counted else printed_level(row),
    )
    return _with_control(evidence, cohort, row, member) if compared else cohort


def _with_control(
    evidence: Evidence, cohort: Cohort, row: Mapping[str, Any], member: Mapping[str, Any]
) -> Cohort:
    reference = f"{member['evidence_table']}:{member['comparator_row']}"
    (selection,) = select_rows(evidence, reference)
    treated, control = _arm(cohort.row, row), _arm(reference, selection.only())
    return replace(
        cohort,
        events=_sum(treated.events, control.events),
        n=_sum(treated.n, control.n),
        treated=treated,
        control=control,
    )


def _arm(reference: str, row: Mapping[str, Any]) -> Arm:
    figures = (row.get(name) for name in ("events", "n", "mean", "sd"))
    return Arm(str(row["arm_id"]), reference, *figures)


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


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


def effects_of(cohorts: Iterable[Cohort], measure: str, model: InverseVariance) -> Effects:
    """Cohorts on the scale of an inverse-variance model for their measure."""
    members = tuple(cohorts)
    if measure == "proportion":
        return effects_of_counts(*counts_of(members), model)
    if measure in TWO_ARM_MEASURES:
        return _effects_of_arms(members, measure, model)
    sides = ("value", "lower", "upper")
    value, lower, upper = (np.array([getattr(c, side) for c in members]) for side in sides)
    quantiles = np.array([two_sided_quantile(cohort.level) for cohort in members])
    return effects_of_printed(value, lower, upper, quantiles, model)


def _effects_of_arms(cohorts: tuple[Cohort, ...], measure: str, model: InverseVariance) -> Effects:
    if measure == "mean_difference":
        both = {
            f"{name}_{at + 1}": [_known(getattr(c.arms[at], name), c) for c in cohorts]
            for name in ("mean", "sd", "n")
            for at in (0, 1)
        }
        found = compute_effect_means(**both, measure="MD")
    else:
        add, to = ADDITIONS[str(getattr(model, "zero_cells", "half_where_needed"))]
        found = compute_effect_two_by_two(
            *tables_of(cohorts), measure=TABLE_MEASURES[measure], add=add, to=to
        )
    return Effects(found.yi, found.vi, scale_named(model))


def tables_of(cohorts: Iterable[Cohort]) -> tuple[list[int], list[int], list[int], list[int]]:
    """Events and people of the treated, then of the controls, [k] each."""
    pairs = [(cohort, *cohort.arms) for cohort in cohorts]
    return (
        [_known(treated.events, cohort) for cohort, treated, _ in pairs],
        [_known(treated.n, cohort) for cohort, treated, _ in pairs],
        [_known(control.events, cohort) for cohort, _, control in pairs],
        [_known(control.n, cohort) for cohort, _, control in pairs],
    )


def _known(figure: Any, cohort: Cohort) -> Any:
    if figure is None:
        raise SelectionError(f"{cohort.row}: a figure of either arm is missing")
    return figure


def with_effects(
    cohorts: tuple[Cohort, ...], definition: SynthesisDefinition, conventions: Conventions
) -> tuple[Cohort, ...]:
    """Cohorts of two arms with their effect and its own interval, by the normal quantile."""
    if definition.measure not in TWO_ARM_MEASURES or not cohorts:
        return cohorts
    found = effects_of(cohorts, definition.measure, conventions.effects)
    half = two_sided_quantile(conventions.level) * np.sqrt(found.vi)
    sides = (found.scale.back(found.yi + step) for step in (0, -half, half))
    return tuple(
        replace(cohort, value=float(value), lower=float(low), upper=float(high),
                level=conventions.level)
        for cohort, value, low, high in zip(cohorts, *sides, strict=True)
    )  # fmt: skip


def counts_of(cohorts: tuple[Cohort, ...]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Events and people of each cohort, [k] each."""
    if any(cohort.events is None or cohort.n is None for cohort in cohorts):
        raise SelectionError("a synthesis of proportions needs events and n in every row")
    return np.array([c.events for c in cohorts]), np.array([c.n for c in cohorts])
