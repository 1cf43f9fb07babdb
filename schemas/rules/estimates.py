"""What a row of figures needs to make sense: a figure, its unit, what was not reached."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.choices import RATIOS, SPREAD_OF
from schemas.rules.records import Finding, Records, Row, Rule, find

FIGURES = ("events", "percent", "mean", "value", "low", "not_reached")
FIGURE_TABLES = ("outcomes", "time_to_event", "adverse_events", "delivery", "baseline")
TIMES = ("months", "days")
UNITS_OF_MEASURE = {
    **dict.fromkeys(("median", *SPREAD_OF), TIMES),
    "landmark_rate": ("percent",),
    "mean_change": ("points",),
    **dict.fromkeys(RATIOS, ("ratio",)),
}


def check_has_figure(records: Records) -> Iterator[Finding]:
    """A row of figures holds one."""
    for row in records.of(FIGURE_TABLES):
        if all(row.get(column) is None for column in FIGURES):
            column = "value" if "value" in row.values else "percent"
            action = f"fill in what {row.source} prints, or delete the row"
            yield find("has_figure", row, column, "the row holds no figure", "a figure", action)


def _not_reached(row: Row) -> Iterator[Finding]:
    named = (row["not_reached"] or "").split("+")
    for column in ("value", "ci_high"):
        if column in named and row[column] is not None:
            what = f"{column} is {row.printed(column)} and called not reached"
            action = "empty the cell, or take it out of not_reached"
            yield find("not_reached", row, column, what, "one or the other", action)
    if row["value"] is None and "value" not in named and row["ci_low"] is None:
        what = "neither a value nor value in not_reached"
        action = "fill in the value, or write value in not_reached where it was not reached"
        yield find("not_reached", row, "value", what, "one or the other", action)


def check_not_reached(records: Records) -> Iterator[Finding]:
    """What was not reached has no figure; what has none was not reached."""
    for row in records["time_to_event"]:
        yield from _not_reached(row)


def _range(row: Row) -> str:
    figures = [row[name] for name in ("value", "ci_low", "ci_high") if row[name] is not None]
    if row["unit"] == "percent" and any(not 0 <= figure <= 100 for figure in figures):
        return "0 to 100"
    if row["unit"] == "ratio" and any(figure <= 0 for figure in figures):
        return "more than 0"
    if row["unit"] in TIMES and any(figure < 0 for figure in figures):
        return "0 or more"
    return ""


def _unit(row: Row) -> Iterator[Finding]:
    units = UNITS_OF_MEASURE.get(row["measure"] or "", ())
    if units and row["unit"] and row["unit"] not in units:
        what = f"a {row['measure']} in {row['unit']}"
        expected = " or ".join(units)
        yield find("units", row, "unit", what, expected, "correct the unit or the measure")
    expected = _range(row)
    if expected:
        what = f"{row.printed('value')} with its interval is no {row['unit']}"
        yield find("units", row, "value", what, expected, f"check {row.source}")
    if row["measure"] == "landmark_rate" and row["time_months"] is None:
        what = "a landmark rate without its time"
        yield find("units", row, "time_months", what, "months", f"check {row.source}")
    ends = ("ci_low", "ci_high")
    if row["measure"] in SPREAD_OF and any(row[end] is None for end in ends):
        what = f"a {row['measure']} without both ends"
        action = "fill in the ends, or write median where none are printed"
        yield find("units", row, "measure", what, "ci_low and ci_high", action)


def check_units(records: Records) -> Iterator[Finding]:
    """An estimate has the unit of its measure, within that unit's range."""
    for row in records["time_to_event"]:
        yield from _unit(row)


RULES = (
    Rule("has_figure", "A row of figures holds one.", check_has_figure),
    Rule("not_reached", "What was not reached has no figure.", check_not_reached),
    Rule("units", "An estimate has the unit of its measure.", check_units),
)
