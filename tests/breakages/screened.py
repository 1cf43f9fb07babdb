"""Searches and screening: half-filled, or decided by one person."""

from __future__ import annotations

from tests.breakages.base import case
from tests.project_copy import ProjectCopy


@case("searches", "results", "run_on is filled in, results is not")
def a_search_without_its_results(copy: ProjectCopy) -> str:
    row = copy.find("searches")
    return copy.change("searches", row, run_on="2026-11-28", run_by="A. Searcher")


@case("screened", "second_by", "the first screener", "have another person screen it")
def one_person_screens_twice(copy: ProjectCopy) -> str:
    row = copy.find("screening", decision="included")
    return copy.change(
        "screening",
        row,
        first_by="A",
        first_decision="included",
        second_by="A",
        second_decision="included",
    )


@case("screened", "decision", "both decided excluded, the row says included")
def both_decided_otherwise(copy: ProjectCopy) -> str:
    row = copy.find("screening", decision="included")
    return copy.change(
        "screening",
        row,
        first_by="A",
        first_decision="excluded",
        second_by="B",
        second_decision="excluded",
    )
