"""Effect sizes that compare two groups: two-by-two tables and continuous outcomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.formulae.counts import (
    check_choice,
    check_counts,
    check_events_of,
    check_finite,
    check_not_empty,
    check_positive,
    check_same_shape,
)
from analysis.formulae.effect_sizes import (
    check_addition,
    choose_adjusted,
    finish_effects,
    one_dimensional,
)
from analysis.formulae.missing import leave_masked_out
from analysis.formulae.types import BoolArray, EffectSizes, FloatArray

TWO_BY_TWO_MEASURES = ("OR", "RR", "RD", "PETO", "AS")
MEAN_MEASURES = ("MD", "SMD", "ROM")
Pair = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, eq=False)
class TwoByTwoTables:
    """Tables of k studies: events `a` of `n1` in the first group, `c` of `n2` in the second.

    Arrays of shape (k,); counts, or counts with a continuity correction.
    """

    a: FloatArray
    n1: FloatArray
    c: FloatArray
    n2: FloatArray

    @property
    def b(self) -> FloatArray:
        """Non-events of the first group."""
        return self.n1 - self.a

    @property
    def d(self) -> FloatArray:
        """Non-events of the second group."""
        return self.n2 - self.c

    @property
    def total(self) -> FloatArray:
        """Participants of both groups."""
        return self.n1 + self.n2

    @property
    def has_zero(self) -> BoolArray:
        """Tables with a 0 in any cell."""
        return np.asarray((self.a == 0) | (self.b == 0) | (self.c == 0) | (self.d == 0))

    @property
    def is_degenerate(self) -> BoolArray:
        """Tables without an event, or without a non-event, in either group."""
        return np.asarray(((self.a == 0) & (self.c == 0)) | ((self.b == 0) & (self.d == 0)))

    def keep(self, chosen: BoolArray) -> TwoByTwoTables:
        """The tables marked in `chosen`."""
        return TwoByTwoTables(self.a[chosen], self.n1[chosen], self.c[chosen], self.n2[chosen])

    def adjust(self, amount: float, to: str) -> tuple[TwoByTwoTables, BoolArray]:
        """Add `amount` to all four cells of the tables that rule `to` chooses."""
        chosen = choose_adjusted(self.has_zero, to) & (amount > 0)
        extra = np.where(chosen, amount, 0.0)
        adjusted = TwoByTwoTables(
            self.a + extra, self.n1 + 2 * extra, self.c + extra, self.n2 + 2 * extra
        )
        return adjusted, chosen


def check_two_by_two(
    events_1: ArrayLike, n_1: ArrayLike, events_2: ArrayLike, n_2: ArrayLike
) -> TwoByTwoTables:
    """Tables from whole numbers of shape (k,); ValueError for anything impossible."""
    a, n1 = check_events_of(events_1, n_1, events_name="events_1", n_name="n_1")
    c, n2 = check_events_of(events_2, n_2, events_name="events_2", n_name="n_2")
    check_same_shape(events_1=a, events_2=c)
    a, n1, c, n2 = one_dimensional(a, n1, c, n2)
    return TwoByTwoTables(a, n1, c, n2)


def compute_hypergeometric_moments(tables: TwoByTwoTables) -> Pair:
    """Observed minus expected events of the first group and their variance, shape (k,).

    Whole numbers, conditional on the margins. A table with one participant has variance 0.
    Raises no error of its own. Source: mantel1959.
    """
    total, events = tables.total, tables.a + tables.c
    expected = tables.n1 * events / total
    spread = tables.n1 * tables.n2 * events * (total - events)
    return tables.a - expected, spread / (total**2 * (total - 1))


def _odds_ratio(t: TwoByTwoTables) -> Pair:
    return np.log(t.a * t.d / (t.b * t.c)), 1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d


def _risk_ratio(t: TwoByTwoTables) -> Pair:
    return np.log((t.a / t.n1) / (t.c / t.n2)), 1 / t.a - 1 / t.n1 + 1 / t.c - 1 / t.n2


def _risk_difference(t: TwoByTwoTables) -> Pair:
    return t.a / t.n1 - t.c / t.n2, t.a * t.b / t.n1**3 + t.c * t.d / t.n2**3


def _peto(t: TwoByTwoTables) -> Pair:
    difference, variance = compute_hypergeometric_moments(t)
    return difference / variance, 1 / variance


def _arcsine(t: TwoByTwoTables) -> Pair:
    yi = np.arcsin(np.sqrt(t.a / t.n1)) - np.arcsin(np.sqrt(t.c / t.n2))
    return yi, 1 / (4 * t.n1) + 1 / (4 * t.n2)


_TWO_BY_TWO: dict[str, Callable[[TwoByTwoTables], Pair]] = {
    "OR": _odds_ratio,
    "RR": _risk_ratio,
    "RD": _risk_difference,
    "PETO": _peto,
    "AS": _arcsine,
}


def compute_effect_tables(
    tables: TwoByTwoTables,
    *,
    measure: str,
    add: float | None = None,
    to: str | None = None,
    drop00: bool = False,
    undefined: str = "raise",
) -> EffectSizes:
    """`compute_effect_two_by_two` for tables that were checked before, of shape (k,).

    Scales, errors and sources as for `compute_effect_two_by_two`.
    """
    check_choice(measure, "measure", TWO_BY_TWO_MEASURES)
    amount, rule = check_addition(add, to, stabilised=measure == "AS")
    adjusted, chosen = tables.adjust(amount, rule)
    with np.errstate(divide="ignore", invalid="ignore"):
        yi, vi = _TWO_BY_TWO[measure](adjusted)
    if not drop00:
        return finish_effects(yi, vi, measure, chosen, undefined=undefined)
    dropped = tables.is_degenerate
    finish_effects(yi[~dropped], vi[~dropped], measure, chosen[~dropped], undefined=undefined)
    masked = np.where(dropped, np.nan, yi)
    return finish_effects(masked, vi, measure, chosen & ~dropped, undefined="exclude")


@leave_masked_out
def compute_effect_two_by_two(
    events_1: ArrayLike,
    n_1: ArrayLike,
    events_2: ArrayLike,
    n_2: ArrayLike,
    *,
    measure: str = "OR",
    add: float | None = None,
    to: str | None = None,
    drop00: bool = False,
    undefined: str = "raise",
) -> EffectSizes:
    """Effect of the first group against the second in k two-by-two tables.

    Whole numbers of shape (k,) or scalars. Measures: "OR" log odds ratio, "RR" log risk
    ratio, "RD" risk difference, "PETO" log odds ratio by the one-step method, "AS"
    difference of arcsines of root proportions (radians). `add` goes to all four cells of
    the tables chosen by `to`: "only0" those with a 0 in a cell (default, with 1/2), "all",
    "if0all" (all as soon as one table has a 0), "none". "AS" receives no correction unless
    `add` is given. `drop00` leaves tables without events, or without non-events, in both
    groups out of `used`, with NaN for an estimate; they are kept and corrected otherwise.
    `undefined` = "raise" refuses a table without a finite estimate, "exclude" leaves it
    out of `used`.

    Raises ValueError for n < 1, events outside 0..n, fractions, NaN, no study, shapes
    that differ, unknown names. Sources: yusuf1985, ruecker2009, metafor2010.
    """
    tables = check_two_by_two(events_1, n_1, events_2, n_2)
    return compute_effect_tables(
        tables, measure=measure, add=add, to=to, drop00=drop00, undefined=undefined
    )


def compute_small_sample_factor(degrees_of_freedom: ArrayLike) -> FloatArray:
    """Exact bias correction of a standardised mean difference, of the shape of its df.

    degrees_of_freedom: above 1, in whole or broken numbers; the factor has no unit and lies
    between 0 and 1. Raises no error of its own. Source: hedges1981.
    """
    df = check_finite(degrees_of_freedom, "degrees_of_freedom")
    return np.asarray(
        np.exp(
            scipy.special.gammaln(df / 2) - scipy.special.gammaln((df - 1) / 2) - np.log(df / 2) / 2
        )
    )


def _check_group(
    mean: ArrayLike, sd: ArrayLike, n: ArrayLike, group: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    arrays = {
        f"mean_{group}": check_finite(mean, f"mean_{group}"),
        f"sd_{group}": check_positive(sd, f"sd_{group}"),
        f"n_{group}": check_counts(n, f"n_{group}", least=2),
    }
    check_same_shape(**arrays)
    check_not_empty(arrays[f"mean_{group}"], f"mean_{group}")
    first, second, third = one_dimensional(*arrays.values())
    return first, second, third


@leave_masked_out
def compute_effect_means(
    *,
    mean_1: ArrayLike,
    sd_1: ArrayLike,
    n_1: ArrayLike,
    mean_2: ArrayLike,
    sd_2: ArrayLike,
    n_2: ArrayLike,
    measure: str = "MD",
) -> EffectSizes:
    """Difference of means of the first group against the second, shape (k,).

    Means and standard deviations share one unit; `n` are whole numbers, 2 or more.
    Measures: "MD" raw difference, in that unit; "SMD" difference over the pooled standard
    deviation with the exact small-sample correction; "ROM" log ratio of means, which must
    then be above 0.

    Raises ValueError for a standard deviation not above 0, n below 2, NaN, no study,
    shapes that differ, unknown measure. Sources: hedges1981, hedges1999, metafor2010.
    """
    check_choice(measure, "measure", MEAN_MEASURES)
    m1, s1, n1 = _check_group(mean_1, sd_1, n_1, 1)
    m2, s2, n2 = _check_group(mean_2, sd_2, n_2, 2)
    check_same_shape(mean_1=m1, mean_2=m2)
    if measure == "MD":
        yi, vi = m1 - m2, s1**2 / n1 + s2**2 / n2
    elif measure == "SMD":
        df = n1 + n2 - 2
        pooled = np.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df)
        yi = compute_small_sample_factor(df) * (m1 - m2) / pooled
        vi = 1 / n1 + 1 / n2 + yi**2 / (2 * (n1 + n2))
    else:
        check_positive(m1, "mean_1")
        check_positive(m2, "mean_2")
        yi, vi = np.log(m1 / m2), s1**2 / (n1 * m1**2) + s2**2 / (n2 * m2**2)
    return finish_effects(yi, vi, measure, np.zeros(yi.shape, dtype=np.bool_))
