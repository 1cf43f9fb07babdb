"""Tables of the chapter on robustness: shares of the multiverse, single cohorts, subgroups."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from analysis.moderators import Comparison, Level
from analysis.multiverse import MEASURE_NAMES, TEST_NAMES, Multiverse
from analysis.robustness import Analyses
from analysis.robustness_measures import BOUND_NAMES, format_p
from analysis.rounding import fit_digits, format_number, format_percent
from publishing.analysis_facts import analysis_cell, ask
from publishing.cells import citekeys_of, source_cell
from publishing.cohorts import short_name, value_cell
from publishing.table import Cell, Column, Table, cell_of, table_of
from publishing.workbench import Workbench

SYNTHESES = ("orr.primary", "orr.all-bcma", "cr.primary", "cr.all-bcma", "crs-any.all-bcma",
             "crs-g3.all-bcma", "infection-g3.all-bcma")  # fmt: skip


def _percent(value: float, digits: int = 0) -> str:
    return f"{format_number(value, digits)}%"


def _triple(values: Iterable[float], digits: int = 1) -> str:
    numbers = [float(x) for x in values]
    digits = fit_digits(digits, numbers[0], (numbers[1], numbers[2]), percent=True)
    value, lower, upper = (format_number(x, digits) for x in numbers)
    return f"{value}% ({lower} to {upper})"


# multiverse ------------------------------------------------------------------------------------


def render_multiverse(bench: Workbench) -> Table:
    """Every conclusion: its value, in how many analyses it holds, and where it holds least."""
    analyses = bench.analyses
    rows, groups = [], []
    for definition in bench.evidence.review.robustness.multiverses:
        ask(bench, f"multiverse.{definition.id}")
        found = analyses.multiverse(definition.id)
        for conclusion in definition.conclusions:
            rows.append(_conclusion_row(bench, found, conclusion.id))
            groups.append(definition.title)
    return table_of(
        "multiverse",
        [
            Column("Conclusion", width=22),
            Column("Rule", width=20),
            Column("Holds in", "right", 11),
            Column("Share", "right", 7),
            Column("Protocol's own", width=9),
            Column("Least often with", width=24),
            Column("There", "right", 7),
        ],
        rows,
        groups=groups,
        notes=[
            "Limits are those of the 95% confidence interval of the mean, prediction limits those "
            "of a further cohort. The protocol's own analysis is the first model on its primary "
            "cohorts; a dash: it pools too few. Analyses count once each: they are not "
            "independent, and a share is no probability.",
        ],
    )


def _conclusion_row(bench: Workbench, found: Multiverse, name: str) -> list[Cell]:
    conclusion, record = (
        found.conclusion(name),
        bench.ledger[f"multiverse.{found.definition.id}.{name}"],
    )
    key = f"multiverse.{found.definition.id}/{name}"
    own = ""
    if found.baseline is not None:
        own = "holds" if found.holds(conclusion)[found.baseline, 0] else "does not hold"
    label, (holding, total) = _least(found, name)
    bound = BOUND_NAMES[conclusion.bound].capitalize()
    return [
        Cell(conclusion.title),
        analysis_cell(f"{bound} {conclusion.relation} {_percent(conclusion.value)}", key),
        Cell(record.forms.n, claim=record.id),
        Cell(record.forms.plain, claim=record.id),
        Cell(own),
        Cell(label),
        analysis_cell(_percent(100 * holding / total), key),
    ]


def _choices(found: Multiverse) -> list[tuple[str, str, str, str]]:
    """Decision, option and their titles; models last."""
    listed = [
        (decision.id, option.id, decision.title, option.title)
        for decision in found.decisions
        for option in decision.options
    ]
    names = {"measure": {"GLMM": "binomial-normal", **MEASURE_NAMES}, "test": TEST_NAMES}
    for kind, words in names.items():
        title = "Model" if kind == "measure" else "Interval"
        present = dict.fromkeys(getattr(model, kind) for model in found.models)
        listed += [(kind, value, title, words[value]) for value in present]
    estimators = dict.fromkeys(model.estimator for model in found.models if model.estimator)
    listed += [("estimator", value, "Between-study variance", value) for value in estimators]
    return listed


def _least(found: Multiverse, name: str) -> tuple[str, tuple[int, int]]:
    """The option under which a conclusion holds least often, with its count and total."""
    shares = []
    for decision, option, title, words in _choices(found):
        holding, total = found.share(name, {decision: option})
        if total:
            shares.append((holding / total, f"{title}: {words}", (holding, total)))
    _, label, counts = min(shares, key=lambda item: item[0])
    return label, counts


def render_decisions(bench: Workbench, outcome: str = "orr") -> Table:
    """For one outcome, the share in which each conclusion holds under each option."""
    ask(bench, f"multiverse.{outcome}")
    found = bench.analyses.multiverse(outcome)
    conclusions = found.definition.conclusions
    rows, groups = [], []
    for decision, option, title, words in _choices(found):
        shares = [found.share(item.id, {decision: option}) for item in conclusions]
        if not shares[0][1]:
            continue
        key = f"multiverse.{outcome}/{decision}={option}"
        texts = [
            format_number(shares[0][1], 0),
            *(format_percent(100 * a / b, 0) for a, b in shares),
        ]
        rows.append([Cell(words), *(analysis_cell(text, key) for text in texts)])
        groups.append(title)
    heads = [Column(conclusion.title, "right", 11) for conclusion in conclusions]
    return table_of(
        f"multiverse-{outcome}",
        [Column("Option", width=28), Column("Analyses", "right", 8), *heads],
        rows,
        groups=groups,
        notes=["A set of cohorts that several options lead to counts under each of them."],
    )


# single cohorts and small studies --------------------------------------------------------------


def render_left_out(bench: Workbench) -> Table:
    """The pooled value of each synthesis, and how far leaving one cohort out moves it."""
    analyses = bench.analyses
    ask(bench, *(f"left-out.{name}" for name in SYNTHESES))
    return table_of(
        "left-out-summary",
        [
            Column("Synthesis", width=30),
            Column("Cohorts", "right", 7),
            Column("Pooled", "right", 15),
            Column("Lowest, without", width=20),
            Column("Highest, without", width=20),
            Column("Beyond a limit", width=16),
        ],
        [_left_out_row(bench, analyses, name) for name in SYNTHESES],
        notes=["Pooled by the first model; influence by inverse variance with REML."],
    )


def _left_out_row(bench: Workbench, analyses: Analyses, name: str) -> list[Cell]:
    found, synthesis = analyses.without_each(name), bench.syntheses[name]
    cohorts, values = found.effects.cohorts, found.first[0]
    low, high = int(np.argmin(values)), int(np.argmax(values))
    title, key = Cell(synthesis.definition.title, row=f"syntheses:{name}"), f"left-out.{name}"
    pooled = synthesis.overall.first
    whole = "" if pooled is None else _triple((pooled.value, pooled.lower, pooled.upper))
    names = [short_name(bench, cohort.arm_id, 20) for cohort in cohorts]
    marked = [names[at] for at in np.flatnonzero(analyses.influence(name).influential)]
    return [
        title,
        analysis_cell(str(found.effects.k), key),
        Cell(whole, row=f"syntheses:{name}"),
        cell_of(analysis_cell(_percent(values[low], 1), key), f", {names[low]}"),
        cell_of(analysis_cell(_percent(values[high], 1), key), f", {names[high]}"),
        Cell("; ".join(marked) or "none"),
    ]


def render_small_study(bench: Workbench) -> Table:
    """Tests of asymmetry of every synthesis with cohorts enough, and why the others have none."""
    rows = []
    for item in bench.syntheses.values():
        if item.definition.measure == "proportion" and item.overall.first is not None:
            rows.append(_small_study_row(bench, item.definition.id))
    rows.sort(key=lambda row: -int(row[1].text))
    return table_of(
        "small-study",
        [
            Column("Synthesis", width=34),
            Column("Cohorts", "right", 7),
            Column("Egger, p", "right", 9),
            Column("On size, p", "right", 9),
            Column("Rank, p", "right", 9),
            Column("Added", "right", 7),
            Column("With them", "right", 15),
        ],
        [row for row in rows if row[2].text] + [_too_few(rows)],
        notes=[
            "Added: cohorts that trim and fill adds; with them: pooled by inverse variance, REML, "
            "Hartung-Knapp. Close to nobody or everybody the first test finds asymmetry without "
            "any bias.",
        ],
    )


def _small_study_row(bench: Workbench, name: str) -> list[Cell]:
    ask(bench, f"small-study.{name}")
    found, key = bench.analyses.small_study(name), f"small-study.{name}"
    head = [
        Cell(found.effects.synthesis.definition.title, row=f"syntheses:{name}"),
        analysis_cell(str(found.effects.k), key),
    ]
    if not (found.egger and found.peters and found.begg and found.filled):
        return [*head, *[Cell()] * 5]
    tests = (found.egger, found.peters, found.begg)
    pooled = found.filled.pooled
    back = 100 / (1 + np.exp(-np.array([pooled.estimate, pooled.lower, pooled.upper])))
    return [
        *head,
        *(analysis_cell(format_p(test.p_value), key) for test in tests),
        analysis_cell(str(found.filled.k0), key),
        analysis_cell(_triple(back), key),
    ]


def _too_few(rows: list[list[Cell]]) -> list[Cell]:
    count = sum(not row[2].text for row in rows)
    text = f"{count} further syntheses have too few cohorts: not assessable"
    return [analysis_cell(text, "small-study."), *[Cell()] * 6]


# subgroups and regressions ---------------------------------------------------------------------


def render_subgroups(bench: Workbench) -> Table:
    """Pooled by product, target, eligibility and setting, beside the published pooled figures."""
    analyses = bench.analyses
    rows, groups = [], []
    for definition in bench.evidence.review.robustness.subgroups:
        ask(bench, f"subgroups.{definition.id}")
        comparison = analyses.comparison(definition.id)
        kept = _kept_levels(comparison)
        for at, level in enumerate(kept):
            verdict = "" if at else _verdict(comparison)
            rows.append(_level_row(definition.id, level, verdict))
        others = len(comparison.levels) - len(kept)
        if others:
            text = f"{others} further groups of one cohort"
            rows.append([analysis_cell(text, f"subgroups.{definition.id}"), *[Cell()] * 5])
        groups += [definition.title] * (len(kept) + bool(others))
    published = _published_rows(bench)
    return table_of(
        "subgroups",
        [
            Column("Group", width=24),
            Column("Cohorts", "right", 7),
            Column("Patients", "right", 8),
            Column("First model", "right", 16),
            Column("Second model", "right", 16),
            Column("Test of a difference", width=18),
        ],
        [*rows, *published],
        groups=[*groups, *["Published meta-analyses, never pooled with ours"] * len(published)],
        notes=[
            "Test: one mean for all groups of two cohorts or more, F test, REML with one variance "
            "between cohorts, Knapp-Hartung. Groups were not randomised. A dash: fewer cohorts "
            "than the protocol pools.",
        ],
    )


def _kept_levels(comparison: Comparison) -> list[Level]:
    if comparison.definition.groups:
        return list(comparison.levels)
    return [level for level in comparison.levels if len(level.candidates) > 1]


def _verdict(comparison: Comparison) -> str:
    return (
        comparison.reason if comparison.p_value is None else f"p = {format_p(comparison.p_value)}"
    )


def _level_row(name: str, level: Level, verdict: str) -> list[Cell]:
    texts = [
        level.name,
        str(len(level.candidates)),
        format_number(level.patients, 0),
        "" if level.first is None else _triple(level.first),
        "" if level.second is None else _triple(level.second),
        verdict,
    ]
    key = f"subgroups.{name}/{level.name}"
    return [analysis_cell(text, key) for text in texts]


PUBLISHED = (
    "orr.primary",
    "orr.other-targets",
    "cr.primary",
    "cr.other-targets",
    "crs-g3.primary",
)


def _published_rows(bench: Workbench) -> list[list[Cell]]:
    rows = []
    for name in PUBLISHED:
        definition = bench.syntheses[name].definition
        title = definition.title.partition(": ")[0]
        for reference in definition.published:
            keys = source_cell(*citekeys_of(bench, reference))
            rows.append([Cell(title), Cell(), Cell(), value_cell(bench, reference), Cell(), keys])
    return rows


def render_regressions(bench: Workbench) -> Table:
    """Meta-regressions on follow-up and prior lines."""
    analyses = bench.analyses
    rows = []
    for definition in bench.evidence.review.robustness.regressions:
        found = analyses.regression(definition.id)
        key = f"regression.{definition.id}"
        ask(bench, key)
        head = [
            Cell(definition.title),
            analysis_cell(str(len(found.cohorts)), key),
            analysis_cell(str(found.missing), key),
        ]
        if found.fit is None:
            rows.append([*head, analysis_cell(found.reason, key), Cell(), Cell()])
            continue
        slope, p = bench.ledger[f"slope.{definition.id}"], bench.ledger[f"slope-p.{definition.id}"]
        share = "" if found.fit.r2 is None else _percent(found.fit.r2)
        rows.append(
            [
                *head,
                Cell(slope.forms.ci, claim=slope.id),
                Cell(p.forms.plain, claim=p.id),
                analysis_cell(share, key),
            ]
        )
    return table_of(
        "regressions",
        [
            Column("Analysis", width=30),
            Column("Cohorts", "right", 8),
            Column("Without it", "right", 8),
            Column("Odds ratio, one more", "right", 20),
            Column("p", "right", 7),
            Column("R²", "right", 6),
        ],
        rows,
        notes=["Without it: cohorts whose source states no such number; they cannot enter."],
    )


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "multiverse": render_multiverse,
    "multiverse-orr": render_decisions,
    "left-out-summary": render_left_out,
    "small-study": render_small_study,
    "subgroups": render_subgroups,
    "regressions": render_regressions,
}
