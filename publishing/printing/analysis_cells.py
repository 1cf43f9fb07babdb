"""What a cell about an analysis may print, and the evidence rows it stands on.

A cell names its analysis as `analyses:kind.name/part`: `multiverse.x/conclusion`,
`multiverse.x/decision=option`, `subgroups.x/level`, `left-out.x`, `small-study.x`,
`regression.x`, `certainty.topic`, `thresholds.outcome.unit`, `absolute.x`,
`protocol.x`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

from analysis.absolute import BASELINES, absolute_effect
from analysis.certainty import Rating, compute_ratings
from analysis.cohorts import UNITS
from analysis.measures import label_of
from analysis.multiverse import WIDER
from analysis.review_data import ReviewData
from analysis.robustness import Analyses
from analysis.robustness_measures import format_p
from analysis.rounding import fit_digits, format_number
from analysis.selection import SelectionError, select_rows
from analysis.syntheses import Synthesis
from analysis.words import say
from publishing.printing.protocol_words import words_of_protocol
from publishing.printing.table import Cell
from schemas.rounding import significant

PREFIX = "analyses"


class AnalysisFacts:
    """Numbers and texts an analysis yields, and its evidence rows."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self.texts: list[str] = []
        self.rows: tuple[str, ...] = ()

    def add(self, *values: float | int | None) -> AnalysisFacts:
        """Numbers that may be printed; a limit that is not there is none."""
        found = [float(value) for value in values if value is not None]
        self.values += [value for value in found if not isnan(value)]
        return self


def facts_of_analysis(analyses: Analyses, key: str) -> AnalysisFacts:
    """What an analysis yields. Raises SelectionError when there is no such analysis."""
    kind, _, rest = key.partition(".")
    if kind not in KINDS:
        raise SelectionError(f"there is no analysis {key!r}; kinds are {', '.join(KINDS)}")
    name, _, part = rest.partition("/")
    return KINDS[kind](analyses, name, part)


def analysis_cell(text: str, key: str) -> Cell:
    """A cell that prints a figure of an analysis."""
    return Cell(text, row=f"{PREFIX}:{key}") if text else Cell()


def amount_of(
    unit: str, value: float, lower: float | None = None, upper: float | None = None
) -> str:
    """A pooled value, with its interval if any, in its unit.

    It has two decimals as a ratio, else one, unless that hides a difference.
    """
    percent, sign = unit == "percent", "%" if unit == "percent" else ""
    digits = 2 if unit == "ratio" else 1
    if lower is None or upper is None or isnan(lower):
        return f"{format_number(float(value), fit_digits(digits, value, percent=percent))}{sign}"
    digits = fit_digits(digits, value, (lower, upper), percent=percent)
    middle, low, high = (format_number(float(number), digits) for number in (value, lower, upper))
    return f"{middle}{sign} ({low} to {high})"


def limits_of(unit: str, lower: float, upper: float) -> str:
    """The ends of an interval in its unit, as `amount_of` prints them."""
    percent, sign = unit == "percent", "%" if unit == "percent" else ""
    digits = fit_digits(2 if unit == "ratio" else 1, lower, (lower, upper), percent=percent)
    low, high = (f"{format_number(float(number), digits)}{sign}" for number in (lower, upper))
    return say("figures.range", low=low, high=high)


def unit_of(synthesis: Synthesis) -> str:
    """The unit in which the values of a synthesis are printed."""
    return UNITS[synthesis.definition.measure]


def ask(data: ReviewData, *keys: str) -> None:
    """Look up every evidence row these analyses stand on, so that who notes them sees them."""
    rows = {row: None for key in keys for row in facts_of_analysis(data.analyses, key).rows}
    for reference in rows:
        select_rows(data.evidence, reference)


def _multiverse(analyses: Analyses, name: str, part: str) -> AnalysisFacts:
    found, known = analyses.multiverse(name), AnalysisFacts()
    known.rows = tuple(candidate.reference for candidate in found.candidates)
    option = dict([part.split("=")]) if "=" in part else {}
    for conclusion in found.definition.conclusions:
        shares = [found.share(conclusion.id), found.share(conclusion.id, {"analyses": WIDER})]
        if option:
            shares = [found.share_with(conclusion.id, *pair) for pair in option.items()]
        elif conclusion.id == part:
            shares += [found.share_with(part, *choice) for choice in found.choices]
        for holding, total in shares:
            known.add(conclusion.value, holding, total, 100 * holding / total if total else None)
    return known


def _subgroups(analyses: Analyses, name: str, part: str) -> AnalysisFacts:
    found, known = analyses.comparison(name), AnalysisFacts()
    members = [c for level in found.levels for c in level.cohorts]
    known.rows = tuple(row for cohort in members for row in cohort.rows)
    known.texts.append(found.reason)
    if found.p_value is not None:
        known.texts.append(format_p(found.p_value))
    known.add(len(found.levels), sum(len(level.cohorts) == 1 for level in found.levels))
    for level in found.levels:
        if level.name == part:
            known.texts.append(level.name)
            known.add(len(level.cohorts), level.patients, level.events)
            known.add(*(level.first or ()), *(level.second or ()))
    return known


def _left_out(analyses: Analyses, name: str, _: str) -> AnalysisFacts:
    found, known = analyses.without_each(name), AnalysisFacts()
    known.rows = tuple(row for cohort in found.effects.cohorts for row in cohort.rows)
    return known.add(found.effects.k, *(float(x) for x in found.first.ravel()))


def _small_study(analyses: Analyses, name: str, _: str) -> AnalysisFacts:
    known = AnalysisFacts()
    if not name:
        few = [
            item
            for item in analyses.syntheses.values()
            if item.overall.first is not None
            and analyses.small_study(item.definition.id).reason
        ]  # fmt: skip
        return known.add(len(few))
    found = analyses.small_study(name)
    known.rows = tuple(row for cohort in found.effects.cohorts for row in cohort.rows)
    for test in (found.egger, found.peters, found.begg):
        known.texts.append("" if test is None else format_p(test.p_value))
    known.add(found.effects.k)
    if found.filled is not None:
        pooled = found.filled.pooled
        known.add(
            found.filled.k0, *found.effects.back([pooled.estimate, pooled.lower, pooled.upper])
        )
    return known


def _regression(analyses: Analyses, name: str, _: str) -> AnalysisFacts:
    found, known = analyses.regression(name), AnalysisFacts()
    known.rows = tuple(
        dict.fromkeys([*(row for c in found.cohorts for row in c.rows), *found.sources])
    )
    known.texts.append(found.reason)
    known.add(len(found.cohorts), found.missing)
    return known if found.fit is None else known.add(found.fit.r2)


def ratings_of(analyses: Analyses) -> tuple[Rating, ...]:
    """Certainty of every topic, computed once."""
    found: tuple[Rating, ...] = analyses.keep("certainty", "", lambda: compute_ratings(analyses))
    return found


def _certainty(analyses: Analyses, name: str, _: str) -> AnalysisFacts:
    for rating in ratings_of(analyses):
        if rating.topic.topic == name:
            return _of_rating(rating)
    raise SelectionError(f"review.yml has no topic {name!r}")


def _of_rating(rating: Rating) -> AnalysisFacts:
    known = AnalysisFacts()
    known.texts += [rating.topic.title, rating.topic.note, rating.topic.effect, rating.topic.about]
    known.texts += [item.reason for item in rating.suggestions]
    known.texts += [draft.reason for draft in rating.drafts.values()]
    if rating.body is not None:
        body = rating.body
        known.rows = body.rows
        known.texts.append(body.population)
        known.add(100, len(body.studies), body.patients, body.events)
        known.add(body.value, body.lower, body.upper, *(body.prediction or ()))
    return known


def _thresholds(analyses: Analyses, name: str, _: str) -> AnalysisFacts:
    known = AnalysisFacts()
    outcome, _, unit = name.rpartition(".")
    found = analyses.evidence.review.certainty.thresholds_of(outcome, unit)
    if found is None:
        raise SelectionError(f"review.yml has no thresholds of {outcome!r} in {unit}")
    kinds = ("outcome", "endpoint", "event", "delivery")
    known.texts += [label_of(analyses.evidence, kind, outcome) for kind in kinds]
    known.texts += [found.reason, *map(significant, found.values)]
    return known


def _absolute(analyses: Analyses, name: str, _: str) -> AnalysisFacts:
    known, synthesis = AnalysisFacts(), analyses.syntheses[name]
    cohorts = synthesis.overall.cohorts
    known.rows = tuple(row for cohort in cohorts for row in cohort.rows)
    for baseline in BASELINES:
        found = absolute_effect(synthesis, baseline)
        for per in (100, 1000, 10_000, 100_000):
            known.add(per)
            known.add(*(per * risk for risk in found))
            known.add(*(per * (risk - found.baseline) for risk in found[1:]))
            known.add(*(per * (found.baseline - risk) for risk in found[1:]))
    return known


def _protocol(analyses: Analyses, name: str, _: str) -> AnalysisFacts:
    known, synthesis = AnalysisFacts(), analyses.syntheses[name]
    known.texts += words_of_protocol(synthesis).values()
    known.rows = tuple(row for cohort in synthesis.overall.cohorts for row in cohort.rows)
    return known


KINDS: dict[str, Callable[[Analyses, str, str], AnalysisFacts]] = {
    "multiverse": _multiverse,
    "subgroups": _subgroups,
    "left-out": _left_out,
    "small-study": _small_study,
    "regression": _regression,
    "certainty": _certainty,
    "thresholds": _thresholds,
    "absolute": _absolute,
    "protocol": _protocol,
}
