"""Files that are none, links astray, records of another shape: one message each, no traceback."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from publishing.checks.files import NEEDED, check_files
from publishing.history.released import (
    find_alterations,
    released_decisions,
    released_versions,
    site_manifest,
)
from publishing.history.releases import load_release
from publishing.lifecycle.checked import check_review
from publishing.manuscript.book import load_books
from publishing.manuscript.extension import EXTENSION, place_extension
from publishing.site.manifest import NAME, load_manifest
from publishing.site.versions import FILE, OPENING, load_versions
from schemas.problems import ReviewError

PROJECT = Path(__file__).parents[1]
DOCUMENT = "report/response.qmd"
needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")


def replaced_by(make: Callable[[Path], None]) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        path.unlink()
        make(path)

    return change


def begun_with(head: bytes) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        path.write_bytes(head + path.read_bytes())

    return change


ASTRAY: dict[str, tuple[Callable[[Path], None], str]] = {
    "a folder": (replaced_by(Path.mkdir), "is a folder"),
    "a link to nothing": (replaced_by(lambda path: path.symlink_to("gone")), "leads to no file"),
    "a link to itself": (replaced_by(lambda path: path.symlink_to(path)), "leads to no file"),
    "a link out": (replaced_by(lambda path: path.symlink_to(PROJECT / "README.md")),
                   "leads out of the folder of the review"),
    "another character set": (begun_with("# Größe\n".encode("cp1252")), "line 1 is not UTF-8"),
}  # fmt: skip
FILES = (DOCUMENT, "_quarto.yml", "report/tables/headline.yml", "governance/editorial-policy.md")
"""The last is read line by line by nothing else."""


@needs_links
@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("fault", ASTRAY)
def test_what_is_no_file_of_the_review_is_named(review: Path, file: str, fault: str) -> None:
    change, told = ASTRAY[fault]
    change(review / file)
    with pytest.raises(ReviewError, match=told) as found:
        check_review(review)
    assert [problem.file for problem in found.value.problems] == [file]


def test_a_mark_before_the_front_matter_is_named(review: Path) -> None:
    begun_with(b"\xef\xbb\xbf")(review / DOCUMENT)
    with pytest.raises(ReviewError, match="begins with a byte order mark"):
        check_files(review)


def test_a_merge_that_was_not_finished_is_named_in_a_policy(review: Path) -> None:
    begun_with(b"<<<<<<< HEAD\n")(review / "governance" / "editorial-policy.md")
    with pytest.raises(ReviewError, match=r"policy\.md[\s\S]*line 1 is a merge conflict"):
        check_files(review)


@needs_links
def test_a_link_within_the_review_and_other_folders_are_let_be(review: Path) -> None:
    (review / "report" / "again.qmd").symlink_to(review / DOCUMENT)
    (review / "report" / "notes.old").mkdir()
    check_files(review)


@pytest.mark.parametrize("name", NEEDED)
def test_a_file_of_the_board_that_is_missing_or_empty_is_named(review: Path, name: str) -> None:
    (review / name).write_text(" \n", encoding="utf-8")
    with pytest.raises(ReviewError, match=rf"{name}[\s\S]*is empty"):
        check_files(review)
    (review / name).unlink()
    with pytest.raises(ReviewError, match=rf"{name}[\s\S]*is missing"):
        check_files(review)


UNREAD = (
    "report/claims.xlsx", "report/notes.md", "report/tables/headline.yaml", "report/new/draft.QMD",
    "report/figures/forest.txt", "report/patient/words.docx", "governance/board.ods",
)  # fmt: skip


@pytest.mark.parametrize("name", UNREAD)
def test_a_file_that_nothing_reads_is_named(review: Path, name: str) -> None:
    (review / name).parent.mkdir(exist_ok=True)
    (review / name).write_text("words", encoding="utf-8")
    with pytest.raises(ReviewError, match="nothing reads this file") as found:
        check_files(review)
    assert [problem.file for problem in found.value.problems] == [name]


def test_a_document_in_a_folder_of_its_own_is_in_no_edition(review: Path) -> None:
    (review / "report" / "new").mkdir()
    (review / "report" / "new" / "x.qmd").write_text("# X {#sec-x}\n", encoding="utf-8")
    with pytest.raises(ReviewError, match=r"report/new/x\.qmd[\s\S]*is in no chapter list"):
        load_books(review)


BOOKS = {  # of a file of a profile or of the project: old, new, what is said
    "no style": ("_quarto.yml", "csl: ", "csl: gone/", "expected: a file of the review"),
    "another bibliography": ("_quarto.yml", "references.bib", "other.bib", "evidence/references"),
    "a PDF elsewhere": ("_quarto-patient.yml", "file: ", "file: ../../", "a name of letters"),
    "a list of PDFs": ("_quarto-patient.yml", "file: ", "file: [a] # ", "a name of letters"),
    "a folder elsewhere": ("_quarto-patient.yml", "_site/", "_site/../../", "a folder below"),
    "an address that runs": ("_quarto.yml", "book:\n", "book:\n  site-url: javascript:x\n",
                             "begins with https://"),
    "no folder": ("_quarto-patient.yml", "  output-dir: _site/patient", "  {}", "says no folder"),
    "a folder of another type": ("_quarto-patient.yml", "output-dir: ", "output-dir: []  # ",
                                 "a folder below"),
    "no chapters": ("_quarto-patient.yml", "chapters:", "chapters: 1\nsheets:", "a list of its"),
    "no book": ("_quarto-patient.yml", "book:", "book: []\nsheets:", "settings by name"),
    "a chapter elsewhere": ("_quarto-patient.yml", "- report/patient/how-well.qmd",
                            "- ../how-well.qmd", "book.chapters names '../how-well.qmd'"),
    "a chapter with signs": ("_quarto-patient.yml", "report/patient/how-well.qmd",
                             "\"report/how'(well)%20#.qmd\"", "book.chapters names"),
    "a key with a slip": ("_quarto-patient.yml", "output-dir", "outputdir",
                          r"project\.outputdir changes nothing[\s\S]*mean 'project\.output-dir'"),
    "a key of Quarto": ("_quarto.yml", "book:\n", "book:\n  author: A\n",
                        r"book\.author changes nothing[\s\S]*take it out"),
    "a script before": ("_quarto.yml", "project:\n", "project:\n  pre-render: run.sh\n",
                        r"project\.pre-render changes nothing"),
    "a filter": ("_quarto.yml", "csl: ", "filters: [run.lua]\ncsl: ", "filters changes nothing"),
    "another project": ("_quarto.yml", "type: book", "type: website", "expected: book"),
    "other numbers": ("_quarto.yml", "sections: true", "sections: false", "expected: true"),
    "cells shown": ("_quarto.yml", "echo: false", "echo: true", "expected: false"),
    "a format by its name": ("_quarto.yml", "format:\n", "format: html\nplain:\n",
                             "settings by name"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BOOKS)
def test_a_book_that_cannot_be_read_is_named(review: Path, fault: str) -> None:
    file, old, new, told = BOOKS[fault]
    text = (review / file).read_text(encoding="utf-8")
    assert old in text
    (review / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ReviewError, match=told):
        load_books(review)


# the format of pages ---------------------------------------------------------------------------


DAMAGED = {  # a file of the format: its content, or None where it is gone; what is said
    "lua/pages.lua": ("function Writer(", "sets no page"),
    "lua/reader.lua": (None, "sets no page"),
    "typst-template.typ": ("#let (", "Typst could not set the PDF"),
    "sheet.typ": ("$if(", "sets no page"),
    "html/page.html": ("{% for %}", "sets no page"),
    "author-date.csl": ("<style>", "sets no page"),
    "numbered.csl": ("<style>", "sets no page"),
    "css/site.css": (None, "css/site.css[\\s\\S]*is missing"),
    "html/ask.js": ("", "html/ask.js[\\s\\S]*is empty"),
    "fonts/ReviewSerif-Regular.otf": ("OT", "is damaged"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_format_is_found_before_the_build(review: Path, name: str) -> None:
    text, told = DAMAGED[name]
    path = review / EXTENSION / name
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ReviewError, match=told) as found:
        check_review(review)
    assert {str(problem.file)[:18] for problem in found.value.problems} == {"_extensions/review"}


def test_a_format_of_ones_own_is_tried_and_kept(review: Path) -> None:
    path = review / EXTENSION / "css" / "site.css"
    path.write_text(path.read_text(encoding="utf-8") + "\np { color: black }\n", encoding="utf-8")
    before = path.read_bytes()
    check_review(review)
    place_extension(review)
    assert path.read_bytes() == before


def test_what_the_program_put_there_is_put_there_again(tmp_path: Path) -> None:
    place_extension(tmp_path)
    path = tmp_path / EXTENSION / "lua" / "pages.lua"
    before = path.read_bytes()
    path.write_text("damaged", encoding="utf-8")
    place_extension(tmp_path)
    assert path.read_bytes() == before


# releases --------------------------------------------------------------------------------------


SHAPES = ("[]", "1", "", "null", '"x"', '{"files": [1], "decisions": 1, "records": {}}', "[" * 9999)


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "releases", tmp_path / "releases")
    return tmp_path


@pytest.mark.parametrize("file", ["release.json", "ledger.json", "content.json", "manifest.json"])
def test_a_record_of_another_shape_is_named(releases: Path, file: str) -> None:
    newest = released_versions(releases)[-1]
    for text in SHAPES:
        (releases / "releases" / newest / file).write_text(text, encoding="utf-8")
        with pytest.raises(ReviewError, match=rf"releases/{newest}"):
            load_release(releases, newest)
    if file == "release.json":
        with pytest.raises(ReviewError, match=file):
            released_decisions(releases)


def test_a_release_without_a_part_is_named(releases: Path) -> None:
    newest = released_versions(releases)[-1]
    path = releases / "releases" / newest / "release.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(ReviewError, match="is not what a release writes"):
        load_release(releases, newest)


def test_a_manifest_without_hashes_is_named(releases: Path) -> None:
    path = releases / "releases" / "1.1.0" / "manifest.json"
    for entry in ("1", "{}", "[]"):
        path.write_text(f'{{"files": {{"index.html": {entry}}}}}', encoding="utf-8")
        with pytest.raises(ReviewError, match="says no sha256"):
            site_manifest(releases, "1.1.0")


def test_what_lies_beside_a_release_is_named(releases: Path) -> None:
    newest = released_versions(releases)[-1]  # a later one would know its digest too
    assert find_alterations(releases, newest) == []
    (releases / "releases" / newest / "more.csv").write_text("x", encoding="utf-8")
    (found,) = find_alterations(releases, newest)
    assert (found.file, found.what) == (
        f"releases/{newest}/more.csv", "is no file of the release",
    )  # fmt: skip
    shutil.copytree(releases / "releases" / newest, releases / "releases" / "old")
    with pytest.raises(ReviewError, match=r"releases/old[\s\S]*its name is no version"):
        released_versions(releases)


@pytest.mark.parametrize("text", ["[]", '{"files": [1]}', '{"files": 1}', ""])
def test_a_manifest_of_a_site_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text, encoding="utf-8")
    with pytest.raises(ReviewError, match=NAME):
        load_manifest(tmp_path)


def test_a_list_of_versions_with_another_name_is_named(tmp_path: Path) -> None:
    item = {
        "version": "../x",
        "date": "",
        "status": "",
        "content_hash": "",
        "manifest": "",
        "pages": [],
    }
    text = f"{OPENING}{json.dumps({'versions': [item]})};"
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ReviewError, match="cannot be read"):
        load_versions(tmp_path)
