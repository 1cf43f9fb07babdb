"""Forest plots as the review asks for them: what a line shows, and what a writer can get wrong."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from analysis.review_data import ReviewData, load_review_data
from analysis.selection import select_rows
from publishing.documents.catalogue import load_displays
from publishing.figures.forest import Forest
from publishing.figures.forest_lines import Group, cohorts_of, published_of
from publishing.printing.figure import in_style
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
        ("groups: [{lines: [{label: x, claim: b, tau2: c}]}]", "both of tau2, i2"),
        ("groups: []\nsize: 0", "size"),
    ],
)
def test_what_cannot_be_drawn_is_said_when_it_is_read(text: str, told: str) -> None:
    found, problems = read_typed(HEAD + text, Forest, FILE)
    assert found is None
    assert told in "\n".join(map(str, problems))


@pytest.mark.parametrize(
    "limits", ["[100, 0]", "[0, 2], logarithmic: true", "[1, 90], ticks: [1, 30, 365]"]
)
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


def test_columns_stand_apart_and_the_axis_is_cut_to_the_data(data: ReviewData) -> None:
    drawing, _ = load_displays(data.root).figures["orr-forest"].draw(data)
    (axes,) = drawing.axes
    with in_style():
        drawing.canvas.draw()
        boxes = [text.get_window_extent() for text in axes.texts]
    plot = axes.get_window_extent().x0
    for one, other in combinations(boxes, 2):
        beside = one.y0 < other.y1 - 2 and other.y0 < one.y1 - 2
        assert not (beside and one.x0 < other.x1 and other.x0 < one.x1)
    assert max(box.x1 for box in boxes) <= plot
    drawn = np.concatenate([line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2])
    low, high = axes.get_xlim()
    assert low > 0
    assert high <= 101.7
    assert min(x for x in drawn if x > 1) - low < 20


def test_a_prediction_interval_and_heterogeneity_are_named_by_their_claims(
    data: ReviewData,
) -> None:
    drawing, _ = load_displays(data.root).figures["orr-forest"].draw(data)
    texts = [text.get_text().strip() for text in drawing.axes[0].texts]
    told = {name: data.ledger[f"pooled.orr.primary.{name}"].forms.unmarked
            for name in ("prediction", "tau2", "i2")}  # fmt: skip
    assert texts[texts.index("Prediction interval") + 1] == told["prediction"]
    assert f"Heterogeneity: τ² {told['tau2']}, I² {told['i2']}" in texts


def test_weights_are_those_of_the_synthesis_and_make_a_hundred(data: ReviewData) -> None:
    forest = load_displays(data.root).figures["cr-forest"]
    assert isinstance(forest, Forest)
    lines = [line for line, _ in forest._group(data, forest.groups[0]) if line.share]
    assert len(lines) == len(data.syntheses["cr.primary"].overall.cohorts)
    assert sum(float(line.share.rstrip("%")) for line in lines) == pytest.approx(100, abs=0.3)


def test_a_product_has_one_colour_and_symbol_in_every_figure(data: ReviewData) -> None:
    figures = load_displays(data.root).figures
    marks: dict[str, set[tuple[str, str]]] = {}
    for name in ("orr-forest", "landscape", "pfs-median"):
        forest = figures[name]
        assert isinstance(forest, Forest)
        for group in forest.groups:
            for line, row in forest._group(data, group):
                if row:
                    arm = select_rows(data.evidence, row)[0].only()["arm_id"]
                    product = select_rows(data.evidence, f"arms:{arm}")[0].only()["product_id"]
                    marks.setdefault(product, set()).add(line.mark)
    assert all(len(found) == 1 for found in marks.values())
    assert marks["cilta-cel"] != marks["ide-cel"]


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
