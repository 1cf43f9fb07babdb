"""Groups of cohorts: data of the review, checked before anything is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.review_data import ReviewData, load_review_data
from publishing.displays.cohort_groups import FILE, Grouping, group_problems, grouping_of
from schemas.problems import ReviewError


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


@pytest.fixture(scope="module")
def grouping(data: ReviewData) -> Grouping:
    return grouping_of(data)


def test_every_arm_belongs_to_a_group(data: ReviewData, grouping: Grouping) -> None:
    assert set(grouping.group) == set(data.evidence.arms["arm_id"])
    assert not group_problems(data.root, data.evidence)


def test_the_first_group_that_fits_takes_the_arm(data: ReviewData, grouping: Grouping) -> None:
    arms = data.evidence.arms
    controls = arms.loc[arms["role"] == "control", "arm_id"]
    assert {grouping.group[arm].id for arm in controls} <= {"control", "bispecific"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("arms[role=", "arms[rôle="), "has no column 'rôle'"),
        (lambda text: text.replace("arms[role=control]", "arms[control]"), "is not column=value"),
        (lambda text: text.replace("arms[role=control]", "sources[]"), "selects sources, not"),
        (lambda text: text.replace("legend-2-xian", "legend-2-xi"), "has no arm 'legend-2-xi'"),
        (lambda text: text.replace("  - control\n", ""), "does not fit the groups: control"),
        (lambda text: text.replace("id: practice", "id: control"), "control stands twice"),
        (lambda text: text.replace("- id: other-products\n", "- id: other-products\n    where: "
                                   "['arms[arm_id=x]']\n"), "fits no group"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(
    data: ReviewData, tmp_path: Path, change: Callable[[str], str], says: str
) -> None:
    (tmp_path / "report").mkdir()
    text = (data.root / FILE).read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(change(text), encoding="utf-8")
    found = group_problems(tmp_path, data.evidence)
    assert any(says in str(problem) for problem in found)


def test_a_review_without_groups_is_told_what_to_write(tmp_path: Path, data: ReviewData) -> None:
    assert not group_problems(tmp_path, data.evidence)
    bare = replace(data, root=tmp_path)
    with pytest.raises(ReviewError, match="define the groups"):
        grouping_of(bare)
