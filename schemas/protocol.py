"""How figures are computed: the part of review.yml that decides, every key of it.

A synthesis may set any key of its models otherwise, in a `protocol:` of its own. What is said in
words only stands in the review's `conventions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from schemas.typed_yaml import WrongError, YamlModel
from schemas.yaml_fields import Whole, one_of

PREDICTIONS = ("none", "normal", "as_test", "t_k_minus_2", "t_k_minus_1_veroniki2019")
SINGLE = ("clopper_pearson", "wilson", "jeffreys", "agresti_coull", "mid_p")
ESTIMATORS = ("DL", "HE", "HS", "SJ", "ML", "REML", "PM", "EB", "FE")
OWN = "own"
PREDICTION_ESTIMATORS = (OWN, *(name for name in ESTIMATORS if name != "FE"))
TESTS = ("normal", "t", "hartung_knapp", "hartung_knapp_floor", "hartung_knapp_ad_hoc")
ZERO_CELLS = ("half_where_needed", "half_if_any", "half_everywhere")
PROPORTION_SCALES = ("logit", "arcsine")
RATE_SCALES = ("logit", "log_log")
MEDIAN_SCALES = ("log", "identity")
Level = Annotated[float, Field(ge=50, lt=100)]  # percent
Prediction = Annotated[str, one_of(PREDICTIONS)]


class Predicting(YamlModel):
    """How a further study is predicted: the quantile, and the variance between studies it uses.

    That variance is the model's own, or that of another estimator from the effects; the mean and
    its interval keep the model's own in either case.
    """

    estimator: str
    prediction: Prediction
    prediction_estimator: Annotated[str, one_of(PREDICTION_ESTIMATORS)] = OWN

    @model_validator(mode="after")
    def _uses_every_key(self) -> Self:
        nothing = self.prediction == "none" or self.estimator == "FE"
        if nothing and self.prediction_estimator != OWN:
            what = f"is {self.prediction_estimator!r} where the model predicts nothing"
            action = "take the key out, or choose a prediction and an estimator other than FE"
            raise WrongError(what, OWN, action, at=("prediction_estimator",))
        return self

    @property
    def further(self) -> str | None:
        """The estimator of the variance that prediction uses; None for the model's own."""
        return None if self.prediction_estimator == OWN else self.prediction_estimator


class BinomialNormal(Predicting):
    """The binomial-normal model: it uses the counts, on the logit scale, and corrects no zero.

    Another estimator of prediction takes the logits as effects, with the zero cells of the
    second model.
    """

    model: Literal["binomial_normal"]
    estimator: Annotated[str, one_of(("ML", "FE"))]
    test: Annotated[str, one_of(("normal", "t"))]


class InverseVariance(Predicting):
    """Inverse variance, with an estimator of the variance between studies.

    The test gives the interval of the mean: with the normal quantile, the t quantile of k - 1
    degrees of freedom, or that of Hartung and Knapp, as it is, never narrower than the common
    effect allows (floor), or with a factor never below one (ad hoc).
    """

    model: Literal["inverse_variance"]
    estimator: Annotated[str, one_of(ESTIMATORS)]
    test: Annotated[str, one_of(TESTS)]


class OfCounts(InverseVariance):
    """Inverse variance of proportions: their scale, and what is added to cells of zero."""

    scale: Annotated[str, one_of(PROPORTION_SCALES)]
    zero_cells: Annotated[str, one_of(ZERO_CELLS)]


class OfRates(InverseVariance):
    """Inverse variance of printed landmark rates."""

    scale: Annotated[str, one_of(RATE_SCALES)]


class OfMedians(InverseVariance):
    """Inverse variance of printed medians."""

    scale: Annotated[str, one_of(MEDIAN_SCALES)]


class OfRelativeEffects(InverseVariance):
    """Inverse variance of risk ratios or odds ratios of two arms, on the log scale.

    What is added to a table with a cell of zero goes to all four of its cells.
    """

    scale: ClassVar[str] = "log"
    zero_cells: Annotated[str, one_of(ZERO_CELLS)]


class OfRiskDifferences(OfRelativeEffects):
    """Inverse variance of differences of risks of two arms, untransformed."""

    scale: ClassVar[str] = "risk"


class OfMeanDifferences(InverseVariance):
    """Inverse variance of differences of means of two arms, in the unit of the means."""

    scale: ClassVar[str] = "identity"


class MantelHaenszel(YamlModel):
    """A common effect of tables of two arms, by Mantel and Haenszel: no zero is corrected.

    Its interval has the normal quantile; it knows no variance between studies, and so predicts
    nothing.
    """

    model: Literal["mantel_haenszel"]
    estimator: ClassVar[str] = "FE"
    test: ClassVar[str] = "normal"
    prediction: ClassVar[str] = "none"
    further: ClassVar[None] = None


class Bayesian(YamlModel):
    """A sensitivity analysis: the scale of the half-normal prior on tau, as the effects have it."""

    tau_scale: Annotated[float, Field(gt=0)]


CountModel = Annotated[BinomialNormal | OfCounts, Field(discriminator="model")]
PoolingModel: TypeAlias = BinomialNormal | InverseVariance | MantelHaenszel
RelativeModel = Annotated[OfRelativeEffects | MantelHaenszel, Field(discriminator="model")]
DifferenceModel = Annotated[OfRiskDifferences | MantelHaenszel, Field(discriminator="model")]


class ForProportions(YamlModel):
    """How proportions are pooled; the inverse-variance model is the Bayesian one's likelihood."""

    first: CountModel
    second: OfCounts
    bayesian: Bayesian


class ForRatios(YamlModel):
    """How printed ratios are pooled, on the log scale."""

    first: InverseVariance
    bayesian: Bayesian


class ForRates(YamlModel):
    """How printed landmark rates are pooled."""

    first: OfRates
    bayesian: Bayesian


class ForMedians(YamlModel):
    """How printed medians are pooled."""

    first: OfMedians
    bayesian: Bayesian


class ForRelativeEffects(YamlModel):
    """How risk ratios or odds ratios of two arms are pooled.

    Analyses of single studies take the first, or the second where that is Mantel-Haenszel.
    """

    first: RelativeModel
    second: OfRelativeEffects
    bayesian: Bayesian


class ForRiskDifferences(YamlModel):
    """How differences of risks of two arms are pooled, as risk ratios are."""

    first: DifferenceModel
    second: OfRiskDifferences
    bayesian: Bayesian


class ForMeanDifferences(YamlModel):
    """How differences of means of two arms are pooled."""

    first: OfMeanDifferences
    bayesian: Bayesian


Models: TypeAlias = (
    ForProportions
    | ForRatios
    | ForRates
    | ForMedians
    | ForRelativeEffects
    | ForRiskDifferences
    | ForMeanDifferences
)


class Override(YamlModel):
    """What a synthesis sets otherwise than the protocol; `first` and the others hold keys."""

    confidence_level: Level | None = None
    minimum_studies: Whole | None = None
    first: Mapping[str, Any] = Field(default_factory=dict)
    second: Mapping[str, Any] = Field(default_factory=dict)
    bayesian: Mapping[str, Any] = Field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.model_dump_json())


NOTHING_SET = Override()


class Conventions(YamlModel):
    """What decides how one synthesis is computed."""

    confidence_level: Level
    minimum_studies: Whole
    models: Models

    @property
    def level(self) -> float:
        """The level as a fraction."""
        return self.confidence_level / 100

    @property
    def effects(self) -> InverseVariance:
        """The inverse-variance model that turns cohorts into effects with variances.

        Of proportions it is the second model, of all else the first that weighs by variance.
        """
        models: Any = self.models
        counted = isinstance(models, ForProportions) or isinstance(models.first, MantelHaenszel)
        chosen = models.second if counted else models.first
        assert isinstance(chosen, InverseVariance)
        return chosen


class Protocol(YamlModel):
    """How figures are computed; each key is read, and may be set otherwise a synthesis.

    A review says how it pools the measures that it has syntheses of, and no others.
    """

    confidence_level: Level
    minimum_studies: Whole
    single_proportion: Annotated[str, one_of(SINGLE)]
    proportion: ForProportions | None = None
    ratio: ForRatios | None = None
    landmark: ForRates | None = None
    median: ForMedians | None = None
    risk_ratio: ForRelativeEffects | None = None
    odds_ratio: ForRelativeEffects | None = None
    risk_difference: ForRiskDifferences | None = None
    mean_difference: ForMeanDifferences | None = None

    @property
    def level(self) -> float:
        """The level as a fraction."""
        return self.confidence_level / 100

    def conventions(self, measure: str, given: Override = NOTHING_SET) -> Conventions:
        """The protocol for a measure, with what a synthesis sets otherwise.

        Raises WrongError for a key or a value that the measure's models do not have.
        """
        models: Models | None = getattr(self, measure)
        if models is None:
            what, action = "the protocol does not say how", f"add {measure} under protocol"
            raise WrongError(f"{what} a {measure.replace('_', ' ')} is pooled", measure, action)
        parts = models.model_dump()
        for name in ("first", "second", "bayesian"):
            changed = getattr(given, name)
            if changed and name not in parts:
                known = ", ".join(parts)
                raise WrongError(f"a {measure} has none", f"one of {known}", at=(name,))
            if changed:
                parts[name] = _merged(parts[name], changed)
        return Conventions(
            confidence_level=given.confidence_level or self.confidence_level,
            minimum_studies=given.minimum_studies or self.minimum_studies,
            models=_validated(type(models), parts),
        )


def _merged(part: dict[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """The part with its changed keys; another model starts from nothing."""
    other = changed.get("model", part.get("model")) != part.get("model")
    return dict(changed) if other else {**part, **changed}


def _validated(kind: type[Models], parts: Mapping[str, Any]) -> Models:
    try:
        return TypeAdapter(kind).validate_python(parts)
    except ValidationError as error:
        wrong = error.errors()[0]
        place = tuple(part for part in wrong["loc"] if part in parts or part == wrong["loc"][-1])
        cause = wrong.get("ctx", {}).get("error")
        if isinstance(cause, WrongError):
            raise WrongError(cause.what, cause.expected, cause.action, at=place) from error
        raise WrongError(str(wrong["msg"]).lower(), at=place) from error
