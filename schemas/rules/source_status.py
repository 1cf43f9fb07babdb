"""The state of a source says enough: what, by whom and when, or why it was not checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.choices import FINDINGS, REGISTERS
from schemas.patterns import SEPARATOR
from schemas.rules.forms import is_calendar_date
from schemas.rules.records import Finding, Records, Row, Rule, find

RULE = "source_status"
REFRESH = "run `nox -s sources`, which writes this table"
NEEDED = {
    "clean": ("register", "checked_on"),
    "flagged": ("finding", "notice", "register", "checked_on"),
    "unchecked": ("reason",),
}
EMPTY = {
    "clean": ("finding", "notice"),
    "flagged": (),
    "unchecked": ("finding", "notice", "register", "checked_on"),
}


def _parts(row: Row, column: str) -> list[str]:
    return [part for part in (row[column] or "").split(SEPARATOR) if part]


def _listed(row: Row, column: str, known: Iterable[str]) -> Iterator[Finding]:
    for part in _parts(row, column):
        if part not in known:
            what = f"{part!r} is not known here"
            yield find(RULE, row, column, what, "one of " + ", ".join(known), REFRESH)


def _cells(row: Row) -> Iterator[Finding]:
    state = row["state"] or ""
    for column in NEEDED.get(state, ()):
        if not row[column]:
            yield find(RULE, row, column, f"a source that is {state} lacks it", "a value", REFRESH)
    for column in EMPTY.get(state, ()):
        if row[column]:
            what = f"a source that is {state} has {row[column]!r} here"
            yield find(RULE, row, column, what, "an empty cell", REFRESH)


def check_source_status(records: Records) -> Iterator[Finding]:
    """Each state has what belongs to it; findings and notices come in pairs."""
    for row in records["source_status"]:
        yield from _cells(row)
        yield from _listed(row, "finding", FINDINGS)
        yield from _listed(row, "register", REGISTERS)
        if len(_parts(row, "finding")) != len(_parts(row, "notice")):
            what = "findings and notices are not of the same number"
            yield find(RULE, row, "notice", what, "a notice for each finding", REFRESH)
        day = row["checked_on"]
        if day and not is_calendar_date(day):
            what = f"{day} is not in the calendar"
            yield find(RULE, row, "checked_on", what, "a real date", REFRESH)


def check_known_sources(records: Records) -> Iterator[Finding]:
    """States and acceptances are those of sources of the review."""
    known = records.ids("sources")
    for table in ("source_status", "source_acceptances"):
        for row in records[table]:
            if row["citekey"] and row["citekey"] not in known:
                what = f"{row['citekey']!r} is no source of evidence/sources.csv"
                yield find(
                    "known_sources", row, "citekey", what, "a citekey", "correct or delete the row"
                )
    flagged = records.by_id("source_status")
    for row in records["source_acceptances"]:
        status = flagged.get(row.id)
        if row.id in known and (status is None or "retracted" not in _parts(status, "finding")):
            what = f"{row.id} is not retracted in evidence/source_status.csv"
            yield find(
                "known_sources", row, "citekey", what, "a retracted source", "delete the row"
            )


RULES = (
    Rule(RULE, "The state of a source says what, by whom and when.", check_source_status),
    Rule(
        "known_sources",
        "States and acceptances name sources of the review.",
        check_known_sources,
        needs=("sources", "source_status"),
    ),
)
