"""Reports: which is the latest, whether two of one cut-off agree, what was derived."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from schemas.choices import FACT_TABLES
from schemas.rounding import significant
from schemas.rules.cuts import FACT_KEYS, fact_of, superseded
from schemas.rules.order import group, stated_cut
from schemas.rules.records import Finding, Records, Row, Rule, find

TINY = 1e-9


def _shared(row: Row) -> str:
    return "the same " + ", ".join(name for name in FACT_KEYS[row.table.name] if row[name])


def _one_latest(rows: list[Row], answered: frozenset[str]) -> Iterator[Finding]:
    latest = [row for row in rows if row["latest"] == "yes"]
    newer = any(row.id in answered for row in rows)
    if not latest and not newer and all(row["latest"] == "no" for row in rows):
        what = (
            f"none of {len(rows)} reports is marked as the latest (rows with {_shared(rows[-1])})"
        )
        action = "write yes for the report with the longest follow-up"
        yield find("latest", rows[-1], "latest", what, "one yes", action)
    for row in latest[1:]:
        what = f"{latest[0].id} is marked as the latest too (rows with {_shared(row)})"
        action = "write no for all but one, or tell them apart by subgroup or definition"
        yield find("latest", row, "latest", what, "one yes", action)


def _longer_elsewhere(rows: list[Row]) -> Iterator[Finding]:
    """Reports with a longer follow-up than the latest; a later report may add people to it."""
    latest = [row for row in rows if row["latest"] == "yes"]
    for row in rows:
        if row["latest"] != "no" or len(latest) != 1:
            continue
        longest, mine = latest[0]["follow_up_months"], row["follow_up_months"]
        grown = (latest[0]["n"] or 0) > (row["n"] or 0)
        if longest is not None and mine is not None and mine > longest and not grown:
            what = f"follow-up {significant(mine)} months is longer than that of {latest[0].id} "
            what += f"({significant(longest)}), which is marked as the latest"
            action = "mark the report with the longest follow-up"
            yield find("latest", row, "latest", what, "yes for the longest follow-up", action)


def check_latest(records: Records) -> Iterator[Finding]:
    """Of the reports of one fact exactly one is the latest, and none is longer.

    None need be where a newer report answers the question at a neighbouring landmark.
    """
    for table in FACT_KEYS:
        answered = superseded(records[table])
        for rows in group(records[table], fact_of):
            yield from _one_latest(rows, answered)
            yield from _longer_elsewhere(rows)


def figure_of(row: Row) -> tuple[float | None, float]:
    """The row's figure and how far its rounding may have moved it."""
    if row.table.name == "time_to_event":
        return (None, 0.0) if row["value"] is None else (row["value"], row.rounding("value"))
    if row["percent"] is not None:
        return row["percent"], row.rounding("percent")
    if row["events"] is not None and row["n"]:
        return 100 * row["events"] / row["n"], 0.0
    return None, 0.0


def disagree(one: Row, other: Row) -> bool:
    """Whether two rows print different figures, beyond rounding."""
    (mine, mine_rounded), (theirs, theirs_rounded) = figure_of(one), figure_of(other)
    if mine is None or theirs is None:
        return False
    return abs(mine - theirs) > max(mine_rounded + theirs_rounded - TINY, TINY)


def check_sources_disagree(records: Records) -> Iterator[Finding]:
    """Two reports of one fact at one cut-off print the same figure."""
    for table in FACT_KEYS:
        dated = (row for row in records[table] if stated_cut(row))
        for rows in group(dated, lambda row: (fact_of(row), stated_cut(row))):
            for first, second in combinations(rows, 2):
                if not disagree(first, second):
                    continue
                figures = (figure_of(row)[0] for row in (second, first))
                mine, theirs = (significant(one, 4) for one in figures if one is not None)
                what = f"{mine} here and {theirs} in {first.id} ({first['citekey']})"
                what += " at the same cut-off"
                action = "correct one; if the sources differ, accept both rows in "
                action += "evidence/discrepancies.csv"
                column = "value" if table == "time_to_event" else "percent"
                rule = "sources_disagree"
                yield find(rule, second, column, what, "the same figure", action, [first])


def check_entered_once(records: Records) -> Iterator[Finding]:
    """A figure of one source at one cut-off is entered once."""
    for table in FACT_KEYS:
        same_report = group(
            records[table],
            lambda row: (
                fact_of(row),
                row["citekey"],
                row["follow_up_months"],
                row["data_cutoff"],
                row["locator"],
            ),
        )
        for rows in same_report:
            for row in rows[1:]:
                if disagree(rows[0], row):
                    continue
                what = f"the same fact of the same report is already in {rows[0].id}"
                action = "delete one, or tell them apart by subgroup, time or definition"
                yield find("entered_once", row, "row_id", what, "one row a figure", action)


def check_derived(records: Records) -> Iterator[Finding]:
    """What a row calls derived is there, and was derived from something printed."""
    for row in records.of(FACT_TABLES):
        for column in (row["derived"] or "").split("+"):
            if column in row.values and row[column] is None:
                what = f"{column} is called derived but the cell is empty"
                action = f"fill in {column}, or take it out of derived"
                yield find("derived", row, "derived", what, f"a value in {column}", action)


RULES = (
    Rule("latest", "Of the reports of one fact exactly one is the latest.", check_latest),
    Rule(
        "sources_disagree",
        "Two reports of one fact at one cut-off print the same figure.",
        check_sources_disagree,
    ),
    Rule("entered_once", "A figure of one report is entered once.", check_entered_once),
    Rule("derived", "What a row calls derived is there.", check_derived),
)
