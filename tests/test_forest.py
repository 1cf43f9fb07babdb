"""Forest plots as the review asks for them: what a line shows, and what a writer can get wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.review_data import ReviewData, load_review_data
from analysis.selection import select_rows
from publishing.documents.catalogue import load_displays
from publishing.figures.forest import Forest
from publishing.figures.forest_lines import Group, cohorts_of, published_of
from schemas.problems import ReviewError
from schemas.typed_yaml import read_typed

FILE = "report/figures/forest.yml"
HEAD = """
kind: forest
axis: {title: Percent, limits: [0, 100]}
caption: "{sources}"
alt: Lines.
"""


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


def forest_of(text: str) -> Forest:
    found, problems = read_typed(HEAD + text, Forest, FILE)
    assert found is not None, problems
    return found.placed(FILE, {})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("groups: [{lines: [{label: both, row: 'outcomes:a', claim: b}]}]", "one of row, claim"),
        ("groups: [{lines: [{label: x, row: 'outcomes:a', prediction: b}]}]", "prediction"),
        ("groups: [{arms: [karmma]}]", "one of outcome, endpoint"),
        ("outcome: overall_response\ngroups: [{title: none}]", "without arms"),
        ("beside: {format: percnt1}\ngroups: []", "beside.format"),
        ("groups: []\nsize: 0", "size"),
    ],
)
def test_what_cannot_be_drawn_is_said_when_it_is_read(text: str, told: str) -> None:
    found, problems = read_typed(HEAD + text, Forest, FILE)
    assert found is None
    assert told in "\n".join(map(str, problems))


@pytest.mark.parametrize("limits", ["[100, 0]", "[0, 2], logarithmic: true"])
def test_a_scale_must_be_one(limits: str) -> None:
    text = HEAD.replace("[0, 100]", limits) + "groups: []"
    found, problems = read_typed(text, Forest, FILE)
    assert found is None
    assert "axis" in str(problems[0])


def test_an_arm_without_the_outcome_is_named_with_its_file(data: ReviewData) -> None:
    forest = forest_of("outcome: overall_response\ngroups: [{arms: [zanwar-emd.emd]}]")
    with pytest.raises(ReviewError, match=r"zanwar-emd\.emd") as error:
        forest.draw(data)
    assert FILE in str(error.value)


def test_value_and_count_are_two_texts(data: ReviewData) -> None:
    forest = load_displays(data.root).figures["mrd"]
    assert isinstance(forest, Forest)
    lines = [line for group in forest.groups for line, _ in forest._group(data, group)]
    counted = [line for line in lines if line.count]
    assert counted
    assert all("/" in line.count and "/" not in line.text for line in counted)


def test_only_what_meets_the_condition_is_open(data: ReviewData) -> None:
    forest = load_displays(data.root).figures["cytopenia"]
    assert isinstance(forest, Forest)
    drawn = [pair for group in forest.groups for pair in forest._group(data, group) if pair[1]]
    for estimate, row in drawn:
        (found,) = select_rows(data.evidence, row)
        unclear = found.only()["grade"] == "not_stated"
        assert (estimate.kind == "published") == unclear


def test_a_block_adds_the_cohorts_that_the_first_synthesis_lacks(data: ReviewData) -> None:
    primary = cohorts_of(data, Group(synthesis="orr.primary"))
    added = cohorts_of(data, Group(synthesis="orr.two-lines", beyond="orr.primary"))
    whole = data.syntheses["orr.two-lines"].overall.cohorts
    assert {c.arm_id for c in added} == {c.arm_id for c in whole} - {c.arm_id for c in primary}


def test_published_values_come_from_the_protocol_earliest_first(data: ReviewData) -> None:
    rows = published_of(data, "orr.primary")
    assert set(rows) == set(data.syntheses["orr.primary"].definition.published)
    dates = data.evidence.sources.set_index("citekey")["published"]
    years = [str(dates[select_rows(data.evidence, row)[0].only()["citekey"]]) for row in rows]
    assert years == sorted(years)


def test_bubbles_say_whether_every_interval_includes_one(data: ReviewData) -> None:
    bubble = load_displays(data.root).figures["bubble"]
    said = bubble.filled(data)["one"]
    first = data.ledger["slope.orr.follow-up"]
    apart = replace(first, lower=1.1, upper=1.2)
    records = {**data.ledger.records, first.id: apart}
    moved = replace(data, ledger=replace(data.ledger, records=records))
    assert bubble.filled(moved)["one"] == "Not every interval includes one."
    assert said == "Every interval includes one."


def test_a_selector_of_arms_shows_every_cohort_that_has_a_result(data: ReviewData) -> None:
    where = "['studies[setting=trial]', 'products[class=bispecific_antibody]']"
    forest = forest_of(f"outcome: overall_response\ngroups: [{{where: {where}}}]")
    _, rows = forest.draw(data)
    arms = [select_rows(data.evidence, row)[0].only()["arm_id"] for row in rows]
    assert {"majestec-1", "magnetismm-3"} <= set(arms)
    assert len(arms) == len(set(arms))
    assert not {"karmma", "razzo-tec"} & set(arms)
