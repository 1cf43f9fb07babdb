"""The models of a synthesis in words, as the protocol has them."""

from __future__ import annotations

from typing import Any

from analysis.pooling import words_of_prediction
from analysis.syntheses import Synthesis
from analysis.words import say


def words_of_protocol(synthesis: Synthesis) -> dict[str, str]:
    """The `first` and `second` model and the `prediction` interval of the first."""
    models = synthesis.conventions.models
    second = getattr(models, "second", None)
    return {
        "first": _told(models.first),
        "second": "" if second is None else _told(second),
        "prediction": words_of_prediction(models.first),
    }


def _told(model: Any) -> str:
    """A model: what it is, its estimator, and the quantile of its interval."""
    if model.model == "mantel_haenszel":
        return say("methods.mantel_haenszel")
    name = say(f"methods.first {model.model}")
    estimator = say("estimators.FE") if model.estimator == "FE" else model.estimator
    return f"{name}, {estimator}, {say(f'quantiles.{model.test}')}"
