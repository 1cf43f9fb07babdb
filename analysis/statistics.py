"""The statistics a claim may name: each takes selected rows and yields a Measure."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from analysis.differences import absolute_effect, limits_of_difference
from analysis.measures import (
    Measure,
    distinct,
    interval_of,
    label_of,
    population_label,
    printed_level,
    provenance,
    weakest,
)
from analysis.registry import AS_ITS_ROWS, BY_TABLE, FOLLOW_UP, statistic
from analysis.rounding import percentage
from analysis.selection import Selection, SelectionError, written
from analysis.words import say
from schemas.choices import SPREAD_OF
from schemas.evidence import Evidence
from schemas.protocol import Protocol
from schemas.rounding import significant

Cells = Mapping[str, Any]
Names = tuple[str, ...]
UNITS_OF_COLUMNS = {"%": "percent", "months": "months"}  # as `schemas/column_units.yml` has them
# What most statistics of evidence rows have in common; the others say otherwise.
of_rows = partial(statistic, family="rows", minor=False)
of_results = partial(of_rows, part=BY_TABLE, says="result")


def _derived(row: Cells) -> bool:
    """Whether the count was computed from a printed percentage, which then counts."""
    return "events" in str(row.get("derived") or "") and row.get("percent") is not None


def _counted(row: Cells) -> bool:
    return row.get("events") is not None and row.get("n") is not None and not _derived(row)


def _read_proportion(row: Cells, _: str | None) -> Names:
    if _counted(row):
        return ("events", "n", FOLLOW_UP)
    return ("percent", "ci_low", "ci_high", "events", "n", FOLLOW_UP)


def _read_count(_: Cells, __: str | None) -> Names:
    return ("events", "n", FOLLOW_UP)


def _read_printed(_: Cells, __: str | None) -> Names:
    return ("value", "ci_low", "ci_high", "n", FOLLOW_UP)


def _read_column(_: Cells, column: str | None) -> Names:
    return (column or "", FOLLOW_UP)


def _read_values(row: Cells, column: str | None) -> Names:
    """What is summed, ranged or subtracted; it says nothing of the follow-up."""
    if column:
        return (column,)
    if _counted(row):
        return ("events", "n")
    return ("percent",) if row.get("percent") is not None else ("value",)


def _read_both(row: Cells, column: str | None) -> Names:
    """What is subtracted, with all behind its interval: counts, derived ones too; or limits."""
    names = _read_values(row, column)
    return names if "events" in names else (*names, "events", "n", "ci_low", "ci_high")


def _read_date(_: Cells, __: str | None) -> Names:
    return (FOLLOW_UP,)


def _read_nothing(_: Cells, __: str | None) -> Names:
    return ()


@of_results("proportion", unit="percent", compares=False, reads=_read_proportion)
def compute_proportion(evidence: Evidence, selections: list[Selection]) -> Measure:
    """A percentage of one row with its exact interval.

    Where the count was computed from a printed percentage, the percentage is printed
    as the source has it, in its own precision, with the source's interval if it has one.
    """
    selection, row = _one(selections)
    reference = selection.references[0]
    if row.get("events") is None or row.get("n") is None:
        return _printed_percentage(row, reference)
    if _derived(row):
        text = written(evidence, reference, "percent")
        digits, protocol = len(text.partition(".")[2]), evidence.review.protocol
        return _derived_count(row, reference, digits, protocol)
    events, n = int(row["events"]), int(row["n"])
    interval = interval_of(events, n, evidence.review.protocol)
    return Measure(
        unit="percent",
        value=percentage(events, n),
        lower=100 * float(interval.lower),
        upper=100 * float(interval.upper),
        interval="exact",
        level=evidence.review.protocol.level,
        events=events,
        n=n,
        method=f"{events}/{n}, {say(f'single.{evidence.review.protocol.single_proportion}')}",
        **provenance(row, reference),
    )


def _derived_count(row: dict[str, Any], reference: str, digits: int, protocol: Protocol) -> Measure:
    events, n = int(row["events"]), int(row["n"])
    low, high = row.get("ci_low"), row.get("ci_high")
    printed = low is not None and high is not None
    interval = interval_of(events, n, protocol)
    return Measure(
        unit="percent",
        value=float(row["percent"]),
        lower=low if printed else 100 * float(interval.lower),
        upper=high if printed else 100 * float(interval.upper),
        interval="printed" if printed else "exact",
        level=printed_level(row) if printed else protocol.level,
        events=events,
        n=n,
        digits=digits,
        approximate=True,
        method=say("methods.derived")
        + (
            say("methods.derived_printed")
            if printed
            else f", {say(f'single.{protocol.single_proportion}')}"
        ),
        **provenance(row, reference),
    )


def _printed_percentage(row: dict[str, Any], reference: str) -> Measure:
    if row.get("percent") is None:
        raise SelectionError(f"{reference} has neither events and n nor a percentage")
    low, high = row.get("ci_low"), row.get("ci_high")
    return Measure(
        unit="percent",
        value=float(row["percent"]),
        lower=low,
        upper=high,
        interval="printed" if low is not None and high is not None else "",
        level=printed_level(row),
        n=row.get("n"),
        method=say("methods.no_count"),
        **provenance(row, reference),
    )


@of_results("events", unit="number", compares=False, reads=_read_count)
def compute_events(_: Evidence, selections: list[Selection]) -> Measure:
    """The number of patients with the event in one row."""
    return _count(selections, "events")


@of_results("patients", unit="number", compares=False, reads=_read_count)
def compute_patients(_: Evidence, selections: list[Selection]) -> Measure:
    """The denominator of one row."""
    return _count(selections, "n")


def _count(selections: list[Selection], column: str) -> Measure:
    selection, row = _one(selections)
    reference = selection.references[0]
    if row.get(column) is None:
        raise SelectionError(f"{reference} has no {column}")
    return Measure(
        unit="number",
        value=int(row[column]),
        events=row.get("events"),
        n=row.get("n"),
        method=say("methods.column", column=column),
        **provenance(row, reference),
    )


@of_results("time_to_event", unit=AS_ITS_ROWS, compares=False, reads=_read_printed)
def compute_time_to_event(_: Evidence, selections: list[Selection]) -> Measure:
    """A median, landmark rate, ratio or mean change of one row, as printed."""
    selection, row = _one(selections)
    reference = selection.references[0]
    flags = str(row.get("not_reached") or "")
    fields = provenance(row, reference)
    fields["subgroup"] = row.get("subgroup") or ""
    low, high = row.get("ci_low"), row.get("ci_high")
    return Measure(
        unit=str(row.get("unit") or "number"),
        value=row.get("value"),
        lower=low,
        upper=high,
        upper_open="ci_high" in flags,
        interval=SPREAD_OF.get(str(row.get("measure")), "printed") if low is not None else "",
        level=printed_level(row),
        n=row.get("n"),
        words=say("figures.not_reached") if "value" in flags.split("+") else "",
        caveat=say(f"figures.hazards {row['hazards']}") if row.get("hazards") else "",
        method=say("methods.printed") if low is not None else say("methods.no_interval"),
        **fields,
    )


@of_results("cell", unit=AS_ITS_ROWS, compares=False, reads=_read_column)
def compute_cell(_: Evidence, selections: list[Selection]) -> Measure:
    """One figure of one row: the column named after `#`."""
    selection, row = _one(selections)
    if selection.column is None:
        raise SelectionError("names no column; write table:row#column")
    value = row.get(selection.column)
    if value is None:
        raise SelectionError(f"{selection.references[0]} has no {selection.column}")
    number = isinstance(value, int | float)
    fields = provenance(row, selection.references[0])
    return Measure(
        unit=str(row.get("unit") or "number"),
        format_unit=_unit_of_cell(row, selection.table, selection.column),
        value=value if number else None,
        words="" if number else str(value),
        method=say("methods.column", column=selection.column),
        **fields,
    )


@of_rows("rows", unit="number", part="other", says="count", compares=False, reads=_read_nothing)
def compute_rows(_: Evidence, selections: list[Selection]) -> Measure:
    """How many rows a selector matches."""
    total = sum(len(selection.positions) for selection in selections)
    tables = ", ".join(distinct(f"evidence/{selection.table}.csv" for selection in selections))
    return Measure(
        unit="number",
        value=total,
        rows=tuple(key for selection in selections for key in selection.references),
        method=say("methods.rows", tables=tables),
    )


@of_rows("labels", unit="number", part="other", says="count", compares=False, reads=_read_nothing)
def compute_labels(evidence: Evidence, selections: list[Selection]) -> Measure:
    """What the rows hold in the column named after `#`, such as their grades, in words."""
    columns = {part.column for part in selections}
    if len(columns) != 1 or None in columns:
        raise SelectionError("names no column after `#`, such as adverse_events[...]#grade")
    (column,) = columns
    held = distinct(
        value for part in selections for value in part.cells(str(column)) if value is not None
    )
    words = (label_of(evidence, str(column), value) for value in held)
    return _worded(" or ".join(distinct(words)), say("methods.labels", column=column), selections)


@of_rows("studies", unit="number", part="other", says="count", compares=False, reads=_read_nothing)
def compute_studies(evidence: Evidence, selections: list[Selection]) -> Measure:
    """The names of the studies that the rows are from."""
    names = dict(zip(evidence.studies["study_id"], evidence.studies["name"], strict=True))
    held = distinct(names[value] for part in selections for value in part.cells("study_id"))
    listed = " and ".join(part for part in (", ".join(held[:-1]), *held[-1:]) if part)
    return _worded(listed, say("methods.studies"), selections)


def _worded(words: str, method: str, selections: list[Selection]) -> Measure:
    rows = tuple(key for part in selections for key in part.references)
    return Measure(unit="number", words=words, rows=rows, method=method)


@of_rows("sum", unit="number", part="spread", says="result", compares=False, reads=_read_values)
def compute_sum(_: Evidence, selections: list[Selection]) -> Measure:
    """The sum of the column named after `#` over every selected row."""
    values = [value for part in selections for value in _column(part)]
    return Measure(
        unit="number",
        value=sum(values),
        method=say("methods.sum", values=" + ".join(significant(value) for value in values)),
        **_origin(selections),
    )


@of_results("range", unit=AS_ITS_ROWS, compares=False, reads=_read_values)
def compute_range(_: Evidence, selections: list[Selection]) -> Measure:
    """Lowest to highest value among several rows; percentages are recomputed from counts."""
    pairs = [pair for part in selections for pair in _values(part)]
    if len(pairs) < 2:
        raise SelectionError("a range needs at least two rows with a value")
    units = distinct(unit for unit, _ in pairs)
    if len(units) > 1:
        raise SelectionError(f"a range over rows of different units ({', '.join(units)})")
    values = [value for _, value in pairs]
    return Measure(
        unit=units[0],
        lower=float(min(values)),
        upper=float(max(values)),
        interval="range",
        cohorts=len(values),
        method=say("methods.range", count=len(values)),
        **_origin(selections),
    )


@of_results("difference", unit=AS_ITS_ROWS, compares=True, reads=_read_both)
def compute_difference(_: Evidence, selections: list[Selection]) -> Measure:
    """First row minus second, in percentage points or the rows' own unit.

    Two arms have an interval: Newcombe's from their counts, else from their printed limits.
    Two populations of one arm hold the same people and have none.
    """
    pairs = [pair for part in selections for pair in _values(part)]
    if len(pairs) != 2 or pairs[0][0] != pairs[1][0]:
        raise SelectionError("a difference needs exactly two rows of the same unit")
    (unit, first), (_unit, second) = pairs
    rows = [row for part in selections for row in part.records]
    lower, upper, how = limits_of_difference(*rows)
    return Measure(
        unit="points" if unit == "percent" else unit,
        value=first - second,
        lower=lower,
        upper=upper,
        interval="" if lower is None else "model",
        method=say(f"methods.difference {how}"),
        **_origin(selections),
    )


@of_results("absolute_effect", unit=AS_ITS_ROWS, compares=True, reads=_read_printed)
def compute_absolute_effect(_: Evidence, selections: list[Selection]) -> Measure:
    """What a hazard ratio amounts to: `ratio row | row of the control arm`, in points event-free.

    The baseline is the control arm's rate at a time, or a half at its median.
    """
    rows = [row for part in selections for row in part.records]
    if len(rows) != 2 or rows[0].get("measure") != "hazard_ratio":
        raise SelectionError("an absolute effect needs a hazard ratio and a row of its control arm")
    return absolute_effect(rows[0], rows[1], _origin(selections))


@of_rows("date", unit="date", part=BY_TABLE, says="fact", compares=False, reads=_read_date)
def compute_date(_: Evidence, selections: list[Selection]) -> Measure:
    """The date of one row, in words."""
    selection, row = _one(selections)
    column = selection.column or "date"
    if row.get(column) is None:
        raise SelectionError(f"{selection.references[0]} has no {column}")
    fields = provenance(row, selection.references[0])
    return Measure(
        unit="date",
        words=format_date(str(row[column])),
        method=say("methods.column", column=column),
        **fields,
    )


def format_date(text: str) -> str:
    """`2024-04-05` -> `5 April 2024`; `2024-04` -> `April 2024`; a year stays."""
    parts = text.split("-")
    if len(parts) == 1:
        return parts[0]
    month = say(f"months.{int(parts[1])}")
    return " ".join([*([str(int(parts[2]))] if len(parts) == 3 else []), month, parts[0]])


def _one(selections: list[Selection]) -> tuple[Selection, dict[str, Any]]:
    if len(selections) != 1:
        raise SelectionError("names several selectors; this statistic takes one row")
    return selections[0], selections[0].only()


def _column(selection: Selection) -> list[float]:
    if selection.column is None:
        raise SelectionError("names no column; write table:row#column")
    values = selection.cells(selection.column)
    if any(value is None for value in values):
        raise SelectionError(f"a row of {selection.table} has no {selection.column}")
    return [float(value) for value in values]


def _values(selection: Selection) -> list[tuple[str, float | Fraction]]:
    found = []
    for row in selection.records:
        pair = _value(row, selection.table, selection.column)
        if pair is None:
            raise SelectionError(f"{selection.table}:{row.get('row_id')} has no value")
        found.append(pair)
    return found


def _value(
    row: dict[str, Any], table: str, column: str | None
) -> tuple[str, float | Fraction] | None:
    if column is not None:
        value = row.get(column)
        return None if value is None else (_unit_of_cell(row, table, column), value)
    if _counted(row):
        return "percent", percentage(int(row["events"]), int(row["n"]))
    if row.get("percent") is not None:
        return "percent", float(row["percent"])
    if row.get("value") is not None:
        return str(row.get("unit") or "number"), float(row["value"])
    return None


def _unit_of_cell(row: Cells, table: str, column: str) -> str:
    """What a cell is in: what its column says, or its row; a count is a number."""
    from schemas.dictionary import OF_THE_ROW, unit_of  # and the rules

    unit = unit_of(table, column)
    if unit == OF_THE_ROW:
        return str(row.get("unit") or "number")
    return UNITS_OF_COLUMNS.get(unit, "number")


def _origin(selections: list[Selection]) -> dict[str, Any]:
    cells = {
        name: [value for selection in selections for value in selection.cells(name)]
        for name in ("citekey", "verification", "population", "subgroup")
    }
    populations = distinct(cells["population"])
    return {
        "rows": tuple(key for selection in selections for key in selection.references),
        "citekeys": distinct(cells["citekey"]),
        "verification": weakest(cells["verification"]),
        "population": population_label({"population": populations[0]})
        if len(populations) == 1
        else "",
    }
