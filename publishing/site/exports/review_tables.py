"""Tables for other programs: GRADEpro, RevMan, and results as data."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np

from analysis.certainty import DOMAINS, Rating
from analysis.cohorts import Cohort, effects_of
from analysis.ledger import Ledger, Record
from analysis.measures import INTERVALS
from analysis.pooling import scale_of
from analysis.registry import statistic_of
from analysis.review_data import ReviewData
from analysis.rounding import split_format
from analysis.syntheses import Synthesis
from analysis.words import say
from publishing.printing.analysis_cells import ratings_of
from publishing.site.exports.synthesis_data import csv_text, groups_of
from schemas.rounding import significant

COLUMNS = ("group1", "group1_level", "variable", "variable_level", "context", "stat_name",
           "stat_label", "stat", "fmt_fun", "warning", "error")  # fmt: skip
Row = dict[str, object]


def results_csv(ledger: Ledger) -> str:
    """The rows as comma-separated text; empty where a column does not apply."""
    return csv_text(COLUMNS, _rows(ledger))


def results_json(ledger: Ledger) -> str:
    """The rows as a list of objects; null where a column does not apply."""
    return json.dumps(list(_rows(ledger)), ensure_ascii=False, indent=1) + "\n"


def _rows(ledger: Ledger) -> Iterator[Row]:
    """A record by its claim (`group1`), what it measures (`variable`) and of which rows."""
    for record in ledger.records.values():
        start: Row = {
            "group1": "claim",
            "group1_level": record.id,
            "variable": record.statistic,
            "variable_level": record.selector,
            "context": statistic_of(record.statistic).family,
        }
        for name, value, decimals in _statistics(record):
            yield start | {
                "stat_name": name,
                "stat_label": say(f"exports.{name.replace('.', '_')}"),
                "stat": value,
                "fmt_fun": decimals,
                "warning": None,
                "error": None,
            }


def _statistics(record: Record) -> Iterator[tuple[str, float | int | str, int | None]]:
    """Name, value and printed decimals of every statistic that a record holds."""
    decimals = split_format(record.format)[1] if record.format[-1:].isdigit() else None
    figures = (
        ("estimate", record.value, decimals),
        ("conf.low", record.lower, decimals),
        ("conf.high", record.upper, decimals),
        ("conf.level", record.level if record.interval in INTERVALS else None, 2),
        ("n", record.events, 0),
        ("N", record.n, 0),
        ("k", record.cohorts, 0),
        ("method", record.method or None, None),
    )
    for name, value, digits in figures:
        if value is not None:
            yield name, value, digits


PROFILE = ("outcome", "kind", "studies", "patients", *DOMAINS, "starting_certainty", "certainty",
           "events", "estimate", "lower", "upper", "prediction_lower", "prediction_upper", "unit",
           "note")  # fmt: skip
RESULTS = ("Analysis ID", "Analysis name", "Subgroup", "Study", "Experimental intervention",
           "Data type", "Experimental cases", "Experimental N", "Control cases", "Control N",
           "Mean", "CI start", "CI end", "GIV Mean", "GIV SE", "Scale", "Source")  # fmt: skip
"""As RevMan heads them in the data package of a review, but for the last two, which are ours."""
DATA_TYPES = {"proportion": "one-group dichotomous", "risk_ratio": "dichotomous",
              "odds_ratio": "dichotomous", "risk_difference": "dichotomous",
              "mean_difference": "continuous"}  # fmt: skip


def findings_csv(data: ReviewData) -> str:
    """An evidence profile, a row a topic: domains and certainty as drafted, and the effect."""
    return csv_text(PROFILE, (_finding(rating) for rating in ratings_of(data.analyses)))


def _finding(rating: Rating) -> Row:
    body = rating.body
    suggested = {item.domain: item.judgement for item in rating.suggestions}
    drafted = {name: draft.judgement for name, draft in rating.drafts.items()}
    row: Row = {
        "outcome": rating.topic.title,
        "kind": rating.kind,
        "starting_certainty": rating.start,
        "certainty": rating.drafted,
        "note": rating.topic.note,
        **{name: drafted.get(name, suggested.get(name, "")) for name in DOMAINS},
    }
    if body is None:
        return row
    low, high = body.prediction or (None, None)
    return row | {
        "studies": len(body.studies),
        "patients": body.patients,
        "events": body.events,
        "estimate": _number(body.value),
        "lower": _number(body.lower),
        "upper": _number(body.upper),
        "prediction_lower": _number(low),
        "prediction_upper": _number(high),
        "unit": body.unit,
    }


def _number(value: float | None) -> str:
    return "" if value is None else significant(value, 10)


def study_results_csv(data: ReviewData) -> str:
    """A row a cohort of every synthesis: counts or printed figures, and the effect with its
    standard error on the scale of the protocol's inverse-variance model."""
    rows = (row for item in data.syntheses.values() for row in _study_results(item))
    return csv_text(RESULTS, rows)


def _study_results(item: Synthesis) -> Iterator[Row]:
    if not item.overall.cohorts:
        return
    groups, cohorts, model = groups_of(item), item.overall.cohorts, item.conventions.effects
    effects = effects_of(cohorts, item.definition.measure, model)
    for at, cohort in enumerate(cohorts):
        yield _figures(cohort) | {
            "Analysis ID": item.definition.id,
            "Analysis name": item.definition.title,
            "Subgroup": groups.get(cohort.arm_id, ""),
            "Study": cohort.study,
            "Experimental intervention": cohort.label,
            "Data type": DATA_TYPES.get(item.definition.measure, "generic inverse variance"),
            "GIV Mean": _number(effects.yi[at]),
            "GIV SE": _number(float(np.sqrt(effects.vi[at]))),
            "Scale": scale_of(model),
            "Source": cohort.citekey,
        }


def _figures(cohort: Cohort) -> Row:
    """What the source prints: counts of one arm or of both, or a value with its interval."""
    row: Row = {"Experimental cases": cohort.events, "Experimental N": cohort.n}
    if cohort.treated and cohort.control:
        row = {"Experimental cases": cohort.treated.events, "Experimental N": cohort.treated.n}
        row |= {"Control cases": cohort.control.events, "Control N": cohort.control.n}
    if cohort.events is None:
        sides = {"Mean": cohort.value, "CI start": cohort.lower, "CI end": cohort.upper}
        row |= {name: _number(side) for name, side in sides.items()}
    return row
