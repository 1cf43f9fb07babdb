"""What pictures of analyses must show, a function a kind of figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from analysis.absolute import risk_with
from analysis.pooling import Pooled
from analysis.rounding import format_number
from analysis.words import say
from publishing.documents.proof.shown import Course, Note, Part, Shown, Span, shown_by
from publishing.figures.baujat import NAMED, Baujat
from publishing.figures.bubble import Bubble
from publishing.figures.forest_lines import shares_of
from publishing.figures.funnel import Funnel
from publishing.figures.influence_plot import InfluencePlot
from publishing.figures.labbe import LAbbe
from publishing.figures.pooled_forests import Cumulative, LeftOut, SubgroupForest, counted
from publishing.figures.specification_curve import SpecificationCurve
from publishing.figures.study_effects import StudyEffects
from publishing.printing.analysis_cells import amount_of, limits_of, unit_of
from publishing.printing.cohort_names import member_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.cohorts import Cohort
    from analysis.review_data import ReviewData

WHOLE = (0.0, 1.0)  # from one edge of the axes to the other


def _upright(name: str, panel: int, x: float, *heads: str) -> Course:
    """A line across the whole height at a value."""
    return Course(name, panel, [(x, WHOLE[0]), (x, WHOLE[1])], heads)


def _pooled(unit: str, label: str, pooled: Pooled) -> Iterator[Part]:
    """A pooled value with its words, and its prediction interval."""
    ends = pooled.value, pooled.lower, pooled.upper
    yield Shown(label, ends[0], None, *ends[1:], beside=(label, amount_of(unit, *ends)))
    if pooled.prediction_lower is not None and pooled.prediction_upper is not None:
        reach = (pooled.prediction_lower, pooled.prediction_upper)
        words = (say("figures.prediction"), limits_of(unit, *reach))
        yield Span(f"the prediction interval of {label}", *reach, words)
    if pooled.i2 is not None:
        tau2, i2 = format_number(pooled.tau2, 2), format_number(pooled.i2, 0)
        yield Note(say("figures.heterogeneity", tau2=tau2, i2=f"{i2}%"))


def _cohort(data: ReviewData, unit: str, cohort: Cohort, longest: int, *words: str) -> Shown:
    """The line of a cohort in a forest."""
    ends = cohort.value, cohort.lower, cohort.upper
    beside = (member_name(data, cohort, longest), amount_of(unit, *ends), *words)
    return Shown(cohort.row, ends[0], None, *ends[1:], beside=beside)


@shown_by.register(StudyEffects)
def _study_effects(display: StudyEffects, data: ReviewData) -> Iterator[Part]:
    synthesis = data.syntheses[display.synthesis]
    unit, shares = unit_of(synthesis), shares_of(data, display.synthesis)
    for cohort in synthesis.overall.cohorts:
        share = f"{format_number(shares[cohort.row], 1)}%" if display.heads.weight else ""
        count = counted(cohort) if display.heads.count else ""
        yield _cohort(data, unit, cohort, 34, share, count)
    for group in synthesis.groups:
        if group.first is not None:
            yield from _pooled(unit, display.group_label or display.pooled_label, group.first)
    if synthesis.overall.first is not None:
        yield from _pooled(unit, display.pooled_label, synthesis.overall.first)


@shown_by.register(SubgroupForest)
def _subgroup_forest(display: SubgroupForest, data: ReviewData) -> Iterator[Part]:
    unit, shares = display.unit(data), shares_of(data, display.synthesis)
    for level in data.analyses.comparison(display.subgroups).levels:
        for cohort in level.cohorts:
            share = f"{format_number(shares[cohort.row], 1)}%"
            yield _cohort(data, unit, cohort, 32, share, counted(cohort))
        if level.first is not None:
            beside = (display.pooled_label, amount_of(unit, *level.first))
            value, lower, upper = level.first
            yield Shown(level.name, value, None, lower, upper, beside=beside)
    if (pooled := display.pooled(data)) is not None:
        yield from _pooled(unit, display.all_label, pooled)


@shown_by.register(LeftOut)
def _left_out(display: LeftOut, data: ReviewData) -> Iterator[Part]:
    values = data.analyses.without_each(display.synthesis).first
    names = [member_name(data, cohort, 34) for cohort in display.cohorts(data)]
    yield from _steps(display.unit(data), names, values.T)
    if (pooled := display.pooled(data)) is not None:
        ends = (pooled.value, pooled.lower, pooled.upper)
        beside = (display.whole, amount_of(display.unit(data), *ends))
        yield Shown(display.whole, ends[0], None, *ends[1:], beside=beside)
        yield _upright(f"the line of {display.whole}", 0, pooled.value)


@shown_by.register(Cumulative)
def _cumulative(display: Cumulative, data: ReviewData) -> Iterator[Part]:
    found = data.analyses.cumulative(display.synthesis)
    members = display.cohorts(data)
    names = [f"{year}  + {member_name(data, members[at], 27)}"
             for year, at in zip(found.years, found.order, strict=True)]  # fmt: skip
    yield from _steps(display.unit(data), names, found.first.T)


def _steps(unit: str, names: Sequence[str], values: Iterable[Sequence[float]]) -> Iterator[Part]:
    """Pooled values with the cohort that was left out or came in."""
    for name, (value, lower, upper) in zip(names, values, strict=True):
        beside = (name, amount_of(unit, value, lower, upper))
        yield Shown(name, value, None, lower, upper, beside=beside)


@shown_by.register(Baujat)
def _baujat(display: Baujat, data: ReviewData) -> Iterator[Part]:
    found = data.analyses.baujat(display.synthesis)
    cohorts = data.analyses.effects(display.synthesis).cohorts
    farthest = {int(at) for values in (found.contribution, found.influence)
                for at in np.argsort(-values, kind="stable")[:NAMED]}  # fmt: skip
    for at, cohort in enumerate(cohorts):
        name = member_name(data, cohort, 24) if at in farthest else ""
        place = float(found.contribution[at]), float(found.influence[at])
        yield Shown(cohort.row, *place, point=(name,))


@shown_by.register(InfluencePlot)
def _influence(display: InfluencePlot, data: ReviewData) -> Iterator[Part]:
    cohorts = data.analyses.effects(display.synthesis).cohorts
    found, k = data.analyses.influence(display.synthesis), len(cohorts)
    heads = display.heads
    panels = (
        (heads.residual, found.rstudent, 1.96), (heads.dffits, found.dffits, 3 / np.sqrt(k - 1)),
        (heads.distance, found.cook_distance, 0.455), (heads.weight, found.weights, 300 / k),
    )  # fmt: skip
    for panel, (head, values, limit) in enumerate(panels):
        yield _upright(f"the limit of {head}", panel, limit, head)
        for at, (cohort, value) in enumerate(zip(cohorts, values, strict=True)):
            beside = () if panel else (member_name(data, cohort, 30),)
            yield Shown(cohort.row, float(value), float(k - at), panel=panel, beside=beside)


@shown_by.register(Funnel)
def _funnel(display: Funnel, data: ReviewData) -> Iterator[Part]:
    effects = data.analyses.effects(display.synthesis)
    for at, cohort in enumerate(effects.cohorts):
        effect, error = float(effects.yi[at]), float(np.sqrt(effects.vi[at]))
        yield Shown(cohort.row, effect, error, panel=0)
        yield Shown(cohort.row, effect, float(effects.n[at]), panel=1)
    filled = data.analyses.small_study(display.synthesis).filled
    if filled is not None:
        new = filled.filled
        for effect, variance in zip(filled.yi[new], filled.vi[new], strict=True):
            place = float(effect), float(np.sqrt(variance))
            yield Shown("a cohort that trim and fill adds", *place, panel=0)
    pooled = float(data.analyses.pooled(display.synthesis).estimate)
    for panel, head in enumerate((display.error, display.patients)):
        yield _upright("the pooled value", panel, pooled, head, display.axis.title)


@shown_by.register(Bubble)
def _bubble(display: Bubble, data: ReviewData) -> Iterator[Part]:
    found = [data.analyses.regression(name) for name in display.regressions]
    for panel, one in enumerate(item for item in found if item.fit is not None):
        grid, fitted, _, _ = one.line()
        heads = (one.definition.title, one.definition.label)
        yield Course(one.definition.title, panel, np.column_stack([grid, fitted]), heads)
        if one.effects is not None:
            values = one.effects.back(one.effects.yi)
            for cohort, x, y in zip(one.cohorts, one.values, values, strict=True):
                yield Shown(cohort.row, float(x), float(y), panel=panel)


@shown_by.register(LAbbe)
def _labbe(display: LAbbe, data: ReviewData) -> Iterator[Part]:
    synthesis, most = data.syntheses[display.synthesis], 0.0
    for cohort in synthesis.overall.cohorts:
        treated, control = (100 * (arm.events or 0) / (arm.n or 1) for arm in cohort.arms)
        most = max(most, 1.08 * treated, 1.08 * control)
        yield Shown(cohort.row, control, treated)
    yield Course(
        "the line of equal risks", 0, [(0, 0), (most, most)], (display.xlabel, display.ylabel)
    )
    if synthesis.overall.first is not None:
        value = synthesis.overall.first.value
        risks = np.linspace(0, most, 60)
        fitted = [100 * risk_with(synthesis, risk / 100, value) for risk in risks]
        yield Course("the pooled effect", 0, np.column_stack([risks, fitted]))


@shown_by.register(SpecificationCurve)
def _specification_curve(display: SpecificationCurve, data: ReviewData) -> Iterator[Part]:
    found = data.analyses.multiverse(display.multiverse)
    first = {name: values[:, 0] for name, values in found.bounds.items()}
    order = np.argsort(first["estimate"], kind="stable").tolist()
    for at, i in enumerate(order):
        value, lower, upper = (float(first[name][i]) for name in ("estimate", "lower", "upper"))
        yield Shown(f"set {at + 1}", float(at), value, lower, upper, panel=0)
        if i == found.baseline:
            yield Shown("the protocol's set", float(at), value, panel=0)
        for position, decision in enumerate(found.decisions):
            for option in decision.options:
                if found.sets[i].uses(position, option.id):
                    name = f"{option.title} in set {at + 1}"
                    yield Shown(name, float(at), panel=1, beside=(option.title,))
