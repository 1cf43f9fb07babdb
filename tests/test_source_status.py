"""The state of sources: the table, its rules, and what a retracted source stops."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.content import compute_content_hash
from analysis.retractions import check_retracted
from analysis.review_data import load_review_data
from analysis.source_states import SourceState, gravest_state, states_of
from publishing.render.bibliography import annotate_bibliography
from schemas.evidence import Evidence
from schemas.loading import load_table
from schemas.problems import ReviewError
from schemas.references import parse_bibliography
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell

CLEAN = {"state": "clean", "register": "crossref", "checked_on": "2027-01-02", "reason": ""}
RETRACTED = {**CLEAN, "state": "flagged", "finding": "retracted", "notice": "10.1234/notice"}


def test_the_tables_load_with_their_types(root: Path) -> None:
    check_frame(load_table(root, "source_status"), "source_status")
    assert next(iter(load_table(root, "source_acceptances").columns)) == "citekey"


def test_every_source_has_a_state_and_says_so(evidence: Evidence) -> None:
    states = states_of(evidence)
    assert list(states) == list(evidence.sources["citekey"])
    for state in states.values():
        assert (state.state == "unchecked") == bool(state.reason and not state.checked_on)


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("state", "ok", "'ok' is not known here"),
        ("checked_on", "yesterday", "has the wrong form"),
        ("citekey", "", "the cell is empty"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "source_status", column, text)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({**CLEAN, "register": ""}, "a source that is clean lacks it"),
        ({**CLEAN, "checked_on": "2027-02-30"}, "is not in the calendar"),
        ({**CLEAN, "finding": "retracted"}, "a source that is clean has 'retracted' here"),
        ({**RETRACTED, "finding": ""}, "a source that is flagged lacks it"),
        ({**RETRACTED, "finding": "withdrawn"}, "'withdrawn' is not known here"),
        ({**RETRACTED, "register": "scopus"}, "'scopus' is not known here"),
        ({**RETRACTED, "notice": "10.1/a | 10.1/b"}, "are not of the same number"),
        ({"reason": ""}, "a source that is unchecked lacks it"),
        ({"checked_on": "2027-01-02"}, "a source that is unchecked has '2027-01-02' here"),
        ({"citekey": "nobody2020"}, "'nobody2020' is no source of evidence/sources.csv"),
    ],
)
def test_a_state_that_says_too_little(copy: ProjectCopy, cells: dict[str, str], says: str) -> None:
    copy.change("source_status", copy.find("source_status", state="unchecked"), **cells)
    assert says in "\n".join(map(str, copy.problems()))


def test_only_a_retracted_source_can_be_accepted(copy: ProjectCopy) -> None:
    row = {"citekey": "berdeja2021", "reason": "read again", "accepted_by": "the board"}
    copy.write("source_acceptances", [{**row, "accepted_on": "2026-01-02"}])
    assert "berdeja2021 is not retracted" in "\n".join(map(str, copy.problems()))


def with_state(evidence: Evidence, citekey: str, **cells: str) -> Evidence:
    table = evidence.source_status.copy()
    index = table.index[table["citekey"] == citekey][0]
    for column, text in cells.items():
        table.at[index, column] = text
    return replace(evidence, source_status=table)


def test_a_retracted_source_behind_a_claim_stops_the_build(root: Path) -> None:
    data = load_review_data(root)
    retracted = with_state(data.evidence, "berdeja2021", **RETRACTED)
    with pytest.raises(ReviewError) as caught:
        check_retracted(retracted, data.ledger)
    said = str(caught.value)
    assert "berdeja2021 is retracted and stands behind" in said
    assert "evidence/source_acceptances.csv" in said


def test_accepted_with_a_reason_it_stays(root: Path) -> None:
    data = load_review_data(root)
    retracted = with_state(data.evidence, "berdeja2021", **RETRACTED)
    table = retracted.source_acceptances.copy()
    table.loc[2] = ["berdeja2021", "the figures were confirmed elsewhere", "a board", "2026-01-02"]
    check_retracted(replace(retracted, source_acceptances=table), data.ledger)


def test_a_correction_does_not_stop_the_build(root: Path) -> None:
    data = load_review_data(root)
    corrected = {**RETRACTED, "finding": "corrected"}
    check_retracted(with_state(data.evidence, "berdeja2021", **corrected), data.ledger)


def test_a_source_without_a_row_is_unchecked(evidence: Evidence) -> None:
    table = evidence.source_status
    without = replace(evidence, source_status=table[table["citekey"] != "berdeja2021"])
    assert states_of(without)["berdeja2021"] == SourceState("berdeja2021")


def test_flagged_before_unchecked_before_clean() -> None:
    clean, unchecked = SourceState("a", "clean"), SourceState("b")
    assert gravest_state([clean]) == "clean"
    assert gravest_state([clean, unchecked]) == "unchecked"
    assert gravest_state([unchecked, SourceState("c", "flagged"), clean]) == "flagged"
    assert gravest_state([]) == ""


def test_words_of_each_state() -> None:
    assert SourceState("a").words == "Unchecked for retraction"
    clean = SourceState("a", "clean", (), (), ("crossref", "pubmed"), "2027-01-02", "")
    assert clean.words == "No notice in Crossref and PubMed on 2027-01-02"
    found = ("retracted", "corrected")
    places = ("10.1234/n", "PMID 12")
    flagged = SourceState("a", "flagged", found, places, ("pubmed",), "2027-01-02", "")
    assert flagged.words == "Flagged: retracted, notice 10.1234/n; corrected (PubMed, 2027-01-02)"


@pytest.mark.parametrize(("cells", "moves"), [(CLEAN, False), (RETRACTED, True)])
def test_what_is_found_is_content_and_when_it_was_asked_is_not(
    copy: ProjectCopy, root: Path, cells: dict[str, str], moves: bool
) -> None:
    (copy.root / "report").mkdir()
    (copy.root / "report" / "claims.csv").write_bytes((root / "report/claims.csv").read_bytes())
    before = compute_content_hash(copy.root)
    copy.change("source_status", copy.find("source_status"), **cells)
    assert (compute_content_hash(copy.root) != before) == moves


def test_the_bibliography_says_the_state_of_each_source(root: Path, evidence: Evidence) -> None:
    text = (root / "evidence" / "references.bib").read_text(encoding="utf-8")
    states = states_of(evidence)
    printed = annotate_bibliography(parse_bibliography(text)[0], states)
    assert printed.count("  annotation = {") == len(states)
    assert "\n  annotation = {Unchecked for retraction},\n" in printed
    assert "annotation" not in annotate_bibliography({"nobody": {"title": "T"}}, states)


def test_signs_of_a_notice_are_escaped_in_the_bibliography() -> None:
    state = SourceState("a", "flagged", ("corrected",), ("10.1/x_y",), ("pubmed",), "2027", "")
    assert r"10.1/x\_y" in annotate_bibliography({"a": {"title": "T"}}, {"a": state})
