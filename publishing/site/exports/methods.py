"""The models of a synthesis as its protocol has them, for programs that compute them again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.syntheses import Synthesis
from schemas.protocol import Conventions, PoolingModel


@dataclass(frozen=True)
class Method:
    """One model, in the words of the protocol; `level` is a fraction.

    `scale` belongs to inverse variance, `zero_cells` to counts as effects, from which the
    variance `further` of a binomial-normal model is too; `tau_scale` belongs to the Bayesian model,
    which takes its effects from that of inverse variance. `further` names the estimator of the
    variance between studies in the prediction interval, None where it is the model's own.
    """

    model: str
    estimator: str
    test: str
    prediction: str
    level: float
    scale: str = "log"
    zero_cells: str = ""
    tau_scale: float = 0.0
    further: str | None = None


def methods_of(synthesis: Synthesis) -> dict[str, Method]:
    """The models by name (first, second, bayesian) of a synthesis."""
    conventions = synthesis.conventions
    second = getattr(conventions.models, "second", None)
    first = _method(conventions.models.first, conventions)
    found = {"first": first} | ({"second": _method(second, conventions)} if second else {})
    if synthesis.overall.bayesian:
        effects = _method(conventions.effects, conventions)
        tau_scale = conventions.models.bayesian.tau_scale
        found["bayesian"] = replace(effects, model="bayesian", tau_scale=tau_scale)
    return found


def _method(model: PoolingModel, conventions: Conventions) -> Method:
    return Method(
        model.model,
        model.estimator,
        model.test,
        model.prediction,
        conventions.level,
        scale=getattr(model, "scale", "log"),
        zero_cells=getattr(conventions.effects, "zero_cells", ""),
        further=model.further,
    )
