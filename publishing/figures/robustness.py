"""Figures of the chapter on robustness: what single cohorts, their size and their kind do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from analysis.moderators import Effects, percent
from analysis.robustness import Analyses
from analysis.rounding import fit_digits, format_number
from analysis.syntheses import Cohort, Pooled
from publishing.cohorts import cite, claim_text, plain, short_name
from publishing.figure import Figure, save
from publishing.figures import multiverse
from publishing.figures.forest import Estimate, draw_forest
from publishing.figures.robustness_drawing import (
    Bubbles,
    Point,
    draw_baujat,
    draw_bubbles,
    draw_funnels,
    draw_influence,
)
from publishing.workbench import Workbench

WIDEST = "orr.all-bcma"  # the synthesis with the most cohorts: the only one such figures suit
SOURCES = "Cohorts and sources are those of @fig-forest-orr-exposure."


def _interval(value: float, lower: float, upper: float) -> str:
    digits = fit_digits(1, value, (lower, upper), percent=True)
    shown, low, high = (format_number(number, digits) for number in (value, lower, upper))
    return f"{shown}% ({low} to {high})"


def _pooled(label: str, pooled: Pooled) -> Estimate:
    low, high = pooled.prediction_lower, pooled.prediction_upper
    return Estimate(
        label, pooled.value, pooled.lower, pooled.upper, kind="pooled",
        text=_interval(pooled.value, pooled.lower, pooled.upper),
        prediction=None if low is None or high is None else (low, high),
    )  # fmt: skip


def _weights(analyses: Analyses, name: str) -> dict[str, float]:
    effects = analyses.effects(name)
    weights = analyses.pooled(name).weights
    return {cohort.arm_id: w for cohort, w in zip(effects.cohorts, weights, strict=True)}


# forest by subgroup ----------------------------------------------------------------------------


def render_forest(bench: Workbench, name: str, subgroups: str, xlabel: str) -> Figure:
    """Every cohort of a synthesis by subgroup, with its weight, and each pooled value."""
    analyses = bench.analyses
    comparison = analyses.comparison(subgroups)
    weights = _weights(analyses, name)
    cohorts = {c.arm_id: c for c in analyses.effects(name).cohorts}
    lines: list[Estimate] = []
    for level in comparison.levels:
        lines.append(Estimate(level.name.capitalize(), kind="heading"))
        members = [cohorts[c.arm_id] for c in level.candidates]
        members.sort(key=lambda cohort: -cohort.value)
        lines += [_line(bench, cohort, weights[cohort.arm_id]) for cohort in members]
        if level.first is not None:
            value, lower, upper = level.first
            text = _interval(value, lower, upper)
            lines.append(
                Estimate("Pooled", value, lower, upper, text=text, kind="pooled")
            )  # fmt: skip
    pooled = bench.syntheses[name].overall.first
    if pooled is not None:
        lines += [
            Estimate("All cohorts", kind="heading"),
            _pooled("Pooled, with prediction", pooled),
        ]
    drawing = draw_forest(
        lines, xlabel=xlabel, limits=(0, 101), text_heading="Responded", second_heading="Weight"
    )
    key = f"forest-{subgroups.replace('.', '-')}"
    save(bench.root, key, drawing)
    return Figure(key, _forest_alt(bench, subgroups), _forest_caption(bench, name, subgroups))


def _line(bench: Workbench, cohort: Cohort, weight: float) -> Estimate:
    return Estimate(
        f"  {short_name(bench, cohort.arm_id, 32)}", cohort.value, cohort.lower, cohort.upper,
        text=f"{cohort.events}/{cohort.n}", weight=weight / 10,
        second=f"{format_number(weight, 1)}%", secondary=cohort.verification == "secondary",
    )  # fmt: skip


def _forest_alt(bench: Workbench, subgroups: str) -> str:
    names = ("required", "not-required", "not-known")
    parts = [plain(bench, f"pooled.{subgroups}.{name}", "ci") for name in names]
    return (
        "Forest plot of every cohort. Pooled overall response is "
        f"{parts[0]} where all three classes were required, {parts[1]} where they were not, and "
        f"{parts[2]} where nobody read it. In the test that the groups have one mean, p is "
        f"{plain(bench, f'differ.{subgroups}')}."
    )


def _forest_caption(bench: Workbench, name: str, subgroups: str) -> str:
    claim = f"differ.{subgroups}"
    return (
        "Overall response in every trial of an autologous BCMA-directed product, by whether it "
        "required exposure to all three drug classes. Squares grow with the weight, which is that "
        "of the inverse-variance model; diamonds are pooled by the first model; the dashed line is "
        "the prediction interval. The test that the groups have one mean gives p = "
        f"{claim_text(bench, claim)}. Groups were not randomised and differ in more than this. "
        f"{cite(bench, f'left-out.{name}')}"
    )


# single cohorts --------------------------------------------------------------------------------


def render_left_out(bench: Workbench, name: str) -> Figure:
    """The pooled value without each cohort in turn, by the first model."""
    analyses = bench.analyses
    found = analyses.without_each(name)
    order = np.argsort(found.first[0], kind="stable")
    lines = [
        Estimate(
            short_name(bench, found.effects.cohorts[at].arm_id, 34),
            *found.first[:, at],
            text=_interval(*found.first[:, at]),
            weight=0.25,
        )
        for at in order
    ]
    pooled = bench.syntheses[name].overall.first
    if pooled is not None:
        lines.append(_pooled("Nothing left out", pooled))
    drawing = draw_forest(
        lines, xlabel="Pooled overall response without the cohort, %", limits=(40, 100),
        reference=None if pooled is None else pooled.value, text_heading="Pooled",
    )  # fmt: skip
    key = f"left-out-{name.replace('.', '-')}"
    save(bench.root, key, drawing)
    alt = (
        "Pooled overall response without each cohort in turn: it stays within "
        f"{plain(bench, f'left-out.{name}')}."
    )
    caption = (
        "The pooled value of every trial of an autologous BCMA-directed product without each "
        f"cohort in turn, first model: {claim_text(bench, f'left-out.{name}')}. {SOURCES}"
    )
    return Figure(key, alt, caption)


def render_cumulative(bench: Workbench, name: str) -> Figure:
    """The pooled value as reports came in."""
    found = bench.analyses.cumulative(name)
    lines = []
    for step, (at, year) in enumerate(zip(found.order, found.years, strict=True)):
        values = found.first[:, step]
        label = f"{year}  + {short_name(bench, found.effects.cohorts[at].arm_id, 27)}"
        lines.append(Estimate(label, *values, text=_interval(*values), weight=0.25))
    drawing = draw_forest(
        lines, xlabel="Overall response pooled so far, %", limits=(0, 100), text_heading="So far"
    )
    key = f"cumulative-{name.replace('.', '-')}"
    save(bench.root, key, drawing)
    alt = (
        "Cumulative pooled overall response by the year of the report: it comes from "
        f"{plain(bench, f'cumulative.{name}.early', 'ci')} with the earliest reports to "
        f"{plain(bench, f'pooled.{name}', 'ci')} with all."
    )
    caption = (
        "Overall response pooled as reports came in, by the year of the report that entered, first "
        "model. A cohort stands at its latest report and not at its first, so the order is that of "
        "what is known today. The rise goes with newer products and with reports read second hand. "
        f"{SOURCES}"
    )
    return Figure(key, alt, caption)


def _points(
    bench: Workbench, effects: Effects, xs: Sequence[float], ys: Sequence[float]
) -> list[Point]:
    return [
        Point(float(x), float(y), short_name(bench, cohort.arm_id, 24), float(cohort.n or 0))
        for x, y, cohort in zip(xs, ys, effects.cohorts, strict=True)
    ]


def render_baujat(bench: Workbench, name: str) -> Figure:
    """Who makes the heterogeneity, and who moves the result."""
    analyses = bench.analyses
    found, effects = analyses.baujat(name), analyses.effects(name)
    points = _points(bench, effects, found.contribution, found.influence)
    key = f"baujat-{name.replace('.', '-')}"
    save(bench.root, key, draw_baujat(points))
    most = max(points, key=lambda point: point.x)
    mover = max(points, key=lambda point: point.y)
    alt = (
        f"Baujat plot: {most.label} adds more to the heterogeneity than any other cohort; "
        f"{'it' if mover == most else mover.label} also moves the pooled value furthest."
    )
    caption = (
        "What each cohort adds to the heterogeneity, and how far it moves the pooled value when it "
        f"is left out; the largest in either direction are named. {SOURCES}"
    )
    return Figure(key, alt, caption)


def render_influence(bench: Workbench, name: str) -> Figure:
    """Deletion diagnostics of every cohort."""
    analyses = bench.analyses
    found, effects = analyses.influence(name), analyses.effects(name)
    labels = [short_name(bench, cohort.arm_id, 30) for cohort in effects.cohorts]
    key = f"influence-{name.replace('.', '-')}"
    save(bench.root, key, draw_influence(found, labels))
    count = plain(bench, f"influential.{name}")
    alt = (
        "Studentised residual, DFFITS, Cook's distance and weight of every cohort. Cohorts beyond "
        f"a limit of influence: {count}."
    )
    caption = (
        "Studentised residual, DFFITS, Cook's distance and weight of each cohort when it is left "
        "out, inverse-variance model; dashed lines are limits of influence [@viechtbauer2010]. "
        f"Cohorts beyond one of them: {claim_text(bench, f'influential.{name}')}. {SOURCES}"
    )
    return Figure(key, alt, caption)


# small studies and moderators ------------------------------------------------------------------


def render_funnel(bench: Workbench, name: str) -> Figure:
    """Contour-enhanced funnel on the standard error, and a funnel on the number of patients."""
    analyses = bench.analyses
    effects, found = analyses.effects(name), analyses.small_study(name)
    filled = found.filled
    added = [] if filled is None else [
        (float(y), float(np.sqrt(v)))
        for y, v, new in zip(filled.yi, filled.vi, filled.filled, strict=True) if new
    ]  # fmt: skip
    key = f"funnel-{name.replace('.', '-')}"
    save(bench.root, key, draw_funnels(effects, analyses.pooled(name).estimate, added))
    p = {test: plain(bench, f"{test}.{name}") for test in ("egger", "peters", "begg")}
    alt = (
        "Two funnel plots. In the regression on the standard error p is "
        f"{p['egger']}, in that on the number of patients {p['peters']}: the standard error of a "
        "proportion close to everybody depends on the proportion itself."
    )
    claims = {test: claim_text(bench, f"{test}.{name}") for test in p}
    caption = (
        "Overall response of every trial of an autologous BCMA-directed product. Left: against the "
        "standard error of the logit; the darker the ground, the smaller the p value against as "
        "many responding as not; open circles are the "
        f"{claim_text(bench, f'missing.{name}')} cohorts that trim and fill adds [@duval2000a]. "
        "Right: against the number of patients. Regression on the standard error p = "
        f"{claims['egger']}, on one over the number of patients p = {claims['peters']}, rank "
        f"correlation p = {claims['begg']}. {SOURCES}"
    )
    return Figure(key, alt, caption)


BUBBLES = ("orr.follow-up", "cr.follow-up", "orr.prior-lines", "cr.prior-lines")


def _includes_one(bench: Workbench) -> str:
    records = [bench.ledger[f"slope.{name}"] for name in BUBBLES]
    without = [r for r in records if not (r.lower or 0) < 1 < (r.upper or 0)]
    return "Not every interval includes one." if without else "Every interval includes one."


def render_bubbles(bench: Workbench) -> Figure:
    """Response against follow-up and prior lines, a panel each."""
    analyses = bench.analyses
    panels = []
    for name in BUBBLES:
        found = analyses.regression(name)
        if found.fit is None or found.effects is None:
            continue
        panels.append(
            Bubbles(
                found.definition.title,
                found.definition.label,
                found.values,
                percent(found.effects.yi),
                1 / found.effects.vi,
                found.line(),
            )
        )
    save(bench.root, "bubble", draw_bubbles(panels))
    slopes = {name: plain(bench, f"slope.{name}", "ci") for name in BUBBLES}
    alt = (
        "Four bubble plots. Odds ratio of overall response per month of follow-up "
        f"{slopes['orr.follow-up']}, of complete response {slopes['cr.follow-up']}; per prior line "
        f"{slopes['orr.prior-lines']} and {slopes['cr.prior-lines']}. {_includes_one(bench)}"
    )
    parts = "; ".join(
        f"{found.lower()} {claim_text(bench, f'slope.{name}', 'ci')}"
        for name, found in ((n, analyses.regression(n).definition.title) for n in BUBBLES)
    )
    caption = (
        "Cohorts by median follow-up and by median prior lines, where a source states them; "
        "circles grow with precision, the line and band are the meta-regression with its interval. "
        f"Odds ratio for one more month or line: {parts}. Averages of cohorts say nothing about "
        f"patients within them. {SOURCES}"
    )
    return Figure("bubble", alt, caption)


FIGURES: dict[str, Callable[[Workbench], Figure]] = {
    "forest-orr-exposure": partial(
        render_forest, name=WIDEST, subgroups="orr.exposure", xlabel="Overall response, %"
    ),
    "left-out-orr-all-bcma": partial(render_left_out, name=WIDEST),
    "cumulative-orr-all-bcma": partial(render_cumulative, name=WIDEST),
    "baujat-orr-all-bcma": partial(render_baujat, name=WIDEST),
    "influence-orr-all-bcma": partial(render_influence, name=WIDEST),
    "funnel-orr-all-bcma": partial(render_funnel, name=WIDEST),
    "bubble": render_bubbles,
    **multiverse.FIGURES,
}
