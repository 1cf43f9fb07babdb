"""How cohorts are named, and the parts that a share of their patients is written of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.review_data import ReviewData
from analysis.rounding import format_number, format_value, percentage
from analysis.selection import written
from analysis.wording import SECONDARY_MARK, fit_format
from analysis.words import say
from publishing.printing.cells import forms_of, measure_of, row_of
from publishing.printing.cohort_names import arm_label, short_label, study_name
from schemas.choices import SPREAD_OF


def cohort_of(data: ReviewData, arm_id: str) -> str:
    """The short label, or the study with the treatment where its name does not say it."""
    if short := short_label(data, arm_id):
        return short
    name, label = study_name(data, arm_id), arm_label(data, arm_id)
    study = row_of(data, f"arms:{arm_id}")["study_id"]
    several = len(data.evidence.rows["arms"].at("study_id", study)) > 1
    return f"{name}, {label}" if several or label.split(",", maxsplit=1)[0] not in name else name


def format_of(data: ReviewData, row: dict[str, Any], table: str = "adverse_events") -> str:
    """As many decimals as the source prints, one where nobody had the event."""
    if row["events"] == 0:
        return "percent1"
    printed = written(data.evidence, f"{table}:{row['row_id']}", "percent")
    return "percent1" if "." in printed else "percent0"


def share_text(data: ReviewData, row: dict[str, Any], table: str = "adverse_events") -> str:
    """`84% (76 to 90); 107/128` from a row, or as much of it as the source prints."""
    text = percent_text(data, row, table) + interval_text(data, row, table)
    if row["events"] is not None and row["n"] is not None:
        sign = "≈" if counted(row) else ""
        text += f"; {sign}{row['events']}/{row['n']}"
    elif row["n"] is not None:
        text += f"; n = {row['n']}"
    return text


def percent_text(data: ReviewData, row: dict[str, Any], table: str = "adverse_events") -> str:
    """The share: as printed where the count was computed from it, else from the count."""
    reference = f"{table}:{row['row_id']}"
    name = fit_format(measure_of(data, reference), format_of(data, row, table))
    if counted(row) and row["percent"] is not None:
        return format_value(float(row["percent"]), name)
    return forms_of(data, reference, name).value


def interval_text(data: ReviewData, row: dict[str, Any], table: str = "adverse_events") -> str:
    """` (76 to 90)`, or nothing where there is no count."""
    forms = forms_of(data, f"{table}:{row['row_id']}", format_of(data, row, table))
    return f" ({forms.limits})" if forms.limits else ""


def value_text(row: dict[str, Any]) -> str:
    """`6 (3 to 18)` for a median, `87.6%` for a share."""
    if row["value"] is None:
        return format_value(percentage(row["events"], row["n"]), "percent0")
    if row["unit"] == "percent":
        return f"{number(row['value'])}%"
    if row["low"] is None or row["high"] is None:
        return number(row["value"])
    shown = say("figures.mean") + " " if row.get("statistic") == "mean" else ""
    ends = f"{number(row['low'])} to {number(row['high'])}"
    return f"{shown}{number(row['value'])} ({kind_of_ends(row)}{ends})"


def kind_of_ends(row: dict[str, Any]) -> str:
    """What the ends beside a figure are where one expects another kind: `90% CI `, `quartiles `."""
    if row.get("ci_level") not in (None, 95):
        return f"{number(row['ci_level'])}% CI "
    if people := SPREAD_OF.get(str(row.get("measure"))):
        return say(f"figures.{people}") + " "
    spread = row.get("spread")
    return "" if spread in (None, "range") else say(f"figures.{spread}") + " "


def number(value: float) -> str:
    """A figure with one decimal where it is not whole."""
    return format_number(value, 0 if float(value).is_integer() else 1)


def counted(row: dict[str, Any]) -> bool:
    """Whether the count was computed from the percentage, and not printed."""
    return "events" in str(row.get("derived") or "").split("+")


def secondary_mark(row: dict[str, Any]) -> str:
    """The mark of a figure read in a secondary source, or nothing."""
    return SECONDARY_MARK if row["verification"] == "secondary" else ""


def counting_of(row: dict[str, Any], usual: Sequence[str]) -> str:
    """Who counted, within which time, and on whom where that population is not a usual one."""
    population = str(row["population"] or "")
    on = "" if population in usual else f"of {population}"
    return ", ".join(part for part in (row.get("definition"), row.get("window"), on) if part)
