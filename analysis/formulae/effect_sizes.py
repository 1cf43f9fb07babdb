"""Effect sizes of single groups: proportions and incidence rates, with variances.

Each `compute_effect_` function returns `EffectSizes`: one estimate and one sampling
variance a study, on the scale the measure pools on. `back_transformations` returns to
the scale a reader knows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.checks import check_effects
from analysis.formulae.counts import (
    check_choice,
    check_counts,
    check_events_of,
    check_finite,
    check_not_empty,
    check_positive,
    check_same_shape,
)
from analysis.formulae.missing import leave_masked_out
from analysis.formulae.types import BoolArray, EffectSizes, FloatArray

CONTINUITY_RULES = ("only0", "all", "if0all", "none")
PROPORTION_MEASURES = ("PR", "PLO", "PAS", "PFT", "PLN")
RATE_MEASURES = ("IR", "IRLN", "IRS", "IRFT")

FREEMAN_TUKEY_CAUTION = (
    "The Freeman-Tukey transformation stabilises the variance, but its back-transformation "
    "needs one sample size for the whole pool. The harmonic mean commonly used can give a "
    "misleading pooled proportion when sizes differ widely, and it clips outside its domain: "
    "compare with a binomial-normal model before it is reported (Schwarzer and others 2019)."
)


def one_dimensional(*arrays: FloatArray) -> tuple[FloatArray, ...]:
    """Scalars become one study; anything with two or more axes is refused."""
    flat = tuple(np.atleast_1d(array) for array in arrays)
    for array in flat:
        if array.ndim > 1:
            raise ValueError(
                f"studies have shape {array.shape}; allowed: a scalar or one axis, a study an entry"
            )
    return flat


def check_addition(add: float | None, to: str | None, *, stabilised: bool) -> tuple[float, str]:
    """The continuity correction and the rule for whom it serves.

    The default is 1/2 where a count is 0 (`only0`), and no correction for
    variance-stabilised measures, which are defined there.
    """
    amount = float(check_finite(0.5 if add is None else add, "add"))
    if amount < 0:
        raise ValueError(f"add is {amount:g}; allowed: 0 or more")
    if stabilised and add is None:
        amount = 0.0
    return amount, check_choice("only0" if to is None else to, "to", CONTINUITY_RULES)


def choose_adjusted(has_zero: BoolArray, to: str) -> BoolArray:
    """Which studies receive the correction under the rule `to`."""
    if to == "only0":
        return has_zero
    everyone = to == "all" or (to == "if0all" and bool(np.any(has_zero)))
    return np.full(has_zero.shape, everyone)


def finish_effects(
    yi: FloatArray,
    vi: FloatArray,
    measure: str,
    adjusted: BoolArray,
    *,
    undefined: str = "raise",
    caution: str = "",
) -> EffectSizes:
    """Wrap estimates; studies without a finite one are refused or declared unused."""
    check_choice(undefined, "undefined", ("raise", "exclude"))
    used = np.isfinite(yi) & np.isfinite(vi)
    if undefined == "raise" and not np.all(used):
        index = int(np.flatnonzero(~used)[0])
        raise ValueError(
            f"measure {measure} has no finite estimate or variance at index {index}; allowed: "
            "a continuity correction (add above 0 with to='only0'), or undefined='exclude'"
        )
    return EffectSizes(
        np.where(used, yi, np.nan), np.where(used, vi, np.nan), measure, used, adjusted, caution
    )


def freeman_tukey_proportion(events: FloatArray, n: FloatArray) -> FloatArray:
    """Double arcsine of events / n in radians, half the sum of both arcsines."""
    return np.asarray(
        (np.arcsin(np.sqrt(events / (n + 1))) + np.arcsin(np.sqrt((events + 1) / (n + 1)))) / 2
    )


def _raw(events: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    return events / n, events * (n - events) / n**3


def _logit(events: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.log(events / (n - events)), 1 / events + 1 / (n - events)


def _arcsine(events: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.arcsin(np.sqrt(events / n)), 1 / (4 * n)


def _double_arcsine(events: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    return freeman_tukey_proportion(events, n), 1 / (4 * n + 2)


def _log(events: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.log(events / n), 1 / events - 1 / n


_Pair = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]
_PROPORTIONS: dict[str, _Pair] = {
    "PR": _raw,
    "PLO": _logit,
    "PAS": _arcsine,
    "PFT": _double_arcsine,
    "PLN": _log,
}


@leave_masked_out
def compute_effect_proportion(
    events: ArrayLike,
    n: ArrayLike,
    *,
    measure: str = "PLO",
    add: float | None = None,
    to: str | None = None,
    undefined: str = "raise",
) -> EffectSizes:
    """Proportions events / n of k single groups on the scale of `measure`.

    `events` and `n` are whole numbers of shape (k,) or scalars. Measures: "PR" raw,
    "PLO" log odds, "PAS" arcsine of the square root (radians), "PFT" Freeman-Tukey
    double arcsine (radians, carries a caution), "PLN" natural logarithm.
    `add` goes to the events and to the non-events, so that n grows by twice as much:
    `to` = "only0" for studies with 0 or n events, "all", "if0all" (all as soon as one
    study has 0 or n events), or "none". Default 1/2 and "only0"; "PAS" and "PFT" need
    no correction and receive one only when `add` is given.
    `undefined` = "raise" refuses a study without a finite estimate, "exclude" leaves it
    as NaN and out of `used`.

    Raises ValueError for n < 1, events outside 0..n, fractions, NaN, no study, shapes
    that differ, unknown names. Sources: stijnen2010, freeman1950, miller1978,
    schwarzer2019, metafor2010.
    """
    counted, totals = one_dimensional(*check_events_of(events, n))
    check_choice(measure, "measure", PROPORTION_MEASURES)
    amount, rule = check_addition(add, to, stabilised=measure in ("PAS", "PFT"))
    chosen = choose_adjusted((counted == 0) | (counted == totals), rule) & (amount > 0)
    counted = np.where(chosen, counted + amount, counted)
    totals = np.where(chosen, totals + 2 * amount, totals)
    with np.errstate(divide="ignore", invalid="ignore"):
        yi, vi = _PROPORTIONS[measure](counted, totals)
    caution = FREEMAN_TUKEY_CAUTION if measure == "PFT" else ""
    return finish_effects(yi, vi, measure, chosen, undefined=undefined, caution=caution)


def _rate(events: FloatArray, time: FloatArray) -> tuple[FloatArray, FloatArray]:
    return events / time, events / time**2


def _log_rate(events: FloatArray, time: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.log(events / time), 1 / events


def _root_rate(events: FloatArray, time: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.sqrt(events / time), 1 / (4 * time)


def _double_root_rate(events: FloatArray, time: FloatArray) -> tuple[FloatArray, FloatArray]:
    return (np.sqrt(events / time) + np.sqrt((events + 1) / time)) / 2, 1 / (4 * time)


_RATES: dict[str, _Pair] = {
    "IR": _rate,
    "IRLN": _log_rate,
    "IRS": _root_rate,
    "IRFT": _double_root_rate,
}


@leave_masked_out
def compute_effect_rate(
    events: ArrayLike,
    time: ArrayLike,
    *,
    measure: str = "IRLN",
    add: float | None = None,
    to: str | None = None,
    undefined: str = "raise",
) -> EffectSizes:
    """Incidence rates events / time of k single groups on the scale of `measure`.

    `events` are whole numbers, `time` is person-time above 0 in any one unit, both of
    shape (k,) or scalars. Measures: "IR" raw, "IRLN" natural logarithm, "IRS" square
    root, "IRFT" Freeman-Tukey (mean of two square roots, carries a caution); the rate is
    per unit of `time`. `add` and `to` are as in `compute_effect_proportion`, a zero being
    a study without events; "IRS" and "IRFT" receive no correction unless `add` is given.

    Raises ValueError for negative or fractional events, time not above 0, NaN, no study,
    shapes that differ, unknown names. Sources: freeman1950, metafor2010.
    """
    counted, person_time = one_dimensional(
        check_counts(events, "events"), check_positive(time, "time")
    )
    check_same_shape(events=counted, time=person_time)
    check_not_empty(counted, "events")
    check_choice(measure, "measure", RATE_MEASURES)
    amount, rule = check_addition(add, to, stabilised=measure in ("IRS", "IRFT"))
    chosen = choose_adjusted(counted == 0, rule) & (amount > 0)
    counted = np.where(chosen, counted + amount, counted)
    with np.errstate(divide="ignore", invalid="ignore"):
        yi, vi = _RATES[measure](counted, person_time)
    caution = FREEMAN_TUKEY_CAUTION if measure == "IRFT" else ""
    return finish_effects(yi, vi, measure, chosen, undefined=undefined, caution=caution)


def gather_effects(yi: ArrayLike, vi: ArrayLike, *, measure: str = "MD") -> EffectSizes:
    """Effects and sampling variances computed elsewhere, shape (k,), as EffectSizes.

    `measure` names their scale ("OR" for log odds ratios; differences by default). Studies
    with a masked value are not `used`. Raises ValueError for a variance that is not above
    zero, NaN, shapes that differ. Source: none, nothing is estimated.
    """
    effects, variances, used = check_effects(yi, vi)
    kept = np.ones(effects.shape, dtype=np.bool_) if used is None else used
    return EffectSizes(
        yi=np.where(kept, effects, np.nan),
        vi=np.where(kept, variances, np.nan),
        measure=measure,
        used=kept,
        adjusted=np.zeros(effects.shape, dtype=np.bool_),
    )
