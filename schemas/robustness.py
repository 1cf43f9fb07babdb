"""The parts of review.yml that say how robust a pooled result must be shown to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from schemas.choices import NOT_KNOWN
from schemas.nearest import nearest
from schemas.typed_yaml import WrongError, YamlModel
from schemas.yaml_fields import DISTINCT, Slug, Term, Text, Texts, Whole, one_of

BOUNDS = ("estimate", "lower", "upper", "prediction_lower", "prediction_upper")
RELATIONS = ("above", "below")
MODEL_MEASURES = ("PLO", "PFT", "PAS")
MODEL_ESTIMATORS = ("DL", "HE", "HS", "SJ", "ML", "REML", "PM", "EB")
MODEL_TESTS = ("z", "t", "knha", "adhoc")
COLUMNS = (
    "population", "definition", "verification", "derived", "phase", "setting",
    "applicability", "product_id", "target", "class",
)  # fmt: skip
"""What an analysis may be restricted to, or grouped by, beside the review's characteristics."""

Choices = Mapping[Term, Texts]


class Option(YamlModel):
    """One way to take a decision: rows that stay, rows that go, which row of a cohort first.

    `keep` and `drop` name a column and its values; an empty value is a missing cell.
    `prefer` keeps rows with one of the values, and of several rows of one cohort takes
    the one whose value comes first. `against` says which rule of the protocol the option
    breaks; empty where it breaks none.
    """

    id: Slug
    title: Text
    keep: Choices = Field(default_factory=dict)
    drop: Choices = Field(default_factory=dict)
    prefer: Choices = Field(default_factory=dict)
    against: Text = ""

    def __hash__(self) -> int:  # mappings have none, and results are kept by their options
        return hash((self.id, self.title))


def _one_conforms(options: tuple[Option, ...]) -> tuple[Option, ...]:
    if options and all(option.against for option in options):
        expected = "one option at least that follows the protocol"
        raise WrongError("has none that follows the protocol", expected, "add it")
    return options


class Decision(YamlModel):
    """A choice that every analysis makes, with its defensible options."""

    id: Slug
    title: Text
    options: Annotated[
        tuple[Option, ...], Field(min_length=2), DISTINCT, AfterValidator(_one_conforms)
    ]


class ModelChoices(YamlModel):
    """Which models are tried: tests of the binomial-normal model, and each combination of
    measure, estimator of tau2 and test by inverse variance.

    `against` names tests that the protocol does not make, each with the reason.
    """

    binomial_normal: tuple[Annotated[str, one_of(("z", "t"))], ...]
    measures: tuple[Annotated[str, one_of(MODEL_MEASURES)], ...]
    estimators: tuple[Annotated[str, one_of(MODEL_ESTIMATORS)], ...]
    tests: tuple[Annotated[str, one_of(MODEL_TESTS)], ...]
    against: Mapping[Annotated[str, one_of(MODEL_TESTS)], Text] = Field(default_factory=dict)

    def __hash__(self) -> int:  # mappings have none, and results are kept by their models
        return hash((self.binomial_normal, self.measures, self.estimators, self.tests))


class Conclusion(YamlModel):
    """What is concluded where a bound of the pooled percentage lies beyond a value."""

    id: Slug
    title: Text
    bound: Annotated[str, one_of(BOUNDS)]
    relation: Annotated[str, one_of(RELATIONS)]
    value: Annotated[float, Field(gt=0, lt=100)]
    reason: Text


class MultiverseDefinition(YamlModel):
    """An outcome analysed in every defensible way.

    Cohorts are the members of `syntheses`; `rows` are further rows of these cohorts,
    such as another denominator. `baseline` is the protocol's own analysis.
    """

    id: Slug
    title: Text
    baseline: Slug
    syntheses: Texts
    rows: Texts = ()
    decisions: Texts
    conclusions: Annotated[tuple[Conclusion, ...], DISTINCT]
    minimum_studies: Whole = 3


def _known(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if value in NOT_KNOWN:
            action = "take it out: cohorts of which nobody knows it are shown apart and not tested"
            raise WrongError(f"holds {value!r}", "values that somebody read", action)
    return values


class SubgroupDefinition(YamlModel):
    """Cohorts of some syntheses, pooled by a column and compared.

    `groups` names sets of values of the column; without it each value is a group. A value that
    says that nobody knows is no group: such cohorts are shown apart and never tested.
    """

    id: Slug
    title: Text
    syntheses: Texts
    by: Term
    groups: Mapping[str, Annotated[Texts, AfterValidator(_known)]] = {}

    def group_of(self, value: str) -> str:
        """The group of a value; empty where no group holds it, or nobody knows it."""
        if value in NOT_KNOWN:
            return ""
        if not self.groups:
            return value
        return next((name for name, values in self.groups.items() if value in values), "")


class RegressionDefinition(YamlModel):
    """A synthesis regressed on a number of its cohorts.

    `moderator` is follow_up_months, a baseline characteristic, or one of the review's own
    characteristics of studies and arms that is a number.
    """

    id: Slug
    title: Text
    synthesis: Slug
    moderator: Term
    label: Text


class Robustness(YamlModel):
    """Every analysis beside the protocol's own ones.

    A test takes groups of `minimum_of_a_group` cohorts or more, and `minimum_for_tests` in all.
    """

    minimum_for_tests: Whole
    minimum_of_a_group: Whole
    decisions: Annotated[tuple[Decision, ...], DISTINCT]
    models: ModelChoices
    multiverses: Annotated[tuple[MultiverseDefinition, ...], DISTINCT]
    subgroups: Annotated[tuple[SubgroupDefinition, ...], DISTINCT]
    regressions: Annotated[tuple[RegressionDefinition, ...], DISTINCT]

    @field_validator("multiverses")
    @classmethod
    def _decisions_are_defined(
        cls, value: tuple[MultiverseDefinition, ...], info: ValidationInfo
    ) -> tuple[MultiverseDefinition, ...]:
        known = [item.id for item in info.data.get("decisions", ())]
        for at, multiverse in enumerate(value if known else ()):
            for number, name in enumerate(multiverse.decisions):
                if name not in known:
                    expected, action = (
                        "one of " + ", ".join(known),
                        nearest(name, known, "define it"),
                    )
                    place = (at, "decisions", number)
                    raise WrongError(f"is {name!r}", expected, action, at=place)
        return value

    def decision(self, name: str) -> Decision:
        """The decision of this identifier; KeyError where there is none."""
        return {item.id: item for item in self.decisions}[name]


NO_ROBUSTNESS = Robustness(
    minimum_for_tests=10, minimum_of_a_group=3, decisions=(), multiverses=(), subgroups=(),
    regressions=(),
    models=ModelChoices(binomial_normal=(), measures=(), estimators=(), tests=()),
)  # fmt: skip
"""What a review without this part shows beside the protocol's analyses: nothing."""
