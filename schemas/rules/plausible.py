"""Plausible values: what a figure of its unit can be, and one unit for one characteristic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import itemgetter

from schemas.choices import RATIOS, SPREAD_OF
from schemas.rounding import significant
from schemas.rules.order import group
from schemas.rules.records import Finding, Records, Row, Rule, check_source, find

BOUNDS = {
    "percent": (0.0, 100.0),
    "years": (0.0, 120.0),
    "months": (0.0, 600.0),
    "weeks": (0.0, 2600.0),
    "days": (0.0, 18250.0),
}
"""What a figure in these units can be: shares, ages, and times within a working life."""
RATIO_BOUNDS = (0.02, 50.0)
BEYOND = 2.0
"""A rate this many times later than the median follow-up has nobody left at risk."""
UNIT_OF_STATISTIC = {"percent": "percent", "count": "patients"}
TERMS = {"baseline": ("characteristic", "statistic"), "delivery": ("measure",)}
MEDIANS = ("median", *SPREAD_OF)
RULE = "plausible_values"


def _outside(row: Row, column: str, low: float, high: float, unit: str) -> Iterator[Finding]:
    value = row[column]
    if value is not None and not low <= value <= high:
        what = f"{row.printed(column)} {unit} cannot be"
        expected = f"{significant(low)} to {significant(high)} {unit}"
        action = f"check the unit and the decimal point; {check_source(row)}"
        yield find(RULE, row, column, what, expected, action)


def _described(row: Row) -> Iterator[Finding]:
    """Baseline and delivery: each figure within its unit, the unit that of its statistic."""
    unit = row["unit"] or ""
    for column in ("value", "low", "high"):
        if unit in BOUNDS:
            yield from _outside(row, column, *BOUNDS[unit], unit)
    needed = UNIT_OF_STATISTIC.get(row.get("statistic") or "")
    if needed and unit and unit != needed:
        what = f"a {row['statistic']} in {unit}"
        yield find(RULE, row, "unit", what, needed, "correct the unit or the statistic")


def _estimated(row: Row) -> Iterator[Finding]:
    """Time to event: ratios, and shares that look like proportions."""
    shown = [row[column] for column in ("value", "ci_low", "ci_high") if row[column] is not None]
    if row["measure"] in RATIOS:
        for column in ("value", "ci_low", "ci_high"):
            yield from _outside(row, column, *RATIO_BOUNDS, "as a ratio")
    if row["measure"] == "landmark_rate" and shown and 0 < max(shown) <= 1:
        what = f"{row.printed('value')} looks like a proportion"
        action = f"write 100 times as much; {check_source(row)}"
        yield find(RULE, row, "value", what, "percent", action)
    follow_up, time = row["follow_up_months"], row["time_months"]
    if (unit := row["unit"]) in ("months", "days"):
        yield from _outside(row, "value", *BOUNDS[unit], unit)
    if None not in (follow_up, time) and time > BEYOND * follow_up:
        what = f"a rate at {significant(time)} months from a follow-up of {significant(follow_up)}"
        action = f"check time and follow-up; {check_source(row)}"
        yield find(RULE, row, "time_months", what, "a time within the follow-up", action)


def _units(records: Records) -> Iterator[Finding]:
    """Rows of one characteristic that do not have the unit of most others."""
    for table, columns in (*TERMS.items(), ("time_to_event", ("endpoint",))):
        rows = [row for row in records[table] if row["unit"] and row["value"] is not None]
        if table == "time_to_event":  # its other measures have units of their own
            rows = [row for row in rows if row["measure"] in MEDIANS]
        for same in group(rows, itemgetter(*columns)):
            usual, count = Counter(row["unit"] for row in same).most_common(1)[0]
            for row in same:
                if row["unit"] != usual and 2 * count > len(same):
                    what = f"{row[columns[0]]} in {row['unit']}; other rows have it in {usual}"
                    action = f"convert the figure, or correct the unit; {check_source(row)}"
                    if row["unit"].startswith(usual):
                        action = f"write {usual}; what low and high are stands in the column "
                        action += "spread: range, quartiles or sd"
                    yield find(RULE, row, "unit", what, usual, action)


def check_plausible_values(records: Records) -> Iterator[Finding]:
    """A figure is one that its unit allows; one characteristic has one unit."""
    for row in records.of(TERMS):
        yield from _described(row)
    for row in records["time_to_event"]:
        yield from _estimated(row)
    yield from _units(records)


RULES = (
    Rule(RULE, "A figure is one that its unit allows; one characteristic has one unit.",
         check_plausible_values),
)  # fmt: skip
