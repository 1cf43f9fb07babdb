"""The content hash follows content, not layout."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.content import canonical_json, compute_content_hash


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("evidence", "report"):
        shutil.copytree(folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.py", "__*"))
    shutil.copy("index.qmd", tmp_path)
    return tmp_path


def rewrite(path: Path) -> None:
    """Write the table again with its columns in reverse, CRLF line ends and other quoting."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(reversed(rows[0])), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(reversed(rows))


def test_layout_does_not_count(project: Path) -> None:
    before = compute_content_hash(project)
    rewrite(project / "evidence" / "outcomes.csv")
    page = project / "index.qmd"
    page.write_text(page.read_text().replace("\n", "  \r\n"), newline="")
    assert compute_content_hash(project) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("evidence/outcomes.csv", ",94,128,", ",95,128,"),
        ("evidence/references.bib", "{Lancet}", "{Lancet Oncology}"),
        ("evidence/review.yml", "How effective", "How safe"),
        ("report/claims.csv", "percent1", "percent0"),
        ("index.qmd", "# Summary", "# In short"),
    ],
)
def test_each_part_of_the_content_counts(project: Path, file: str, old: str, new: str) -> None:
    before = compute_content_hash(project)
    path = project / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert compute_content_hash(project) != before


def test_version_and_date_name_the_content_and_are_not_part_of_it(project: Path) -> None:
    before = compute_content_hash(project)
    path = project / "evidence" / "review.yml"
    text = path.read_text(encoding="utf-8")
    lines = [
        'version: "99.0.0"' if line.startswith("version:") else line for line in text.splitlines()
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert compute_content_hash(project) == before


@given(st.dictionaries(st.text(), st.text()))
def test_canonical_json_does_not_depend_on_order(value: dict[str, str]) -> None:
    backwards = dict(reversed(list(value.items())))
    assert canonical_json(value) == canonical_json(backwards)


def test_keys_are_in_utf16_order() -> None:
    # By code point U+FB33 comes before U+1F600; in UTF-16 it comes after (RFC 8785, 3.2.3).
    smiling, hebrew = "\U0001f600", "\ufb33"
    written = canonical_json({hebrew: "1", smiling: "2"})
    assert written == f'{{"{smiling}":"2","{hebrew}":"1"}}'
