"""What a build keeps: a step runs when an input changed, and then alone; a broken record is none.

A clean build and one that uses what was kept give the same bytes, whatever was edited between.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
import pytest

from analysis.content import compute_content_hash
from analysis.fingerprints import hash_of
from analysis.kept import Keeping, Steps, steps_of
from analysis.reads import begin_noting, noted, noted_as, noted_so_far
from analysis.review_data import ReviewData, compute_review_data, load_review_data
from analysis.selection import frame_of, select_rows
from publishing.displays.cohort_groups import load_cohort_groups
from publishing.documents.document_checks import read_documents
from publishing.documents.reads import Fingerprints, watched_data
from publishing.history.status import content_hash_of
from publishing.lifecycle.build import build_review
from publishing.lifecycle.unchanged import keep_site, unchanged_site
from publishing.manuscript.book import load_books
from publishing.manuscript.context import RenderResult
from publishing.render.execute import execute_documents
from publishing.render.execute_here import execute_here
from publishing.site.figures import image_size
from publishing.site.manifest import manifest_of, write_manifest
from schemas.problems import ReviewError
from schemas.registry import TABLES
from tests.small_review import read, rewrite, small_review


@pytest.fixture
def steps(tmp_path: Path) -> Steps:
    return Steps(tmp_path / "kept")


def test_a_step_runs_once_for_the_same_inputs(steps: Steps) -> None:
    made = iter([b"first", b"second"])
    assert steps.run("a", {"text": "1"}, lambda: next(made)) == b"first"
    assert steps.run("a", {"text": "1"}, lambda: next(made)) == b"first"
    assert steps.run("a", {"text": "2"}, lambda: next(made)) == b"second"
    assert (steps.ran, steps.found) == (["a", "a"], ["a"])


def test_it_is_said_why_a_step_runs(tmp_path: Path) -> None:
    said: list[str] = []
    steps = Steps(tmp_path, explain=said.append)
    for text in ("1", "1", "2"):
        steps.run("a", {"its text": text, "the program": "x"}, lambda: b"")
    Steps(tmp_path, clean=True, explain=said.append).run("a", {"its text": "2"}, lambda: b"")
    assert said == ["a: nothing is kept of it", "a: its text changed", "a: the build is clean"]


@pytest.mark.parametrize("place", [0, 70, 80, -1])
def test_an_altered_or_cut_record_is_a_miss(steps: Steps, place: int) -> None:
    steps.keep("a", {"text": "1"}, b"payload")
    (path,) = steps.folder.rglob("record-*") if steps.folder else ()
    whole = path.read_bytes()
    altered = bytearray(whole)
    altered[place] ^= 1
    for broken in (bytes(altered), whole[:-3], b""):
        path.write_bytes(broken)
        assert steps.kept("a", {"text": "1"}) is None


def test_what_a_step_found_out_is_an_input(steps: Steps) -> None:
    steps.keep("a", {"text": "1", "claims:x": "old"}, b"payload")
    assert steps.kept("a", {"text": "1"}, lambda name: "old") == b"payload"
    assert steps.kept("a", {"text": "1"}, lambda name: "new") is None
    assert steps.kept("a", {"text": "1"}) is None


def test_what_rests_on_a_table_is_asked_only_where_the_table_is_another(steps: Steps) -> None:
    asked: list[str] = []

    def keeping(state: str, now: str) -> Keeping:
        def hash_of(name: str) -> str:
            asked.append(name)
            return now

        def part_of(name: str) -> str | None:
            return None if name == "x" else name.partition(":")[2]

        return Keeping(steps, now=hash_of, states={"arms": state}, part_of=part_of)

    read = ["cells:arms", "column:studies", "x"]
    keeping("first", "old").keep("a", {"text": "1"}, read, b"payload")
    asked.clear()
    assert keeping("first", "old").kept("a", {"text": "1"}) == b"payload"
    assert asked == ["x"]
    with noted() as names:
        assert keeping("first", "old").kept("a", {"text": "1"}) == b"payload"
    assert names == {*read}
    asked.clear()
    assert keeping("second", "old").kept("a", {"text": "1"}) == b"payload"
    assert asked == ["x", "cells:arms"]
    asked.clear()
    assert keeping("second", "old").kept("a", {"text": "1"}) == b"payload"
    assert asked == ["x"]
    assert keeping("third", "new").kept("a", {"text": "1"}) is None


def test_a_clean_build_finds_nothing_and_keeps_what_it_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "1")
    steps_of(tmp_path).keep("a", {}, b"payload")
    assert steps_of(tmp_path).kept("a", {}) is None
    monkeypatch.delenv("CI")
    assert steps_of(tmp_path).kept("a", {}) == b"payload"


def test_the_store_is_bounded(steps: Steps) -> None:
    for name in "abc":
        steps.keep(name, {}, b"x" * 1000)
    steps.kept("a", {})  # used last
    steps.tidy(2500)
    assert [name for name in "abc" if steps.kept(name, {})] == ["a", "c"]


# what is read --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


READS: dict[str, Callable[[ReviewData], object]] = {
    "claims:orr.cilta": lambda data: data.ledger["orr.cilta"],
    "claims": lambda data: list(data.ledger.records),
    "conclusions": lambda data: data.ledger.conclusions,
    "table:glossary": lambda data: data.evidence.glossary,
    "table:outcomes": lambda data: frame_of(data.evidence, "outcomes"),
    "rows:arms:cartitude-1": lambda data: select_rows(data.evidence, "arms:cartitude-1"),
    "cells:outcomes@2:n": lambda data: data.evidence.rows["outcomes"].record(2)["n"],
    "cells:outcomes@2": lambda data: data.evidence.rows["outcomes"].record(2) | {},
    "cells:outcomes@3": lambda data: {**data.evidence.rows["outcomes"].record(3)},
    "cells:outcomes@4": lambda data: dict(data.evidence.rows["outcomes"].record(4)),
    "cells:outcomes@5": lambda data: data.evidence.rows["outcomes"].take([5]),
    "column:outcomes:n": lambda data: data.evidence.rows["outcomes"].cells("n"),
    "where:arms:study_id=karmma": lambda data: data.evidence.rows["arms"].at("study_id", "karmma"),
    "evidence": lambda data: data.evidence.texts,
    "review": lambda data: data.evidence.review.title,
    "settings": lambda data: data.root,
    "nearest:orr.cilta": lambda data: data.ledger.nearest(data.ledger["orr.cilta"]),
    "synthesis:orr.primary": lambda data: data.analyses.effects("orr.primary"),
}


@pytest.mark.parametrize("name", READS)
def test_what_is_read_of_a_review_is_noted(data: ReviewData, name: str) -> None:
    begin_noting()
    READS[name](watched_data(data))
    assert name in noted_so_far()
    begin_noting()
    with noted_as("state:status"):
        READS[name](watched_data(data))
    assert noted_so_far() == ["state:status"]


def test_a_hash_is_printed_without_reading_what_it_is_a_hash_of(data: ReviewData) -> None:
    expected = compute_content_hash(data.root)
    begin_noting()
    assert content_hash_of(watched_data(data)) == expected
    assert noted_so_far() == ["stamped last"]


def test_a_cell_changes_what_names_it_and_nothing_else(data: ReviewData) -> None:
    frame = data.evidence.outcomes.copy()
    frame.loc[frame.index[0], "locator"] = "elsewhere"
    row = f"rows:outcomes:{frame['row_id'].iloc[0]}"
    edited = replace(data.evidence, outcomes=pd.DataFrame(frame))
    before = Fingerprints(data, str)
    after = Fingerprints(replace(data, evidence=edited), str)
    moved = ("cells:outcomes@0:locator", "cells:outcomes@0", "column:outcomes:locator",
             "table:outcomes")  # fmt: skip
    still = (row, "cells:outcomes@0:n", "cells:outcomes@1", "column:outcomes:n",
             f"where:outcomes:arm_id={frame['arm_id'].iloc[0]}", "table:arms", "claims:orr.cilta",
             "review")  # fmt: skip
    assert [one for one in (*moved, *still) if before(one) != after(one)] == [*moved]


@pytest.mark.slow
def test_calls_show_here_what_they_show_in_a_kernel(
    review: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    load_review_data(review)  # a kernel that computes it reads more than a document does
    documents = read_documents(review, load_books(review))
    with chdir(review):
        kernel = execute_documents(review, documents, lambda _: None)
    here = execute_here(review, documents, lambda _: None)
    assert len(here) > 3
    for one, other in zip(here, kernel, strict=True):
        assert (one.markdown, one.reads) == (other.markdown, other.reads)


# the same bytes --------------------------------------------------------------------------------


def build(project: Path, output: str, clean: bool = False, **asked: Any) -> dict[str, str]:
    """Build in this process, as a new process would; the hash of every file."""
    for kept in (load_review_data, load_cohort_groups, image_size):
        kept.cache_clear()
    with chdir(project), patch(
        "publishing.render.execute.execute_documents", execute_here
    ):  # fmt: skip
        build_review(
            project, formats=asked.pop("formats", ("html", "pdf")), engine="built-in",
            output=project / output, progress=lambda _: None,
            steps=asked.pop("steps", None) or steps_of(project, clean=clean), **asked,
        )  # fmt: skip
    return manifest_of(project / output)


def edit_sentence(project: Path, chance: random.Random) -> None:
    own = [*project.glob("*.qmd"), *(project / "report").rglob("*.qmd")]  # a build keeps its own
    path = chance.choice(sorted(own))
    path.write_text(path.read_text() + f"\n\nA sentence {chance.choice('abcdef')} more.\n")


def edit_cell(project: Path, chance: random.Random) -> None:
    """A cell that tells, or one that counts: where the rules refuse it, the edit is left out."""
    table = chance.choice(["outcomes", "adverse_events", "time_to_event", "glossary", "studies"])
    path = project / "evidence" / f"{table}.csv"
    rows = read(path)
    at = chance.randrange(len(rows))
    filled = [name for name, cell in rows[at].items() if cell and name not in {"row_id", "arm_id"}]
    column = chance.choice(filled)
    cell = rows[at][column]
    rows[at][column] = str(int(cell) + 1) if cell.isdigit() else f"{cell}a"
    rewrite(path, lambda _: rows)


def edit_claim(project: Path, chance: random.Random) -> None:
    path = project / "report" / "claims.csv"
    rows = read(path)
    at = chance.randrange(len(rows))
    rows[at]["note"] = f"Noted {chance.choice('abcdef')}."
    rewrite(path, lambda _: rows)


def edit_specification(project: Path, chance: random.Random) -> None:
    path = chance.choice(
        [project / "report/tables/headline.yml", project / "report/tables/audit.yml"]
    )
    text = path.read_text().replace("title: Source", "title: The source", 1)
    path.write_text(text if "The source" in text else text.replace("The source", "Source"))


EDITS = (edit_sentence, edit_cell, edit_claim, edit_specification)


def edited(project: Path, chance: random.Random, count: int) -> Iterator[None]:
    """Edits that the rules allow, one after the other; one that they refuse is taken back."""
    done = 0
    while done < count:
        edit = chance.choice(EDITS) if done else edit_cell
        files = [*project.glob("*.qmd"), *(project / "evidence").iterdir(),
                 *(path for path in (project / "report").rglob("*") if path.is_file())]  # fmt: skip
        before = {path: path.read_bytes() for path in files}
        edit(project, chance)
        try:
            load_review_data.cache_clear()
            load_review_data(project)
        except ReviewError:
            for path, content in before.items():
                path.write_bytes(content)
            continue
        done += 1
        yield


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_clean_build_gives_the_same_bytes_after_any_edits(tmp_path: Path, seed: int) -> None:
    project = small_review(tmp_path / "review", engine=True)
    build(project, "_site")
    for _ in edited(project, random.Random(seed), 4):
        assert build(project, "_site") == build(project, "_clean", clean=True)


@pytest.mark.slow
def test_what_still_stands_is_what_would_be_computed_again(tmp_path: Path) -> None:
    project = small_review(tmp_path / "review")
    load_review_data(project)
    for _ in edited(project, random.Random(4), 6):
        now, anew = load_review_data(project), compute_review_data(project)
        assert now.ledger.to_json() == anew.ledger.to_json()
        assert hash_of(now.syntheses) == hash_of(anew.syntheses)
        assert now.analyses.kept.keys() == anew.analyses.kept.keys()
        assert all(now.evidence.texts[name].equals(anew.evidence.texts[name]) for name in TABLES)


@pytest.mark.slow
def test_a_sentence_sets_its_page_and_runs_no_document(tmp_path: Path) -> None:
    """Of the whole review `test_whole_review` compares the bytes after a sentence and a cell."""
    project = small_review(tmp_path / "review", engine=True)
    build(project, "_site", formats=("html",))
    page = project / "report" / "patient" / "how-well.qmd"
    page.write_text(page.read_text() + "\n\nMore is to follow.\n")
    steps = steps_of(project)
    build(project, "_site", formats=("html",), steps=steps)
    run = [name for name in steps.ran if name.startswith(("execute ", "page ", "what other "))]
    assert run == ["what other pages of the edition patient need of report/patient/how-well.qmd"]


@pytest.mark.slow
def test_of_a_document_those_displays_are_drawn_that_read_what_changed(tmp_path: Path) -> None:
    project = small_review(tmp_path / "review", engine=True)
    build(project, "_site", formats=("html",))
    rewrite(project / "evidence" / "article_claims.csv", lambda rows: [
        row | {"source_says": f"{row['source_says']} It was read again."} for row in rows
    ])  # fmt: skip
    steps = steps_of(project)
    build(project, "_site", formats=("html",), steps=steps)
    assert [name for name in steps.ran if name.startswith(("execute ", "show "))] == [
        "execute report/numbers.qmd", "show table audit"
    ]  # fmt: skip
    assert [name for name in steps.found if name.startswith("show ")] == [
        "show table ledger-benefit"
    ]
    assert "read again" in (project / "_site" / "report" / "numbers.html").read_text()


# nothing to do ---------------------------------------------------------------------------------


def test_a_whole_site_of_the_same_files_is_not_built_again(tmp_path: Path) -> None:
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "outcomes.csv").write_text("row_id\n")
    output, steps = tmp_path / "_site", Steps(tmp_path / "kept")
    output.mkdir()
    (output / "index.html").write_text("<p>")
    write_manifest(output)
    asked: dict[str, Any] = {"formats": ("html",), "engine": "auto"}

    def found(**others: Any) -> RenderResult | None:
        return unchanged_site(tmp_path, steps, **{**asked, "output": output, **others})

    assert found() is None
    built = RenderResult(output, "built-in", ("index.html",), ())
    keep_site(tmp_path, steps, built, **asked)
    assert found() == built
    assert found(formats=("html", "pdf")) is None
    (tmp_path / "evidence" / "outcomes.csv").write_text("row_id\na\n")
    assert found() is None
    (tmp_path / "evidence" / "outcomes.csv").write_text("row_id\n")
    (output / "index.html").write_text("<p>altered")
    assert found() is None
