"""Two writers at once: what git merges by itself validates, and what it cannot merge is named."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from publishing.lifecycle.checked import check_review
from schemas.problems import ReviewError
from tests.small_review import PROJECT, rewrite, small_review

OUTCOMES = "evidence/outcomes.csv"
FILES = {
    OUTCOMES: "overall",
    "evidence/review.yml": "question:",
    "report/claims.csv": "orr.cilta",
    "report/response.qmd": "Every figure",
    "report/tables/headline.yml": "kind:",
    "report/cohort-groups.yml": "title:",
    "governance/board.csv": "member_id",
    "_quarto-clinician.yml": "audience:",
}


def git(folder: Path, *words: str, fails: bool = False) -> None:
    """Run git as a person whom the test makes up."""
    person = ("-c", "user.name=A writer", "-c", "user.email=writer@example.org")
    done = subprocess.run(["git", *person, *words], cwd=folder, capture_output=True, check=False)
    assert (done.returncode != 0) == fails, (done.stdout, done.stderr)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small review as a repository with one commit."""
    folder = small_review(tmp_path_factory.mktemp("merges") / "review", engine=True)
    shutil.copyfile(PROJECT / ".gitattributes", folder / ".gitattributes")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "The review")
    return folder


@pytest.fixture
def review(base: Path, tmp_path: Path) -> Path:
    """A clone to work in."""
    git(tmp_path, "clone", "-q", str(base), "review")
    return tmp_path / "review"


def on_two_branches(review: Path, one: Callable[[], None], other: Callable[[], None]) -> None:
    """Commit a change on the branch `other`, then another one on `main`."""
    for branch, change in (("other", other), ("main", one)):
        git(review, "checkout", "-q", *(["-b"] if branch == "other" else []), branch)
        change()
        git(review, "commit", "-q", "-a", "-m", f"A change on {branch}")


def note(review: Path, row_id: str, text: str) -> None:
    """Write a note into one row of the outcomes."""
    rewrite(
        review / OUTCOMES,
        lambda rows: [row | ({"note": text} if row["row_id"] == row_id else {}) for row in rows],
    )


def rows_of(review: Path) -> list[str]:
    lines = (review / OUTCOMES).read_text(encoding="utf-8").splitlines()
    return [line.split(",", 1)[0] for line in lines[1:]]


def said(review: Path) -> str:
    """What `validate` says."""
    try:
        check_review(review)
    except ReviewError as error:
        return str(error)
    return ""


def test_a_table_has_a_row_a_line_in_an_order_that_writing_it_keeps(base: Path) -> None:
    for table in sorted((PROJECT / "evidence").glob("*.csv")):
        before = table.read_bytes()
        copied = base.parent / table.name
        copied.write_bytes(before)
        rewrite(copied, lambda rows: rows)
        assert copied.read_bytes().count(b"\n") == before.count(b"\n")
        assert len(copied.read_text(encoding="utf-8").splitlines()) == before.count(b"\n")


def test_two_writers_who_touch_different_rows_are_merged_and_the_review_is_valid(
    review: Path,
) -> None:
    rows = rows_of(review)
    on_two_branches(
        review,
        lambda: note(review, rows[0], "Seen by one."),
        lambda: note(review, rows[-1], "Seen by the other."),
    )
    git(review, "merge", "-q", "--no-edit", "other")
    text = (review / OUTCOMES).read_text(encoding="utf-8")
    assert ("Seen by one." in text, "Seen by the other." in text) == (True, True)
    assert rows_of(review) == rows
    assert said(review) == ""


def test_two_writers_who_touch_one_row_are_told_of_the_conflict(review: Path) -> None:
    row = rows_of(review)[1]
    on_two_branches(
        review,
        lambda: note(review, row, "Seen by one."),
        lambda: note(review, row, "Seen by the other."),
    )
    git(review, "merge", "-q", "--no-edit", "other", fails=True)
    assert "line 3 is a merge conflict marker (<<<<<<<)" in said(review)


@pytest.mark.parametrize("file", FILES)
def test_a_conflict_is_named_where_it_stands(base: Path, tmp_path: Path, file: str) -> None:
    review = shutil.copytree(base, tmp_path / "review", ignore=shutil.ignore_patterns(".git"))
    lines = (review / file).read_text(encoding="utf-8").split("\n")
    at = next(number for number, line in enumerate(lines) if FILES[file] in line)
    lines[at : at + 1] = ["<<<<<<< HEAD", lines[at], "=======", lines[at], ">>>>>>> other"]
    (review / file).write_text("\n".join(lines), encoding="utf-8", newline="\n")
    told = said(review)
    assert file in told
    assert f"line {at + 1}" in told
    assert "a merge conflict marker (<<<<<<<)" in told
    assert told.count("\n  ") < 4, "nothing else is said of the file"


@pytest.mark.parametrize("sign", [";", "\t"])
@pytest.mark.parametrize("file", ["report/claims.csv", "governance/board.csv",
                                  "governance/signoffs.csv"])  # fmt: skip
def test_a_table_saved_with_other_delimiters_says_how_to_save_it(
    review: Path, file: str, sign: str
) -> None:
    path = review / file
    path.write_text(path.read_text(encoding="utf-8").replace(",", sign), encoding="utf-8")
    told = said(review)
    assert f"was saved with {'semicolons' if sign == ';' else 'tabs'} between the cells" in told
    assert "with the character set UTF-8 and the comma as field delimiter" in told
