"""How far a pooled value depends on single cohorts, on their size, and on who they are.

Cohorts enter as effects of the protocol's inverse-variance model, except where its first
model is named. Everything is computed by `formulae`; this module hands it the cohorts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.cohorts import Cohort
from analysis.formulae.influence import Baujat, Influence, compute_baujat, compute_influence
from analysis.formulae.pooling import compute_random_effects
from analysis.formulae.rank_test import RankTest, compute_rank_test
from analysis.formulae.sensitivity import compute_cumulative, compute_leave_one_out
from analysis.formulae.small_study import RegressionTest, compute_regression_test
from analysis.formulae.trim_and_fill import TrimAndFill, compute_trim_and_fill
from analysis.formulae.types import PooledBatch, PooledEffect
from analysis.moderators import (
    Comparison,
    Effects,
    Regression,
    compute_comparison,
    compute_regression,
    effects_of,
)
from analysis.multiverse import Multiverse, compute_multiverse
from analysis.pooling import FEWEST_FOR_INTERVAL, TESTS, sides_of
from analysis.reads import Once, noted_as
from analysis.selection import SelectionError, TooFewError
from analysis.syntheses import Synthesis, pool_members
from analysis.words import say
from schemas.evidence import Evidence

FloatArray = NDArray[np.float64]
OF_ONE_SYNTHESIS = ("without", "influence", "baujat", "cumulative", "small")


@dataclass(frozen=True, eq=False)
class WithoutEach:
    """The pooled value without each cohort in turn, arrays [k].

    `first` holds the protocol's first model, `second` its inverse-variance model: rows of
    estimate, lower and upper, the limits NaN where cohorts are too few.
    """

    effects: Effects
    first: FloatArray
    second: FloatArray
    batch: PooledBatch


@dataclass(frozen=True, eq=False)
class Cumulative:
    """The pooled value after each further cohort, by the year of its report."""

    effects: Effects
    order: tuple[int, ...]
    years: tuple[int, ...]
    first: FloatArray


@dataclass(frozen=True, eq=False)
class SmallStudy:
    """Tests of small-study effects; None, with the reason, where there are too few cohorts."""

    effects: Effects
    egger: RegressionTest | None
    peters: RegressionTest | None
    begg: RankTest | None
    filled: TrimAndFill | None
    reason: str


@dataclass(frozen=True, eq=False)
class Analyses:
    """Every analysis beside the protocol's own, computed when asked for and kept."""

    evidence: Evidence
    syntheses: Mapping[str, Synthesis]
    kept: Once = field(default_factory=Once)

    def keep(self, kind: str, name: str, compute: Callable[[], Any]) -> Any:
        """What was computed under this name, computed now where it was not yet.

        Nobody watches the evidence here: it stands for whatever was read of it.
        """

        def unwatched() -> Any:
            with noted_as("evidence"):
                return compute()

        return self.kept.of((kind, name), unwatched)

    def over(self, evidence: Evidence, syntheses: Mapping[str, Synthesis]) -> Analyses:
        """The same of other evidence; what rests on a synthesis that stayed is kept."""
        stay = {name for name, item in syntheses.items() if self.syntheses.get(name) is item}
        keys = {(kind, name) for kind in OF_ONE_SYNTHESIS for name in stay} & self.kept.keys()
        return Analyses(evidence, syntheses, Once({key: self.kept[key] for key in keys}))

    @property
    def minimum(self) -> int:
        """Fewest cohorts of a test of asymmetry or a regression."""
        return self.evidence.review.robustness.minimum_for_tests

    def multiverse(self, name: str) -> Multiverse:
        """The multiverse of this name."""
        found: Multiverse = self.keep(
            "multiverse", name, lambda: compute_multiverse(self.evidence, name)
        )
        return found

    def effects(self, name: str) -> Effects:
        """The cohorts of a synthesis as effects, arrays [k].

        Raises SelectionError for a synthesis that nobody defined.
        """
        if name not in self.syntheses:
            raise SelectionError(f"review.yml defines no synthesis {name!r}")
        synthesis = self.syntheses[name]
        return effects_of(synthesis, synthesis.overall.cohorts)

    def without_each(self, name: str) -> WithoutEach:
        """The pooled value, as printed, without each of the k cohorts in turn."""
        found: WithoutEach = self.keep("without", name, lambda: _without_each(self.effects(name)))
        return found

    def influence(self, name: str) -> Influence:
        """Deletion diagnostics, arrays [k]; formulae and sources in `formulae.influence`."""
        effects = self.effects(name)
        found: Influence = self.keep(
            "influence", name, lambda: compute_influence(effects.yi, effects.vi, **_tested(effects))
        )
        return found

    def baujat(self, name: str) -> Baujat:
        """Contribution to Q and pull on the result, arrays [k]: the axes of a Baujat plot."""
        effects = self.effects(name)
        found: Baujat = self.keep(
            "baujat", name, lambda: compute_baujat(effects.yi, effects.vi, **_tested(effects))
        )
        return found

    def pooled(self, name: str) -> PooledEffect:
        """A synthesis pooled by the protocol's inverse-variance model, on its scale."""
        effects = self.effects(name)
        return compute_random_effects(effects.yi, effects.vi, **_options(effects))

    def cumulative(self, name: str) -> Cumulative:
        """The pooled value, as printed, as cohorts were reported, year by year."""
        found: Cumulative = self.keep("cumulative", name, lambda: self._cumulative(name))
        return found

    def _cumulative(self, name: str) -> Cumulative:
        effects = self.effects(name)
        published = self.evidence.sources.set_index("citekey")["published"]
        years = [int(str(published[cohort.citekey])[:4]) for cohort in effects.cohorts]
        found = compute_cumulative(effects.yi, effects.vi, by=years)
        order = tuple(int(at) for at in found.order)
        grown = [
            _first(effects, [effects.cohorts[at] for at in order[: size + 1]])
            for size in range(len(order))
        ]
        return Cumulative(effects, order, tuple(years[at] for at in order), np.array(grown).T)

    def small_study(self, name: str) -> SmallStudy:
        """Tests of small-study effects of a synthesis."""
        found: SmallStudy = self.keep(
            "small", name, lambda: _small_study(self.effects(name), self.minimum)
        )
        return found

    def comparison(self, name: str) -> Comparison:
        """The subgroup analysis of this name in review.yml."""
        found: Comparison = self.keep("comparison", name, lambda: self._compared(name))
        return found

    def regression(self, name: str) -> Regression:
        """The meta-regression of this name in review.yml."""
        found: Regression = self.keep("regression", name, lambda: self._regressed(name))
        return found

    def _compared(self, name: str) -> Comparison:
        plan = self.evidence.review.robustness
        definition = _named(plan.subgroups, name, "subgroup analysis")
        return compute_comparison(self.evidence, definition, self.syntheses)

    def _regressed(self, name: str) -> Regression:
        definition = _named(self.evidence.review.robustness.regressions, name, "regression")
        synthesis = self.syntheses[definition.synthesis]
        return compute_regression(self.evidence, definition, synthesis)


class WatchedAnalyses(Analyses):
    """Analyses of a review that is watched: what each read is noted whenever it is asked for."""

    def keep(self, kind: str, name: str, compute: Callable[[], Any]) -> Any:
        """What was computed under this name, and what was read for it."""
        return self.kept.of((kind, name), compute)


def _named(items: tuple[Any, ...], name: str, kind: str) -> Any:
    for item in items:
        if item.id == name:
            return item
    known = ", ".join(item.id for item in items) or "none"
    raise SelectionError(f"review.yml defines no {kind} {name!r}; it has {known}")


def _options(effects: Effects) -> dict[str, Any]:
    """Estimator, test and level of the protocol's inverse-variance model."""
    conventions = effects.synthesis.conventions
    model = conventions.effects
    test = TESTS[model.test]
    return {"estimator": model.estimator, "test": test, "level": conventions.level}


def _tested(effects: Effects) -> dict[str, Any]:
    """Estimator and test of the protocol, for diagnostics that have no interval."""
    options = _options(effects)
    del options["level"]
    return options


def _final(effects: Effects) -> dict[str, Any]:
    """The same for the pool after trim and fill."""
    options = _options(effects)
    options["pool_estimator"] = options.pop("estimator")
    return options


def _first(effects: Effects, cohorts: list[Cohort]) -> tuple[float, float, float]:
    """Estimate and limits of the first model, as printed; NaN where cohorts are too few."""
    synthesis = effects.synthesis
    found, _ = pool_members(tuple(cohorts), synthesis.definition.measure, synthesis.conventions)
    return sides_of(found)


def _without_each(effects: Effects) -> WithoutEach:
    if effects.k < 3:
        raise TooFewError(
            f"synthesis {effects.synthesis.definition.id} has {effects.k} cohorts; "
            "leaving one out needs three or more"
        )
    batch = compute_leave_one_out(effects.yi, effects.vi, **_options(effects))
    cohorts = list(effects.cohorts)
    first = [_first(effects, cohorts[:at] + cohorts[at + 1 :]) for at in range(effects.k)]
    limits = (batch.lower, batch.upper) if effects.k > FEWEST_FOR_INTERVAL else (np.nan, np.nan)
    second = np.array([np.full(effects.k, effects.back(s)) for s in (batch.estimate, *limits)])
    return WithoutEach(effects, np.array(first).T, second, batch)


def _small_study(effects: Effects, minimum: int) -> SmallStudy:
    if effects.k < minimum:
        reason = say("untested.not_assessable", count=effects.k, minimum=minimum)
        return SmallStudy(effects, None, None, None, None, reason)
    yi, vi = effects.yi, effects.vi
    return SmallStudy(
        effects,
        egger=compute_regression_test(yi, vi, model="lm", predictor="sei"),
        peters=_peters(effects),
        begg=compute_rank_test(yi, vi),
        filled=compute_trim_and_fill(yi, vi, estimator="L0", **_final(effects)),
        reason="",
    )


def _peters(effects: Effects) -> RegressionTest | None:
    """Regression on one over the number of people; None where a cohort does not state it."""
    if np.isnan(effects.n).any():
        return None
    return compute_regression_test(
        effects.yi, effects.vi, model="lm", predictor="ninv", ni=effects.n
    )
