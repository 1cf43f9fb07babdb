"""Each rule across rows and tables: a copy of the real evidence is broken, its message read."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from schemas.choices import ACCEPTABLE_RULES
from schemas.reading_evidence import collect_problems
from schemas.rules import RULES
from schemas.rules.forms import is_after, is_calendar_date
from schemas.rules.intervals import compute_exact_interval
from tests.breakages import (
    agreement,
    cohorts,
    counts,
    names,
    order,
    pooling,
    reports,
    screened,
    syntheses,
    work,
)
from tests.breakages.base import CASES
from tests.project_copy import ProjectCopy

REGISTERED = (agreement, cohorts, counts, names, order, pooling, reports, screened, syntheses, work)


@pytest.mark.parametrize("name", CASES)
def test_rule_finds_the_breakage_and_nothing_else(name: str, copy: ProjectCopy) -> None:
    broken = CASES[name]
    label = broken.do(copy)
    problems = copy.problems()
    found = [item for item in problems if item.rule == broken.rule and item.row == label]
    assert found, [str(problem) for problem in problems]
    text = "\n".join(str(problem) for problem in found if problem.column == broken.column)
    assert all(words in text for words in broken.says), text
    others = {problem.rule for problem in problems} - {broken.rule, *broken.along}
    assert not others, [str(problem) for problem in problems]


def test_every_rule_has_a_breakage() -> None:
    elsewhere = {"review_resolves"}  # in test_review.py
    assert {rule.name for rule in RULES} == {item.rule for item in CASES.values()} | elsewhere


def test_rules_that_can_be_accepted_exist() -> None:
    assert set(ACCEPTABLE_RULES) <= {rule.name for rule in RULES}


def test_a_dozen_breakages_are_all_reported_in_one_run(copy: ProjectCopy) -> None:
    names = (
        "unknown_citekey",
        "unknown_arm",
        "unknown_product",
        "unknown_wider_term",
        "more_infused_than_leukapheresed",
        "interval_that_is_not_exact",
        "interval_upside_down",
        "severe_more_frequent_than_any",
        "registry_number_too_short",
        "source_newer_than_the_evidence",
        "left_out_without_a_reason",
        "signed_by_nobody",
        "reference_to_an_unknown_table",
        "discrepancy_of_a_row_that_is_not_there",
    )
    for name in names:
        CASES[name].do(copy)
    copy.path("glossary").unlink()
    text = "\n".join(str(problem) for problem in copy.problems())
    missing = [name for name in names if not all(words in text for words in CASES[name].says)]
    assert not missing
    assert "evidence/glossary.csv: the file is missing" in text


def without_row_numbers(copy: ProjectCopy) -> set[tuple[str, ...]]:
    return {
        (problem.rule, problem.file, problem.row.partition(" ")[2], problem.column, problem.what)
        for problem in collect_problems(copy.root)[1]
    }


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_order_of_rows_does_not_matter(copy: ProjectCopy, seed: int) -> None:
    before = without_row_numbers(copy)
    for table in ("outcomes", "adverse_events", "overlaps", "vocabulary", "discrepancies"):
        rows = copy.rows(table)
        random.Random(seed).shuffle(rows)
        copy.write(table, rows)
    assert without_row_numbers(copy) == before


@given(n=st.integers(1, 500), data=st.data())
def test_exact_interval_leaves_a_fortieth_on_each_side(n: int, data: st.DataObject) -> None:
    events = data.draw(st.integers(0, n))
    low, high = compute_exact_interval(events, n)
    assert low <= 100 * events / n <= high
    if events:
        assert binom.sf(events - 1, n, low / 100) == pytest.approx(0.025, rel=1e-6)
    else:
        assert low == 0
    if events < n:
        assert binom.cdf(events, n, high / 100) == pytest.approx(0.025, rel=1e-6)
    else:
        assert high == 100


@given(st.dates())
def test_every_day_is_in_the_calendar_and_not_after_itself(day: object) -> None:
    text = str(day)
    for length in (4, 7, 10):
        assert is_calendar_date(text[:length])
        assert not is_after(text[:length], text)


@pytest.mark.parametrize(
    ("date", "limit", "after"),
    [
        ("2026", "2026-08-11", False),
        ("2027", "2026-08-11", True),
        ("2026-08", "2026-08-11", False),
        ("2026-09", "2026-08-11", True),
        ("2026-08-11", "2026-08-11", False),
        ("2026-08-12", "2026-08-11", True),
    ],
)
def test_dates_compare_as_far_as_both_go(date: str, limit: str, after: bool) -> None:
    assert is_after(date, limit) is after
