"""Differences of arms as claims print them: which have an interval, and at what baseline."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.differences import absolute_effect, limits_of_difference
from analysis.formulae.differences import compute_difference_proportions
from analysis.selection import SelectionError
from analysis.words import say
from schemas.choices import HAZARDS

RATIO: dict[str, Any] = {
    "measure": "hazard_ratio", "arm_id": "t", "comparator_arm_id": "c", "population": "randomised",
    "endpoint": "overall_survival", "value": 0.5, "ci_low": 0.25, "ci_high": 1.0,
    "hazards": "not_proportional",
}  # fmt: skip
LANDMARK: dict[str, Any] = {
    "measure": "landmark_rate", "arm_id": "c", "population": "randomised",
    "endpoint": "overall_survival", "value": 25.0, "time_months": 30.0,
}  # fmt: skip


def test_counts_of_two_arms_give_newcombes_interval() -> None:
    found = limits_of_difference(
        {"arm_id": "t", "events": 56, "n": 70}, {"arm_id": "c", "events": 48, "n": 80}
    )
    expected = compute_difference_proportions(56, 70, 48, 80)
    limits = (100 * expected.lower, 100 * expected.upper)
    assert found[:2] == pytest.approx(limits)
    assert found[2] == "newcombe"


def test_printed_limits_of_two_arms_are_combined() -> None:
    one = {"arm_id": "t", "value": 10.0, "ci_low": 7.0, "ci_high": 13.0}
    two = {"arm_id": "c", "value": 4.0, "ci_low": 0.0, "ci_high": 8.0}
    assert limits_of_difference(one, two) == (pytest.approx(1.0), pytest.approx(11.0), "mover")
    assert limits_of_difference(one, two | {"ci_low": None}) == (None, None, "bare")


def test_two_populations_of_one_arm_have_no_interval() -> None:
    row = {"arm_id": "t", "events": 56, "n": 70}
    assert limits_of_difference(row, row | {"n": 80}) == (None, None, "nested")


def test_an_absolute_effect_names_its_baseline_and_its_hazards() -> None:
    found = absolute_effect(RATIO, LANDMARK, {})
    values = (found.value, found.lower, found.upper)
    treated = [100 * 0.25**ratio for ratio in (0.5, 1.0, 0.25)]
    assert values == pytest.approx([share - 25 for share in treated])
    assert found.subgroup == "baseline 25.0% event-free at 30 months"
    assert found.caveat == say("figures.hazards not_proportional")


def test_the_baseline_at_a_median_is_a_half() -> None:
    median = LANDMARK | {"measure": "median", "value": 12.5, "time_months": None}
    found = absolute_effect(RATIO, median, {})
    assert found.value == pytest.approx(100 * 0.5**0.5 - 50)
    assert found.subgroup == "baseline 50.0% event-free at 12.5 months"


@pytest.mark.parametrize(
    ("ratio", "control", "says"),
    [
        ({}, {"endpoint": "progression_free_survival"}, "differ in endpoint"),
        ({}, {"arm_id": "t"}, "another arm than the ratio compares with"),
        ({}, {"measure": "hazard_ratio"}, "no landmark rate and no median"),
        ({"ci_low": None}, {}, "the hazard ratio has no interval"),
    ],
)
def test_what_does_not_go_together_is_named(
    ratio: dict[str, Any], control: dict[str, Any], says: str
) -> None:
    with pytest.raises(SelectionError, match=says):
        absolute_effect(RATIO | ratio, LANDMARK | control, {})


def test_each_judgement_of_hazards_has_its_words() -> None:
    assert len({say(f"figures.hazards {judgement}") for judgement in HAZARDS}) == len(HAZARDS)
