"""What is asked of a binomial-normal pool, and the parts that each answer to it has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy

from analysis.formulae.distributions import chi_square_p, critical_value
from analysis.formulae.pooled_fits import NOT_CONVERGED
from analysis.formulae.quadrature import Counts
from analysis.formulae.single import SingleMean
from analysis.formulae.tau2 import VarianceFit, fit_variance
from analysis.formulae.types import EffectSizes, FloatArray


@dataclass(frozen=True)
class Question:
    """The counts and how they are to be pooled."""

    counts: Counts
    logits: EffectSizes
    test: str
    prediction: str
    level: float
    prediction_estimator: str | None

    @cached_property
    def further(self) -> VarianceFit | None:
        """The logits by the estimator that prediction takes; None where it takes the model's."""
        if self.prediction_estimator is None:
            return None
        return fit_variance(SingleMean(self.logits.yi, self.logits.vi), self.prediction_estimator)

    @property
    def doubts(self) -> list[str]:
        """What is to be said of the estimator that prediction takes."""
        sure = self.further is None or bool(self.further.converged)
        return [] if sure else [NOT_CONVERGED]

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.counts.n)

    @property
    def degrees_of_freedom(self) -> float:
        """Those of the test of the mean; infinite for a normal test."""
        return self.k - 1.0 if self.test == "t" and self.k > 1 else np.inf

    def half_width(self, standard_error: float) -> float:
        """Half the width of the interval of the mean."""
        critical = critical_value(self.level, np.float64(self.degrees_of_freedom))
        return float(critical) * standard_error

    def reach(self, standard_error: float, tau2: float) -> float | None:
        """Half the width of the prediction interval; None without degrees of freedom."""
        degrees = {
            "default": self.degrees_of_freedom,
            "S": np.inf,
            "V": self.k - 1.0,
            "riley": max(self.k - 2.0, 1.0),
            "HTS": self.k - 2.0,
        }[self.prediction]
        if degrees <= 0.0:
            return None
        critical = float(critical_value(self.level, np.float64(degrees)))
        spread = tau2 if self.further is None else float(self.further.tau2)
        return critical * float(np.sqrt(standard_error**2 + spread))

    @property
    def told(self) -> dict[str, Any]:
        """The fields of an answer that repeat what was asked."""
        names = ("k", "test", "prediction", "level", "prediction_estimator")
        return {name: getattr(self, name) for name in names}


def location(estimate: float, lower: float, upper: float) -> dict[str, Any]:
    """The fields of a mean and its limits, from logits: as they are, and back-transformed."""
    logits = {"estimate": estimate, "lower": lower, "upper": upper}
    names = {"estimate": "proportion", "lower": "proportion_lower", "upper": "proportion_upper"}
    return {
        **logits,
        **{names[key]: float(scipy.special.expit(value)) for key, value in logits.items()},
    }


def predicted(mean: float, reach: float | None) -> dict[str, Any]:
    """The fields of a prediction interval of this half-width, as location has those of a mean."""
    limits = (None, None) if reach is None else (mean - reach, mean + reach)
    proportions = [None if limit is None else float(scipy.special.expit(limit)) for limit in limits]
    return {
        "prediction_lower": limits[0],
        "prediction_upper": limits[1],
        "proportion_prediction_lower": proportions[0],
        "proportion_prediction_upper": proportions[1],
    }


def typical_variance(variances: FloatArray) -> float:
    """Typical sampling variance of effects with these, [k] (higgins2002)."""
    weight = 1.0 / variances
    total = float(weight.sum())
    return (
        (len(weight) - 1.0) / (total - float((weight**2).sum()) / total) if len(weight) > 1 else 1.0
    )


def heterogeneity(counts: Counts) -> dict[str, Any]:
    """Wald and likelihood-ratio Q of the saturated against the common-effect model."""
    x, n = counts
    common = float(x.sum() / n.sum())
    inner = (x > 0.0) & (x < n)
    weight = np.where(inner, x * (n - x) / n, 0.0)
    logit = np.where(inner, np.log((x + ~inner) / (n - x + ~inner)), 0.0)
    centre = float((weight * logit).sum() / max(float(weight.sum()), 1e-300))
    wald = float((weight * (logit - centre) ** 2).sum())
    at_common = scipy.special.xlogy(x, common) + scipy.special.xlogy(n - x, 1.0 - common)
    own = scipy.special.xlogy(x, x / n) + scipy.special.xlogy(n - x, (n - x) / n)
    ratio = max(2.0 * float((own - at_common).sum()), 0.0)
    free = np.float64(len(n) - 1)
    return {
        "q_wald": wald,
        "q_wald_p_value": float(chi_square_p(np.float64(wald), free)),
        "q_likelihood_ratio": ratio,
        "q_likelihood_ratio_p_value": float(chi_square_p(np.float64(ratio), free)),
        "q_degrees_of_freedom": len(n) - 1,
    }
