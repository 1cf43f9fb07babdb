"""Effect sizes: definitions, continuity rules, back-transformations, bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.formulae.back_transformations import (
    MEASURES,
    back_transform,
    compute_back_transformation,
    compute_harmonic_mean,
)
from analysis.formulae.effect_sizes import (
    FREEMAN_TUKEY_CAUTION,
    PROPORTION_MEASURES,
    RATE_MEASURES,
    compute_effect_proportion,
    compute_effect_rate,
)
from analysis.formulae.mantel_haenszel import compute_mantel_haenszel, compute_peto
from analysis.formulae.reported_effects import concatenate_effects
from analysis.formulae.two_groups import (
    compute_effect_means,
    compute_effect_two_by_two,
    compute_small_sample_factor,
)

EVENTS, SIZES = [0, 10, 1, 50], [10, 10, 5, 100]


@st.composite
def tables(draw, least=0):
    """Four arrays of one length: events and size of both groups."""
    k = draw(st.integers(1, 8))
    columns = []
    for _ in range(2):
        sizes = [draw(st.integers(2 * least + 1, 500)) for _ in range(k)]
        columns += [[draw(st.integers(least, n - least)) for n in sizes], sizes]
    return columns[0], columns[1], columns[2], columns[3]


@pytest.mark.parametrize("measure", PROPORTION_MEASURES)
@settings(max_examples=50)
@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_proportion_survives_the_way_there_and_back(measure, count):
    events, n = count
    if measure in ("PLO", "PLN") and (events in (0, n)):
        return
    effect = compute_effect_proportion(events, n, measure=measure, to="none")
    back = back_transform(effect.yi, measure, n=n)
    assert back[0] == pytest.approx(events / n, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("measure", RATE_MEASURES)
@settings(max_examples=50)
@given(st.integers(1, 10**5), st.floats(0.01, 1e5))
def test_a_rate_survives_the_way_there_and_back(measure, events, time):
    effect = compute_effect_rate(events, time, measure=measure)
    assert back_transform(effect.yi, measure, n=time)[0] == pytest.approx(events / time, rel=1e-8)


def test_variances_follow_their_textbook_form():
    events, n, time = 7.0, 23.0, 40.0
    p = events / n
    expected = {"PR": p * (1 - p) / n, "PLO": 1 / events + 1 / (n - events)}
    expected |= {"PAS": 1 / (4 * n), "PFT": 1 / (4 * n + 2), "PLN": 1 / events - 1 / n}
    for measure, variance in expected.items():
        assert compute_effect_proportion(7, 23, measure=measure).vi[0] == pytest.approx(variance)
    expected = {"IR": events / time**2, "IRLN": 1 / events, "IRS": 1 / (4 * time)}
    for measure, variance in (expected | {"IRFT": 1 / (4 * time)}).items():
        assert compute_effect_rate(7, time, measure=measure).vi[0] == pytest.approx(variance)


@pytest.mark.parametrize(
    ("to", "adjusted"),
    [
        ("only0", [True, True, False, False]),
        ("all", [True] * 4),
        ("if0all", [True] * 4),
        ("none", [False] * 4),
    ],
)
def test_continuity_rule_chooses_the_studies(to, adjusted):
    effect = compute_effect_proportion(EVENTS, SIZES, measure="PR", to=to)
    assert effect.adjusted.tolist() == adjusted
    extra = np.array(adjusted) * 0.5
    expected = (np.array(EVENTS) + extra) / (np.array(SIZES) + 2 * extra)
    assert effect.yi == pytest.approx(expected)


def test_if0all_leaves_studies_alone_when_none_has_a_zero():
    assert not compute_effect_proportion([3, 4], [9, 9], to="if0all").adjusted.any()


def test_stabilised_measures_are_corrected_on_request_alone():
    assert not compute_effect_proportion(EVENTS, SIZES, measure="PAS").adjusted.any()
    assert compute_effect_proportion(EVENTS, SIZES, measure="PAS", add=0.5).adjusted.sum() == 2
    assert not compute_effect_rate([0, 3], [2.0, 3.0], measure="IRS").adjusted.any()
    assert compute_effect_rate([0, 3], [2.0, 3.0]).adjusted.tolist() == [True, False]


def test_freeman_tukey_says_what_is_wrong_with_it():
    assert compute_effect_proportion(EVENTS, SIZES, measure="PFT").caution == FREEMAN_TUKEY_CAUTION
    assert compute_effect_proportion(EVENTS, SIZES, measure="PLO").caution == ""
    clipped = compute_back_transformation(0.2, 0.05, 0.4, "PFT", n=[10, 20])
    assert clipped.clipped
    assert clipped.lower == 0.0
    assert clipped.caution == FREEMAN_TUKEY_CAUTION
    assert not compute_back_transformation(0.5, 0.4, 0.6, "PFT", n=[10, 20]).clipped
    assert not compute_back_transformation(0.5, 0.4, 0.6, "PLO").clipped
    assert compute_back_transformation(1.0, 0.4, 1.6, "PAS").clipped


@pytest.mark.parametrize("measure", MEASURES)
@settings(max_examples=30)
@given(st.floats(0.05, 1.4), st.floats(0.0, 0.1))
def test_back_transformations_never_fall(measure, value, step):
    low, high = back_transform([value, value + step], measure, n=[12, 30])
    assert high >= low


def test_undefined_studies_are_refused_or_declared():
    with pytest.raises(ValueError, match=r"measure PLO has no finite estimate .* at index 0"):
        compute_effect_proportion(EVENTS, SIZES, to="none")
    kept = compute_effect_proportion(EVENTS, SIZES, to="none", undefined="exclude")
    assert kept.used.tolist() == [False, False, True, True]
    assert np.isnan(kept.yi[~kept.used]).all()
    assert np.isfinite(kept.yi[kept.used]).all()


def test_tables_without_information_can_be_dropped():
    events = ([0, 0, 10], [10, 10, 10], [0, 3, 12], [12, 10, 12])
    assert compute_effect_two_by_two(*events).used.all()
    dropped = compute_effect_two_by_two(*events, drop00=True)
    assert dropped.used.tolist() == [False, True, False]
    with pytest.raises(ValueError, match="at index 0"):
        compute_effect_two_by_two(*events, drop00=True, to="none")


@settings(max_examples=50)
@given(tables())
def test_exchanging_the_groups_reverses_the_sign(table):
    a, n1, c, n2 = table
    for measure in ("OR", "RR", "RD", "PETO", "AS"):
        options = {"measure": measure, "undefined": "exclude"}
        first = compute_effect_two_by_two(a, n1, c, n2, **options)
        second = compute_effect_two_by_two(c, n2, a, n1, **options)
        assert first.yi == pytest.approx(-second.yi, rel=1e-9, nan_ok=True, abs=1e-12)
        assert first.vi == pytest.approx(second.vi, nan_ok=True)


@settings(max_examples=50)
@given(tables())
def test_exchanging_event_and_non_event_reverses_the_odds_ratio(table):
    a, n1, c, n2 = (np.array(column) for column in table)
    for measure in ("OR", "PETO", "RD"):
        options = {"measure": measure, "undefined": "exclude"}
        events = compute_effect_two_by_two(a, n1, c, n2, **options)
        survivals = compute_effect_two_by_two(n1 - a, n1, n2 - c, n2, **options)
        assert events.yi == pytest.approx(-survivals.yi, rel=1e-9, nan_ok=True, abs=1e-9)


@settings(max_examples=50)
@given(tables(least=1))
def test_pooled_counts_do_not_depend_on_order_and_reverse_with_the_groups(table):
    a, n1, c, n2 = (np.array(column) for column in table)
    for pool in (compute_mantel_haenszel, compute_peto):
        first = pool(a, n1, c, n2)
        shuffled = pool(a[::-1], n1[::-1], c[::-1], n2[::-1])
        swapped = pool(c, n2, a, n1)
        assert shuffled.estimate == pytest.approx(first.estimate, rel=1e-9, abs=1e-9)
        assert shuffled.q == pytest.approx(first.q, rel=1e-9, abs=1e-9)
        assert swapped.estimate == pytest.approx(-first.estimate, rel=1e-9, abs=1e-9)
        assert swapped.standard_error == pytest.approx(first.standard_error)


@settings(max_examples=50)
@given(tables(least=1))
def test_one_table_pools_to_itself(table):
    one = [column[:1] for column in table]
    for measure in ("OR", "RR", "RD"):
        pooled = compute_mantel_haenszel(*one, measure=measure)
        single = compute_effect_two_by_two(*one, measure=measure)
        assert pooled.estimate == pytest.approx(single.yi[0], rel=1e-9, abs=1e-9)
        assert (pooled.q_degrees_of_freedom, pooled.q_p_value) == (0, 1.0)
        if measure != "RD":
            assert pooled.standard_error**2 == pytest.approx(single.vi[0], rel=1e-9)


def test_double_zero_tables_do_not_move_mantel_haenszel():
    a, n1, c, n2 = [3, 5, 0], [50, 60, 40], [6, 9, 0], [52, 58, 41]
    for measure in ("OR", "RR"):
        every = compute_mantel_haenszel(a, n1, c, n2, measure=measure)
        some = compute_mantel_haenszel(a[:2], n1[:2], c[:2], n2[:2], measure=measure)
        assert every.estimate == pytest.approx(some.estimate)
        assert every.standard_error == pytest.approx(some.standard_error)


def test_pools_without_an_effect_are_refused():
    with pytest.raises(ValueError, match="events_1 leaves the pooled OR at zero or infinity"):
        compute_mantel_haenszel([0, 0], [9, 9], [2, 3], [9, 9])
    with pytest.raises(ValueError, match="events_2 leaves the pooled RR at zero or infinity"):
        compute_mantel_haenszel([1, 2], [9, 9], [0, 0], [9, 9], measure="RR")
    with pytest.raises(ValueError, match="leave the pooled RD without a variance"):
        compute_mantel_haenszel([0, 0], [9, 9], [0, 0], [9, 9], measure="RD")
    with pytest.raises(ValueError, match="have no table with an event and a non-event"):
        compute_peto([0, 0], [9, 9], [0, 0], [9, 9])


def test_means_are_scale_free_where_they_should_be():
    first = {"mean_1": [5.0], "sd_1": [2.0], "n_1": [12], "mean_2": [4.0], "sd_2": [3.0]}
    second = {name: [values[0] * 7.0] for name, values in first.items() if name != "n_1"}
    sizes = {"n_1": [12], "n_2": [15]}
    for measure in ("SMD", "ROM"):
        one = compute_effect_means(**first | sizes, measure=measure)
        other = compute_effect_means(**second | sizes, measure=measure)
        assert one.yi == pytest.approx(other.yi)
        assert one.vi == pytest.approx(other.vi)
    assert compute_effect_means(**second | sizes).yi == pytest.approx([7.0])


def test_small_sample_factor_tends_to_its_approximation():
    df = np.array([10.0, 100.0, 1000.0])
    assert compute_small_sample_factor(df) == pytest.approx(1 - 3 / (4 * df - 1), abs=1e-3)


def test_parts_join_in_order_and_only_within_a_measure():
    first = compute_effect_proportion([1, 2], [9, 9])
    second = compute_effect_proportion([0], [9])
    joined = concatenate_effects(first, second)
    assert joined.yi.tolist() == [*first.yi, *second.yi]
    assert joined.adjusted.tolist() == [False, False, True]
    with pytest.raises(ValueError, match="measure is PR at index 1; allowed: PLO"):
        concatenate_effects(first, compute_effect_proportion([1], [9], measure="PR"))
    with pytest.raises(ValueError, match="parts is empty"):
        concatenate_effects()


GOOD_MEANS = {"mean_1": [5], "sd_1": [2], "n_1": [12], "mean_2": [4], "sd_2": [3], "n_2": [15]}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: compute_effect_proportion([3], [2]), "events is 3 at index 0; allowed: at most n"),
        (lambda: compute_effect_proportion([3], [0]), "n is 0 at index 0"),
        (lambda: compute_effect_proportion([], []), "events is empty"),
        (lambda: compute_effect_proportion([[1]], [[2]]), r"studies have shape \(1, 1\)"),
        (lambda: compute_effect_proportion([1], [2], measure="X"), "measure is 'X'; allowed: PR"),
        (lambda: compute_effect_proportion([1], [2], to="some"), "to is 'some'; allowed: only0"),
        (lambda: compute_effect_proportion([1], [2], add=-1), "add is -1; allowed: 0 or more"),
        (lambda: compute_effect_proportion([1], [2], undefined="x"), "undefined is 'x'"),
        (
            lambda: compute_effect_rate([1, 2], [3.0, 0.0]),
            "time is 0 at index 1; allowed: a number",
        ),
        (lambda: compute_effect_rate([1, 2], [3.0]), r"time has shape \(1,\)"),
        (lambda: compute_effect_two_by_two([1], [2], [3], [2]), "events_2 is 3 at index 0"),
        (lambda: compute_effect_two_by_two([1, 1], [2, 2], [1], [2]), "events_2 has shape"),
        (lambda: compute_effect_two_by_two([1], [2], [1], [np.nan]), "n_2 is nan at index 0"),
        (lambda: compute_effect_means(**GOOD_MEANS | {"sd_1": [0]}), "sd_1 is 0 at index 0"),
        (lambda: compute_effect_means(**GOOD_MEANS | {"n_2": [1]}), "n_2 is 1 at index 0"),
        (
            lambda: compute_effect_means(**GOOD_MEANS | {"mean_2": [-4]}, measure="ROM"),
            "mean_2 is -4 at index 0",
        ),
        (lambda: back_transform([1.0, np.nan], "PLO"), "values is nan at index 1"),
        (lambda: back_transform(1.0, "PFT"), "n is missing; measure PFT needs the sizes"),
        (lambda: back_transform(1.0, "XX"), "measure is 'XX'"),
        (lambda: compute_harmonic_mean([1.0, 0.0]), "n is 0 at index 1"),
        (lambda: compute_harmonic_mean([]), "n is empty"),
        (lambda: compute_mantel_haenszel([1], [2], [1], [2], measure="AS"), "measure is 'AS'"),
        (lambda: compute_mantel_haenszel([1], [2], [1], [2], level=0), "level is 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
