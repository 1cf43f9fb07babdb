"""Subgroups of cohorts and regression on a number of theirs: differences that explain nothing.

Cohorts were not randomised between groups: a difference goes with the group and with all
else that the cohorts of the group have in common.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.formulae.effect_sizes import compute_effect_proportion
from analysis.formulae.meta_regression import (
    MetaRegression,
    compute_meta_regression,
    compute_regression_prediction,
)
from analysis.formulae.subgroups import compute_subgroups
from analysis.multiverse import Candidate, collect_candidates
from analysis.pooling import pool_both, sides_of
from analysis.selection import SelectionError, present
from analysis.syntheses import Cohort, Synthesis
from analysis.words import say
from schemas.evidence import Evidence
from schemas.protocol import Conventions
from schemas.robustness import RegressionDefinition, SubgroupDefinition

FloatArray = NDArray[np.float64]
UNKNOWN = say("untested.unknown")


@dataclass(frozen=True, eq=False)
class Effects:
    """The cohorts of a synthesis as logits `yi` with variances `vi`, of `n` patients."""

    synthesis: Synthesis
    cohorts: tuple[Cohort, ...]
    yi: FloatArray
    vi: FloatArray
    n: FloatArray

    @property
    def k(self) -> int:
        """Number of cohorts."""
        return len(self.cohorts)


@dataclass(frozen=True, eq=False)
class Level:
    """One level of a subgroup analysis; `first` and `second` as estimate, lower, upper.

    Cohorts of which nobody read the characteristic stand in a level of their own, `UNKNOWN`:
    it is pooled and shown, and never tested, for it is no kind of cohort.
    """

    name: str
    candidates: tuple[Candidate, ...]
    first: tuple[float, float, float] | None
    second: tuple[float, float, float] | None
    tested: bool

    @property
    def patients(self) -> int:
        """Everybody counted."""
        return sum(candidate.n for candidate in self.candidates)

    @property
    def events(self) -> int:
        """Everybody with the outcome."""
        return sum(candidate.events for candidate in self.candidates)


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
    def tested(self) -> tuple[Candidate, ...]:
        """The cohorts that entered the test."""
        return tuple(c for level in self.levels if level.tested for c in level.candidates)


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
        """Moderator, fitted percentage and its limits, 0 to 100, at evenly spaced points.

        Four arrays [points], from the least to the greatest moderator of the cohorts.
        """
        if self.fit is None:
            raise SelectionError(f"regression {self.definition.id} is not fitted: {self.reason}")
        grid = np.linspace(self.values.min(), self.values.max(), points)
        found = compute_regression_prediction(self.fit, {self.definition.moderator: grid})
        return grid, percent(found.estimate), percent(found.lower), percent(found.upper)


def percent(logits: Any) -> FloatArray:
    """Percentages, 0 to 100, of logits; the same shape."""
    return np.asarray(100.0 / (1.0 + np.exp(-np.asarray(logits, dtype=float))))


def effects_of(synthesis: Synthesis, cohorts: tuple[Cohort, ...]) -> Effects:
    """Counts as logits with their variances, arrays [k] in the order of the cohorts.

    A half is added to events and to the others where nobody or everybody has the outcome.
    """
    events = [int(cohort.events or 0) for cohort in cohorts]
    n = [int(cohort.n or 0) for cohort in cohorts]
    found = compute_effect_proportion(events, n, measure="PLO")
    return Effects(synthesis, cohorts, found.yi, found.vi, np.array(n, dtype=float))


def compute_comparison(evidence: Evidence, definition: SubgroupDefinition) -> Comparison:
    """Pool each group, and test whether the means of the known ones are equal.

    A group enters the test with the protocol's least number of cohorts, and two such groups
    are needed. Cohorts whose group is not known never enter.
    """
    plan = evidence.review.robustness
    groups = _grouped(collect_candidates(evidence, definition.syntheses), definition)
    tested = [
        name
        for name, found in groups.items()
        if name != UNKNOWN and len(found) >= plan.minimum_of_a_group
    ]
    conventions = evidence.review.protocol.conventions("proportion")
    levels = tuple(
        _level(name, found, name in tested, conventions) for name, found in groups.items()
    )
    entered = [(c, name) for name in tested for c in groups[name]]
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
    return _tested(definition, levels, entered)


def _grouped(
    candidates: tuple[Candidate, ...], definition: SubgroupDefinition
) -> dict[str, tuple[Candidate, ...]]:
    """The cohorts of each group that has some; those that none holds come last."""
    groups: dict[str, tuple[Candidate, ...]] = dict.fromkeys(definition.groups, ())
    for candidate in candidates:
        name = definition.group_of(candidate.get(definition.by)) or UNKNOWN
        groups[name] = (*groups.get(name, ()), candidate)
    return {name: found for name, found in groups.items() if found}


def _tested(
    definition: SubgroupDefinition, levels: tuple[Level, ...], entered: list[tuple[Candidate, str]]
) -> Comparison:
    effects = compute_effect_proportion([c.events for c, _ in entered], [c.n for c, _ in entered])
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
    name: str, candidates: tuple[Candidate, ...], tested: bool, conventions: Conventions
) -> Level:
    if len(candidates) < conventions.minimum_studies:
        return Level(name, candidates, None, None, tested)
    events, n = [c.events for c in candidates], [c.n for c in candidates]
    first, second = pool_both(events, n, conventions)
    return Level(name, candidates, sides_of(first), sides_of(second), tested)


def _moderator(evidence: Evidence, cohort: Cohort, moderator: str) -> tuple[float | None, str]:
    """The number of a cohort, and the row it stands in; None where nobody read one."""
    if moderator == "follow_up_months":
        return cohort.follow_up_months, cohort.row
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
