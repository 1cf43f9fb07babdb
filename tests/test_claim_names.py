"""A claim's id and topic agree with the rows it selects; real claims are given other rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.claim_names import name_problems
from analysis.claims import Claim, collect_claims
from analysis.review_data import ReviewData, load_review_data


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


@pytest.fixture(scope="module")
def claims(root: Path) -> dict[str, Claim]:
    return {claim.id: claim for claim in collect_claims(root / "report" / "claims.csv")[0]}


def said(data: ReviewData, claims: dict[str, Claim], name: str, other: str) -> str:
    """What is said of a claim that has the rows of another one."""
    record = replace(data.ledger[name], rows=data.ledger[other].rows)
    return "\n".join(map(str, name_problems(data.evidence, [claims[name]], {name: record})))


def test_the_claims_of_the_review_name_what_they_select(
    data: ReviewData, claims: dict[str, Claim]
) -> None:
    assert list(name_problems(data.evidence, claims.values(), data.ledger.records)) == []


@pytest.mark.parametrize(
    ("name", "other", "message"),
    [
        ("infection.g3.cilta", "anaemia.g3.cilta", "names infection, and its rows count anaemia"),
        ("infection.g3.cilta", "infection.g3.ide", "names the product cilta"),
        ("crs.any.ide", "crs.g3.ide", "names the grade any, and its rows have 3_or_higher"),
        ("pfs.12m.cilta", "pfs.36m.cilta", "names 12 months, and its rows are of another time"),
        ("os.12m.cilta", "pfs.12m.cilta", "names os, and its rows count progression_free_survival"),
        ("orr.ide", "orr.cilta", "its topic is of ide-cel, and its rows are of cilta-cel"),
        ("mrd.cilta", "orr.cilta", "names mrd, and its rows count overall_response"),
    ],
)
def test_rows_of_something_else_are_refused(
    data: ReviewData, claims: dict[str, Claim], name: str, other: str, message: str
) -> None:
    found = said(data, claims, name, other)
    assert message in found
    assert f"report/claims.csv row {claims[name].line} ({name})" in found


def test_narrower_rows_and_names_of_the_writer_stand(
    data: ReviewData, claims: dict[str, Claim]
) -> None:
    assert said(data, claims, "mrd.cilta", "mrd.sustained.cilta") == ""
