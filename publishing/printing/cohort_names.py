"""Cohorts by name: their latest rows, their labels, and short texts for figures and tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING, Any

from analysis.measures import Measure, population_label
from analysis.review_data import ReviewData
from analysis.rounding import format_number
from analysis.selection import written
from publishing.printing.cells import forms_of, row_of
from publishing.printing.table import Cell

if TYPE_CHECKING:
    from analysis.cohorts import Cohort

LONGEST = 44  # signs of a study name that a table can carry beside the treatment


def study_name(data: ReviewData, arm_id: str) -> str:
    """The printed name of the study an arm belongs to."""
    study = row_of(data, f"arms:{arm_id}")["study_id"]
    return str(row_of(data, f"studies:{study}")["name"])


def arm_label(data: ReviewData, arm_id: str) -> str:
    """What the arm received, in words."""
    return str(row_of(data, f"arms:{arm_id}")["label"])


def short_label(data: ReviewData, arm_id: str) -> str:
    """What the cohort is called where space lacks, or nothing."""
    return str(row_of(data, f"arms:{arm_id}")["short_label"] or "")


def cohort_name(data: ReviewData, arm_id: str) -> str:
    """Study and treatment: `TRIAL-1, product`; the study alone where its name says both."""
    name, label = study_name(data, arm_id), arm_label(data, arm_id)
    product = re.split(r"[ ,(]", label, maxsplit=1)[0]
    if len(name) > LONGEST:
        return label[:1].upper() + label[1:]
    return name if product.lower() in name.lower() else f"{name}, {label}"


def short_name(data: ReviewData, arm_id: str, longest: int = 34) -> str:
    """The cohort's name, its short label or the shorter part of the name: the first that fits."""
    for name in (cohort_name(data, arm_id), short_label(data, arm_id)):
        if name and len(name) <= longest:
            return name
    return min(study_name(data, arm_id), arm_label(data, arm_id), key=len)


def populations_of(data: ReviewData) -> tuple[str, ...]:
    """Populations in the order in which a figure is looked for: as `review.yml` has them, else
    as the vocabulary.
    """
    terms = data.evidence.rows["vocabulary"].all()
    known = [row for row in terms if row["kind"] == "population"]
    known.sort(key=lambda row: inf if row["order"] is None else row["order"])
    return data.evidence.review.populations or tuple(row["term"] for row in known)


def latest_outcome(
    data: ReviewData,
    arm_id: str,
    outcome: str,
    populations: Sequence[str] = (),
    *,
    subgroups: bool = False,
) -> str:
    """The latest row of an outcome in the first of these populations that has one, or nothing.

    Without `populations` they are those of the review in its order.

    `subgroups` looks for a row of a subgroup instead of one of the whole cohort.
    """
    found = [
        row
        for row in data.evidence.rows["outcomes"].records("arm_id", arm_id)
        if row["outcome"] == outcome
        and row["latest"] == "yes"
        and (row["subgroup"] is not None) == subgroups
    ]
    return _first(found, populations or populations_of(data), "outcomes")


def latest_time(
    data: ReviewData,
    arm_id: str,
    endpoint: str,
    months: float | None = None,
    populations: Sequence[str] = (),
) -> str:
    """The latest median of an endpoint, or its rate at a time; nothing where none is printed."""
    measure = "median" if months is None else "landmark_rate"
    found = [
        row
        for row in data.evidence.rows["time_to_event"].records("arm_id", arm_id)
        if row["endpoint"] == endpoint
        and row["measure"] == measure
        and row["latest"] == "yes"
        and row["subgroup"] is None
        and (months is None or row["time_months"] == months)
    ]
    return _first(found, populations or populations_of(data), "time_to_event")


def _first(found: Sequence[Mapping[str, Any]], populations: Sequence[str], table: str) -> str:
    for population in populations:
        rows = [row for row in found if row["population"] == population]
        if len(rows) == 1:
            return f"{table}:{rows[0]['row_id']}"
    return ""


def member_name(data: ReviewData, cohort: Cohort, longest: int) -> str:
    """The short name of a cohort; that of the study where its two arms are compared."""
    if cohort.control is None:
        return short_name(data, cohort.arm_id, longest)
    return cohort.study if len(cohort.study) <= longest else f"{cohort.study[: longest - 1]}…"


def value_cell(data: ReviewData, reference: str) -> Cell:
    """Value and interval of one row, short; the interval is named once, in a note."""
    if not reference:
        return Cell()
    return Cell(forms_of(data, reference, printed_format(data, reference)).short, row=reference)


def printed_format(data: ReviewData, reference: str) -> str:
    """The format of a row: percentages of counts at one decimal, others as printed."""
    row = row_of(data, reference)
    unit = str(row.get("unit") or "percent")
    kind = unit if unit in ("months", "days", "points", "ratio", "percent") else "number"
    if row.get("events") is not None and row.get("n") is not None:
        return "percent1"
    names = [name for name in ("value", "percent", "ci_low", "ci_high") if name in row]
    printed = [written(data.evidence, reference, name) for name in names]
    digits = max((len(text.partition(".")[2]) for text in printed), default=0)
    return f"{kind}2" if kind == "ratio" else f"{kind}{min(1, digits)}"


def fraction(measure: Measure) -> str:
    """Events and denominator as `95/97`, empty where no count is known."""
    if measure.events is None or measure.n is None:
        return ""
    return f"{measure.events}/{measure.n}"


def follow_up_cell(data: ReviewData, reference: str) -> Cell:
    """Median follow-up in months of one row, empty where it is not known."""
    months = row_of(data, reference).get("follow_up_months") if reference else None
    if months is None:
        return Cell()
    digits = 0 if float(months).is_integer() else 1
    return Cell(format_number(float(months), digits), row=reference)


def counted_cell(data: ReviewData, arm_id: str, reference: str) -> Cell:
    """Cohort with the population of one row: `TRIAL-1, product (infused, n = 97)`."""
    row = row_of(data, reference)
    population = population_label(row)
    size = f", n = {format_number(int(row['n']), 0)}" if row.get("n") is not None else ""
    return Cell(f"{cohort_name(data, arm_id)} ({population}{size})", row=reference)
