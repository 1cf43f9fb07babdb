"""A brace that begins or ends no placeholder is found before it is printed as it stands."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from publishing.checks.validation import find_problems
from publishing.displays.placeholders import stray_brace
from publishing.documents.catalogue import load_displays

CITED = "{sources|pooled.primary}"
FOREST, FINDINGS = "report/figures/forest.yml", "report/tables/findings.yml"


@pytest.fixture
def example(root: Path, tmp_path: Path) -> Path:
    unread = ignore_patterns("_site", "_build", ".*")
    return copytree(root / "examples" / "bcg", tmp_path / "bcg", ignore=unread)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Pooled {CITED}.", ""),
        ("Pooled {sources|pooled.primary.", "'{sources|pooled.primary.'"),
        ("Pooled {sources} sources|pooled.primary}.", "'}.'"),
        ("Pooled {Sources}.", "'{Sources}.'"),
        ("Pooled { pooled.primary }.", "'{ pooled.primary }.'"),
        ("Pooled {{pooled.primary}}.", "'{{pooled.primary}}.'"),
        ("{} trials", "'{} trials'"),
    ],
)
def test_a_brace_is_stray_where_it_is_of_no_placeholder(text: str, found: str) -> None:
    assert stray_brace(text) == found


def test_a_pattern_has_a_place_for_its_cell() -> None:
    assert stray_brace("({})", pattern=True) == ""
    assert stray_brace("({)", pattern=True) == "'{)'"


def test_a_brace_that_is_not_closed_is_named_with_file_and_line(example: Path) -> None:
    path = example / FOREST
    text = path.read_text(encoding="utf-8")
    line = text.partition("caption:")[0].count("\n") + 1
    path.write_text(text.replace(CITED, CITED[:-1]), encoding="utf-8")
    (problem,) = find_problems(example)
    said = str(problem)
    assert said.startswith(f"{FOREST} line {line} caption: has a brace that names no claim")
    assert "'{sources|pooled.primary" in said
    assert "; expected {claim}, {claim|form}" in said


def test_a_note_of_a_table_is_read_too(example: Path) -> None:
    path = example / FINDINGS
    lines = path.read_text(encoding="utf-8").partition("\nnotes:")[0].splitlines()
    lines += ["notes:", "  - All is well.", f'  - "Pooled {CITED[1:]}."']
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = "\n".join(map(str, find_problems(example)))
    assert f"{FINDINGS} line {len(lines)} notes[2]: has a brace that names no claim: '}}.'" in said


def test_the_displays_of_both_reviews_have_none(root: Path) -> None:
    for review in (root, root / "examples" / "bcg"):
        assert list(load_displays(review))
