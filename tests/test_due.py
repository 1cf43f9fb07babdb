"""What is due again: by date, by newer reports, by label changes, and what nobody checked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.claims import load_claims
from analysis.due import DueSource, add_months, compute_due, first_day, last_day
from analysis.selection import select_rows
from schemas.evidence import Evidence
from schemas.problems import ReviewError
from schemas.reading_evidence import load_evidence
from schemas.review import load_review
from tests.project_copy import ProjectCopy


@pytest.fixture(scope="module")
def used(evidence: Evidence, root: Path) -> set[str]:
    """The rows that claims on single rows stand on."""
    claims = load_claims(root / "report" / "claims.csv")
    selectors = [c.selector for c in claims if c.statistic in ("proportion", "time_to_event")]
    return {
        ref for text in selectors for part in select_rows(evidence, text) for ref in part.references
    }


def due_on(evidence: Evidence, used: set[str], on: str) -> dict[str, DueSource]:
    return {item.citekey: item for item in compute_due(evidence, used, on)}


def with_cells(evidence: Evidence, table: str, where: dict[str, str], **cells: str) -> Evidence:
    frame: pd.DataFrame = getattr(evidence, table).copy()
    chosen = pd.Series(True, index=frame.index)
    for column, value in where.items():
        chosen &= frame[column] == value
    assert chosen.any()
    for column, value in cells.items():
        frame.loc[chosen, column] = value
    return replace(evidence, **{table: frame})


def test_every_source_with_rows_has_a_date(evidence: Evidence, used: set[str]) -> None:
    due = due_on(evidence, used, evidence.review.evidence_to)
    assert sum(len(item.rows) for item in due.values()) == sum(
        len(getattr(evidence, table))
        for table in ("outcomes", "time_to_event", "adverse_events", "delivery", "baseline",
                      "regulatory")
    )  # fmt: skip
    assert all(item.review_by > evidence.review.started for item in due.values())


def test_a_source_is_due_once_its_interval_is_over(evidence: Evidence, used: set[str]) -> None:
    months = evidence.review.review_months
    label = next(i for i in compute_due(evidence, used, "2026-09-01") if i.source_type == "label")
    assert "past" not in label.reasons
    assert label.review_by == add_months(label.last_read, months["label"])
    later = due_on(evidence, used, label.review_by)[label.citekey]
    assert later.reasons["past"] == label.rows


def test_a_second_check_moves_the_date(evidence: Evidence, used: set[str]) -> None:
    before = due_on(evidence, used, "2026-09-01")["berdeja2021"]
    assert before.checked < len(before.rows)
    assert "once" in before.reasons
    checked = evidence
    for table in {ref.partition(":")[0] for ref in before.rows}:
        here = {"citekey": "berdeja2021"}
        checked = with_cells(checked, table, here, checked_by="B", checked_on="2027-01-31")
    after = due_on(checked, used, "2026-09-01")["berdeja2021"]
    assert after.checked == len(after.rows)
    assert "once" not in after.reasons
    assert after.review_by == "2029-01-31"


def test_an_older_report_behind_a_claim_is_named(evidence: Evidence, used: set[str]) -> None:
    row = "outcomes:cartitude-1.orr.12m"
    assert row in used
    assert row in due_on(evidence, used, "2026-09-01")["berdeja2021"].reasons["overtaken"]
    without = due_on(evidence, used - {row}, "2026-09-01")["berdeja2021"]
    assert row not in without.reasons["overtaken"]


def test_a_label_change_after_the_source_touches_its_harms(
    evidence: Evidence, used: set[str]
) -> None:
    harm = "adverse_events:cartitude-1.crs.any"
    assert harm in due_on(evidence, used, "2026-09-01")["berdeja2021"].reasons["relabelled"]
    before = with_cells(evidence, "regulatory", {"product_id": "cilta-cel"}, date="2020-01-01")
    assert "relabelled" not in due_on(before, used, "2026-09-01")["berdeja2021"].reasons


def test_an_unchecked_source_is_due_until_a_register_answers(
    evidence: Evidence, used: set[str]
) -> None:
    assert "state" in due_on(evidence, used, "2026-09-01")["berdeja2021"].reasons
    clean = with_cells(evidence, "source_status", {"citekey": "berdeja2021"}, state="clean")
    assert "state" not in due_on(clean, used, "2026-09-01")["berdeja2021"].reasons


@pytest.mark.parametrize(
    ("date", "months", "after"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-12-01", 1, "2027-01-01"),
    ],
)
def test_months_end_where_months_end(date: str, months: int, after: str) -> None:
    assert add_months(date, months) == after


def test_a_date_without_month_or_day_is_a_span() -> None:
    assert (first_day("2021"), last_day("2021")) == ("2021-01-01", "2021-12-31")
    assert (first_day("2021-06"), last_day("2021-06")) == ("2021-06-01", "2021-06-31")


def test_a_kind_of_source_without_an_interval_is_named(copy: ProjectCopy) -> None:
    copy.replace("review.yml", "  label: 6\n", "")
    with pytest.raises(ReviewError, match=r"review_months: label is missing"):
        load_review(copy.root)


def test_an_evidence_date_later_makes_more_due(copy: ProjectCopy, used: set[str]) -> None:
    evidence = load_evidence(copy.root)
    first, later = (
        sum("past" in item.reasons for item in compute_due(evidence, used, on))
        for on in ("2026-08-11", "2029-01-01")
    )
    assert (first, later) == (0, len(compute_due(evidence, used, "2029-01-01")))
