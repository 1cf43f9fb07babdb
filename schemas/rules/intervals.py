"""Intervals: around their estimate, and recomputed where they are called exact."""

from __future__ import annotations

from collections.abc import Iterator

import scipy

from schemas.rounding import fixed, significant
from schemas.rules.records import Finding, Records, Row, Rule, check_source, find

TAIL = 0.025  # each side of a two-sided 95% interval
TINY = 1e-9
COLUMNS = {
    "outcomes": ("percent", "ci_low", "ci_high"),
    "time_to_event": ("value", "ci_low", "ci_high"),
    "delivery": ("value", "low", "high"),
    "baseline": ("value", "low", "high"),
}


def compute_exact_interval(events: int, n: int) -> tuple[float, float]:
    """Clopper-Pearson 95% interval of events/n, in percent.

    Quantiles of the beta distribution; no event has the lower end 0, and n
    events of n have the upper end 100.
    """
    low = 0.0 if events == 0 else float(scipy.special.betaincinv(events, n - events + 1, TAIL))
    high = 1.0 if events == n else float(scipy.special.betaincinv(events + 1, n - events, 1 - TAIL))
    return 100 * low, 100 * high


def _estimate(row: Row, column: str) -> tuple[float | None, float]:
    """The estimate and how far its rounding may have moved it."""
    if row[column] is not None:
        return row[column], row.rounding(column)
    counted = row.table.name == "outcomes" and row["events"] is not None and row["n"]
    if counted and row["events"] <= row["n"]:
        return 100 * row["events"] / row["n"], 0.0
    return None, 0.0


def _outside(row: Row, columns: tuple[str, str, str]) -> str:
    estimate, rounded = _estimate(row, columns[0])
    low, high = row[columns[1]], row[columns[2]]
    if low is not None and high is not None and low > high:
        return f"the lower end {significant(low)} is above the upper end {significant(high)}"
    if estimate is None:
        return ""
    if low is not None and estimate < low - rounded - row.rounding(columns[1]) - TINY:
        return f"{significant(estimate)} is below its interval, which starts at {significant(low)}"
    if high is not None and estimate > high + rounded + row.rounding(columns[2]) + TINY:
        return f"{significant(estimate)} is above its interval, which ends at {significant(high)}"
    return ""


def check_interval_contains_estimate(records: Records) -> Iterator[Finding]:
    """An interval or range contains its estimate, and its ends are in order."""
    for table, columns in COLUMNS.items():
        for row in records[table]:
            what = _outside(row, columns)
            if what:
                expected = f"{columns[1]} <= {columns[0]} <= {columns[2]}"
                rule = "interval_contains_estimate"
                yield find(rule, row, columns[1], what, expected, check_source(row))


def _exact_ends(row: Row) -> Iterator[Finding]:
    ends = compute_exact_interval(row["events"], row["n"])
    for column, end in zip(("ci_low", "ci_high"), ends, strict=True):
        if row[column] is None or abs(row[column] - end) <= row.rounding(column) + TINY:
            continue
        exact, within = fixed(end, 2), significant(row.rounding(column))
        what = f"{row.printed(column)} is called exact; {row['events']}/{row['n']} gives {exact}"
        expected = f"{exact} within {within} (Clopper-Pearson, 95%)"
        action = (
            f"{check_source(row)}; if the source does not call it exact, write "
            "unstated in ci_method"
        )
        yield find("exact_interval", row, column, what, expected, action)


def check_exact_interval(records: Records) -> Iterator[Finding]:
    """An interval marked exact is the Clopper-Pearson interval of its counts."""
    for row in records["outcomes"]:
        if row["ci_method"] != "exact":
            continue
        if row["events"] is None or row["n"] is None:
            what, expected = "an exact interval without events or n", "both counts"
            action = "fill in the counts, or write unstated in ci_method"
            yield find("exact_interval", row, "ci_method", what, expected, action)
        elif 0 <= row["events"] <= row["n"]:
            yield from _exact_ends(row)


RULES = (
    Rule(
        "interval_contains_estimate",
        "An interval contains its estimate.",
        check_interval_contains_estimate,
    ),
    Rule(
        "exact_interval",
        "An interval marked exact is recomputed (Clopper-Pearson, 95%).",
        check_exact_interval,
    ),
)
