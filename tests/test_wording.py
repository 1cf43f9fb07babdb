"""The printed forms of a number say all that belongs to it."""

from __future__ import annotations

import pytest

from analysis.measures import Measure
from analysis.natural import PlainWords, tell_plainly
from analysis.wording import SECONDARY_MARK, compose_forms

RATE = Measure(
    unit="percent",
    value=97.938,
    lower=92.73,
    upper=99.75,
    interval="exact",
    events=95,
    n=97,
    population="infused",
    follow_up_months=27.7,
    verification="abstract_or_label",
)


def test_every_form_of_a_rate() -> None:
    forms = compose_forms(RATE, "percent1")
    assert forms.plain == "97.9%"
    assert forms.ci == "97.9% (95% CI 92.7 to 99.8)"
    assert forms.n == "95 of 97"
    assert forms.full == (
        "97.9% (95% CI 92.7 to 99.8; 95 of 97 infused; median follow-up 27.7 months)"
    )


def test_a_dose_in_millions_is_spelled_out() -> None:
    forms = compose_forms(Measure(**{**RATE.__dict__, "subgroup": "dose 450e6"}), "percent1")
    assert "infused, dose 450 million;" in forms.full


def test_a_secondary_source_leaves_its_mark_on_every_form_with_the_value() -> None:
    forms = compose_forms(Measure(**{**RATE.__dict__, "verification": "secondary"}), "percent1")
    assert all(text.endswith(SECONDARY_MARK) for text in (forms.plain, forms.ci, forms.full))


def test_a_limit_that_was_not_reached_is_said() -> None:
    median = Measure(
        unit="months", value=34.9, lower=25.2, upper=None, upper_open=True, interval="printed"
    )
    assert compose_forms(median, "months1").ci == "34.9 months (95% CI 25.2 to not reached)"


def test_a_limit_the_source_does_not_print_is_said() -> None:
    rate = Measure(unit="percent", value=70, lower=55, upper=None, interval="printed")
    assert compose_forms(rate, "percent0").ci == "70% (95% CI 55 to not printed)"


def test_a_median_that_was_not_reached_keeps_its_lower_limit() -> None:
    median = Measure(
        unit="months", words="not reached", lower=34.5, upper_open=True, interval="printed"
    )
    assert compose_forms(median, "months1").ci == "not reached (95% CI 34.5 to not reached)"


def test_a_range_prints_both_ends_once() -> None:
    measure = Measure(unit="percent", lower=19.6, upper=26.9, interval="range")
    assert compose_forms(measure, "percent0").plain == "20% to 27%"
    same = Measure(unit="percent", lower=19.9, upper=20.1, interval="range")
    assert compose_forms(same, "percent0").plain == "20%"


@pytest.mark.parametrize(
    ("interval", "upper", "says"),
    [
        ("extremes", 210.0, "92.5 days (range 22 to 210)"),
        ("quartiles", 110.5, "92.5 days (quartiles 22 to 110.5)"),
    ],
)
def test_what_tells_of_people_is_no_interval(interval: str, upper: float, says: str) -> None:
    measure = Measure(unit="days", value=92.5, lower=22.0, upper=upper, interval=interval)
    forms = compose_forms(measure, "days1")
    assert (forms.ci, forms.short) == (says, says)
    assert tell_plainly(forms, measure, "", PlainWords({}, {})).between == ""


def test_one_day_is_no_plural() -> None:
    assert compose_forms(Measure(unit="days", value=1), "days0").plain == "1 day"
    assert compose_forms(Measure(unit="months", value=1), "months1").plain == "1.0 months"


def test_a_pooled_value_says_how_many_cohorts() -> None:
    measure = Measure(
        unit="percent", value=81.2, lower=70, upper=90, interval="model", events=300, n=370,
        cohorts=6,
    )  # fmt: skip
    assert compose_forms(measure, "percent1").n == "300 of 370 in 6 cohorts"


@pytest.mark.parametrize("name", ["text", "date"])
def test_a_number_is_not_printed_as_words(name: str) -> None:
    with pytest.raises(ValueError, match="needs words"):
        compose_forms(RATE, name)


def test_the_whole_form_of_a_subgroup_and_of_a_pooled_value() -> None:
    subgroup = Measure(**{**RATE.__dict__, "subgroup": "exactly 3 prior lines"})
    assert (
        "95 of 97 infused, exactly 3 prior lines; median"
        in compose_forms(subgroup, "percent1").full
    )
    pooled = Measure(**{**RATE.__dict__, "cohorts": 4, "interval": "model"})
    assert "; 95 of 97 infused in 4 cohorts; " in compose_forms(pooled, "percent1").full


def test_a_count_computed_from_a_percentage_is_marked_and_no_finer_than_its_source() -> None:
    derived = Measure(
        unit="percent", value=73.0, lower=69.8, upper=76.0, interval="exact", events=599, n=821,
        digits=0, approximate=True,
    )  # fmt: skip
    forms = compose_forms(derived, "percent1")
    assert forms.ci == "73% (95% CI 70 to 76)"
    assert forms.n == "≈599 of 821"
