"""Specifications of tables and figures: what they name, and what their keys mean."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal

import pytest

from analysis.review_data import ReviewData, load_review_data
from publishing.displays.labels import problems_of_labels
from publishing.displays.specification import Specification
from publishing.documents.catalogue import load_displays
from publishing.figures.flow import Flow
from publishing.figures.grouped_bars import GroupedBars
from publishing.figures.pairs import Pairs
from publishing.figures.two_grades import TwoGrades
from schemas.typed_yaml import read_typed

ROOT = Path(__file__).parents[1]
WORDS = "caption: Caption.\nalt: Alternative.\n"


@pytest.fixture(scope="module")
def data() -> ReviewData:
    return load_review_data(ROOT)


class Labelled(Specification):
    """One label beside one row."""

    kind: Literal["labelled"] = "labelled"
    label: str
    row: str

    def labels(self) -> Iterator[tuple[str, str, str]]:
        yield "label", self.label, self.row


def problems_of(data: ReviewData, label: str, row: str) -> list[str]:
    found = problems_of_labels(data.evidence, [Labelled(label=label, row=row)])
    return [problem.message for problem in found]


def test_labels_name_their_own_study(data: ReviewData) -> None:
    assert not list(problems_of_labels(data.evidence, load_displays(ROOT)))


@pytest.mark.parametrize(
    ("label", "row"),
    [
        ("CARTITUDE-1, paper", "adverse_events:karmma.crs.any"),
        ("KarMMa, paper", "adverse_events:karmma-3.ide.crs.any"),
        ("KarMMa-3, paper", "arms:karmma"),
        ("LEGEND-2, Xi'an site", "arms:legend-2"),
        ("C-CAR088", "arms:bms-986354"),
        ("MagnetisMM-3", "outcomes[arm_id=majestec-1, outcome=overall_response, latest=yes]"),
    ],
)
def test_a_label_of_another_study_is_named(data: ReviewData, label: str, row: str) -> None:
    (problem,) = problems_of(data, label, row)
    assert f"the label {label!r} names" in problem
    assert "expected a label of" in problem


@pytest.mark.parametrize(
    ("label", "row"),
    [
        ("KarMMa-3, later than KarMMa", "arms:karmma-3.ide"),
        ("C-CAR088", "arms:c-car088"),
        ("German registry", "arms:de-registry.ide"),
        ("KarMMa", "regulatory:ide-cel.fda.2021"),
        ("KarMMa", "outcomes:a.row.that.is.not.there"),
    ],
)
def test_other_labels_are_left_alone(data: ReviewData, label: str, row: str) -> None:
    assert problems_of(data, label, row) == []


class TestKeysThatBelongTogether:
    """A line that could not be drawn is named where it stands."""

    WRONG: ClassVar = [
        (
            GroupedBars,
            "kind: grouped-bars\ntable: outcomes\nxlabel: Percent\nseries:\n- label: Any\n"
            "bands:\n- where: arm_id=x\n",
            "bands[1]: has no name",
        ),
        (
            Pairs,
            "kind: pairs\nmarkers: [a, b]\nxlabel: Percent\npairs:\n- first: outcomes:x\n",
            "pairs[1]: has no rows",
        ),
        (
            TwoGrades,
            "kind: two-grades\ngrades: [a, b]\nheads: [a, b]\nxlabel: Percent\ngroups:\n"
            "- title: All\n  lines:\n  - label: x\n",
            "groups[1].lines[1]: has no row",
        ),
    ]

    @pytest.mark.parametrize(("kind", "text", "message"), WRONG)
    def test_they_are_asked_for(self, kind: type[Specification], text: str, message: str) -> None:
        found, (problem,) = read_typed(text + WORDS, kind, "report/figures/x.yml")
        assert found is None
        assert message in str(problem)


def test_a_cut_names_its_arm_and_its_rows(data: ReviewData) -> None:
    names = dict(load_displays(ROOT).figures["depth"].names())
    assert "outcomes[latest=yes, subgroup=, arm_id=karmma]" in names.values()


def test_a_flow_has_a_box_for_each_outcome_that_a_record_has(data: ReviewData) -> None:
    flow = load_displays(ROOT).figures["flow"]
    assert isinstance(flow, Flow)
    drawing, _ = flow.draw(data)
    texts = [text.get_text() for text in drawing.axes[0].texts]
    frame = data.evidence.screening
    kinds = frame[frame["record_type"].isin(["report", "study", "lead"])]
    assert sum("considered" in text for text in texts) == 3
    outcomes = kinds.groupby("record_type")["decision"].nunique()
    assert sum("considered" not in text and "\n" in text for text in texts) == outcomes.sum()


@pytest.mark.parametrize(
    ("name", "key", "change"),
    [
        ("depth", "where", "subgroup="),
        ("pfs-course", "where", "endpoint=progression_free_survival, measure=landmark_rate"),
        ("denominators", "where", "subgroup="),
        ("denominators", "first", ""),
    ],
)
def test_several_rows_for_one_mark_are_named(
    data: ReviewData, name: str, key: str, change: str
) -> None:
    display = load_displays(ROOT).figures[name]
    assert not list(display.unclear(data.evidence))
    loose = display.model_copy(update={key: change})
    place, what = next(iter(loose.unclear(data.evidence)))
    assert place.partition(".")[0] in ("bands", "cohorts", "pairs")
    assert "finds" in what
