"""A forest plot of effects of one's own and what they pool to: no review is needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

import numpy as np

from analysis.formulae import EffectSizes, back_transform
from analysis.formulae.distributions import critical_value
from analysis.rounding import fit_digits, format_number
from analysis.words import say
from publishing.figures.forest_drawing import (
    Axis,
    Estimate,
    ForestHeadings,
    draw_forest,
    with_prediction,
)
from schemas.rounding import significant

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

PROPORTIONS = ("PR", "PLO", "PAS", "PLN")
RATIOS = ("OR", "RR", "PETO", "HR", "ROM", "IRR")
Limits = tuple[float, float, float]


class Pool(Protocol):
    """A pooled result on the scale of the effects, at `level`."""

    @property
    def estimate(self) -> float: ...  # noqa: D102
    @property
    def lower(self) -> float: ...  # noqa: D102
    @property
    def upper(self) -> float: ...  # noqa: D102
    @property
    def prediction_lower(self) -> float | None: ...  # noqa: D102
    @property
    def prediction_upper(self) -> float | None: ...  # noqa: D102
    @property
    def level(self) -> float: ...  # noqa: D102


def draw_own_forest(effects: EffectSizes, pooled: Pool, *, title: str = "") -> Drawing:
    """Each study with its interval, the pooled value as a diamond, its prediction below, dashed.

    On the reader's scale: proportions in percent, ratios on a logarithmic axis. Intervals of
    studies are those of the normal sampling variance, at the level of the pool. `title`
    stands below the axis. `savefig` of what is returned writes the figure.
    """
    lines = [_study(effects, at, pooled.level) for at, used in enumerate(effects.used) if used]
    heaviest = 1.0 / float(np.nanmin(effects.vi))
    drawn = [
        Estimate(name, *limits, text=_text(limits), weight=weight / heaviest)
        for name, limits, weight in lines
    ]
    drawn += _pooled(effects.measure, pooled)
    ratio = effects.measure in RATIOS
    axis = Axis(title=title or effects.measure, logarithmic=ratio, reference=1.0 if ratio else None)
    return draw_forest(drawn, axis, ForestHeadings(value=f"{significant(100 * pooled.level)}%"))


def _study(effects: EffectSizes, at: int, level: float) -> tuple[str, Limits, float]:
    """Name, value with limits, and precision of one study."""
    half = float(critical_value(level, np.inf)) * float(np.sqrt(effects.vi[at]))
    middle = float(effects.yi[at])
    limits = _on_scale(effects.measure, middle, middle - half, middle + half)
    name = effects.labels[at] if effects.labels else str(at + 1)
    return name, limits, 1.0 / float(effects.vi[at])


def _on_scale(measure: str, value: float, lower: float, upper: float) -> Limits:
    unit = 100.0 if measure in PROPORTIONS else 1.0
    first, second, third = unit * np.asarray(back_transform([value, lower, upper], measure))
    return float(first), float(second), float(third)


def _pooled(measure: str, pooled: Pool) -> Iterator[Estimate]:
    limits = _on_scale(measure, pooled.estimate, pooled.lower, pooled.upper)
    low, high = pooled.prediction_lower, pooled.prediction_upper
    reach, text = None, ""
    if low is not None and high is not None:
        middle, *ends = _on_scale(measure, pooled.estimate, low, high)
        reach, text = (ends[0], ends[1]), _text((middle, ends[0], ends[1]), "figures.range")
    diamond = Estimate(say("figures.pooled"), *limits, text=_text(limits), kind="pooled")
    return with_prediction(diamond, reach, text)


def _text(limits: Limits, words: str = "figures.with_interval") -> str:
    digits = fit_digits(2 if limits[2] < 10 else 1, limits[0], limits[1:])
    value, low, high = (format_number(limit, digits) for limit in limits)
    return say(words, value=value, low=low, high=high)
