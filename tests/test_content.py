"""The content hash follows content, not layout."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.content import (
    canonical_json,
    collect_content,
    compute_build_hash,
    compute_content_hash,
    hash_parts,
)
from schemas.registry import TABLES


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


SAVED: dict[str, Callable[[str], bytes]] = {
    "semicolons": lambda text: respelt(text, ";").encode("utf-8-sig"),
    "a line that names the semicolon": lambda text: ("sep=;\r\n" + respelt(text, ";")).encode(),
    "a line that names the comma": lambda text: ("sep=,\r\n" + text).encode(),
    "tabs and UTF-16": lambda text: respelt(text, "\t").encode("utf-16"),
    "Windows-1252": lambda text: text.encode("cp1252"),
}


def respelt(text: str, delimiter: str) -> str:
    """A table with another delimiter; beside semicolons, decimals have a comma."""
    rows = list(csv.DictReader(io.StringIO(text)))
    kind, out = TABLES["time_to_event"], io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        decimals = {
            name: cell.replace(".", ",") for name, cell in row.items()
            if delimiter == ";" and name in kind.columns and kind.is_number(name)
        }  # fmt: skip
        writer.writerow(row | decimals)
    return out.getvalue()


@pytest.mark.parametrize("program", SAVED)
@pytest.mark.parametrize("table", ["time_to_event", "source_status"])
def test_whatever_program_saved_a_table_its_content_is_the_same(
    project: Path, program: str, table: str
) -> None:
    path = project / "evidence" / f"{table}.csv"
    plain = path.read_text(encoding="utf-8").encode("cp1252", errors="ignore").decode("cp1252")
    path.write_text(plain, encoding="utf-8")
    before = compute_content_hash(project)
    path.write_bytes(SAVED[program](plain))
    assert compute_content_hash(project) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("evidence/outcomes.csv", ",94,128,", ",95,128,"),
        ("evidence/references.bib", "{Lancet}", "{Lancet Oncology}"),
        ("evidence/review.yml", "How effective", "How safe"),
        ("report/claims.csv", "percent1", "percent0"),
        ("index.qmd", "{#sec-summary}", "in short {#sec-summary}"),
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


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), max_size=6)
VALUES = st.recursive(
    st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
SPACES = st.sampled_from(["", " ", "  ", "\t"])
ENDINGS = st.sampled_from(["\n", "\r\n", "\n \n", " \r\n\t"])


@given(VALUES)
def test_canonical_json_is_json_of_the_same_value(value: Any) -> None:
    written = canonical_json(value)
    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written


def test_signs_are_escaped_as_rfc_8785_says() -> None:
    # Section 3.2.2.2: two-character escapes where there are any, \\u00xx in lower case else.
    assert canonical_json('\u20ac$\u000f\nA\'B"\\\\"/') == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'
    assert canonical_json("\x08\t\f\r\x7f\u2028") == '"\\b\\t\\f\\r\x7f\u2028"'


def small_project(folder: Path, rows: list[dict[str, str]], newline: str, pad: str) -> Path:
    """A review of one table, one claim and one page, laid out as asked."""
    for name in ("evidence", "report"):
        (folder / name).mkdir()
    with (folder / "evidence" / "outcomes.csv").open("w", encoding="utf-8", newline="") as stream:
        line_end = "\r\n" if "\r" in newline else "\n"
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator=line_end)
        writer.writeheader()
        writer.writerows({key: pad + cell + pad for key, cell in row.items()} for row in rows)
    texts = {
        "evidence/references.bib": ["@article{a,", "title={One}", "}"],
        "evidence/review.yml": ['question: "What?"', 'version: "1.0.0"'],
        "report/claims.csv": ["id,statistic", "x,cell"],
        "index.qmd": ["# Title", "", "Words of *the* page."],
    }
    for name, lines in texts.items():
        ending = newline if name.endswith((".bib", ".qmd")) else "\n"
        (folder / name).write_text(ending.join(lines), encoding="utf-8", newline="")
    return folder


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(
    cells=st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=4),
    order=st.permutations(["row_id", "events", "note"]),
    newline=ENDINGS,
    pad=SPACES,
    backwards=st.booleans(),
)
def test_no_layout_moves_the_hash_and_every_cell_does(
    cells: list[tuple[str, str, str]], order: list[str], newline: str, pad: str, backwards: bool
) -> None:
    rows = [dict(zip(["row_id", "events", "note"], row, strict=True)) for row in cells]
    other = [{name: row[name] for name in order} for row in rows]
    changed = [{**rows[0], "events": rows[0]["events"] + "1"}, *rows[1:]]
    with TemporaryDirectory() as one, TemporaryDirectory() as two, TemporaryDirectory() as three:
        first = compute_content_hash(small_project(Path(one), rows, "\n", ""))
        laid_out = other[::-1] if backwards else other
        assert compute_content_hash(small_project(Path(two), laid_out, newline, pad)) == first
        assert compute_content_hash(small_project(Path(three), changed, "\n", "")) != first


def test_parts_say_which_file_changed(project: Path) -> None:
    before = hash_parts(collect_content(project))
    page = project / "report" / "safety.qmd"
    page.write_text(page.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    after = hash_parts(collect_content(project))
    assert {name for name in after if after[name] != before[name]} == {"report/safety.qmd"}


def test_the_build_hash_follows_lock_engine_and_program(project: Path) -> None:
    def build_hash(engine: str = "built-in") -> str:
        return compute_build_hash(project, content, engine)

    content = compute_content_hash(project)
    (project / "locks").mkdir()
    lock = project / "locks" / "review.txt"
    lock.write_text("numpy==2.0\n", encoding="utf-8", newline="\n")
    program = project / "analysis" / "pool.py"
    program.parent.mkdir()
    program.write_text("x = 1\n", encoding="utf-8", newline="\n")
    first = build_hash()
    assert build_hash("quarto 1.10.17") != first
    lock.write_text("numpy==2.0\r\n", encoding="utf-8", newline="")
    assert build_hash() == first
    lock.write_text("numpy==2.1\n", encoding="utf-8")
    second = build_hash()
    assert second != first
    program.write_text("x = 2\n", encoding="utf-8")
    assert build_hash() not in (first, second)
    assert compute_content_hash(project) == content
