"""Counts: events, denominators, the people there are, and the percentage printed."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.choices import SIZED_TABLES
from schemas.rounding import fixed, significant
from schemas.rules.records import Finding, Records, Row, Rule, check_source, find, label_of

COUNT_TABLES = ("outcomes", "adverse_events", "delivery", "baseline")
TINY = 1e-9


def check_events_within_n(records: Records) -> Iterator[Finding]:
    """People with an event are some of the people counted."""
    for row in records.of(COUNT_TABLES):
        if row["events"] is None or row["n"] is None or row["events"] <= row["n"]:
            continue
        what = f"{row['events']} events > n {row['n']}"
        yield find("events_within_n", row, "events", what, "events <= n", f"check {row.source}")


def _size(records: Records, row: Row, arm: Row) -> Iterator[Finding]:
    population = row["population"]
    stated = records.sizes.get(population or "")
    if stated is None:
        return
    column = stated.column
    size = arm[column]
    cause = (arm.table.file, label_of(arm), column)
    if size is None:
        what = f"n {row['n']} are {population}, but arms.csv has no {column} for {arm.id}"
        expected = f"the largest {population} set seen in any report"
        action = f"fill in {column} of {arm.id} in evidence/arms.csv, or correct the population"
        yield find("population_size", row, "population", what, expected, action, cause=cause)
    elif row["n"] > size:
        what = f"n {row['n']} > {size} {population} in {arm.id} (arms.csv, {column})"
        action = f"check {row.source}; a larger set belongs in evidence/arms.csv"
        yield find("population_size", row, "n", what, f"n <= {size}", action, cause=cause)


def check_population_size(records: Records) -> Iterator[Finding]:
    """No denominator is larger than its own population of the cohort."""
    arms = records.by_id("arms")
    for row in records.of(SIZED_TABLES):
        arm = arms.get(row["arm_id"] or "")
        if arm is not None and row["n"] is not None:
            yield from _size(records, row, arm)
    for arm in records["arms"]:
        yield from _parts(records, arm)


def _parts(records: Records, arm: Row) -> Iterator[Finding]:
    """People of one population that are more than those of another that holds them."""
    for part, column, within, _ in records.sizes.values():
        for whole in within:
            few, many = arm[column], records.people(arm, whole)
            if few is not None and many is not None and few > many:
                what = f"{few} {part} > {many} {whole}"
                expected = f"{part} to be a part of {whole}"
                yield find("population_size", arm, column, what, expected, check_source(arm))


def _percent_column(row: Row) -> str:
    if row.table.name != "baseline":
        return "percent"
    return "value" if row["statistic"] == "percent" else ""


def check_percent_matches_counts(records: Records) -> Iterator[Finding]:
    """A percentage equals events/n within the rounding of its printed digits."""
    for row in records.of(COUNT_TABLES):
        column = _percent_column(row)
        if not column or None in (row["events"], row[column]) or not row["n"]:
            continue
        computed = 100 * row["events"] / row["n"]
        if abs(computed - row[column]) <= row.rounding(column) + TINY:
            continue
        exact = fixed(computed, 2)
        what = f"{row.printed(column)}% is printed, {row['events']}/{row['n']} is {exact}%"
        expected = f"{exact} within {significant(row.rounding(column))}"
        rule = "percent_matches_counts"
        yield find(rule, row, column, what, expected, check_source(row))


RULES = (
    Rule("events_within_n", "Events are at most n.", check_events_within_n),
    Rule(
        "population_size",
        "n is at most the size of its own population in the cohort.",
        check_population_size,
        needs=("review", "arms"),
    ),
    Rule(
        "percent_matches_counts",
        "A printed percentage agrees with events/n within its rounding.",
        check_percent_matches_counts,
    ),
)
