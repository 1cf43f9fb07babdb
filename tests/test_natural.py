"""Natural frequencies: what people count, never finer than the source, never rounded away."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures import Measure, population_label
from analysis.natural import PlainWords, count_people, plain_words, tell_plainly
from analysis.rounding import round_half_up
from analysis.wording import Forms, compose_forms
from publishing.checks.numbers import tokens_of
from schemas.characteristics import population_sizes
from schemas.evidence import Evidence

WORDS = PlainWords({"infused": "who were given the cells"}, {"very low": "we are very unsure"})
ABOUT = re.compile(r"^about (\d+) of every (100|1,000) people$")


def told(measure: Measure, name: str = "percent1", certainty: str = "") -> Forms:
    return tell_plainly(compose_forms(measure, name), measure, certainty, WORDS)


def share(value: float, **other: object) -> Measure:
    return replace(Measure(unit="percent", value=value), **other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (73.4375, "about 73 of every 100 people"),
        (72.5, "about 73 of every 100 people"),
        (1.0, "about 1 of every 100 people"),
        (0.97, "about 1 of every 100 people"),
        (0.4, "about 4 of every 1,000 people"),
        (0.05, "about 1 of every 1,000 people"),
        (0.01, "fewer than 1 of every 1,000 people"),
        (0.0, "fewer than 1 of every 100 people"),
        (99.4, "about 99 of every 100 people"),
        (99.6, "more than 99 of every 100 people"),
        (100.0, "more than 99 of every 100 people"),
    ],
)
def test_a_share_as_people(value: float, expected: str) -> None:
    assert told(share(value)).natural == expected


def test_none_and_all_need_a_count_that_was_printed() -> None:
    assert told(share(0, events=0, n=20)).natural == "none of the 20 people"
    assert told(share(100, events=1600, n=1600)).natural == "all 1,600 people"
    derived = share(0, events=0, n=821, approximate=True)
    assert told(derived).natural == "fewer than 1 of every 100 people"


def test_everything_is_said_in_one_form() -> None:
    measure = share(
        73.4, lower=64.9, upper=80.9, interval="exact", population="infused",
        verification="secondary",
    )  # fmt: skip
    forms = told(measure, certainty="very_low")
    assert forms.between == "between 65 and 81"
    assert forms.natural_full == (
        "about 73 of every 100 people who were given the cells (between 65 and 81)‡"
    )
    assert forms.natural.endswith("people‡")
    assert forms.certainty_words == "we are very unsure"


def test_small_rates_give_their_interval_in_thousands() -> None:
    measure = share(0.4, lower=0.1, upper=1.2, interval="exact")
    assert told(measure).natural_full == "about 4 of every 1,000 people (between 1 and 12)"


def test_times_are_whole_months_and_long_ones_years_too() -> None:
    median = Measure(unit="months", value=8.8, lower=5.6, upper=11.6, interval="printed")
    assert told(median, "months1").natural_full == "about 9 months (between 6 and 12 months)"
    long = replace(median, value=60.7, lower=41.9, upper=None, upper_open=True)
    assert told(long, "months1").natural_full == "about 61 months, or 5.1 years (42 months or more)"


def test_what_has_no_plain_form_is_printed_as_it_is() -> None:
    ratio = Measure(unit="ratio", value=0.49, lower=0.38, upper=0.63, interval="printed")
    forms = told(ratio, "ratio2")
    assert (forms.natural, forms.between) == ("0.49", "")
    reached = Measure(unit="months", words="not reached")
    assert told(reached, "months1").natural == "not reached"
    with pytest.raises(ValueError, match="no share of people"):
        count_people(ratio)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_people_are_the_share_rounded_half_up(pair: tuple[int, int]) -> None:
    events, n = pair
    value = Fraction(100 * events, n)
    measure = Measure(unit="percent", value=value, events=events, n=n)
    text = told(measure).natural
    if found := ABOUT.match(text):
        count, base = int(found[1]), int(found[2].replace(",", ""))
        assert count == round_half_up(value * base / 100, 0)
        assert 0 < count < base
        assert (base == 100) == (round_half_up(value, 1) >= 1)
    else:
        assert re.match(r"^(none of the|all|fewer than 1 of|more than 99 of) ", text)
        assert events in (0, n) or not Fraction(1, 20) <= value < Fraction(199, 2)


@given(
    st.floats(0, 100), st.floats(0, 100), st.floats(0, 100),
)  # fmt: skip
def test_the_interval_holds_the_number_it_is_said_with(a: float, b: float, c: float) -> None:
    low, value, high = sorted((a, b, c))
    measure = share(value, lower=low, upper=high, interval="exact")
    forms = told(measure)
    ends = [float(token.text.replace(",", "")) for token in tokens_of(forms.between)]
    count, _ = count_people(measure)
    assert ends[0] - 0.5 <= count <= ends[-1] + 0.5  # an end close to nobody has decimals
    assert forms.natural in forms.natural_full
    assert forms.between in forms.natural_full


def test_every_level_of_certainty_has_its_plain_words(evidence: Evidence) -> None:
    words = plain_words(evidence)
    assert set(words.certainty) == {"high", "moderate", "low", "very low"}
    assert len(set(words.certainty.values())) == len(words.certainty)
    assert set(asdict(words)) == {"people", "certainty"}


def test_every_population_has_its_plain_words(evidence: Evidence) -> None:
    known = plain_words(evidence).people
    names = (*population_sizes(evidence.review.characteristics), "enrolled", "referred")
    labels = {population_label({"population": name}) for name in names}
    assert labels == set(known)
