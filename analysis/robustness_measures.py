"""Claims on robustness: what a statistic of `report/claims.csv` yields beside the protocol."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np

from analysis.cohorts import UNITS, Cohort
from analysis.formulae.meta_regression import MetaRegression
from analysis.measures import Measure, distinct, weakest
from analysis.moderators import Effects, Level
from analysis.multiverse import BOUNDS, FOLLOWING, Candidate, Multiverse
from analysis.pooling import scale_named, scale_of
from analysis.registry import AS_ITS_ROWS, FOLLOW_UP, Cells, statistic
from analysis.robustness import Analyses
from analysis.rounding import format_number
from analysis.selection import SelectionError
from analysis.syntheses import Synthesis, read_pooled
from analysis.words import say, section
from schemas.rounding import fixed

SELECTOR = re.compile(
    r"^(?P<kind>[a-z]+):(?P<name>[^/\[\]#]+)(?:/(?P<part>[^\[\]#]+))?"
    r"(?:\[(?P<options>[^\]]*)\])?(?:#(?P<bound>[a-z_]+))?$"
)
BOUND_NAMES = section("bounds")

# What all these statistics have in common: results are looked at, none is stated.
of_analyses = partial(statistic, family="robustness", part="spread", says="analysis")


def _read_moderated(row: Cells, column: str | None) -> tuple[str, ...]:
    return (*read_pooled(row, column), FOLLOW_UP)


def format_p(value: float) -> str:
    """A p value in words: two decimals, three below a tenth, never zero."""
    if value < 0.001:
        return "below 0.001"
    return format_number(value, 3 if value < 0.1 else 2)


def finite(value: float) -> float | None:
    """A limit, None where there is none."""
    return float(value) if np.isfinite(value) else None


def _parse(selector: str, kind: str) -> Mapping[str, str]:
    match = SELECTOR.match(selector.strip())
    if match is None or match["kind"] != kind:
        raise SelectionError(f"{selector!r} is not {kind}:name")
    return {name: value or "" for name, value in match.groupdict().items()}


def _options(text: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    return {name.strip(): value.strip() for name, _, value in pairs}


def _origin_of(members: Iterable[Candidate | Cohort]) -> dict[str, Any]:
    found = list(members)
    rows = [
        row
        for item in found
        for row in ([item.reference] if isinstance(item, Candidate) else item.rows)
    ]
    return {
        "rows": tuple(rows),
        "citekeys": distinct(item.citekey for item in found),
        "verification": weakest(item.verification for item in found),
    }


def _taken(found: Multiverse, options: Mapping[str, str]) -> list[Candidate]:
    """Candidates that some analysis under these options takes: the rest cannot matter."""
    kept = np.flatnonzero(found.within(options).any(axis=1))
    used = {at for number in kept for at in found.sets[number].rows}
    return [found.candidates[at] for at in sorted(used)]


def _unmarked(origin: dict[str, Any]) -> dict[str, Any]:
    """The origin of a number about analyses: it is no result that a source could print."""
    return origin | {"verification": ""}


def _mean_of(found: Multiverse, options: Mapping[str, str]) -> str:
    mean = found.bounds["estimate"][found.within(options)].mean()
    return say("methods.mean", mean=fixed(mean, 4))


@of_analyses("multiverse_share", unit="percent", compares=False, minor=True, reads=read_pooled)
def measure_share(analyses: Analyses, selector: str) -> Measure:
    """The share of analyses in which a conclusion holds: `multiverse:x/conclusion[a=b]`.

    Of the analyses that follow the protocol; of the wider set with `[analyses=all]`.
    """
    part = _parse(selector, "multiverse")
    found = analyses.multiverse(part["name"])
    conclusion = found.conclusion(part["part"])
    options = _options(part["options"])
    holding, total = found.share(conclusion.id, options)
    if not total:
        raise SelectionError(f"{selector} leaves no analysis")
    mean = float(np.nanmean(found.bounds[conclusion.bound][found.within(options)]))
    distance = fixed(mean - conclusion.value, 4)
    value = format_number(conclusion.value, 0)
    return Measure(
        unit="percent",
        value=100 * holding / total,
        events=holding,
        n=total,
        population=say(f"populations.analyses {options.get('analyses', FOLLOWING)}"),
        subgroup=f"{BOUND_NAMES[conclusion.bound]} {conclusion.relation} {value}%",
        method=say("methods.share", distance=distance),
        **_origin_of(_taken(found, options)),
    )


@of_analyses("multiverse_analyses", unit="number", compares=False, minor=True, reads=read_pooled)
def measure_analyses(analyses: Analyses, selector: str) -> Measure:
    """How many analyses a multiverse has: `multiverse:x[a=b]`."""
    part = _parse(selector, "multiverse")
    found = analyses.multiverse(part["name"])
    options = _options(part["options"])
    return Measure(
        unit="number",
        value=int(found.within(options).sum()),
        method=say("methods.analyses", mean=_mean_of(found, options)),
        **_unmarked(_origin_of(_taken(found, options))),
    )


@of_analyses("multiverse_sets", unit="number", compares=False, minor=True, reads=read_pooled)
def measure_sets(analyses: Analyses, selector: str) -> Measure:
    """How many distinct sets of cohorts a multiverse has: `multiverse:x[a=b]`."""
    part = _parse(selector, "multiverse")
    found = analyses.multiverse(part["name"])
    options, least = _options(part["options"]), found.definition.minimum_studies
    return Measure(
        unit="number",
        value=int(found.within(options).any(axis=1).sum()),
        method=say("methods.sets", minimum=least, mean=_mean_of(found, options)),
        **_unmarked(_origin_of(_taken(found, options))),
    )


@of_analyses("multiverse_range", unit="percent", compares=False, minor=True, reads=read_pooled)
def measure_spread(analyses: Analyses, selector: str) -> Measure:
    """Lowest to highest bound over all analyses: `multiverse:x#lower`, estimate by default."""
    part = _parse(selector, "multiverse")
    found = analyses.multiverse(part["name"])
    bound = part["bound"] or "estimate"
    if bound not in BOUNDS:
        raise SelectionError(f"{bound!r} is no bound; expected one of {', '.join(BOUNDS)}")
    options = _options(part["options"])
    values = found.bounds[bound][found.within(options)]
    return Measure(
        unit="percent",
        lower=float(np.nanmin(values)),
        upper=float(np.nanmax(values)),
        interval="range",
        method=say("methods.spread", bound=BOUND_NAMES[bound], mean=_mean_of(found, options)),
        **_origin_of(_taken(found, options)),
    )


def _effects(analyses: Analyses, selector: str) -> tuple[str, Effects]:
    name = _parse(selector, "synthesis")["name"]
    return name, analyses.effects(name)


@of_analyses("leave_one_out_range", unit=AS_ITS_ROWS, compares=False, minor=True, reads=read_pooled)
def measure_left_out(analyses: Analyses, selector: str) -> Measure:
    """Lowest to highest pooled value when each cohort is left out in turn."""
    name, effects = _effects(analyses, selector)
    values = analyses.without_each(name).first[0]
    return Measure(
        unit=_unit(effects.synthesis),
        lower=float(values.min()),
        upper=float(values.max()),
        interval="range",
        cohorts=effects.k,
        method=say("methods.left_out", model=_model(effects.synthesis)),
        **_origin_of(effects.cohorts),
    )


@of_analyses("cumulative", unit=AS_ITS_ROWS, compares=False, minor=True, reads=read_pooled)
def measure_cumulative(analyses: Analyses, selector: str) -> Measure:
    """The value pooled from the reports until a year: `synthesis:x/2021`."""
    part = _parse(selector, "synthesis")
    found = analyses.cumulative(part["name"])
    steps = [at for at, year in enumerate(found.years) if str(year) <= part["part"]]
    if not steps:
        raise SelectionError(f"{selector} leaves no cohort; years are {found.years}")
    value, lower, upper = (finite(side) for side in found.first[:, steps[-1]])
    members = [found.effects.cohorts[found.order[at]] for at in steps]
    return Measure(
        unit=_unit(found.effects.synthesis),
        value=value,
        lower=lower,
        upper=upper,
        interval="" if lower is None else "model",
        level=found.effects.synthesis.conventions.level,
        cohorts=len(members),
        method=say("methods.cumulative", year=part["part"], model=_model(found.effects.synthesis)),
        **_origin_of(members),
    )


@of_analyses("influential_cohorts", unit="number", compares=False, minor=True, reads=read_pooled)
def measure_influential(analyses: Analyses, selector: str) -> Measure:
    """How many cohorts pass a limit of influence."""
    name, effects = _effects(analyses, selector)
    found = analyses.influence(name)
    return Measure(
        unit="number",
        value=int(found.influential.sum()),
        cohorts=effects.k,
        method=say("methods.influential", distance=fixed(np.nanmax(found.cook_distance), 4)),
        **_unmarked(_origin_of(effects.cohorts)),
    )


def _unit(synthesis: Synthesis) -> str:
    return UNITS[synthesis.definition.measure]


def _model(synthesis: Synthesis) -> str:
    return say(f"methods.first {synthesis.conventions.models.first.model}")


def _asymmetry(analyses: Analyses, selector: str, test: str) -> Measure:
    synthesis, effects = _effects(analyses, selector)
    found = getattr(analyses.small_study(synthesis), test)
    if found is None:
        raise SelectionError(f"{selector}: {analyses.small_study(synthesis).reason}")
    return Measure(
        unit="number",
        value=found.p_value,
        words=format_p(found.p_value),
        cohorts=effects.k,
        method=say("methods.small_study", test=say(f"methods.{test}"), count=effects.k),
        **_unmarked(_origin_of(effects.cohorts)),
    )


@of_analyses("egger_p", unit="number", compares=False, minor=True, reads=read_pooled)
def measure_egger(analyses: Analyses, selector: str) -> Measure:
    """P value of Egger's regression on the standard error."""
    return _asymmetry(analyses, selector, "egger")


@of_analyses("peters_p", unit="number", compares=False, minor=True, reads=read_pooled)
def measure_peters(analyses: Analyses, selector: str) -> Measure:
    """P value of the regression on one over the number of patients."""
    return _asymmetry(analyses, selector, "peters")


@of_analyses("begg_p", unit="number", compares=False, minor=True, reads=read_pooled)
def measure_begg(analyses: Analyses, selector: str) -> Measure:
    """P value of the rank correlation."""
    return _asymmetry(analyses, selector, "begg")


@of_analyses("missing_cohorts", unit="number", compares=False, minor=True, reads=read_pooled)
def measure_missing(analyses: Analyses, selector: str) -> Measure:
    """How many cohorts trim and fill adds."""
    name, effects = _effects(analyses, selector)
    found = analyses.small_study(name).filled
    if found is None:
        raise SelectionError(f"{selector}: {analyses.small_study(name).reason}")
    return Measure(
        unit="number",
        value=found.k0,
        cohorts=effects.k,
        method=say(
            "methods.missing",
            side=found.side,
            scale=say(f"scales.{scale_of(effects.synthesis.conventions.effects)}"),
            pooled=fixed(found.pooled.estimate, 6),
        ),
        **_unmarked(_origin_of(effects.cohorts)),
    )


@of_analyses("subgroup_p", unit="number", compares=True, minor=True, reads=read_pooled)
def measure_comparison(analyses: Analyses, selector: str) -> Measure:
    """P value of the test that subgroups have the same mean: `subgroups:x`."""
    name = _parse(selector, "subgroups")["name"]
    found = analyses.comparison(name)
    if found.p_value is None or found.degrees is None:
        raise SelectionError(f"{selector}: {found.reason}")
    between, within = (format_number(value, 0) for value in found.degrees)
    return Measure(
        unit="number",
        value=found.p_value,
        words=format_p(found.p_value),
        cohorts=len(found.tested),
        method=say("methods.subgroup_test", between=between, within=within),
        **_unmarked(_origin_of(found.tested)),
    )


@of_analyses("subgroup", unit=AS_ITS_ROWS, compares=False, minor=False, reads=read_pooled)
def measure_subgroup(analyses: Analyses, selector: str) -> Measure:
    """The pooled value of one subgroup, first model: `subgroups:x/level`."""
    part = _parse(selector, "subgroups")
    level = _level(analyses, part["name"], part["part"])
    if level.first is None:
        count = len(level.cohorts)
        least = analyses.evidence.review.protocol.minimum_studies
        raise SelectionError(f"{selector} has {count} cohorts; the protocol pools {least} or more")
    value, lower, upper = (finite(side) for side in level.first)
    synthesis = analyses.syntheses[analyses.comparison(part["name"]).definition.syntheses[0]]
    return Measure(
        unit=_unit(synthesis),
        value=value,
        lower=lower,
        upper=upper,
        interval="" if lower is None else "model",
        level=analyses.evidence.review.protocol.level,
        events=level.events,
        n=level.patients,
        cohorts=len(level.cohorts),
        method=say(f"methods.subgroup {synthesis.conventions.models.first.model}"),
        **_origin_of(level.cohorts),
    )


def _level(analyses: Analyses, name: str, level: str) -> Level:
    levels = analyses.comparison(name).levels
    for item in levels:
        if item.name == level:
            return item
    known = ", ".join(item.name for item in levels)
    raise SelectionError(f"subgroups {name} has no level {level!r}; it has {known}")


def _fitted(analyses: Analyses, selector: str) -> tuple[MetaRegression, dict[str, Any]]:
    """The fit, and its origin: rows of the outcome and of the moderator."""
    found = analyses.regression(_parse(selector, "regression")["name"])
    if found.fit is None:
        raise SelectionError(f"{selector} is not fitted: {found.reason}")
    origin = _origin_of(found.cohorts)
    return found.fit, origin | {"rows": distinct([*origin["rows"], *found.sources])}


@of_analyses("regression_p", unit="number", compares=True, minor=True, reads=_read_moderated)
def measure_regression(analyses: Analyses, selector: str) -> Measure:
    """P value of the slope of a meta-regression: `regression:x`."""
    fit, origin = _fitted(analyses, selector)
    return Measure(
        unit="number",
        value=float(fit.p_values[1]),
        words=format_p(float(fit.p_values[1])),
        cohorts=fit.k,
        method=say("methods.slope_test", count=fit.k),
        **_unmarked(origin),
    )


@of_analyses(
    "regression_ratio", unit=AS_ITS_ROWS, compares=False, minor=True, reads=_read_moderated
)
def measure_slope(analyses: Analyses, selector: str) -> Measure:
    """What one more unit of the moderator goes with: `regression:x`.

    On the log and the logit scale a factor: of the ratio, or of the odds; else a difference.
    """
    fit, origin = _fitted(analyses, selector)
    sides = [float(side[1]) for side in (fit.coefficients, fit.lower, fit.upper)]
    unit, value, lower, upper, words = _slope(analyses, selector, sides)
    return Measure(
        unit=unit,
        value=value,
        lower=lower,
        upper=upper,
        interval="model",
        level=fit.level,
        cohorts=fit.k,
        method=say(words),
        **origin,
    )


def _slope(
    analyses: Analyses, selector: str, sides: list[float]
) -> tuple[str, float, float, float, str]:
    """Unit, value and limits of a slope as it is printed, and the words that say what it is."""
    found = analyses.regression(_parse(selector, "regression")["name"])
    synthesis = analyses.syntheses[found.definition.synthesis]
    scale = scale_of(synthesis.conventions.effects)
    if scale in ("logit", "log"):
        low, high = (float(np.exp(side)) for side in sides[1:])
        words = "methods.slope" if scale == "logit" else "methods.slope_of_logs"
        return "ratio", float(np.exp(sides[0])), low, high, words
    value, low, high = (float(scale_named(synthesis.conventions.effects).back(s)) for s in sides)
    return _unit(synthesis), value, low, high, "methods.slope_of_differences"
