"""Evidence rows in words, and as a table that a reader of a figure may download."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any

from analysis.measures import label_of, population_label
from analysis.review_data import ReviewData
from analysis.rounding import format_exact
from analysis.wording import SECONDARY_MARK
from analysis.words import say
from publishing.printing.cells import forms_of, measure_of, row_of
from publishing.printing.cohort_names import printed_format, short_name
from publishing.printing.row_values import counted, kind_of_ends
from schemas.choices import SPREAD_OF
from schemas.rounding import significant

KINDS = {
    "outcomes": "outcome",
    "time_to_event": "endpoint",
    "adverse_events": "event",
    "delivery": "delivery",
}
"""Tables of figures, with the kind of term in the vocabulary that each row measures."""

UNITS = {"percent": "%", "months": " mo", "days": " d"}


def describe_row(data: ReviewData, table: str, row: dict[str, Any]) -> str:
    """What a row measures and in whom, in words."""
    kind = KINDS[table]
    what = label_of(data.evidence, kind, str(row[kind if kind in row else "measure"]))
    timed = row.get("time_months") is not None
    extras = [
        word_of(data, "grade", row.get("grade")),
        estimate_of(row) if kind == "endpoint" else "",
        say("figures.at_months", months=format_exact(row["time_months"])) if timed else "",
        row.get("window") or "",
        word_of(data, "counting", row.get("definition")),
        population_label(row),
        row.get("subgroup") or "",
        say("figures.against", other=row["comparator_arm_id"])
        if row.get("comparator_arm_id")
        else "",
    ]
    return ", ".join([what, *(text for text in extras if text)])


def estimate_of(row: dict[str, Any]) -> str:
    """What kind of estimate a row is; of a median the ends beside it are named with them."""
    measure = str(row.get("measure") or "")
    return "median" if measure in SPREAD_OF else measure.replace("_", " ")


def word_of(data: ReviewData, kind: str, term: Any) -> str:
    """The vocabulary's label for a term, or nothing where there is none."""
    return label_of(data.evidence, kind, str(term)) if term else ""


def checked_word(data: ReviewData, level: Any) -> str:
    """How a figure was checked, with the mark of a secondary source."""
    return word_of(data, "verification", level) + (SECONDARY_MARK if level == "secondary" else "")


def figure_of(row: dict[str, Any]) -> str:
    """The count, with the sign ≈ where no source prints it, or the value in its unit."""
    if row.get("events") is not None and row.get("n") is not None:
        return f"{'≈' if counted(row) else ''}{row['events']} of {row['n']}"
    if row.get("value") is not None:
        return format_exact(row["value"]) + UNITS.get(str(row.get("unit")), "")
    if "value" in str(row.get("not_reached") or "").split("+"):
        return say("figures.not_reached")
    return f"n = {row['n']}" if row.get("n") is not None else ""


def printed_of(row: dict[str, Any]) -> str:
    """The percentage and interval as the source prints them."""
    low, high = row.get("ci_low", row.get("low")), row.get("ci_high", row.get("high"))
    percent = "" if row.get("percent") is None else f"{format_exact(row['percent'])}%"
    if low is None:
        return percent
    upper = say("figures.not_reached") if high is None else format_exact(high)
    return f"{percent} ({kind_of_ends(row)}{format_exact(low)} to {upper})".strip()


HEAD = ("row", "cohort", "measured", "result", "events", "n", "value", "lower", "upper", "source")


def rows_as_csv(data: ReviewData, references: Sequence[str]) -> str:
    """A line a row that holds a figure, each once; nothing where there is none.

    `result` is the value with its interval as the review prints it; value and limits have the
    digits they are drawn with, and an unknown one is empty.
    """
    rows = [row for row in dict.fromkeys(references) if row.partition(":")[0] in KINDS]
    if not rows:
        return ""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEAD)
    for reference in rows:
        row, measure = row_of(data, reference), measure_of(data, reference)
        writer.writerow((
            reference, short_name(data, str(row["arm_id"]), 60),
            describe_row(data, reference.partition(":")[0], row),
            forms_of(data, reference, printed_format(data, reference)).short,
            measure.events, measure.n,
            *(None if number is None else significant(float(number), 6)
              for number in (measure.value, measure.lower, measure.upper)),
            row["citekey"],
        ))  # fmt: skip
    return stream.getvalue()
