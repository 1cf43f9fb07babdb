"""Tables of the chapter on certainty: findings in absolute numbers, domains, appraisal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from analysis.certainty import DOMAINS, Body, Rating
from analysis.certainty_wording import word_comparison, word_rate, word_time, word_unknown
from analysis.measures import label_of
from analysis.rounding import fit_digits, format_number
from analysis.selection import present
from publishing.analysis_facts import analysis_cell, ask, ratings_of
from publishing.cells import citekeys_of, source_cell
from publishing.cohorts import value_cell
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench

DOMAIN_NAMES = {
    "risk_of_bias": "Risk of bias",
    "inconsistency": "Inconsistency",
    "indirectness": "Indirectness",
    "imprecision": "Imprecision",
    "publication_bias": "Small studies, reporting",
}
SHORT = {"not serious": "no", "undetected": "no", "not assessable": "n/a"}
SIGNS = {
    "Yes": "yes +", "No": "no −", "Unclear": "unclear ?",
    "Low": "low +", "Some concerns": "some ?", "Moderate": "moderate ?",
    "High": "high −", "Serious": "serious −", "Critical": "critical −",
}  # fmt: skip
HARMS = (
    ("Death within six months, KarMMa-3", "karmma-3.ide.death.g5.6m",
     "karmma-3.standard.death.g5.6m"),
    ("Severe cytokine release syndrome, KarMMa-3, infused", "karmma-3.ide.crs.g3", ""),
    ("Severe infection, CARTITUDE-4", "cartitude-4.cilta.infection.g3",
     "cartitude-4.standard.infection.g3"),
    ("Treatment-related death, CARTITUDE-4", "cartitude-4.cilta.treatment-related-death.g5",
     "cartitude-4.standard.treatment-related-death.g5"),
)  # fmt: skip
DRAFT = "Every judgement is a draft that awaits human review; nobody has signed it."


def _cell(text: str, rating: Rating) -> Cell:
    return analysis_cell(text, f"certainty.{rating.topic.topic}")


def _rated(bench: Workbench, kind: str = "") -> list[Rating]:
    """Ratings of one kind, or all; the evidence rows of each are asked for."""
    found = [rating for rating in ratings_of(bench.analyses) if kind in ("", rating.kind)]
    ask(bench, *(f"certainty.{rating.topic.topic}" for rating in found))
    return found


# summary of findings ---------------------------------------------------------------------------


def _amounts(body: Body | None, digits: int = 0) -> tuple[str, str, str]:
    """Value, interval and prediction interval as text, without unit."""
    if body is None or body.value is None:
        return "", "", ""
    digits = fit_digits(digits, body.value, (body.lower, body.upper))
    value = format_number(body.value, digits)
    low = "" if body.lower is None else format_number(body.lower, digits)
    high = "not reached" if body.upper_open else ""
    high = high if body.upper is None else format_number(body.upper, digits)
    interval = f"{low} to {high}" if low and high else ""
    if body.prediction is None:
        return value, interval, ""
    return value, interval, " to ".join(format_number(x, digits) for x in body.prediction)


def word_finding(rating: Rating) -> str:
    """What may be said, in the words of the drafted certainty."""
    topic, body = rating.topic, rating.body
    if rating.kind == "comparative":
        return word_comparison(rating.drafted, topic.subject, topic.effect, topic.about)
    unit = "" if body is None else body.unit
    value = _amounts(body, 1 if unit == "months" else 0)[0]
    if not value and rating.drafted != "very low":
        return word_unknown(topic.about)
    if unit == "months":
        return word_time(rating.drafted, f"{value} months", topic.subject, topic.about)
    return word_rate(
        rating.drafted, f"about {value} of 100", topic.subject, topic.effect, topic.about
    )


def render_findings(bench: Workbench) -> Table:
    """Benefits and harms as rates of 100 patients, with certainty and wording."""
    rated = _rated(bench, "rate")
    benefits = [rating for rating in rated if _is_benefit(bench, rating)]
    harms = [rating for rating in rated if rating not in benefits]
    return table_of(
        "certainty-findings",
        [
            Column("Outcome", width=20),
            Column("Cohorts, patients", width=13),
            Column("Of a hundred patients", "right", 13),
            Column("A further cohort", "right", 11),
            Column("Draft certainty", width=10),
            Column("What may be said", width=28),
            Column("Source", width=14),
        ],
        [_finding_row(rating) for rating in (*benefits, *harms)],
        groups=["Benefits"] * len(benefits) + ["Harms"] * len(harms),
        notes=[
            "Of a hundred patients: value and 95% confidence interval, pooled by the first model "
            "or exact for one cohort; in months where it says so. A further cohort: 95% "
            "prediction interval. A dash: not pooled, or one cohort.",
            DRAFT,
        ],
    )


def _is_benefit(bench: Workbench, rating: Rating) -> bool:
    plan = bench.evidence.review.certainty
    outcome = rating.outcome if rating.body is None else rating.body.outcome
    found = [item.benefit for item in plan.thresholds if item.outcome == outcome]
    measured = None if rating.body is None else plan.thresholds_of(outcome, rating.body.unit)
    return measured.benefit if measured is not None else bool(found and found[0])


def _finding_row(rating: Rating) -> list[Cell]:
    body = rating.body
    counts, keys = (rating.topic.note, ()) if body is None else (_who(body), body.citekeys)
    digits, unit = (1, " months") if body is not None and body.unit == "months" else (0, "")
    value, interval, prediction = _amounts(body, digits)
    texts = [
        rating.topic.title,
        counts,
        f"{value}{unit} ({interval})" if interval else value,
        prediction,
        rating.drafted,
        word_finding(rating),
    ]
    return [*(_cell(text, rating) for text in texts), source_cell(*keys)]


def _who(body: Body) -> str:
    count = len(body.studies)
    cohorts = "1 cohort" if count == 1 else f"{count} cohorts"
    patients = "" if body.patients is None else f", {format_number(body.patients, 0)}"
    return f"{cohorts}{patients} {body.population.replace('_', '-')}".strip()


def render_comparisons(bench: Workbench) -> Table:
    """Comparisons: the relative effect, the absolute ones beside it, certainty and wording."""
    rated = _rated(bench, "comparative")
    rated.sort(key=lambda rating: rating.start != "high")
    harms = [_harm_row(bench, *line) for line in HARMS]
    return table_of(
        "certainty-comparisons",
        [
            Column("Comparison", width=18),
            Column("Relative effect", "right", 14),
            Column("Treated arm", "right", 13),
            Column("Other arm", "right", 13),
            Column("Draft certainty", width=9),
            Column("What may be said", width=28),
            Column("Source", width=13),
        ],
        [*(_comparison_row(bench, rating) for rating in rated), *harms],
        groups=[
            *("Randomised" if rating.start == "high" else "Not randomised" for rating in rated),
            *["Harms in the randomised trials; their certainty was not judged"] * len(harms),
        ],
        notes=[
            "Ratios below one favour the first treatment. The arms show the rate or median the "
            "sources print for both; a dash: none is printed, or the comparison has no ratio.",
            DRAFT,
        ],
    )


def _harm_row(bench: Workbench, title: str, treated: str, other: str) -> list[Cell]:
    rows = [f"adverse_events:{row}" for row in (treated, other) if row]
    cells = [value_cell(bench, row) for row in rows]
    said = Cell("") if other else Cell("not read for the control arm")
    keys = source_cell(*citekeys_of(bench, *rows))
    return [Cell(title), Cell(), cells[0], cells[1] if other else Cell(), Cell(), said, keys]


def _comparison_row(bench: Workbench, rating: Rating) -> list[Cell]:
    topic = rating.topic
    arms = [value_cell(bench, name) for name in topic.absolute] or [Cell(), Cell()]
    named = [name for name in (topic.evidence, *topic.absolute) if name]
    return [
        _cell(topic.title, rating),
        value_cell(bench, topic.evidence) if topic.evidence else _cell(topic.note, rating),
        *arms,
        _cell(rating.drafted, rating),
        _cell(word_finding(rating), rating),
        source_cell(*citekeys_of(bench, *named)) if named else Cell(),
    ]


# domains ---------------------------------------------------------------------------------------


def render_domains(bench: Workbench) -> Table:
    """Each domain as drafted and as computed, a topic a group of two rows."""
    rows, groups = [], []
    for rating in _rated(bench):
        drafted = [_short(rating.drafts[name].judgement) for name in DOMAINS]
        rows.append(_domain_row("drafted", drafted, rating.drafted))
        groups.append(f"{rating.topic.title} (starts at {rating.start})")
        if rating.body is not None:
            computed = [_short(item.judgement) for item in rating.suggestions]
            rows.append(_domain_row("computed", computed, rating.suggested))
            groups.append(groups[-1])
    return table_of(
        "certainty-domains",
        [
            Column("", width=10),
            *(Column(DOMAIN_NAMES[name], width=14) for name in DOMAINS),
            Column("Certainty", width=11),
        ],
        rows,
        groups=groups,
        notes=[
            "no: not serious, or undetected; n/a: not assessable, which lowers nothing, so a "
            "computed level with n/a is the most that the numbers allow. A topic without a "
            "computed row has no pooled value or single figure to compute from.",
            _departing(ratings_of(bench.analyses)),
            DRAFT,
        ],
        stands_on=_rows_behind(_rated(bench)),
    )  # fmt: skip


def _rows_behind(ratings: Sequence[Rating]) -> list[str]:
    """Evidence rows whose figures decide what is computed of these topics."""
    return [row for rating in ratings if rating.body is not None for row in rating.body.rows]


def _domain_row(basis: str, judged: list[str], level: str) -> list[Cell]:
    return [Cell(basis), *(Cell(text) for text in judged), Cell(level)]


def _departing(ratings: Sequence[Rating]) -> str:
    """Topics whose drafted level is not what their drafted domains add up to."""
    found = [rating.topic.title for rating in ratings if rating.implied != rating.drafted]
    if not found:
        return "Each drafted level is what its drafted domains add up to."
    return (
        "The drafted level is not what the drafted domains add up to, suspected missing reports "
        f"apart, for: {'; '.join(found)}. Whoever signs should settle these first."
    )


def _short(judgement: str) -> str:
    return SHORT.get(judgement, judgement)


def render_overrides(bench: Workbench) -> Table:
    """Where a draft departs from the computed suggestion, with both reasons."""
    rows, groups = [], []
    for rating in _rated(bench):
        for computed, draft in rating.overrides:
            rows.append(
                [
                    Cell(DOMAIN_NAMES[computed.domain]),
                    _cell(f"{computed.judgement}: {computed.reason}", rating),
                    _cell(f"{draft.judgement}: {draft.reason}", rating),
                ]
            )
            groups.append(rating.topic.title)
    return table_of(
        "certainty-overrides",
        [
            Column("Domain", width=14),
            Column("Computed, and why", width=34),
            Column("Drafted instead, and why", width=40),
        ],
        rows,
        groups=groups,
        notes=[
            "A draft overrides the computed suggestion. That drafts suspect missing reports where "
            "no test is possible is not listed: no database search was run. " + DRAFT
        ],
        stands_on=_rows_behind(_rated(bench)),
    )


def render_thresholds(bench: Workbench) -> Table:
    """The written thresholds of imprecision and inconsistency."""
    units = {"percent": "%", "ratio": "", "months": " months"}
    rows = []
    for item in bench.evidence.review.certainty.thresholds:
        values = ", ".join(f"{value:g}{units[item.measure]}" for value in item.values)
        kinds = ("outcome", "endpoint", "event", "delivery")
        labels = [label_of(bench.evidence, kind, item.outcome) for kind in kinds]
        plain = item.outcome.replace("_", " ")
        label = next((text for text in labels if text != plain), plain)
        key = f"thresholds.{item.outcome}.{item.measure}"
        texts = (label[:1].upper() + label[1:], values, item.reason)
        rows.append([analysis_cell(text, key) for text in texts])
    return table_of(
        "thresholds",
        [
            Column("Outcome", width=26),
            Column("Thresholds", width=22),
            Column("Why these", width=40),
        ],
        rows,
        notes=[
            "Chosen by the authors of this draft after the evidence had been read, by no panel."
        ],
    )


# risk of bias ----------------------------------------------------------------------------------


def _appraised(bench: Workbench, tool: str) -> dict[str, list[dict[str, Any]]]:
    frame = bench.evidence.appraisal
    found: dict[str, list[dict[str, Any]]] = {}
    for row in frame[frame["tool"] == tool].to_dict("records"):
        found.setdefault(str(row["study_id"]), []).append({str(k): v for k, v in row.items()})
    return found


def _study(bench: Workbench, study: str) -> str:
    names = bench.evidence.studies.set_index("study_id")["name"]
    return str(names[study])


def _sign(judgement: str) -> str:
    return SIGNS.get(judgement, judgement)


QUESTIONS = (
    "Inclusion", "Measured", "Identified", "Consecutive", "Complete", "Demography", "Clinical",
    "Follow-up", "Sites", "Statistics",
)  # fmt: skip
"""Short names of the ten questions of the checklist, in its order."""


def render_checklist(bench: Workbench) -> Table:
    """Single-arm studies, a row a study, a column a question, words beside signs."""
    found = _appraised(bench, "JBI case series")
    asked = [str(row["domain"]).partition(" ")[2] for row in next(iter(found.values()))]
    named = zip(QUESTIONS, asked, strict=True)
    return table_of(
        "appraisal-case-series",
        [Column("Study", width=16), *(Column(question, width=9) for question in QUESTIONS)],
        [_checklist_row(bench, study, rows) for study, rows in found.items()],
        notes=[
            "; ".join(f"{name}: {question}" for name, question in named) + ".",
            "Trials of the primary syntheses that are not listed have not been appraised.",
            DRAFT,
        ],
    )


def _checklist_row(bench: Workbench, study: str, rows: list[dict[str, Any]]) -> list[Cell]:
    answers = [Cell(_sign(str(row["judgement"])), row=f"appraisal:{row['row_id']}") for row in rows]
    return [Cell(_study(bench, study)), *answers]


def render_tools(bench: Workbench) -> Table:
    """Randomised trials and comparisons without randomisation: domains down, studies across."""
    rows, groups = [], []
    for tool in ("RoB 2", "ROBINS-I", "Applicability"):
        for study, judged in _appraised(bench, tool).items():
            for row in judged:
                outcome = present(row["outcome"])
                about = f", {str(outcome).replace('_', ' ')}" if outcome else ""
                rows.append(
                    [
                        Cell(f"{row['domain']}{about}", row=f"appraisal:{row['row_id']}"),
                        Cell(_sign(str(row["judgement"])), row=f"appraisal:{row['row_id']}"),
                    ]
                )
                groups.append(f"{_study(bench, study)} ({tool})")
    return table_of(
        "appraisal-comparisons",
        [Column("Domain", width=50), Column("Draft judgement", width=20)],
        rows,
        groups=groups,
        notes=[
            "Reasons are in @tbl-risk-of-bias.".replace("@tbl-risk-of-bias", "the methods"),
            DRAFT,
        ],
    )


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "certainty-findings": render_findings,
    "certainty-comparisons": render_comparisons,
    "certainty-domains": render_domains,
    "certainty-overrides": render_overrides,
    "thresholds": render_thresholds,
    "appraisal-case-series": render_checklist,
    "appraisal-comparisons": render_tools,
}
