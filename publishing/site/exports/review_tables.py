"""Tables for programs that reviewers use: an evidence profile, and the results of each study."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.certainty import DOMAINS, Rating
from analysis.cohorts import effects_of
from analysis.pooling import scale_of
from analysis.review_data import ReviewData
from analysis.syntheses import Synthesis
from publishing.printing.analysis_cells import ratings_of
from publishing.site.exports.synthesis_data import csv_text, groups_of
from schemas.rounding import significant

PROFILE = ("outcome", "kind", "studies", "patients", *DOMAINS, "starting_certainty", "certainty",
           "events", "estimate", "lower", "upper", "prediction_lower", "prediction_upper", "unit",
           "note")  # fmt: skip
RESULTS = ("outcome", "synthesis", "subgroup", "study", "arm", "data_type", "events", "total",
           "estimate", "lower", "upper", "scale", "effect", "standard_error", "source")  # fmt: skip
Row = dict[str, object]


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
    counted = item.definition.measure == "proportion"
    groups, cohorts, model = groups_of(item), item.overall.cohorts, item.conventions.effects
    effects = effects_of(cohorts, item.definition.measure, model)
    for at, cohort in enumerate(cohorts):
        printed: Row = {"events": cohort.events, "total": cohort.n}
        if not counted:
            printed = {name: _number(getattr(cohort, name)) for name in ("lower", "upper")}
            printed["estimate"] = _number(cohort.value)
        yield printed | {
            "outcome": item.definition.title,
            "synthesis": item.definition.id,
            "subgroup": groups.get(cohort.arm_id, ""),
            "study": cohort.study,
            "arm": cohort.label,
            "data_type": "one-group dichotomous" if counted else "generic inverse variance",
            "scale": scale_of(model),
            "effect": _number(effects.yi[at]),
            "standard_error": _number(float(np.sqrt(effects.vi[at]))),
            "source": cohort.citekey,
        }
