"""What must be looked at again: past its date, overtaken, never checked twice, unchecked source.

Dates are compared with a date that is handed over, never with the clock.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.ledger import Ledger
from analysis.source_states import states_of
from analysis.words import section
from schemas.choices import FACT_TABLES
from schemas.evidence import Evidence
from schemas.table_rows import present

REASONS = section("due")
"""Why a source is due, gravest first."""
LABEL_ACTIONS = ("label_change", "boxed_warning", "label_text", "rems_removed")
COHORT = ("arm_id", "population", "subgroup", "outcome", "endpoint", "measure", "event", "grade")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class DueSource:
    """One source with evidence rows: when it is to be read again, and why it is due now.

    `reasons` maps a key of REASONS to the rows (`table:row_id`) it holds for; for the state
    of the source itself that is every row. `checked` counts rows read by a second person.
    """

    citekey: str
    source_type: str
    rows: tuple[str, ...]
    checked: int
    last_read: str
    review_by: str
    reasons: Mapping[str, tuple[str, ...]]


def sources_due(evidence: Evidence, ledger: Ledger, on: str = "") -> tuple[DueSource, ...]:
    """What is due on a date; on the date evidence was taken to unless another is given."""
    used = {row for record in ledger.records.values() for row in record.rows}
    return compute_due(evidence, used, on or evidence.review.evidence_to)


def compute_due(evidence: Evidence, used: Iterable[str], on: str) -> tuple[DueSource, ...]:
    """Every source that evidence rows come from, in order of its review date.

    `used` are the rows behind claims; `on` is the date compared with (YYYY-MM-DD).
    """
    facts = _facts(evidence)
    held = {reason: found(evidence, facts, frozenset(used)) for reason, found in _FINDERS.items()}
    by_source: dict[str, dict[str, Row]] = defaultdict(dict)
    for reference, row in facts.items():
        by_source[str(row["citekey"])][reference] = row
    states = states_of(evidence)
    found = []
    for source in evidence.rows["sources"].all():
        key = str(source["citekey"])
        if rows := by_source.get(key):
            about = {reason: tuple(r for r in rows if r in refs) for reason, refs in held.items()}
            about["state"] = () if states[key].state == "clean" else tuple(rows)
            found.append(_due_source(evidence, source, rows, about, on))
    return tuple(sorted(found, key=lambda item: (item.review_by, item.citekey)))


def _facts(evidence: Evidence) -> dict[str, Row]:
    return {
        f"{table}:{row['row_id']}": row
        for table in FACT_TABLES
        for row in evidence.rows[table].all()
    }


def _due_source(
    evidence: Evidence,
    source: Mapping[Any, Any],
    rows: Mapping[str, Row],
    about: dict[str, tuple[str, ...]],
    on: str,
) -> DueSource:
    months = evidence.review.review_months[str(source["source_type"])]
    published = present(source["published"]) or ""
    first = max(evidence.review.started, first_day(str(published)))
    read = [str(row["checked_on"] or first) for row in rows.values()]
    review_by = min(add_months(first_day(day), months) for day in read)
    about["past"] = tuple(rows) if review_by <= on else ()
    reasons = {reason: about[reason] for reason in REASONS if about[reason]}
    checked = sum(bool(row["checked_by"]) for row in rows.values())
    return DueSource(
        str(source["citekey"]), str(source["source_type"]), tuple(rows), checked, min(read),
        review_by, reasons,
    )  # fmt: skip


def _overtaken(evidence: Evidence, facts: Mapping[str, Row], used: frozenset[str]) -> set[str]:
    newest = {_cohort(ref, row): row["citekey"] for ref, row in facts.items() if _latest(row)}
    return {
        ref
        for ref, row in facts.items()
        if ref in used
        and row.get("latest") == "no"
        and newest.get(_cohort(ref, row), row["citekey"]) != row["citekey"]
    }


def _latest(row: Row) -> bool:
    return row.get("latest") == "yes"


def _cohort(reference: str, row: Row) -> tuple[Any, ...]:
    return (reference.partition(":")[0], *(row.get(column) for column in COHORT))


def _label_changed(evidence: Evidence, facts: Mapping[str, Row], used: frozenset[str]) -> set[str]:
    arms, sources = evidence.rows["arms"], evidence.rows["sources"]
    product_of = dict(zip(arms.cells("arm_id"), arms.cells("product_id"), strict=True))
    published = dict(zip(sources.cells("citekey"), sources.cells("published"), strict=True))
    changed: dict[str, str] = {}
    for row in evidence.rows["regulatory"].all():
        if row["action"] in LABEL_ACTIONS and present(row["date"]):
            product = str(row["product_id"])
            changed[product] = max(changed.get(product, ""), first_day(str(row["date"])))
    return {
        ref
        for ref, row in facts.items()
        if ref in used
        and ref.startswith("adverse_events:")
        and changed.get(str(product_of.get(row["arm_id"])), "")
        > last_day(str(present(published[row["citekey"]]) or ""))
    }


def _once(evidence: Evidence, facts: Mapping[str, Row], used: frozenset[str]) -> set[str]:
    return {ref for ref, row in facts.items() if not row["checked_by"]}


_FINDERS = {"overtaken": _overtaken, "relabelled": _label_changed, "once": _once}


def first_day(date: str) -> str:
    """The first day of a date that may lack its month or day."""
    return date + "0000-01-01"[len(date) :]


def last_day(date: str) -> str:
    """The last day of a date that may lack its month or day; empty stays empty."""
    return date + "0000-12-31"[len(date) :] if date else ""


def add_months(date: str, months: int) -> str:
    """The same day some months later, or the last day of a shorter month."""
    year, month, day = map(int, date.split("-"))
    year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
    return f"{year:04}-{month:02}-{min(day, calendar.monthrange(year, month)[1]):02}"
