"""The multiverse: every defensible analysis of an outcome, and where a conclusion holds.

An analysis is a set of cohorts, each with one row, and a model. Decisions that lead to
the same set count once, so that a decision without consequence adds no weight. An analysis
follows the protocol where some way to its set takes no option against it, nor does its model;
shares are of these, and of the wider set where that is asked for.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.formulae.back_transformations import back_transform
from analysis.formulae.binomial_normal import compute_binomial_normal, infer_again
from analysis.formulae.effect_sizes import compute_effect_proportion
from analysis.formulae.pooling import compute_random_effects_batch
from analysis.formulae.types import BinomialNormalEffect, PooledBatch
from analysis.pooling import PREDICTIONS, addition_of
from analysis.selection import SelectionError, select_rows
from analysis.words import section
from schemas.evidence import Evidence
from schemas.protocol import NOTHING_SET, Conventions
from schemas.robustness import Conclusion, Decision, ModelChoices, MultiverseDefinition, Option

FloatArray = NDArray[np.float64]
BOUNDS = ("estimate", "lower", "upper", "prediction_lower", "prediction_upper")
MEASURE_NAMES = section("models")
TEST_NAMES = section("tests")
FOLLOWING, WIDER = "protocol", "all"  # which analyses an option `analyses` takes


@dataclass(frozen=True)
class Candidate:
    """One count of one cohort, with what the decisions look at."""

    arm_id: str
    reference: str
    events: int
    n: int
    citekey: str
    verification: str
    attributes: tuple[tuple[str, str], ...]

    def get(self, column: str) -> str:
        """The cell of a column as text, empty where it is missing."""
        return self._cells.get(column, "")

    @cached_property
    def _cells(self) -> dict[str, str]:
        return dict(self.attributes)


@dataclass(frozen=True)
class Model:
    """A model of the multiverse: `measure` GLMM is the binomial-normal model."""

    measure: str
    estimator: str
    test: str

    @property
    def label(self) -> str:
        """The model in words."""
        if self.measure == "GLMM":
            return f"binomial-normal, {TEST_NAMES[self.test]}"
        return f"{MEASURE_NAMES[self.measure]}, {self.estimator}, {TEST_NAMES[self.test]}"


@dataclass(frozen=True)
class CohortSet:
    """Rows pooled together, and every combination of options that leads to them.

    `following` are the combinations that take no option against the protocol.
    """

    rows: tuple[int, ...]
    choices: tuple[tuple[str, ...], ...]
    following: tuple[tuple[str, ...], ...]

    def uses(self, position: int, option: str, wider: bool = True) -> bool:
        """Whether some combination with this option leads here, or one that follows."""
        ways = self.choices if wider else self.following
        return any(choice[position] == option for choice in ways)


@dataclass(frozen=True, eq=False)
class Multiverse:
    """Every analysis of one outcome: `bounds` hold percentages, arrays [sets, models].

    `unpooled` counts the combinations of options that leave fewer cohorts than the
    minimum; `baseline` is the position of the protocol's own set of cohorts, None where
    it is not pooled. The first model is the protocol's first.
    """

    definition: MultiverseDefinition
    decisions: tuple[Decision, ...]
    model_choices: ModelChoices
    candidates: tuple[Candidate, ...]
    sets: tuple[CohortSet, ...]
    models: tuple[Model, ...]
    bounds: Mapping[str, FloatArray]
    combinations: int
    unpooled: int
    baseline: int | None
    fallbacks: int

    @property
    def follows(self) -> NDArray[np.bool_]:
        """Which analyses follow the protocol, [sets, models]."""
        against = self.model_choices.against
        rows = np.array([[bool(item.following)] for item in self.sets])
        return np.asarray(rows & np.array([model.test not in against for model in self.models]))

    def is_against(self, name: str, value: str) -> bool:
        """Whether an option of a decision or a model is against the protocol."""
        if name == "test":
            return value in self.model_choices.against
        options = {
            (d.id, option.id): option.against for d in self.decisions for option in d.options
        }
        return bool(options.get((name, value)))

    @property
    def choices(self) -> Iterator[tuple[str, str]]:
        """Every option of each decision, then of each part of a model that some model has."""
        for decision in self.decisions:
            yield from ((decision.id, option.id) for option in decision.options)
        for part in ("measure", "test", "estimator"):
            found = dict.fromkeys(str(getattr(model, part) or "") for model in self.models)
            yield from ((part, value) for value in found if value)

    def conclusion(self, name: str) -> Conclusion:
        """The conclusion of this identifier."""
        for item in self.definition.conclusions:
            if item.id == name:
                return item
        known = ", ".join(item.id for item in self.definition.conclusions)
        raise SelectionError(f"multiverse {self.definition.id} has no conclusion {name!r}: {known}")

    def holds(self, conclusion: Conclusion) -> NDArray[np.bool_]:
        """Where a conclusion holds, [sets, models]; nowhere a bound does not exist."""
        values = self.bounds[conclusion.bound]
        with np.errstate(invalid="ignore"):
            if conclusion.relation == "above":
                return np.asarray(values > conclusion.value)
            return np.asarray(values < conclusion.value)

    def within(self, options: Mapping[str, str]) -> NDArray[np.bool_]:
        """Analyses that take these options of decisions or models, [sets, models].

        They are of those that follow the protocol, unless an option `analyses` says `all`.
        """
        chosen = dict(options)
        which = chosen.pop("analyses", FOLLOWING)
        self._refuse("a set of analyses", which, {FOLLOWING, WIDER})
        wider = which == WIDER
        keep = np.ones((len(self.sets), len(self.models)), dtype=bool) if wider else self.follows
        for name, value in chosen.items():
            keep = keep & self._within(name, value, wider)
        return keep

    def _within(self, name: str, value: str, wider: bool) -> NDArray[np.bool_]:
        if name in ("measure", "estimator", "test"):
            known = {str(getattr(model, name)) for model in self.models}
            self._refuse(name, value, known)
            return np.array([getattr(model, name) == value for model in self.models])[np.newaxis]
        names = [decision.id for decision in self.decisions]
        self._refuse("a decision", name, {*names})
        position = names.index(name)
        self._refuse(name, value, {option.id for option in self.decisions[position].options})
        return np.array([[item.uses(position, value, wider)] for item in self.sets], dtype=bool)

    def share_with(self, name: str, decision: str, option: str) -> tuple[int, int]:
        """The share with one option: of the analyses that follow the protocol, or of all where
        the option is against it."""
        which = WIDER if self.is_against(decision, option) else FOLLOWING
        return self.share(name, {decision: option, "analyses": which})

    def _refuse(self, what: str, value: str, known: set[str]) -> None:
        if value not in known:
            said = f"multiverse {self.definition.id}: {value!r} is not {what}"
            raise SelectionError(f"{said}; it has {', '.join(sorted(known))}")

    def share(self, name: str, options: Mapping[str, str] | None = None) -> tuple[int, int]:
        """In how many analyses a conclusion holds, and of how many that follow the protocol."""
        keep = self.within(options or {})
        return int((self.holds(self.conclusion(name)) & keep).sum()), int(keep.sum())


def compute_multiverse(evidence: Evidence, name: str) -> Multiverse:
    """Every analysis of the multiverse of this name in review.yml."""
    plan = evidence.review.robustness
    for definition in plan.multiverses:
        if definition.id == name:
            decisions = tuple(plan.decision(item) for item in definition.decisions)
            candidates = _collect_candidates(evidence, definition, _columns(decisions))
            baseline = frozenset(_members(evidence, definition.baseline))
            own = evidence.review.synthesis(definition.baseline)
            given = own.protocol if own else NOTHING_SET
            conventions = evidence.review.protocol.conventions("proportion", given)
            return _compute(definition, decisions, plan.models, candidates, baseline, conventions)
    known = ", ".join(item.id for item in plan.multiverses) or "none"
    raise SelectionError(f"review.yml defines no multiverse {name!r}; it has {known}")


@lru_cache(maxsize=64)
def _compute(
    definition: MultiverseDefinition,
    decisions: tuple[Decision, ...],
    choices: ModelChoices,
    candidates: tuple[Candidate, ...],
    baseline: frozenset[str],
    conventions: Conventions,
) -> Multiverse:
    sets, combinations, unpooled = _sets(definition, decisions, candidates)
    models = tuple(_models(choices))
    bounds, fallbacks = _bounds(candidates, sets, models, conventions)
    found = [
        position
        for position, item in enumerate(sets)
        if frozenset(candidates[row].reference for row in item.rows) == baseline
    ]
    return Multiverse(
        definition, decisions, choices, candidates, sets, models, bounds, combinations, unpooled,
        found[0] if found else None, fallbacks,
    )  # fmt: skip


# candidates ------------------------------------------------------------------------------------


def _columns(decisions: tuple[Decision, ...]) -> tuple[str, ...]:
    """The columns that some option looks at: no other cell of a row can matter."""
    options = [option for decision in decisions for option in decision.options]
    return tuple(sorted({column for option in options
                         for part in (option.keep, option.drop, option.prefer)
                         for column in part}))  # fmt: skip


def _collect_candidates(
    evidence: Evidence, definition: MultiverseDefinition, columns: tuple[str, ...]
) -> tuple[Candidate, ...]:
    """The members of several syntheses, and further rows of them, each once."""
    found = [row for name in definition.syntheses for row in _members(evidence, name)]
    rows = dict.fromkeys((*found, *definition.rows))
    return tuple(_candidate(evidence, reference, columns) for reference in rows)


def _members(evidence: Evidence, synthesis: str) -> list[str]:
    """The rows that a synthesis holds."""
    return [
        f"{member['evidence_table']}:{member['evidence_row']}"
        for member in evidence.rows["syntheses"].records("synthesis_id", synthesis)
        if member["include"] == "yes"
    ]


def _candidate(evidence: Evidence, reference: str, columns: tuple[str, ...]) -> Candidate:
    row = cells_of(evidence, reference)
    if row.get("events") is None or row.get("n") is None:
        raise SelectionError(f"{reference} has no count; a multiverse pools counts")
    return Candidate(
        arm_id=str(row["arm_id"]),
        reference=reference,
        events=int(row["events"]),
        n=int(row["n"]),
        citekey=str(row["citekey"]),
        verification=str(row["verification"] or ""),
        attributes=tuple(
            (name, "" if row.get(name) is None else str(row[name])) for name in columns
        ),
    )


def cells_of(evidence: Evidence, reference: str) -> Mapping[str, Any]:
    """The cells of a row, of its arm, its study and its product, by column; None if empty."""
    (selection,) = select_rows(evidence, reference)
    row = selection.only()
    arm = _record(evidence, "arms", "arm_id", row["arm_id"])
    study = _record(evidence, "studies", "study_id", row["study_id"])
    made = _record(evidence, "products", "product_id", arm.get("product_id"))
    return ChainMap(row, study, arm, made)


def _record(evidence: Evidence, table: str, key: str, value: Any) -> dict[str, Any]:
    return next(iter(evidence.rows[table].records(key, value)), {}) if value else {}


# sets of cohorts -------------------------------------------------------------------------------


def _sets(
    definition: MultiverseDefinition,
    decisions: tuple[Decision, ...],
    candidates: tuple[Candidate, ...],
) -> tuple[tuple[CohortSet, ...], int, int]:
    """Distinct sets, how many combinations of options there are, and how many are too small."""
    ways: dict[tuple[int, ...], list[tuple[Option, ...]]] = {}
    total = small = 0
    for options in product(*(decision.options for decision in decisions)):
        total += 1
        rows = choose_rows(candidates, options)
        if len(rows) < definition.minimum_studies:
            small += 1
            continue
        ways.setdefault(rows, []).append(options)
    if not ways:
        raise SelectionError(f"multiverse {definition.id}: no combination has enough cohorts")
    sets = tuple(CohortSet(rows, _names(found), _following(found)) for rows, found in ways.items())
    return sets, total, small


def _names(ways: list[tuple[Option, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(option.id for option in options) for options in ways)


def _following(ways: list[tuple[Option, ...]]) -> tuple[tuple[str, ...], ...]:
    return _names([options for options in ways if not any(option.against for option in options)])


def choose_rows(candidates: tuple[Candidate, ...], options: tuple[Option, ...]) -> tuple[int, ...]:
    """Positions of the rows that these options leave, one a cohort, in the order given.

    Raises SelectionError where two rows of one cohort fit equally well.
    """
    best: dict[str, tuple[tuple[int, ...], int]] = {}
    for position, candidate in enumerate(candidates):
        rank = _rank(candidate, options)
        if rank is None:
            continue
        known = best.get(candidate.arm_id)
        if known is not None and known[0] == rank:
            other = candidates[known[1]].reference
            raise SelectionError(f"{other} and {candidate.reference} fit the same options")
        if known is None or rank < known[0]:
            best[candidate.arm_id] = (rank, position)
    return tuple(sorted(position for _, position in best.values()))


def _rank(candidate: Candidate, options: tuple[Option, ...]) -> tuple[int, ...] | None:
    """How well a row fits, smaller is better; None where an option leaves it out."""
    rank = []
    for option in options:
        if any(candidate.get(column) not in values for column, values in option.keep.items()):
            return None
        if any(candidate.get(column) in values for column, values in option.drop.items()):
            return None
        for column, values in option.prefer.items():
            if candidate.get(column) not in values:
                return None
            rank.append(values.index(candidate.get(column)))
    return tuple(rank)


# models ----------------------------------------------------------------------------------------


def _models(choices: ModelChoices) -> Iterator[Model]:
    for test in choices.binomial_normal:
        yield Model("GLMM", "", test)
    for measure, estimator, test in product(choices.measures, choices.estimators, choices.tests):
        yield Model(measure, estimator, test)


def _bounds(
    candidates: tuple[Candidate, ...],
    sets: tuple[CohortSet, ...],
    models: tuple[Model, ...],
    conventions: Conventions,
) -> tuple[dict[str, FloatArray], int]:
    """Percentages of every bound, [sets, models], and how many fits fell back."""
    bounds = {bound: np.full((len(sets), len(models)), np.nan) for bound in BOUNDS}
    events, n, mask = _padded(candidates, sets)
    fallbacks = 0
    for column, model in enumerate(models):
        if model.measure == "GLMM":
            columns, count = _binomial_normal(candidates, sets, model.test, conventions)
        else:
            columns, count = _inverse_variance(events, n, mask, model, conventions)
        fallbacks += count
        for bound, values in columns.items():
            bounds[bound][:, column] = 100.0 * values
    return bounds, fallbacks


def _padded(
    candidates: tuple[Candidate, ...], sets: tuple[CohortSet, ...]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
    """Counts and sizes [sets, most cohorts], with the mask of what is used."""
    width = max(len(item.rows) for item in sets)
    mask = np.array([[at < len(item.rows) for at in range(width)] for item in sets])
    rows = np.array([[*item.rows, *[item.rows[0]] * (width - len(item.rows))] for item in sets])
    events = np.array([candidate.events for candidate in candidates])
    n = np.array([candidate.n for candidate in candidates])
    return events[rows], n[rows], mask


def _inverse_variance(
    events: NDArray[Any],
    n: NDArray[Any],
    mask: NDArray[np.bool_],
    model: Model,
    conventions: Conventions,
) -> tuple[dict[str, FloatArray], int]:
    """All sets under one inverse-variance model, in one batch; proportions from 0 to 1."""
    add, to = addition_of(conventions) if model.measure == "PLO" else (None, None)
    effects = compute_effect_proportion(
        events.ravel(), n.ravel(), measure=model.measure, add=add, to=to
    )
    batch = compute_random_effects_batch(
        effects.yi.reshape(events.shape),
        effects.vi.reshape(events.shape),
        mask,
        estimator=model.estimator,
        test=model.test,
        prediction=PREDICTIONS[conventions.effects.prediction],
        prediction_estimator=conventions.effects.further,
        level=conventions.level,
    )
    return {bound: _back(batch, bound, n, mask, model.measure) for bound in BOUNDS}, len(
        batch.fallbacks
    )


def _back(
    batch: PooledBatch, bound: str, n: NDArray[Any], mask: NDArray[np.bool_], measure: str
) -> FloatArray:
    values: FloatArray = getattr(batch, bound)
    if measure != "PFT":
        return np.asarray(back_transform(values, measure))
    pairs = zip(values, n, mask, strict=True)
    return np.array([back_transform(value, measure, n=sizes[used]) for value, sizes, used in pairs])


def _binomial_normal(
    candidates: tuple[Candidate, ...],
    sets: tuple[CohortSet, ...],
    test: str,
    conventions: Conventions,
) -> tuple[dict[str, FloatArray], int]:
    """All sets under the binomial-normal model; proportions from 0 to 1."""
    fits = [
        fit_binomial_normal(
            tuple(candidates[row].events for row in item.rows),
            tuple(candidates[row].n for row in item.rows),
            test,
            conventions,
        )
        for item in sets
    ]
    columns = np.array([fit[:5] for fit in fits])
    return dict(zip(BOUNDS, columns.T, strict=True)), sum(fit[5] for fit in fits)


def fit_binomial_normal(
    events: tuple[int, ...], n: tuple[int, ...], test: str, conventions: Conventions
) -> tuple[float, float, float, float, float, bool]:
    """Proportion, limits, prediction limits (NaN where there are none), and a fallback or not."""
    model = conventions.models.first
    add, to = addition_of(conventions)
    fit = infer_again(
        (events, n),
        _fit(events, n),
        test=test,
        prediction=PREDICTIONS[model.prediction],
        prediction_estimator=model.further,
        level=conventions.level,
        add=add,
        to=to,
    )
    limits = (
        fit.proportion_lower, fit.proportion_upper,
        fit.proportion_prediction_lower, fit.proportion_prediction_upper,
    )  # fmt: skip
    values = [np.nan if limit is None else float(limit) for limit in limits]
    return (fit.proportion, *values[:4], fit.fallback is not None)  # type: ignore[return-value]


@lru_cache(maxsize=4096)
def _fit(events: tuple[int, ...], n: tuple[int, ...]) -> BinomialNormalEffect:
    return compute_binomial_normal(events, n)
