"""The papers for a meeting: their order, the hash on the ballot, the numbered lines."""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from analysis.review_data import ReviewData, load_review_data
from analysis.words import say
from publishing.cli.commands import main
from publishing.lifecycle.board_pack import (
    LINES,
    OUTPUT,
    place_marks,
    render_drafts,
    set_papers,
    write_papers,
)
from publishing.lifecycle.checked import render_context
from publishing.manuscript.book import Chapter, load_book
from publishing.manuscript.extension import place_extension
from publishing.render.executed import Executed
from publishing.site.version import Version, version_of


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


@pytest.fixture(scope="module")
def version(data: ReviewData) -> Version:
    return version_of(data)


@pytest.fixture(scope="module")
def pages(data: ReviewData, version: Version) -> list[str]:
    return short_papers(data, version)


def short_papers(data: ReviewData, version: Version) -> list[str]:
    """The papers with a review of one short chapter, as text page by page."""
    book = replace(load_book(data.root), chapters=(Chapter("index.qmd"),))
    words = "Words of the review that take more than a single line of the page. " * 4
    executed = [Executed("index.qmd", f"# Summary {{#sec-summary}}\n\n{words}\n")]
    pdf = set_papers(data, version, book, executed, render_context(data, version))
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_what_changed_comes_first_and_the_ballot_last(data: ReviewData, version: Version) -> None:
    names = [name for name, _ in write_papers(data, version)]
    assert names == ["changes", "questions", "judgements", "ballot"]


def test_without_an_earlier_release_it_says_so(data: ReviewData, version: Version) -> None:
    first = replace(version, version="0.0.1")
    text = dict(write_papers(data, first))["changes"]
    assert "There is no earlier release" in text
    moved = dict(write_papers(data, replace(first, moved=("orr.x",))))["changes"]
    assert "these moved: orr.x." in moved


def test_every_draft_is_there_and_a_signed_one_is_not(data: ReviewData) -> None:
    judgements = data.evidence.judgements
    overall = judgements[judgements["domain"] == "overall"]
    assert len(render_drafts(data).rows) == len(overall[overall["status"] != "signed"])
    signed = judgements.copy()
    signed.loc[overall.index[0], "status"] = "signed"
    other = replace(data, evidence=replace(data.evidence, judgements=signed))
    assert len(render_drafts(other).rows) == len(render_drafts(data).rows) - 1


def test_the_ballot_has_the_hash_the_quorum_and_lines_to_write_on(
    pages: list[str], version: Version
) -> None:
    (ballot,) = [text for text in pages if "Build hash" in text and "Conflicts of interest" in text]
    assert version.content_hash in re.sub(r"\s", "", ballot)
    assert f"--hash {version.content_hash[:16]}" in " ".join(ballot.split())
    assert "1 × chair and 2 × member" in ballot
    labels = [say(f"board.line_{line}") for line in LINES]
    assert [label for label in labels if label and label not in ballot] == []


def test_the_lines_of_the_review_are_numbered_and_those_of_the_papers_are_not(
    pages: list[str],
) -> None:
    (review,) = [text for text in pages if "Words of the review" in text]
    assert {"1", "2", "3"} <= set(review.split())
    judgements = next(text for text in pages if "Each of these is a draft" in text)
    assert "\n1\n" not in judgements


def test_a_mark_is_placed_once() -> None:
    with pytest.raises(ValueError, match="occurs 0 times"):
        place_marks("no marks here")


def test_a_review_without_tables_of_its_own_for_a_meeting_makes_its_papers(
    root: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "bcg"
    shutil.copytree(root / "examples/bcg", mine, ignore=shutil.ignore_patterns("_build", "_site"))
    data = load_review_data(mine)
    place_extension(mine)
    text = "\n".join(short_papers(data, version_of(data)))
    assert "Never found on a second page" in text
    assert "Certainty, as drafted" in text
    assert "Statements nobody could confirm" not in text  # it has none


def test_a_new_review_makes_its_papers(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(root))
    mine = tmp_path / "mine"
    asked = ("--question", "Does it help?", "--population", "Adults", "--design", "two-arms")
    assert main(["new-review", str(mine), *asked]) == 0
    monkeypatch.chdir(mine)
    assert main(["board"]) == 0
    text = "\n".join(page.extract_text() for page in PdfReader(mine / OUTPUT).pages)
    assert "Ballot" in text
    assert "Judgements awaiting a decision" not in text  # nothing is drafted yet
