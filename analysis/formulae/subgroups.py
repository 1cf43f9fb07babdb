"""Pooled effects of subgroups and the test of their difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.checks import Effects, check_studies, refuse_missing
from analysis.formulae.design import Categorical
from analysis.formulae.distributions import chi_square_p
from analysis.formulae.meta_regression import (
    MetaRegression,
    compute_meta_regression,
    compute_regression_prediction,
)
from analysis.formulae.pooling import compute_common_effect, compute_random_effects
from analysis.formulae.results import Columns, Result
from analysis.formulae.types import FloatArray, JointTest, PooledEffect


@dataclass(frozen=True)
class SubgroupEffect:
    """One subgroup: its pooled effect, and heterogeneity among its own studies."""

    name: str
    k: int
    estimate: float
    standard_error: float
    lower: float
    upper: float
    p_value: float
    prediction_lower: float | None
    prediction_upper: float | None
    tau2: float
    q: float
    q_p_value: float
    i2: float
    fallback: str | None


@dataclass(frozen=True)
class Subgroups(Result):
    """Subgroups in the order of their names, and the test that all their effects are equal.

    `between` is None with a single subgroup.
    """

    subgroups: tuple[SubgroupEffect, ...]
    between: JointTest | None
    common_tau2: bool
    estimator: str
    test: str
    level: float

    def columns(self) -> Columns:
        """A row a subgroup."""
        rows = [vars(row) for row in self.subgroups]
        names = {"name": "subgroup"}
        return {names.get(name, name): [row[name] for row in rows] for name in rows[0]}


def compute_subgroups(
    yi: Effects,
    vi: ArrayLike | None = None,
    groups: Sequence[object] = (),
    *,
    common_tau2: bool = False,
    estimator: str = "REML",
    test: str = "knha",
    level: float = 0.95,
) -> Subgroups:
    """Pool each subgroup and test whether their effects differ.

    yi, vi: effects and sampling variances, shape [k], on any one scale; groups: the
    name of each study's subgroup, [k]. common_tau2: one tau2 for all subgroups, estimated
    together (a meta-regression on the subgroups), or one for each; the test of the
    difference is then that of the pooled effects by their standard errors. I2 of a
    subgroup is from its tau2 and its typical sampling variance. Raises ValueError
    as compute_meta_regression does. Sources: borenstein2009, metafor2010.
    """
    studies = check_studies(yi, vi)
    if len(groups) != len(studies.kept):
        raise ValueError(
            f"groups has {len(groups)} names; allowed: {len(studies.kept)}, one a study"
        )
    chosen = [name for name, used in zip(groups, studies.kept, strict=True) if used]
    refuse_missing(chosen, "groups")
    effects, variances, names = studies.y, studies.v, [str(name) for name in chosen]
    levels = sorted(set(names))
    if common_tau2:
        rows, between = _together(effects, variances, names, estimator, test, level)
    else:
        rows, between = _apart(effects, variances, names, estimator, test, level)
    return Subgroups(
        subgroups=rows,
        between=between if len(levels) > 1 else None,
        common_tau2=common_tau2,
        estimator=estimator,
        test=test,
        level=level,
    )


Rows = tuple[SubgroupEffect, ...]


def _members(names: Sequence[str], level: str) -> list[int]:
    return [index for index, name in enumerate(names) if name == level]


def _apart(
    y: FloatArray, v: FloatArray, names: Sequence[str], estimator: str, test: str, level: float
) -> tuple[Rows, JointTest]:
    """Each subgroup with its own tau2."""
    rows = []
    for name in sorted(set(names)):
        of = _members(names, name)
        pooled = compute_random_effects(y[of], v[of], estimator=estimator, test=test, level=level)
        rows.append(_row(name, pooled))
    estimates = np.array([row.estimate for row in rows])
    errors = np.array([row.standard_error for row in rows])
    if errors.min() == 0.0:
        raise ValueError(
            f"test {test!r} finds no variance in subgroup {rows[int(errors.argmin())].name!r}; "
            f"allowed: 'z', 'adhoc'"
        )
    weights = 1.0 / errors**2
    centre = (weights * estimates).sum() / weights.sum()
    q, free = float((weights * (estimates - centre) ** 2).sum()), len(rows) - 1
    tail = chi_square_p(q, float(free))
    return tuple(rows), JointTest(q, free, None, float(tail))


def _row(name: str, pooled: PooledEffect) -> SubgroupEffect:
    return SubgroupEffect(
        name=name,
        k=pooled.k,
        estimate=pooled.estimate,
        standard_error=pooled.standard_error,
        lower=pooled.lower,
        upper=pooled.upper,
        p_value=pooled.p_value,
        prediction_lower=pooled.prediction_lower,
        prediction_upper=pooled.prediction_upper,
        tau2=pooled.tau2,
        q=pooled.q,
        q_p_value=pooled.q_p_value,
        i2=pooled.i2,
        fallback=pooled.fallback,
    )


def _together(
    y: FloatArray, v: FloatArray, names: Sequence[str], estimator: str, test: str, level: float
) -> tuple[Rows, JointTest]:
    """All subgroups with one tau2: a meta-regression on their names."""
    moderator = {"subgroup": Categorical(names)}
    means = compute_meta_regression(
        y, v, moderator, intercept=False, estimator=estimator, test=test, level=level
    )
    contrast = compute_meta_regression(y, v, moderator, estimator=estimator, test=test, level=level)
    rows = tuple(
        _cell(means, number, name, y[_members(names, name)], v[_members(names, name)])
        for number, name in enumerate(sorted(set(names)))
    )
    return rows, contrast.omnibus


def _cell(
    means: MetaRegression, number: int, name: str, y: FloatArray, v: FloatArray
) -> SubgroupEffect:
    own = compute_common_effect(y, v)
    predicted = compute_regression_prediction(means, {"subgroup": Categorical([name])})
    lower, upper = predicted.prediction_lower, predicted.prediction_upper
    weight = 1.0 / v
    trace = float(weight.sum() - (weight**2).sum() / weight.sum())
    typical = (len(y) - 1) / trace if len(y) > 1 else np.inf
    return SubgroupEffect(
        name=name,
        k=len(y),
        estimate=float(means.coefficients[number]),
        standard_error=float(means.standard_errors[number]),
        lower=float(means.lower[number]),
        upper=float(means.upper[number]),
        p_value=float(means.p_values[number]),
        prediction_lower=None if lower is None else float(lower[0]),
        prediction_upper=None if upper is None else float(upper[0]),
        tau2=means.tau2,
        q=own.q,
        q_p_value=own.q_p_value,
        i2=100.0 * means.tau2 / (typical + means.tau2),
        fallback=means.fallback,
    )
