"""Groups of cohorts: data of the review, checked before anything is drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from publishing.cohort_groups import FILE, Grouping, group_problems, grouping_of
from publishing.workbench import Workbench, load_workbench
from schemas.problems import ReviewError


@pytest.fixture(scope="module")
def bench(root: Path) -> Workbench:
    return load_workbench(root)


@pytest.fixture(scope="module")
def grouping(bench: Workbench) -> Grouping:
    return grouping_of(bench)


def test_every_arm_belongs_to_a_group(bench: Workbench, grouping: Grouping) -> None:
    assert set(grouping.group) == set(bench.evidence.arms["arm_id"])
    assert not group_problems(bench.root, bench.evidence)


def test_the_first_group_that_fits_takes_the_arm(bench: Workbench, grouping: Grouping) -> None:
    arms = bench.evidence.arms
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
    bench: Workbench, tmp_path: Path, change: Callable[[str], str], says: str
) -> None:
    (tmp_path / "report").mkdir()
    text = (bench.root / FILE).read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(change(text), encoding="utf-8")
    found = group_problems(tmp_path, bench.evidence)
    assert any(says in str(problem) for problem in found)


def test_a_review_without_groups_is_told_what_to_write(tmp_path: Path, bench: Workbench) -> None:
    assert not group_problems(tmp_path, bench.evidence)
    bare = Workbench(tmp_path, bench.evidence, bench.syntheses, bench.ledger, bench.analyses)
    with pytest.raises(ReviewError, match="define the groups"):
        grouping_of(bare)
