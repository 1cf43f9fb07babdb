"""Subgroups of cohorts and regression on a number of theirs: differences that explain nothing.

Cohorts were not randomised between groups: a difference goes with the group and with all
else that the cohorts of the group have in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.cohorts import Cohort
from analysis.cohorts import effects_of as effects_of_cohorts
from analysis.formulae.meta_regression import (
    MetaRegression,
    compute_meta_regression,
    compute_regression_prediction,
)
from analysis.formulae.subgroups import compute_subgroups
from analysis.multiverse import cells_of
from analysis.pooling import Scale, scale_named, sides_of
from analysis.selection import SelectionError
from analysis.syntheses import Synthesis, pool_members
from analysis.words import say
from schemas.characteristics import OF_COHORTS
from schemas.evidence import Evidence
from schemas.protocol import Conventions
from schemas.robustness import RegressionDefinition, SubgroupDefinition
from schemas.table_rows import present

FloatArray = NDArray[np.float64]
UNKNOWN = say("untested.unknown")


@dataclass(frozen=True, eq=False)
class Effects:
    """The cohorts of a synthesis as effects `yi` with variances `vi`, of `n` people, [k].

    They are on the scale of the protocol's inverse-variance model: logits, logs, differences.
    `n` is NaN where a printed estimate names no people.
    """

    synthesis: Synthesis
    cohorts: tuple[Cohort, ...]
    yi: FloatArray
    vi: FloatArray
    n: FloatArray

    @property
    def scale(self) -> Scale:
        """The scale of the effects; no field, for results are kept in a file."""
        return scale_named(self.synthesis.conventions.effects)

    @property
    def k(self) -> int:
        """Number of cohorts."""
        return len(self.cohorts)

    def back(self, values: Any) -> FloatArray:
        """Values of the model's scale as they are printed: percent, a ratio, points."""
        return np.asarray(self.scale.back(np.asarray(values, dtype=float)))


@dataclass(frozen=True, eq=False)
class Level:
    """One level of a subgroup analysis; `first` and `second` as estimate, lower, upper.

    Cohorts of which nobody read the characteristic stand in a level of their own, `UNKNOWN`:
    it is pooled and shown, and never tested, for it is no kind of cohort.
    """

    name: str
    cohorts: tuple[Cohort, ...]
    first: tuple[float, float, float] | None
    second: tuple[float, float, float] | None
    tested: bool

    @property
    def patients(self) -> int:
        """Everybody counted."""
        return sum(cohort.n or 0 for cohort in self.cohorts)

    @property
    def events(self) -> int:
        """Everybody with the outcome."""
        return sum(cohort.events or 0 for cohort in self.cohorts)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Subgroups of cohorts, and the test that their means are equal (None if not possible)."""

    definition: SubgroupDefinition
    levels: tuple[Level, ...]
    p_value: float | None
    statistic: float | None
    degrees: tuple[float, float] | None
    reason: str

    @property
    def tested(self) -> tuple[Cohort, ...]:
        """The cohorts that entered the test."""
        return tuple(c for level in self.levels if level.tested for c in level.cohorts)


@dataclass(frozen=True, eq=False)
class Regression:
    """A synthesis regressed on one number of its cohorts; `fit` is None with the reason."""

    definition: RegressionDefinition
    cohorts: tuple[Cohort, ...]
    values: FloatArray
    sources: tuple[str, ...]
    effects: Effects | None
    fit: MetaRegression | None
    reason: str
    missing: int

    def line(self, points: int = 60) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Moderator, fitted value and its limits as printed, at evenly spaced points.

        Four arrays [points], from the least to the greatest moderator of the cohorts.
        """
        if self.fit is None or self.effects is None:
            raise SelectionError(f"regression {self.definition.id} is not fitted: {self.reason}")
        grid = np.linspace(self.values.min(), self.values.max(), points)
        found = compute_regression_prediction(self.fit, {self.definition.moderator: grid})
        back = self.effects.back
        return grid, back(found.estimate), back(found.lower), back(found.upper)


def effects_of(synthesis: Synthesis, cohorts: tuple[Cohort, ...]) -> Effects:
    """Cohorts as effects with their variances, arrays [k] in the order of the cohorts."""
    measure, model = synthesis.definition.measure, synthesis.conventions.effects
    found = effects_of_cohorts(cohorts, measure, model)
    n = np.array([np.nan if cohort.n is None else cohort.n for cohort in cohorts], dtype=float)
    return Effects(synthesis, cohorts, found.yi, found.vi, n)


def compute_comparison(
    evidence: Evidence, definition: SubgroupDefinition, syntheses: Mapping[str, Synthesis]
) -> Comparison:
    """Pool each group, and test whether the means of the known ones are equal.

    A group enters the test with the protocol's least number of cohorts, and two such groups
    are needed. Cohorts whose group is not known never enter.
    """
    plan = evidence.review.robustness
    found = [cohort for name in definition.syntheses for cohort in syntheses[name].overall.cohorts]
    groups = _grouped(evidence, {cohort.row: cohort for cohort in found}, definition)
    tested = [
        name
        for name, members in groups.items()
        if name != UNKNOWN and len(members) >= plan.minimum_of_a_group
    ]
    measure = syntheses[definition.syntheses[0]].definition.measure
    conventions = evidence.review.protocol.conventions(measure)
    levels = tuple(
        _level(name, members, name in tested, measure, conventions)
        for name, members in groups.items()
    )
    entered = [(cohort, name) for name in tested for cohort in groups[name]]
    reason, least = "", plan.minimum_of_a_group
    if len(tested) < 2:
        reason = say("untested.few_groups", minimum=least)
    elif len(entered) < plan.minimum_for_tests:
        needed = plan.minimum_for_tests
        reason = say(
            "untested.few_cohorts_in_groups", count=len(entered), least=least, minimum=needed
        )
    if reason:
        return Comparison(definition, levels, None, None, None, reason)
    return _tested(definition, levels, entered, measure, conventions)


def _grouped(
    evidence: Evidence, cohorts: Mapping[str, Cohort], definition: SubgroupDefinition
) -> dict[str, tuple[Cohort, ...]]:
    """The cohorts of each group that has some; those that none holds come last."""
    groups: dict[str, tuple[Cohort, ...]] = dict.fromkeys(definition.groups, ())
    for reference, cohort in cohorts.items():
        cells = cells_of(evidence, reference)
        value = cells.get(definition.by)
        name = definition.group_of("" if value is None else str(value)) or UNKNOWN
        groups[name] = (*groups.get(name, ()), cohort)
    return {name: found for name, found in groups.items() if found}


def _tested(
    definition: SubgroupDefinition,
    levels: tuple[Level, ...],
    entered: list[tuple[Cohort, str]],
    measure: str,
    conventions: Conventions,
) -> Comparison:
    cohorts = tuple(cohort for cohort, _ in entered)
    effects = effects_of_cohorts(cohorts, measure, conventions.effects)
    found = compute_subgroups(
        effects.yi, effects.vi, [name for _, name in entered], common_tau2=True, test="knha"
    ).between
    if found is None:
        raise SelectionError(f"subgroup analysis {definition.id} has one group")
    degrees = (
        float(found.degrees_of_freedom),
        float(found.denominator_degrees_of_freedom or np.inf),
    )
    return Comparison(definition, levels, found.p_value, found.statistic, degrees, "")


def _level(
    name: str, cohorts: tuple[Cohort, ...], tested: bool, measure: str, conventions: Conventions
) -> Level:
    if len(cohorts) < conventions.minimum_studies:
        return Level(name, cohorts, None, None, tested)
    first, second = pool_members(cohorts, measure, conventions)
    by_second = None if second is None else sides_of(second)
    return Level(name, cohorts, sides_of(first), by_second, tested)


def _moderator(evidence: Evidence, cohort: Cohort, moderator: str) -> tuple[float | None, str]:
    """The number of a cohort, and the row it stands in; None where nobody read one."""
    if moderator == "follow_up_months":
        return cohort.follow_up_months, cohort.row
    own = {item.id: item.of for item in evidence.review.characteristics if item.of in OF_COHORTS}
    if moderator in own:
        cells = cells_of(evidence, cohort.row)
        place, value = evidence.tables[own[moderator]], cells.get(moderator)
        row = f"{place.name}:{cells[place.key[-1]]}"
        return (None, "") if value is None else (float(value), row)
    table = evidence.baseline
    rows = table[
        (table["arm_id"] == cohort.arm_id)
        & (table["characteristic"] == moderator)
        & (table["statistic"] == "median")
    ]
    for row_id, value in zip(rows["row_id"], rows["value"], strict=True):
        if present(value) is not None:
            return float(value), f"baseline:{row_id}"
    return None, ""


def compute_regression(
    evidence: Evidence, definition: RegressionDefinition, synthesis: Synthesis
) -> Regression:
    """Regress the cohorts that state the moderator, where they are enough."""
    everybody = synthesis.overall.cohorts
    pairs = [(c, *_moderator(evidence, c, definition.moderator)) for c in everybody]
    known = [(cohort, value, row) for cohort, value, row in pairs if value is not None]
    cohorts = tuple(cohort for cohort, _, _ in known)
    values = np.array([value for _, value, _ in known], dtype=float)
    sources = tuple(row for _, _, row in known)
    missing, minimum = len(everybody) - len(known), evidence.review.robustness.minimum_for_tests
    reason = ""
    if len(cohorts) < minimum:
        reason = say("untested.few_cohorts", count=len(cohorts), minimum=minimum)
    elif np.ptp(values) == 0:
        reason = say("untested.same")
    if reason:
        return Regression(definition, cohorts, values, sources, None, None, reason, missing)
    effects = effects_of(synthesis, cohorts)
    fit = compute_meta_regression(
        effects.yi,
        effects.vi,
        {definition.moderator: values},
        test="knha",
        level=synthesis.conventions.level,
    )
    return Regression(definition, cohorts, values, sources, effects, fit, "", missing)
