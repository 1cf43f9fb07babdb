"""Traffic lights: each answer of a tool has a light, and the gravest of several is drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.review_data import ReviewData, load_review_data
from publishing.documents.catalogue import load_displays
from publishing.figures.risk_of_bias import ANSWERS, SIGNS, Panel, draw_lights, lights_of
from schemas.choices import TOOL_ITEMS, TOOL_JUDGEMENTS


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


def test_every_answer_of_every_tool_has_a_light() -> None:
    answers = {answer for tool in TOOL_ITEMS for answer in TOOL_JUDGEMENTS[tool]}
    assert answers == set(ANSWERS)
    assert set(ANSWERS.values()) == set(SIGNS)
    assert len({sign for sign, _, _ in SIGNS.values()}) == len(SIGNS)  # told apart without colour


def test_of_several_outcomes_the_gravest_is_drawn(data: ReviewData) -> None:
    lights, rows = lights_of(data, "RoB 2")
    names = data.evidence.studies.set_index("study_id")["name"]
    assert lights[names["karmma-3"]]["D2"] == "grave concern"  # High for survival alone
    assert lights[names["karmma-3"]]["D3"] == "no concern"
    table = data.evidence.appraisal
    assert len(rows) == (table["tool"] == "RoB 2").sum()


def test_a_light_is_drawn_for_each_item_that_has_an_answer() -> None:
    panel = Panel(tool="RoB 2", title="x", items=tuple("abcdef"))
    drawing = draw_lights([(panel, {"A": {"D1": "no concern", "D5": "not known"}, "B": {}})])
    (axes,) = drawing.axes
    assert len(axes.lines) == 2
    assert [text.get_text() for text in axes.texts].count("+") == 1


def test_the_figure_shows_every_study_that_was_appraised_with_its_tools(data: ReviewData) -> None:
    figure = load_displays(data.root).figures["risk-of-bias"]
    _, rows = figure.draw(data)
    table = data.evidence.appraisal
    assert len(rows) == table["tool"].isin(list(TOOL_ITEMS)).sum()
