"""Tables of lines: their words and columns are checked as they are read, and they say enough."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.review_data import Computed, ReviewData, load_review_data
from publishing.displays.specification import TableSpecification
from publishing.documents.catalogue import load_displays
from publishing.history.releases import changes_of
from publishing.tables.changes import PARTS, ChangesTable
from publishing.tables.kinds import TABLE_KINDS
from schemas.correction import CorrectedFigures, Correction
from schemas.reading_evidence import load_evidence
from schemas.typed_yaml import read_typed

DUE = """\
kind: due
columns:
  - {title: Source, show: source}
  - {title: Why, show: why}
words: {past: late, overtaken: newer, relabelled: label, once: once, state: state, not due: never}
"""
CORRECTION = """\
kind: changes
part: correction
columns:
  - {title: Result, show: result}
  - {title: Before, show: before}
  - {title: Now, show: now}
words: {nothing: Nothing, first: No earlier release, method: new method, others: and others}
"""


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


def said(text: str, kind: str) -> str:
    """Place, what is wrong and what to do, of the first problem."""
    problem = read_typed(text, TABLE_KINDS[kind], "report/tables/x.yml")[1][0]
    return f"{problem.column} {problem.what}; {problem.expected}; {problem.action}"


def table(root: Path, name: str) -> TableSpecification:
    return load_displays(root).tables[name]


def test_a_table_that_is_right_is_read() -> None:
    assert read_typed(DUE, TABLE_KINDS["due"], "x")[1] == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("show: why", "show: wy", "columns[2].show is 'wy'; one of source, rows, checked, by, why"),
        ("past: late, ", "", "words lacks 'past'"),
        ("once: once", "once: $twice", "words.once holds $twice; no such name"),
    ],
)
def test_a_wrong_column_or_word_is_named(before: str, after: str, expected: str) -> None:
    assert said(DUE.replace(before, after), "due").startswith(expected)


def test_a_table_of_changes_shows_what_its_part_has() -> None:
    text = "kind: changes\npart: prose\ncolumns:\n  - {title: Why, show: why}\n"
    assert "one of place, before, now" in said(text, "changes")
    assert "part is 'figures'" in said(text.replace("prose", "figures"), "changes")


def test_a_line_of_claims_fills_its_columns() -> None:
    text = (
        "kind: claims\ncolumns:\n  - {title: A, show: cell}\n  - {title: B, show: cell}\n"
        "groups:\n  - rows:\n      - cells: [only one]\n"
    )
    assert "groups[1].rows[1].cells has 1 cells" in said(text, "claims")


def test_a_form_that_no_claim_has_is_named() -> None:
    text = "kind: claims\ncolumns:\n  - {title: A, show: cell}\ngroups: []\nnotes: ['{x|long}']\n"
    assert "asks for the form 'long' of x" in said(text, "claims")


def test_every_part_of_the_changes_has_a_table(root: Path) -> None:
    tables = load_displays(root).tables.values()
    found = [table.part for table in tables if isinstance(table, ChangesTable)]
    corrects = load_evidence(root).review.correction is not None
    assert sorted(found) == sorted(part for part in PARTS if corrects or part != "correction")
    assert all(table.follows_releases == isinstance(table, ChangesTable) for table in tables)


def test_a_correction_lists_its_figures_in_words(data: ReviewData) -> None:
    def told(**fields: object) -> ReviewData:
        review = data.evidence.review.model_copy(update={"version": "2.0.0", **fields})
        evidence = replace(data.evidence, review=review)
        analyses = data.analyses.over(evidence, data.syntheses)  # keeps no list of changes
        return replace(data, evidence=evidence, computed=Computed(lambda: analyses))

    moved = tuple(c.id for c in changes_of(told()).numbers if c.before and c.now)[:3]
    correction = Correction(
        of="1.1.1", figures=(CorrectedFigures(claims=moved, reason="An older cut was printed."),)
    )
    corrected = told(correction=correction)
    made = read_typed(CORRECTION, TABLE_KINDS["changes"], "x")[0].make(corrected)
    assert len(made.rows) == len(moved) == 3
    for result, before, now in made.rows:
        assert result.text[:1].isupper()
        assert before.text != now.text


def test_an_excerpt_has_the_lines_of_its_table(data: ReviewData) -> None:
    whole, part = (table(data.root, name).make(data) for name in ("findings", "findings-page"))
    assert [row[:-1] for row in whole.rows] == list(part.rows)
    assert whole.columns[-1].label == "Source"


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("explore-orr", "family:orr"),
        ("findings-page", "tables:findings"),
        ("left-out-summary", "synthesis:orr.primary"),
        ("multiverse-orr", "multiverse:orr"),
        ("findings", "judgements[topic=overall-survival]"),
        ("patient-answer", "claims:trm.cilta"),
        ("certainty-comparisons", "adverse_events:karmma-3.ide.crs.g3"),
    ],
)
def test_a_table_says_what_it_asks_for(root: Path, name: str, asked: str) -> None:
    found = table(root, name)
    places = [place for place, wanted in found.names() if wanted == asked]
    assert places
    assert all(found.line_of(place) > 1 for place in places)


def test_a_hazard_ratio_is_told_at_the_rate_of_its_control_arm(data: ReviewData) -> None:
    found = table(data.root, "certainty-comparisons").make(data)
    at = [column.label for column in found.columns].index("Absolute effect")
    shown = [row[at] for row in found.rows if row[at].claim]
    topics = [
        topic for topic in data.evidence.review.certainty.topics
        if topic.absolute and topic.evidence
    ]  # fmt: skip
    assert len(shown) == len(topics) > 2
    for cell, topic in zip(shown, topics, strict=True):
        record = data.ledger[cell.claim]
        assert record.selector == f"{topic.evidence} | {topic.absolute[1]}"
        assert record.subgroup in cell.text
        assert "hazards" in cell.text
