"""Kinds of tables: what they refuse, and which rows their selectors find."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.review_data import ReviewData, load_review_data
from publishing.displays.specification import TableSpecification
from publishing.tables.kinds import TABLE_KINDS
from schemas.typed_yaml import read_typed

COHORTS = """
kind: cohorts
where: ["arms[role=single_arm]"]
groups:
  - {title: Found, where: ["studies[setting=trial]", "products[product_id=cilta-cel]"]}
  - {title: Listed, rows: [mammoth, {arm: karmma, population: leukapheresed}]}
columns:
  - {title: Cohort, show: cohort}
  - {title: Response, outcome: overall_response}
  - {title: Source, show: sources}
"""
RESULTS = """
kind: results
groups:
  - rows:
      - label: one
        results: {response: "outcomes:karmma.orr", survival: "time_to_event:karmma.pfs.median"}
columns:
  - {title: Label, show: label}
  - {title: Response, result: response}
  - {title: Survival, result: survival, time: before}
"""
SYNTHESES = """
kind: syntheses
ids: [orr.primary, icans-any.all-bcma]
columns:
  - {title: Name, show: name}
  - {title: Size, show: cohorts, then: patients, joined: " ({})", few: "{} cohorts, not pooled"}
"""


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    """The evidence of the project."""
    return load_review_data(root)


def _read(text: str) -> tuple[TableSpecification | None, list[str]]:
    kind = text.split("kind: ")[1].split(maxsplit=1)[0]
    found, problems = read_typed(text, TABLE_KINDS[kind], "report/tables/new.yml")
    return found, [str(problem) for problem in problems]


def _texts(data: ReviewData, text: str) -> list[list[str]]:
    found, problems = _read(text)
    assert found is not None, problems
    return found.make(data).texts


def test_selected_cohorts_have_a_figure_and_listed_ones_stand_as_listed(data: ReviewData) -> None:
    rows = _texts(data, COHORTS)
    assert "CARTITUDE-1, cilta-cel (infused, n = 97)" in [row[0] for row in rows]
    assert all(row[1] != "–" for row in rows[:-2])
    assert [row[0].partition(" (")[0] for row in rows[-2:]] == [
        "MAMMOTH, conventional therapy", "KarMMa, ide-cel",
    ]  # fmt: skip


def test_a_result_says_its_time(data: ReviewData) -> None:
    ((label, response, survival),) = _texts(data, RESULTS)
    assert (label, survival.split()[0]) == ("one", "median")
    assert response == "73.4% (64.9 to 80.9)‡"


def test_a_synthesis_that_is_not_pooled_says_so(data: ReviewData) -> None:
    pooled, few = _texts(data, SYNTHESES)
    assert pooled == ["Infused patients of trials in the target population", "5 (445)"]
    assert few[1] == "2 cohorts, not pooled"


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        (COHORTS, "outcome: overall_response", "months: 12.0", "names no figure"),
        (RESULTS, "result: survival", "result: time", "no column prints it"),
        (RESULTS, "time: before", "format: months", "format"),
        (SYNTHESES, "then: patients", "then: people", "patients"),
    ],
)
def test_what_a_writer_gets_wrong_is_said(text: str, old: str, new: str, expected: str) -> None:
    _, problems = _read(text.replace(old, new))
    assert any(expected in problem for problem in problems), problems


@pytest.mark.parametrize("text", [COHORTS, RESULTS, SYNTHESES])
def test_every_kind_names_what_it_asks_for(text: str) -> None:
    found, _ = _read(text)
    assert found is not None
    assert len(list(found.names())) >= 2


DECISIONS = """
kind: multiverse-decisions
columns:
  - {title: Option, show: option}
  - {title: Does, show: rows}
  - {title: Protocol, show: against}
words: {keep: "only $column $values", drop: "no $column $values", prefer: "first $column $values",
  all: every row, missing: nothing stated, or: or, then: then, follows: follows}
"""


def test_each_option_of_the_multiverse_says_what_it_does_with_the_rows(data: ReviewData) -> None:
    rows = {row[0]: row[1:] for row in _texts(data, DECISIONS)}
    assert rows["every cohort"] == ["every row", "follows"]
    assert rows["no secondary source"] == ["no verification secondary", "follows"]
    told = "first definition paper then nothing stated then regulator then label"
    assert rows["the paper where both do"] == [told, "follows"]
    pooled = next(
        option
        for decision in data.evidence.review.robustness.decisions
        for option in decision.options
        if option.against
    )
    assert rows[pooled.title] == ["every row", pooled.against]
    count = sum(len(one.options) for one in data.evidence.review.robustness.decisions)
    assert len(_texts(data, DECISIONS)) == count
