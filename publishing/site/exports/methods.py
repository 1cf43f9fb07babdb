"""The models of a synthesis as its protocol has them, for programs that compute them again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.syntheses import Synthesis
from schemas.protocol import PoolingModel


@dataclass(frozen=True)
class Method:
    """One model, in the words of the protocol; `level` is a fraction.

    `scale` and `zero_cells` belong to inverse variance, `zero_cells` to counts alone; `tau_scale`
    to the Bayesian model, which takes its effects from that of inverse variance.
    """

    model: str
    estimator: str
    test: str
    prediction: str
    level: float
    scale: str = "log"
    zero_cells: str = ""
    tau_scale: float = 0.0


def methods_of(synthesis: Synthesis) -> dict[str, Method]:
    """The models by name (first, second, bayesian) of a synthesis."""
    conventions = synthesis.conventions
    second = getattr(conventions.models, "second", None)
    first = _method(conventions.models.first, conventions.level)
    found = {"first": first} | ({"second": _method(second, conventions.level)} if second else {})
    if synthesis.overall.bayesian:
        effects = _method(conventions.effects, conventions.level)
        tau_scale = conventions.models.bayesian.tau_scale
        found["bayesian"] = replace(effects, model="bayesian", tau_scale=tau_scale)
    return found


def _method(model: PoolingModel, level: float) -> Method:
    return Method(
        model.model,
        model.estimator,
        model.test,
        model.prediction,
        level,
        scale=getattr(model, "scale", "log"),
        zero_cells=getattr(model, "zero_cells", ""),
    )
