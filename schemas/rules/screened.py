"""Screening: two people decide apart, and what a search found is counted as it was found."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.rules.records import Finding, Records, Row, Rule, find

PEOPLE = (("first_by", "first_decision"), ("second_by", "second_decision"))


def _together(row: Row, columns: tuple[str, ...], rule: str) -> Iterator[Finding]:
    given = [column for column in columns if row[column] is not None]
    for column in columns:
        if given and row[column] is None:
            what = f"{given[0]} is filled in, {column} is not"
            yield find(rule, row, column, what, "all or none", f"fill in {column}")


def check_searches(records: Records) -> Iterator[Finding]:
    """A search that was run has its date, its person and its number of results."""
    for row in records["searches"]:
        yield from _together(row, ("run_on", "run_by", "results"), "searches")
    run = {row.id for row in records["searches"] if row["run_on"]}
    for row in records["screening"]:
        if row["search_id"] and row["search_id"] not in run:
            what = f"the record is from {row['search_id']}, which was not run"
            action = "write run_on, run_by and results in searches.csv"
            yield find("searches", row, "search_id", what, "a search that was run", action)


def check_screened(records: Records) -> Iterator[Finding]:
    """Two people screen; where they differ the decision says why, and a duplicate has none."""
    for row in records["screening"]:
        for who, decision in PEOPLE:
            yield from _together(row, (who, decision), "screened")
        if row["first_by"] and row["first_by"] == row["second_by"]:
            action = "have another person screen it"
            yield find("screened", row, "second_by", "the first screener", "another", action)
        first, second = row["first_decision"], row["second_decision"]
        if first and second and first == second != row["decision"]:
            what = f"both decided {first}, the row says {row['decision']}"
            yield find("screened", row, "decision", what, first, "write what both decided")
        if first and second and first != second and not row["reason"]:
            what = f"{row['first_by']} decided {first}, {row['second_by']} {second}"
            action = "say in reason how it was settled"
            yield find("screened", row, "reason", what, "a reason", action)


RULES = (
    Rule("searches", "A search that was run says when, by whom and with how many results.",
         check_searches, needs=("searches",)),
    Rule("screened", "Two people screen a record; a difference is settled with a reason.",
         check_screened),
)  # fmt: skip
