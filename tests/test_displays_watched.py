"""What a table or figure says is watched like prose: by the hash, the changes and the guard."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.changes import compare_prose
from analysis.content import collect_content, compute_content_hash, hash_parts
from analysis.review_data import load_review_data
from publishing.checks.guard import guard_prose
from publishing.displays.prose import words_of_displays
from publishing.history.releases import prose_of

ROOT = Path(__file__).parents[1]
FIGURE = "report/figures/people-ide.yml"
SUPERIOR = "Cilta-cel is clearly superior; patients should choose it."


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the content hash covers."""
    for name in ("evidence", "report"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copyfile(ROOT / "index.qmd", tmp_path / "index.qmd")
    return tmp_path


def say(project: Path, change: Callable[[str], str]) -> None:
    path = project / FIGURE
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def superior(text: str) -> str:
    head, caption, rest = text.partition("caption: >-\n")
    return f"{head}{caption}  {SUPERIOR}\n{rest}"


def test_a_caption_and_a_label_are_content(project: Path) -> None:
    before = compute_content_hash(project), hash_parts(collect_content(project))
    say(project, superior)
    after = compute_content_hash(project), hash_parts(collect_content(project))
    assert before[0] != after[0]
    assert [name for name in after[1] if after[1][name] != before[1][name]] == [FIGURE]


def test_white_space_of_a_specification_is_no_content(project: Path) -> None:
    before = compute_content_hash(project)
    say(project, lambda text: f"\n{text}\n\n")
    assert compute_content_hash(project) == before


def test_the_list_of_changes_tells_a_reworded_caption(project: Path) -> None:
    before = prose_of(project)
    say(project, superior)
    changes = list(compare_prose(before, prose_of(project)))
    assert [change.place for change in changes] == [FIGURE]
    assert SUPERIOR in changes[0].now
    assert SUPERIOR not in changes[0].before


def test_words_that_an_older_release_did_not_keep_are_no_change(project: Path) -> None:
    old = {name: words for name, words in prose_of(project).items() if name.endswith(".qmd")}
    assert list(compare_prose(old, prose_of(project))) == []


def test_the_guard_reads_captions_and_captions_of_tables(project: Path) -> None:
    data = load_review_data(ROOT)
    say(project, superior)
    chapter = project / "report" / "safety.qmd"
    text = chapter.read_text(encoding="utf-8")
    cap = 'tbl-cap: "Low blood counts by product and study'
    assert cap in text
    chapter.write_text(text.replace(cap, f"{cap}; cilta-cel is safer"), encoding="utf-8")
    found = [str(problem) for problem in guard_prose(project, ["report/safety.qmd"], data)]
    assert any(FIGURE in problem and "superior" in problem for problem in found)
    assert any("safety.qmd" in problem and "safer" in problem for problem in found)


def test_every_specification_has_words(project: Path) -> None:
    told = {words.file for words in words_of_displays(project)}
    files = [*project.glob("report/tables/*.yml"), *project.glob("report/figures/*.yml")]
    assert told == {path.relative_to(project).as_posix() for path in files}
