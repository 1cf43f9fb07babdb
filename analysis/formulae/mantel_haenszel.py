"""Pooling of two-by-two tables from their counts: Mantel-Haenszel and Peto."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.formulae.checks import check_studies
from analysis.formulae.counts import check_choice, check_finite, check_level
from analysis.formulae.distributions import chi_square_p, critical_value
from analysis.formulae.effect_sizes import CONTINUITY_RULES
from analysis.formulae.missing import leave_masked_out
from analysis.formulae.pooling import compute_common_effect
from analysis.formulae.results import Result
from analysis.formulae.two_groups import (
    TwoByTwoTables,
    check_two_by_two,
    compute_effect_tables,
    compute_hypergeometric_moments,
)
from analysis.formulae.types import EffectSizes, FloatArray, JointTest, PooledEffect

MANTEL_HAENSZEL_MEASURES = ("OR", "RR", "RD")


@dataclass(frozen=True, eq=False)
class TwoByTwoPool(Result):
    """A common effect pooled from k tables, on the scale of `measure` (ratios as logs).

    `lower` and `upper` bound it at `level`; `statistic` is a standard normal deviate.
    `q`, `q_degrees_of_freedom`, `q_p_value`, `i2` (percent) and `h2` describe heterogeneity of the
    `effects` of single studies about the pooled estimate. `association` is the
    Cochran-Mantel-Haenszel test and `homogeneity` Tarone's, for odds ratios alone.
    """

    k: int
    estimate: float
    standard_error: float
    statistic: float
    p_value: float
    lower: float
    upper: float
    level: float
    measure: str
    method: str
    q: float
    q_degrees_of_freedom: int
    q_p_value: float
    i2: float
    h2: float
    effects: EffectSizes
    association: JointTest | None = None
    homogeneity: JointTest | None = None


def _chi_square(statistic: float, df: int) -> JointTest:
    p_value = chi_square_p(statistic, float(df))
    return JointTest(statistic, df, None, float(p_value))


def _pooled_odds_ratio(t: TwoByTwoTables) -> tuple[float, float]:
    """Log odds ratio and its Robins-Breslow-Greenland standard error."""
    with_event, without = t.a * t.d / t.total, t.b * t.c / t.total
    same, other = (t.a + t.d) / t.total, (t.b + t.c) / t.total
    over, under = float(np.sum(with_event)), float(np.sum(without))
    _refuse_empty(over, under, "OR")
    variance = (
        np.sum(same * with_event) / over**2
        + np.sum(same * without + other * with_event) / (over * under)
        + np.sum(other * without) / under**2
    ) / 2
    return float(np.log(over / under)), float(np.sqrt(variance))


def _pooled_risk_ratio(t: TwoByTwoTables) -> tuple[float, float]:
    """Log risk ratio and its Greenland-Robins standard error."""
    over = float(np.sum(t.a * t.n2 / t.total))
    under = float(np.sum(t.c * t.n1 / t.total))
    _refuse_empty(over, under, "RR")
    spread = np.sum((t.n1 * t.n2 * (t.a + t.c) - t.a * t.c * t.total) / t.total**2)
    return float(np.log(over / under)), float(np.sqrt(spread / (over * under)))


def _pooled_risk_difference(t: TwoByTwoTables) -> tuple[float, float]:
    """Risk difference and its Sato-Greenland-Robins standard error."""
    weight = float(np.sum(t.n1 * t.n2 / t.total))
    estimate = float(np.sum((t.a * t.n2 - t.c * t.n1) / t.total)) / weight
    first = (t.n1**2 * t.c - t.n2**2 * t.a + t.n1 * t.n2 * (t.n2 - t.n1) / 2) / t.total**2
    second = (t.a * t.d + t.c * t.b) / (2 * t.total)
    variance = (estimate * np.sum(first) + np.sum(second)) / weight**2
    if not variance > 0:
        raise ValueError(
            "events_1 and events_2 leave the pooled RD without a variance; allowed: "
            "an event or a non-event in at least one table that the other group lacks"
        )
    return estimate, float(np.sqrt(variance))


_POOLS: dict[str, Callable[[TwoByTwoTables], tuple[float, float]]] = {
    "OR": _pooled_odds_ratio,
    "RR": _pooled_risk_ratio,
    "RD": _pooled_risk_difference,
}


def _refuse_empty(over: float, under: float, measure: str) -> None:
    if over > 0 and under > 0:
        return
    argument = "events_1" if over == 0 else "events_2"
    raise ValueError(
        f"{argument} leaves the pooled {measure} at zero or infinity (its sum over tables is 0); "
        "allowed: events in both groups and, for OR, non-events in both"
    )


def compute_association_test(tables: TwoByTwoTables, *, correct: bool = True) -> JointTest:
    """Cochran-Mantel-Haenszel test, with the continuity correction of 1/2 by default.

    tables: checked whole numbers of shape (k,). Raises no error of its own: without any
    variance the statistic is NaN. Sources: cochran1954, mantel1959.
    """
    difference, variance = compute_hypergeometric_moments(tables)
    distance = abs(float(np.sum(difference)))
    shortened = max(distance - 0.5, 0.0) if correct else distance
    return _chi_square(shortened**2 / float(np.sum(variance)), 1)


def _expected_cell(t: TwoByTwoTables, odds_ratio: float) -> FloatArray:
    """Events of the first group given the margins and a common odds ratio."""
    events = t.a + t.c
    quadratic = 1 - odds_ratio
    linear = t.n2 - events + odds_ratio * (t.n1 + events)
    constant = -odds_ratio * t.n1 * events
    # Of the two forms of the root this one is stable for an odds ratio near 1.
    root = np.sqrt(np.maximum(linear**2 - 4 * quadratic * constant, 0.0))
    return np.asarray(-2 * constant / (linear + root))


def compute_homogeneity_test(tables: TwoByTwoTables, odds_ratio: float) -> JointTest:
    """Breslow-Day test with Tarone's correction, about a pooled `odds_ratio`.

    tables: checked counts of shape (k,); the odds ratio is not a log. Tables without events,
    or without non-events, say nothing and are left out. Raises no error of its own.
    Source: tarone1985.
    """
    t = tables.keep(~tables.is_degenerate)
    expected = _expected_cell(t, odds_ratio)
    events = t.a + t.c
    with np.errstate(divide="ignore"):
        precision = (
            1 / expected
            + 1 / (events - expected)
            + 1 / (t.n1 - expected)
            + 1 / (t.n2 - events + expected)
        )
    difference = t.a - expected
    statistic = np.sum(difference**2 * precision)
    correction = np.sum(difference) ** 2 / np.sum(1 / precision)
    return _chi_square(float(statistic - correction), int(t.a.size) - 1)


def _assemble(
    estimate: float,
    se: float,
    effects: EffectSizes,
    *,
    method: str,
    level: float,
    association: JointTest | None = None,
    homogeneity: JointTest | None = None,
) -> TwoByTwoPool:
    yi, vi = effects.yi[effects.used], effects.vi[effects.used]
    heterogeneity = _chi_square(float(np.sum((yi - estimate) ** 2 / vi)), max(yi.size - 1, 0))
    q, df = heterogeneity.statistic, heterogeneity.degrees_of_freedom
    half = -float(scipy.special.ndtri((1 - level) / 2)) * se
    return TwoByTwoPool(
        k=int(effects.used.size),
        estimate=estimate,
        standard_error=se,
        statistic=estimate / se,
        p_value=float(2 * scipy.special.ndtr(-abs(estimate / se))),
        lower=estimate - half,
        upper=estimate + half,
        level=level,
        measure=effects.measure,
        method=method,
        q=q,
        q_degrees_of_freedom=df,
        q_p_value=heterogeneity.p_value,
        i2=max(0.0, 100 * (q - df) / q) if q > 0 else 0.0,
        h2=q / df if df > 0 else 1.0,
        effects=effects,
        association=association,
        homogeneity=homogeneity,
    )


@leave_masked_out
def compute_mantel_haenszel(
    events_1: ArrayLike,
    n_1: ArrayLike,
    events_2: ArrayLike,
    n_2: ArrayLike,
    *,
    measure: str = "OR",
    add: float = 0.5,
    to: str = "only0",
    drop00: bool = True,
    add_to_pool: float = 0.0,
    pool_rule: str = "none",
    drop00_from_pool: bool = False,
    correct: bool = True,
    level: float = 0.95,
) -> TwoByTwoPool:
    """Mantel-Haenszel common effect of k two-by-two tables, first group against second.

    Whole numbers of shape (k,). "OR" and "RR" are pooled on the log scale, "RD" as is. The
    pooled estimate needs no continuity correction; `add`, `to` and `drop00` serve the
    estimates of single studies, and so Q, I2 and H2. `add_to_pool` with `pool_rule` and
    `drop00_from_pool` do the same to the tables that are pooled: 1/2, "only0" and True
    give the convention of other packages. `correct` is the continuity correction of the
    Cochran-Mantel-Haenszel test.

    Raises ValueError as `compute_effect_two_by_two` does, and where the pooled effect
    does not exist because one group has no event in any table.
    Sources: mantel1959, robins1986, greenland1985, sato1989, tarone1985, metafor2010.
    """
    tables = check_two_by_two(events_1, n_1, events_2, n_2)
    check_choice(measure, "measure", MANTEL_HAENSZEL_MEASURES)
    check_choice(pool_rule, "pool_rule", CONTINUITY_RULES)
    checked_level = check_level(level)
    amount = float(check_finite(add_to_pool, "add_to_pool"))
    effects = compute_effect_tables(
        tables, measure=measure, add=add, to=to, drop00=drop00, undefined="exclude"
    )
    kept = tables.keep(~tables.is_degenerate) if drop00_from_pool else tables
    pooled, _ = kept.adjust(amount, pool_rule)
    estimate, se = _POOLS[measure](pooled)
    is_odds_ratio = measure == "OR"
    return _assemble(
        estimate,
        se,
        effects,
        method="mantel-haenszel",
        level=checked_level,
        association=compute_association_test(pooled, correct=correct) if is_odds_ratio else None,
        homogeneity=compute_homogeneity_test(pooled, np.exp(estimate)) if is_odds_ratio else None,
    )


@leave_masked_out
def compute_peto(
    events_1: ArrayLike,
    n_1: ArrayLike,
    events_2: ArrayLike,
    n_2: ArrayLike,
    *,
    level: float = 0.95,
) -> TwoByTwoPool:
    """Peto's one-step common log odds ratio of k tables, first group against second.

    Whole numbers of shape (k,). The pooled estimate is the sum of observed minus expected
    events over the sum of hypergeometric variances; neither it nor the estimates of single
    studies behind Q, I2 and H2 need a continuity correction. Tables without events, or
    without non-events, in both groups say nothing and are not `used`.

    Raises ValueError as `compute_effect_two_by_two` does, and where no table has both an
    event and a non-event. Sources: yusuf1985, metafor2010.
    """
    tables = check_two_by_two(events_1, n_1, events_2, n_2)
    checked_level = check_level(level)
    effects = compute_effect_tables(
        tables, measure="PETO", to="none", drop00=True, undefined="exclude"
    )
    difference, variance = compute_hypergeometric_moments(tables)
    information = float(np.sum(variance))
    if information == 0:
        raise ValueError(
            "events_1 and events_2 have no table with an event and a non-event; "
            "allowed: one such table at least"
        )
    estimate = float(np.sum(difference)) / information
    return _assemble(estimate, information**-0.5, effects, method="peto", level=checked_level)


def compute_random_effects_from_pool(
    pool: TwoByTwoPool, *, test: str = "t", level: float = 0.95
) -> PooledEffect:
    """Random effects whose tau2 comes from heterogeneity about a Mantel-Haenszel estimate.

    pool: of compute_mantel_haenszel or compute_peto, with effects of shape (k,).
    DerSimonian and Laird's tau2 with the Q of `pool` in place of Cochran's: what reviews
    print as "M-H, random effects". The result has the scale of `pool`; its `q` is that of
    the pool, I2 and H2 are by Q, and its prediction interval has k - 1 degrees of freedom.
    test: t, with k - 1; knha; or z, which such reviews print.
    Raises ValueError where no table has an estimate, or on another test. Source: meta2019.
    """
    check_choice(test, "test", ("z", "t", "knha"))
    studies = check_studies(pool.effects, None)
    yi, vi = studies.y, studies.v
    weights = 1 / vi
    scale = float(np.sum(weights) - np.sum(weights**2) / np.sum(weights))
    excess = pool.q - pool.q_degrees_of_freedom
    tau2 = max(0.0, excess / scale) if yi.size > 1 else 0.0
    mean = compute_common_effect(yi, vi + tau2, test=test, level=level)
    reach = float(critical_value(level, float(yi.size - 1)))
    half = reach * float(np.hypot((1 / (vi + tau2)).sum() ** -0.5, np.sqrt(tau2)))
    exists = yi.size > 1
    return replace(
        mean,
        tau2=tau2,
        q=pool.q,
        q_degrees_of_freedom=pool.q_degrees_of_freedom,
        q_p_value=pool.q_p_value,
        i2=pool.i2,
        h2=pool.h2,
        prediction_lower=mean.estimate - half if exists else None,
        prediction_upper=mean.estimate + half if exists else None,
        estimator=f"DL about {pool.method}",
        prediction="V",
    )
