"""The parts of review.yml that say how robust a pooled result must be shown to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.fields import SLUG, TERM
from schemas.problems import Problem
from schemas.review_values import Reader
from schemas.tables import nearest

BOUNDS = ("estimate", "lower", "upper", "prediction_lower", "prediction_upper")
RELATIONS = ("above", "below")
MODEL_MEASURES = ("PLO", "PFT", "PAS")
MODEL_ESTIMATORS = ("DL", "HE", "HS", "SJ", "ML", "REML", "PM", "EB")
MODEL_TESTS = ("z", "t", "knha", "adhoc")
COLUMNS = (
    "population",
    "definition",
    "verification",
    "derived",
    "phase",
    "setting",
    "minimum_prior_lines",
    "exposure_required",
    "applicability",
    "product_id",
    "target",
    "class",
)
"""What an analysis may be restricted to, or grouped by: columns of the row or its cohort."""

Choice = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Option:
    """One way to take a decision: rows that stay, rows that go, which row of a cohort first.

    `keep` and `drop` name a column and its values; an empty value is a missing cell.
    `prefer` keeps rows with one of the values, and of several rows of one cohort takes
    the one whose value comes first.
    """

    id: str
    title: str
    keep: tuple[Choice, ...] = ()
    drop: tuple[Choice, ...] = ()
    prefer: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Decision:
    """A choice that every analysis makes, with its defensible options."""

    id: str
    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class ModelChoices:
    """Which models are tried: tests of the binomial-normal model, and each combination of
    measure, estimator of tau2 and test by inverse variance."""

    binomial_normal: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    estimators: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conclusion:
    """What is concluded where a bound of the pooled percentage lies beyond a value."""

    id: str
    title: str
    bound: str
    relation: str
    value: float
    reason: str


@dataclass(frozen=True)
class MultiverseDefinition:
    """An outcome analysed in every defensible way.

    Cohorts are the members of `syntheses`; `rows` are further rows of these cohorts,
    such as another denominator. `baseline` is the protocol's own analysis.
    """

    id: str
    title: str
    baseline: str
    syntheses: tuple[str, ...]
    rows: tuple[str, ...]
    decisions: tuple[str, ...]
    conclusions: tuple[Conclusion, ...]
    minimum_studies: int = 3


@dataclass(frozen=True)
class SubgroupDefinition:
    """Cohorts of some syntheses, pooled by a column and compared.

    `groups` names sets of values of the column; without it each value is a group.
    """

    id: str
    title: str
    syntheses: tuple[str, ...]
    by: str
    groups: tuple[Choice, ...] = ()

    def group_of(self, value: str) -> str:
        """The group of a value; empty where no group holds it."""
        if not self.groups:
            return value
        return next((name for name, values in self.groups if value in values), "")


@dataclass(frozen=True)
class RegressionDefinition:
    """A synthesis regressed on a number of its cohorts.

    `moderator` is follow_up_months or the name of a baseline characteristic.
    """

    id: str
    title: str
    synthesis: str
    moderator: str
    label: str


@dataclass(frozen=True)
class Robustness:
    """Every analysis beside the protocol's own ones."""

    minimum_for_tests: int = 10
    decisions: tuple[Decision, ...] = ()
    models: ModelChoices = ModelChoices()
    multiverses: tuple[MultiverseDefinition, ...] = ()
    subgroups: tuple[SubgroupDefinition, ...] = ()
    regressions: tuple[RegressionDefinition, ...] = ()

    def decision(self, name: str) -> Decision:
        """The decision of this identifier; KeyError where there is none."""
        return {item.id: item for item in self.decisions}[name]


def _choices(reader: Reader, key: str) -> tuple[Choice, ...]:
    values = reader.values.get(key)
    if values is None:
        return ()
    part = reader.part(key)
    part.refuse_others(*COLUMNS)
    return tuple((str(name), part.several(str(name))) for name in part.values)


def _option(reader: Reader) -> Option:
    reader.refuse_others("id", "title", "keep", "drop", "prefer")
    return Option(
        id=reader.slug("id"),
        title=reader.words("title"),
        keep=_choices(reader, "keep"),
        drop=_choices(reader, "drop"),
        prefer=_choices(reader, "prefer"),
    )


def _decision(reader: Reader) -> Decision:
    reader.refuse_others("id", "title", "options")
    options = tuple(_option(item) for item in reader.parts("options"))
    if len(options) == 1:
        reader.note(reader.place + "options", "has one option", "two or more", "drop the decision")
    return Decision(reader.slug("id"), reader.words("title"), options)


def _listed(reader: Reader, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    values = reader.several(key, None)
    for value in values:
        if value not in known:
            expected = "one of " + ", ".join(known)
            action = nearest(value, known, "choose one of them")
            reader.note(reader.place + key, f"has {value!r}", expected, action)
    return values


def _models(reader: Reader) -> ModelChoices:
    reader.refuse_others(*ModelChoices.__dataclass_fields__)
    return ModelChoices(
        binomial_normal=_listed(reader, "binomial_normal", ("z", "t")),
        measures=_listed(reader, "measures", MODEL_MEASURES),
        estimators=_listed(reader, "estimators", MODEL_ESTIMATORS),
        tests=_listed(reader, "tests", MODEL_TESTS),
    )


def _conclusion(reader: Reader) -> Conclusion:
    reader.refuse_others(*Conclusion.__dataclass_fields__)
    value = reader.number("value")
    if not 0 < value < 100:
        reader.note(reader.place + "value", f"is {value:g}", "a percentage between 0 and 100")
    return Conclusion(
        id=reader.slug("id"),
        title=reader.words("title"),
        bound=reader.one_of("bound", BOUNDS),
        relation=reader.one_of("relation", RELATIONS),
        value=value,
        reason=reader.words("reason"),
    )


def _multiverse(reader: Reader) -> MultiverseDefinition:
    reader.refuse_others(*MultiverseDefinition.__dataclass_fields__)
    return MultiverseDefinition(
        id=reader.slug("id"),
        title=reader.words("title"),
        baseline=reader.slug("baseline"),
        syntheses=reader.several("syntheses", None),
        rows=reader.several("rows"),
        decisions=reader.several("decisions", None),
        conclusions=tuple(_conclusion(item) for item in reader.parts("conclusions")),
        minimum_studies=reader.whole("minimum_studies", 3),
    )


def _groups(reader: Reader) -> tuple[Choice, ...]:
    if reader.values.get("groups") is None:
        return ()
    part = reader.part("groups")
    return tuple((str(name), part.several(str(name))) for name in part.values)


def _subgroup(reader: Reader) -> SubgroupDefinition:
    reader.refuse_others(*SubgroupDefinition.__dataclass_fields__)
    return SubgroupDefinition(
        id=reader.slug("id"),
        title=reader.words("title"),
        syntheses=reader.several("syntheses", None),
        by=reader.one_of("by", COLUMNS),
        groups=_groups(reader),
    )


def _regression(reader: Reader) -> RegressionDefinition:
    reader.refuse_others(*RegressionDefinition.__dataclass_fields__)
    return RegressionDefinition(
        id=reader.slug("id", SLUG),
        title=reader.words("title"),
        synthesis=reader.slug("synthesis"),
        moderator=reader.slug("moderator", TERM),
        label=reader.words("label"),
    )


def read_robustness(values: Any, problems: list[Problem]) -> Robustness:
    """The `robustness` part of review.yml; none at all where the key is missing."""
    if values is None:
        return Robustness()
    reader = Reader(values, "robustness.", problems)
    reader.refuse_others(*Robustness.__dataclass_fields__)
    found = Robustness(
        minimum_for_tests=reader.whole("minimum_for_tests"),
        decisions=tuple(_decision(item) for item in reader.parts("decisions")),
        models=_models(reader.part("models")),
        multiverses=tuple(_multiverse(item) for item in reader.parts("multiverses")),
        subgroups=tuple(_subgroup(item) for item in reader.parts("subgroups")),
        regressions=tuple(_regression(item) for item in reader.parts("regressions")),
    )
    _check_names(found, reader)
    return found


def _check_names(found: Robustness, reader: Reader) -> None:
    """Identifiers occur once, and decisions of a multiverse are defined."""
    lists: Mapping[str, tuple[Any, ...]] = {
        "decisions": found.decisions,
        "multiverses": found.multiverses,
        "subgroups": found.subgroups,
        "regressions": found.regressions,
        **{f"decisions {item.id}: options": item.options for item in found.decisions},
        **{f"multiverses {item.id}: conclusions": item.conclusions for item in found.multiverses},
    }
    for key, items in lists.items():
        ids = [item.id for item in items]
        for name in sorted({name for name in ids if ids.count(name) > 1}):
            reader.note(reader.place + key, f"has {name!r} twice", "each id once", "rename one")
    known = tuple(item.id for item in found.decisions)
    for multiverse in found.multiverses:
        for name in multiverse.decisions:
            if name not in known:
                expected, action = "one of " + ", ".join(known), nearest(name, known, "define it")
                place = f"{reader.place}multiverses {multiverse.id}: decisions"
                reader.note(place, f"has {name!r}", expected, action)
