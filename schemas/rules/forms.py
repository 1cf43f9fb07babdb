"""Identifiers and dates: their form, and that no date lies after the evidence."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator

from schemas.choices import FACT_TABLES
from schemas.patterns import SEPARATOR
from schemas.rules.records import Finding, Records, Row, Rule, find

DOI = re.compile(r"10\.\d{4,9}/[^\s\"]+")
PMID = re.compile(r"[1-9]\d{0,7}")
REGISTRY_FORMS = {
    "NCT": re.compile(r"NCT\d{8}"),
    "EudraCT": re.compile(r"EudraCT \d{4}-\d{6}-\d{2}"),
    "EU CT": re.compile(r"EUCT \d{4}-\d{6}-\d{2}-\d{2}"),
    "EUPAS": re.compile(r"EUPAS\d{3,12}"),
    "ISRCTN": re.compile(r"ISRCTN\d{8}"),
    "ChiCTR": re.compile(r"ChiCTR(-[A-Z]{3})?-?\d{8,10}"),
    "jRCT": re.compile(r"jRCTs?\d{9,10}"),
    "UMIN": re.compile(r"UMIN\d{9}"),
    "ACTRN": re.compile(r"ACTRN\d{14}"),
    "DRKS": re.compile(r"DRKS\d{8}"),
    "CTRI": re.compile(r"CTRI/\d{4}/\d{2}/\d{6}"),
    "KCT": re.compile(r"KCT\d{7}"),
    "PROSPERO": re.compile(r"(PROSPERO )?CRD\d{5,17}"),
}
EVIDENCE_DATES = {
    "sources": ("published",),
    "regulatory": ("date",),
    "outcomes": ("data_cutoff",),
    "time_to_event": ("data_cutoff",),
    "adverse_events": ("data_cutoff",),
}
"""Dates of the evidence itself: not after `evidence_to`."""
WORK_DATES = {
    **dict.fromkeys(FACT_TABLES, ("checked_on", "reread_on")),
    "searches": ("run_on",),
    "appraisal": ("judged_on",),
    "judgements": ("judged_on",),
    "corrections": ("date",),
}
"""Dates of work on the review: not after `date`, when it was last updated."""


def _doi_action(doi: str) -> str:
    if "doi.org/" in doi.lower() or doi.lower().startswith("doi:"):
        return "write the DOI without https://doi.org/ or doi:"
    return "copy it from the article's page"


def _identifier(row: Row, column: str, form: re.Pattern[str], said: str) -> Iterator[Finding]:
    value = row[column]
    if value and not form.fullmatch(value):
        action = _doi_action(value) if column == "doi" else "write the digits alone"
        yield find("identifiers", row, column, f"{value!r} has the wrong form", said, action)


def _registry_ids(row: Row) -> Iterator[Finding]:
    for number in (row["registry_ids"] or "").split(SEPARATOR):
        if number and not any(form.fullmatch(number) for form in REGISTRY_FORMS.values()):
            what = f"{number!r} has the form of no trial registry"
            expected = "NCT and 8 digits, or a number of " + ", ".join(REGISTRY_FORMS)
            action = "copy it from the registry; separate several by ' | '"
            yield find("identifiers", row, "registry_ids", what, expected, action)


def _repeated(rows: tuple[Row, ...], column: str) -> Iterator[Finding]:
    seen: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row[column]:
            seen[row[column].lower()].append(row)
    for same in seen.values():
        for row in same[1:]:
            what = f"{row[column]} is already the {column} of {same[0].id}"
            action = "one source has one citekey: correct the number or merge the rows"
            yield find("identifiers", row, column, what, "another number", action)


def check_identifiers(records: Records) -> Iterator[Finding]:
    """DOI, PMID and registry numbers have their form; DOI and PMID name one source."""
    for row in records["sources"]:
        yield from _identifier(row, "doi", DOI, "10.<registrant>/<suffix>")
        yield from _identifier(row, "pmid", PMID, "up to eight digits")
    for row in records.of(("sources", "studies")):
        yield from _registry_ids(row)
    for column in ("doi", "pmid"):
        yield from _repeated(records["sources"], column)


def is_calendar_date(text: str) -> bool:
    """Whether YYYY, YYYY-MM or YYYY-MM-DD names a day, month or year that exists."""
    try:
        datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def is_after(date: str, limit: str) -> bool:
    """Whether a date of any precision begins after a day, compared as far as both go."""
    return date > limit[: len(date)]


def _date(row: Row, column: str, limit: str, limit_name: str) -> Iterator[Finding]:
    value = row[column]
    if not value or not re.fullmatch(r"\d{4}(-\d{2}){0,2}", value):
        return
    if not is_calendar_date(value):
        action = f"check {row.source}"
        yield find("dates", row, column, f"{value} is not in the calendar", "a real date", action)
    elif limit and is_after(value, limit):
        what = f"{value} is after {limit_name} {limit} in evidence/review.yml"
        action = f"correct the date, or move {limit_name} if evidence was added"
        yield find("dates", row, column, what, f"not after {limit}", action)


def check_dates(records: Records) -> Iterator[Finding]:
    """Dates exist and are not after the evidence, or the last update; the clock is not read."""
    groups = (
        (EVIDENCE_DATES, records.review.evidence_to, "evidence_to"),
        (WORK_DATES, records.review.date, "date"),
    )
    for tables, limit, name in groups:
        for table, columns in tables.items():
            for row in records[table]:
                for column in columns:
                    yield from _date(row, column, limit, name)


RULES = (
    Rule(
        "identifiers",
        "DOI, PMID and registry numbers have their form and name one source.",
        check_identifiers,
    ),
    Rule(
        "dates",
        "Dates exist; those of the evidence are not after evidence_to in review.yml.",
        check_dates,
    ),
)
