"""What a medical writer does to the evidence: a study comes, goes, or gets another name."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from analysis.review_data import ReviewData, compute_review_data, load_review_data
from publishing.checks.validation import find_problems
from publishing.documents.calls_and_links import calls_in
from publishing.documents.catalogue import load_displays
from publishing.documents.proof.tables import leaves_of, studies_of
from publishing.history.releases import documents_of
from publishing.manuscript.qmd import read_document
from publishing.printing.table import Table
from schemas.problems import Problem
from schemas.strict_yaml import load_yaml
from tests.whole_copy import build

ROOT = Path(__file__).parents[1]
STUDY, NAME = "anito-ph1", "CART-ddBCMA (anito-cel) phase 1"
NEW, NEW_NAME = "new-ph1", "NEWTRIAL-1 phase 1"
WITHDRAWN = Path(__file__).parent / "fixtures" / "withdrawn"
Row = dict[str, str]

pytestmark = pytest.mark.slow


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def rewrite(path: Path, change: Callable[[list[Row]], Iterable[Row]]) -> None:
    rows = read(path)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(change(rows))


def tables_of(project: Path) -> list[Path]:
    return [path for path in sorted((project / "evidence").glob("*.csv")) if read(path)]


STUDIES = [row["study_id"] for row in read(ROOT / "evidence" / "studies.csv")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the review, without what is built."""
    for name in ("evidence", "report", "governance", "releases"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for path in (*ROOT.glob("_quarto*.yml"), *ROOT.glob("*.qmd")):
        shutil.copyfile(path, tmp_path / path.name)
    return tmp_path


def withdraw(project: Path, study: str) -> None:
    """Delete every row of a study and of its arms."""
    arms = {row["arm_id"] for row in read(project / "evidence" / "arms.csv")
            if row["study_id"] == study}  # fmt: skip

    def others(rows: list[Row]) -> list[Row]:
        return [
            row for row in rows
            if row.get("study_id") != study and not arms & {row.get("arm_id"),
                                                            row.get("comparator_arm_id")}
        ]  # fmt: skip

    for path in tables_of(project):
        rewrite(path, others)


def add(project: Path) -> None:
    """Add a study that reports what another one does, under a name of its own."""

    def renamed(row: Row) -> Row:
        return {key: cell.replace(NAME, NEW_NAME).replace(STUDY, NEW)
                for key, cell in row.items()} | {
                    key: "" for key in ("registry_ids", "short_label") if key in row
                }  # fmt: skip

    def with_new(rows: list[Row]) -> list[Row]:
        own = [row for row in rows if STUDY in (row.get("study_id"), row.get("arm_id"))]
        return [*rows, *map(renamed, own)]

    for path in tables_of(project):
        rewrite(path, with_new)


def lost_claims(problems: Iterable[Problem]) -> set[str]:
    return {
        problem.row.partition("(")[2].rstrip(")")
        for problem in problems
        if problem.file == "report/claims.csv"
    }


@pytest.mark.parametrize("study", STUDIES[::18])
def test_withdrawing_a_study_names_all_that_hangs_on_it(project: Path, study: str) -> None:
    withdraw(project, study)
    problems = find_problems(project)
    lost = lost_claims(problems)
    named = {(problem.file, problem.row) for problem in problems}
    for path in documents_of(project):
        for line, function, argument in calls_in(read_document(project, path)):
            if function in ("claim", "sources") and argument in lost:
                assert (path, str(line)) in named
    for problem in problems:
        assert problem.what
        assert problem.action


def mend(project: Path) -> None:
    """Do what a writer does after three withdrawals: the fixture has every mend."""
    told = load_yaml((WITHDRAWN / "mends.yml").read_text(encoding="utf-8"))
    arms = {row["arm_id"] for row in read(project / "evidence" / "arms.csv")}
    rewrite(
        project / "evidence" / "overlaps.csv",
        lambda rows: [row for row in rows if {row["arm_a"], row["arm_b"]} <= arms],
    )
    rewrite(
        project / "report" / "claims.csv",
        lambda rows: [row for row in rows if row["id"] not in told["claims"]],
    )
    for file, changes in told["mends"].items():
        text = (project / file).read_text(encoding="utf-8")
        for change in changes:
            assert change["old"] in text
            text = text.replace(change["old"], change.get("new", ""))
        (project / file).write_text(text, encoding="utf-8")


def test_three_studies_are_withdrawn_and_the_review_is_built(
    finished: Path, tmp_path: Path
) -> None:
    """Over what was built before, as a writer does."""
    project = shutil.copytree(finished, tmp_path / "project")
    for study in load_yaml((WITHDRAWN / "mends.yml").read_text(encoding="utf-8"))["studies"]:
        withdraw(project, study)
    assert find_problems(project)
    mend(project)
    assert [str(problem) for problem in find_problems(project)] == []
    done = build(project, "--format", "html", "--output", "_build/html")
    assert done.returncode == 0, done.stderr
    page = project / "_build" / "html" / "report" / "efficacy-by-product.html"
    assert "CART-ddBCMA" not in page.read_text(encoding="utf-8")


def shown(data: ReviewData, table: Table) -> set[str]:
    """The studies whose rows a table prints; claims come by a line in claims.csv."""
    cells = [cell for row in table.rows for each in row for cell in leaves_of(each)]
    return {study for cell in cells if not cell.claim for study in studies_of(data, cell)}


def test_a_study_that_is_added_stands_in_every_table_that_selects_such_studies(
    project: Path,
) -> None:
    add(project)
    assert [str(problem) for problem in find_problems(project)] == []
    data = load_review_data(project)  # that was computed to look for problems
    found = 0
    for display in load_displays(project).tables.values():
        listed = STUDY in (project / display.file).read_text(encoding="utf-8")
        if listed or display.follows_releases:
            continue  # the order of a list is its message: a writer enters the study there
        studies = shown(data, display.make(data))
        assert (NEW in studies) == (STUDY in studies), display.file
        found += NEW in studies
    assert found >= 6


def test_a_study_that_is_renamed_has_its_new_name_everywhere(project: Path) -> None:
    def renamed(rows: list[Row]) -> list[Row]:
        return [row | {"name": row["name"].replace(NAME, NEW_NAME)} for row in rows]

    rewrite(project / "evidence" / "studies.csv", renamed)
    data = compute_review_data(project)
    told = 0
    for display in load_displays(project).tables.values():
        if display.follows_releases:
            continue
        texts = [text for row in display.make(data).texts for text in row]
        assert not any(NAME in text for text in texts), display.file
        told += any(NEW_NAME in text for text in texts)
    assert told > 3
