"""Searches: an export enters the screening table once, and two people decide."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.lifecycle.screening import Record, import_export, plain, read_export
from schemas.problems import ReviewError
from tests.project_copy import ProjectCopy

EXPORTS = Path(__file__).parent / "fixtures" / "searches"


def run(copy: ProjectCopy, search: str) -> None:
    row = copy.find("searches", search_id=search)
    copy.change("searches", row, run_on="2026-11-28", run_by="A. Searcher", results="3")


def imported(copy: ProjectCopy, search: str) -> list[dict[str, str]]:
    return [row for row in copy.rows("screening") if row["search_id"] == search]


def test_the_formats_of_two_databases_are_read() -> None:
    known, first, second = read_export(EXPORTS / "export.nbib")
    assert (known.pmid, known.doi) == ("31042825", "10.1056/NEJMoa1817226")
    assert first.title.endswith("its title goes on over a second line")
    assert second.doi == ""
    assert [record.doi for record in read_export(EXPORTS / "export.ris")] == [
        "", "10.9999/TRIAL.ONE", "10.9999/trial.three",
    ]  # fmt: skip


def test_records_enter_once_by_doi_pmid_and_title(copy: ProjectCopy) -> None:
    for search, export in (("pubmed", "export.nbib"), ("embase", "export.ris")):
        run(copy, search)
        before = len(copy.rows("screening"))
        added, duplicates = import_export(copy.root, EXPORTS / export, search)
        assert (added, len(copy.rows("screening"))) == (3, before + 3)
        assert duplicates == {"pubmed": 1, "embase": 2}[search]
    source, first, second = imported(copy, "pubmed")
    known = copy.find("screening", citekey="raje2019")["record_id"]
    assert (source["duplicate_of"], source["decision"]) == (known, "duplicate")
    assert (first["duplicate_of"], second["decision"]) == ("", "to be screened")
    same_title, same_doi, other = imported(copy, "embase")
    assert same_title["duplicate_of"] == same_doi["duplicate_of"] == first["record_id"]
    assert other["duplicate_of"] == ""
    assert not copy.problems()


def test_tables_saved_with_semicolons_are_read_as_validate_reads_them(copy: ProjectCopy) -> None:
    for table in ("searches", "screening", "sources"):
        path = copy.root / "evidence" / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream, delimiter=";").writerows(rows)
    added, _ = import_export(copy.root, EXPORTS / "export.ris", "embase")
    assert added


def test_the_records_of_a_search_that_was_not_run_are_refused(copy: ProjectCopy) -> None:
    import_export(copy.root, EXPORTS / "export.ris", "embase")
    assert any("which was not run" in problem.what for problem in copy.problems())


@pytest.mark.parametrize(
    ("search", "content", "says"),
    [
        ("scopus", "TY  - JOUR\nER  - \n", "has no search 'scopus'"),
        ("embase", "nothing of the kind", "no record in the RIS format"),
    ],
)
def test_what_cannot_be_taken_is_told(
    copy: ProjectCopy, tmp_path: Path, search: str, content: str, says: str
) -> None:
    export = tmp_path / "found.ris"
    export.write_text(content)
    before = copy.rows("screening")
    with pytest.raises(ReviewError, match=says):
        import_export(copy.root, export, search)
    assert copy.rows("screening") == before


def test_an_export_of_another_kind_or_twice_is_refused(copy: ProjectCopy) -> None:
    with pytest.raises(ReviewError, match="ends in"):
        read_export(EXPORTS / "export.xml")
    import_export(copy.root, EXPORTS / "export.ris", "embase")
    with pytest.raises(ReviewError, match="already"):
        import_export(copy.root, EXPORTS / "export.ris", "embase")


@given(st.text())
def test_a_title_is_known_again_whatever_its_case_and_signs(title: str) -> None:
    changed = f" {title.lower()}. "
    assert plain(changed) == plain(title.lower())
    assert set(Record(title.lower()).keys) == set(Record(changed).keys)
