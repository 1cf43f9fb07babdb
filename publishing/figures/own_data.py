"""A forest plot of effects of one's own and what they pool to: no review is needed."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from matplotlib.figure import Figure as Drawing

from analysis.formulae import EffectSizes, back_transform
from analysis.formulae.distributions import critical_value
from analysis.rounding import fit_digits, format_number
from analysis.words import say
from publishing.figures.forest_drawing import Axis, Estimate, ForestHeadings, draw_forest
from schemas.rounding import significant

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
    """Each study with its interval, the pooled value as a diamond, its prediction dashed.

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
    drawn.append(_diamond(effects.measure, pooled))
    ratio = effects.measure in RATIOS
    axis = Axis(
        title=title or effects.measure,
        limits=_ends(drawn, effects.measure),
        logarithmic=ratio,
        reference=1.0 if ratio else None,
    )
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


def _diamond(measure: str, pooled: Pool) -> Estimate:
    limits = _on_scale(measure, pooled.estimate, pooled.lower, pooled.upper)
    low, high = pooled.prediction_lower, pooled.prediction_upper
    reach = None
    if low is not None and high is not None:
        reach = _on_scale(measure, pooled.estimate, low, high)[1:]
    return Estimate(
        say("figures.pooled"), *limits, text=_text(limits), kind="pooled", prediction=reach
    )


def _text(limits: Limits) -> str:
    digits = fit_digits(2 if limits[2] < 10 else 1, limits[0], limits[1:])
    value, low, high = (format_number(limit, digits) for limit in limits)
    return say("figures.with_interval", value=value, low=low, high=high)


def _ends(drawn: list[Estimate], measure: str) -> tuple[float, float]:
    """The ends of the axis: all of 0 to 100 for proportions, else what is drawn."""
    if measure in PROPORTIONS:
        return 0.0, 100.0
    lows = [line.lower for line in drawn if line.lower is not None]
    highs = [line.upper for line in drawn if line.upper is not None]
    if measure in RATIOS:
        return max(min(lows) / 1.2, 0.05), min(max(highs) * 1.2, 20.0)
    room = 0.05 * (max(highs) - min(lows))
    return min(lows) - room, max(highs) + room
