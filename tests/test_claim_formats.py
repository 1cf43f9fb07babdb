"""The format of a claim is that of the unit of what it computes; every other one is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from analysis.claims import Claim, collect_claims
from analysis.ledger import compute_records
from analysis.review_data import ReviewData, load_review_data
from analysis.robustness import Analyses
from analysis.rounding import FORMATS
from publishing.checks.validation import find_problems
from publishing.documents.catalogue import FIGURE_KINDS, TABLE_KINDS
from publishing.printing.cells import misfit
from schemas.reading_evidence import read_evidence
from schemas.typed_yaml import read_typed
from tests.project_copy import ProjectCopy

PRINTED = {"percent": "percent", "ratio": "ratio", "months": "months", "days": "days",
           "points": "points", "date": "date"}  # fmt: skip


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


def refused(data: ReviewData, claim: Claim) -> str:
    """What is said of the claim; empty where it is computed."""
    lost = compute_records([claim], Analyses(data.evidence, data.syntheses))[1]
    return "\n".join(map(str, lost.values()))


def test_each_unit_takes_its_own_format_and_no_other(data: ReviewData, root: Path) -> None:
    """One claim of every unit and statistic that the review has, in every format there is."""
    claims = {claim.id: claim for claim in collect_claims(root / "report" / "claims.csv")[0]}
    one_each = {(record.unit, record.statistic, claims[name].format[:3]): name
                for name, record in data.ledger.records.items()
                if record.statistic not in ("cell", "labels", "studies")
                and not record.statistic.startswith(("pooled", "multiverse"))}  # fmt: skip
    for (unit, _, _), name in one_each.items():
        fitting = PRINTED.get(unit, "number")
        for kind in FORMATS:
            said = refused(data, replace(claims[name], format=f"{kind}1"))
            assert (said == "") == (kind == fitting), (name, kind, said)


CELLS = [  # column of a cell, its own format, and that of its row, which is another
    ("time_to_event:cartitude-1.pfs.median.33m#value", "months1", "number0"),
    ("time_to_event:cartitude-4.os.hr.33m#ci_low", "ratio2", "percent0"),
    ("adverse_events:de-registry.cilta.crs.any#percent", "percent0", "number0"),
    ("arms:cartitude-4.cilta#n_infused", "number0", "percent0"),
    ("outcomes:cartitude-1.orr.27m#follow_up_months", "months1", "percent1"),
    ("outcomes:cartitude-1.orr.27m#n", "number0", "percent0"),
    ("outcomes:cartitude-1.orr.27m#locator", "text", "percent0"),
]


@pytest.mark.parametrize(("selector", "fits", "other"), CELLS)
def test_a_cell_is_in_the_unit_of_its_column(
    data: ReviewData, selector: str, fits: str, other: str
) -> None:
    claim = Claim("a.claim", "cell", selector, fits, "", "", 7)
    assert refused(data, claim) == ""
    assert "does not fit a value whose unit is" in refused(data, replace(claim, format=other))


def test_a_risk_ratio_is_not_printed_as_a_percentage(root: Path, tmp_path: Path) -> None:
    unread = ignore_patterns("_site", "_build", ".*")
    review = copytree(root / "examples" / "bcg", tmp_path / "bcg", ignore=unread)
    claims = review / "report" / "claims.csv"
    text = claims.read_text(encoding="utf-8")
    row = "pooled.primary,pooled,synthesis:primary,"
    claims.write_text(text.replace(f"{row}ratio2", f"{row}percent0"), encoding="utf-8")
    (problem, *_) = find_problems(review)
    assert "report/claims.csv row" in str(problem)
    assert "(pooled.primary) column format: format percent0 does not fit" in str(problem)
    assert "whose unit is ratio; expected ratio0; correct the cell" in str(problem)


@pytest.mark.parametrize(
    ("file", "place", "old", "new"),
    [
        ("report/tables/salvage.yml", "columns.", "months1", "percent1"),
        ("report/tables/sequencing.yml", "columns.", "percent1", "ratio2"),
        ("report/figures/indirect.yml", "beside.format", "ratio2", "percent1"),
        ("report/figures/pfs-median.yml", "beside.format", "months1", "number1"),
    ],
)
def test_a_row_of_a_table_or_figure_is_printed_in_its_unit(
    data: ReviewData, root: Path, file: str, place: str, old: str, new: str
) -> None:
    folder = TABLE_KINDS if "/tables/" in file else FIGURE_KINDS
    text = (root / file).read_text(encoding="utf-8")
    model = folder[text.partition("kind: ")[2].split()[0]]
    good, bad = (read_typed(said, model, file)[0] for said in (text, text.replace(old, new)))
    assert good is not None
    assert bad is not None
    assert list(good.misfits(data.evidence)) == []
    found = list(bad.misfits(data.evidence))
    assert found
    assert all(
        where.startswith(place) and f"format {new} does not" in what for where, what in found
    )
    assert all(f"; write {old[:-1]}" in what for _, what in found)


def test_a_row_that_nothing_can_be_computed_of_is_told_as_itself(copy: ProjectCopy) -> None:
    counted = copy.find("outcomes", lambda row: row["events"] and row["n"])
    copy.change("outcomes", counted, events="999")
    evidence, problems = read_evidence(copy.root)
    assert any("999 events > n" in problem.what for problem in problems)
    assert evidence is not None
    assert misfit(evidence, f"outcomes:{counted['row_id']}", "percent1") == ""
