"""The statistics as a library: labels, missing values, tables, errors in clear text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from analysis import formulae
from analysis.formulae import (
    compute_binomial_normal,
    compute_effect_proportion,
    compute_effect_two_by_two,
    compute_heterogeneity,
    compute_influence,
    compute_interval_proportion,
    compute_leave_one_out,
    compute_mantel_haenszel,
    compute_meta_regression,
    compute_random_effects,
    compute_subgroups,
    concatenate_effects,
    gather_effects,
)
from publishing.figures.own_data import draw_own_forest

ROOT = Path(__file__).parents[1]
NAMES = ("alpha", "beta", "gamma", "delta", "epsilon")
EVENTS, SIZES = np.array([3, 9, 14, 21, 4]), np.array([20, 30, 40, 50, 60])
EFFECTS = compute_effect_proportion(EVENTS, SIZES).labelled(NAMES)
HIDDEN = np.ma.array([3, 9, 9999, 21, 4], mask=[False, False, True, False, False])
LEFT = [0, 1, 3, 4]


def test_everything_listed_is_there_and_has_words_of_its_own():
    for name in formulae.__all__:
        assert (getattr(formulae, name).__doc__ or "").strip(), name
    assert sorted(formulae.__all__) == formulae.__all__


def test_the_formulae_load_no_pandas():
    code = "import sys, analysis.formulae; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_labels_go_in_and_come_out():
    pooled = compute_random_effects(EFFECTS)
    assert pooled.labels == NAMES
    assert compute_random_effects(EFFECTS.yi, EFFECTS.vi).estimate == pooled.estimate
    assert tuple(compute_influence(EFFECTS).to_frame().index) == NAMES
    assert tuple(compute_leave_one_out(EFFECTS).to_frame().index) == NAMES
    both = concatenate_effects(EFFECTS, compute_effect_proportion([1], [9]).labelled(["zeta"]))
    assert both.labels == (*NAMES, "zeta")


@pytest.mark.parametrize(
    ("labels", "message"), [(["a"], "1 names; allowed: 5"), (["a"] * 5, "'a' twice")]
)
def test_labels_are_one_a_study(labels, message):
    with pytest.raises(ValueError, match=message):
        EFFECTS.labelled(labels)


def test_a_summary_tells_values_with_limits():
    pooled = compute_random_effects(EFFECTS, test="t")
    first, *others = pooled.summary().splitlines()
    assert first.split(None, 1) == [
        "estimate", f"{pooled.estimate:.4g} ({pooled.lower:.4g} to {pooled.upper:.4g})"
    ]  # fmt: skip
    assert any(line.startswith("test ") and line.endswith(" t") for line in others)
    assert "epsilon" in compute_influence(EFFECTS).summary()
    assert compute_heterogeneity(EFFECTS).to_frame().shape[0] == 1
    groups = compute_subgroups(EFFECTS, groups=["x", "y", "x", "y", "x"])
    assert groups.between is not None
    assert f"p = {groups.between.p_value:.4g}" in groups.summary()
    assert list(groups.to_frame().index) == ["x", "y"]


@pytest.mark.parametrize(
    "compute",
    [
        lambda events, n: compute_random_effects(compute_effect_proportion(events, n)).estimate,
        lambda events, n: compute_binomial_normal(events, n).estimate,
        lambda events, n: compute_mantel_haenszel(events, n, n // 3, n).estimate,
        lambda events, n: compute_effect_two_by_two(events, n, n // 3, n).yi[-1],
        lambda events, n: list(compute_influence(compute_effect_proportion(events, n)).rstudent),
        lambda events, n: compute_heterogeneity(compute_effect_proportion(events, n)).q,
    ],
)
def test_a_masked_count_is_a_study_left_out(compute):
    assert compute(HIDDEN, SIZES) == compute(EVENTS[LEFT], SIZES[LEFT])


def test_masked_effects_are_left_out_and_the_others_keep_their_numbers():
    yi = np.ma.masked_where(np.arange(5) == 2, EFFECTS.yi)
    vi = np.ma.masked_where(np.arange(5) == 0, EFFECTS.vi)
    pooled = compute_random_effects(yi, vi)
    assert pooled.k == 3
    assert pooled.weights[[0, 2]].tolist() == [0.0, 0.0]
    assert list(compute_influence(yi, vi).to_frame().index) == ["2", "4", "5"]
    assert gather_effects(yi, vi).used.tolist() == [False, True, False, True, True]


def test_moderators_and_groups_follow_the_studies_in_use():
    effects = compute_effect_proportion(HIDDEN, SIZES)
    dose = np.array([1.0, 2.0, 3.0, 5.0, 4.0])
    found = compute_meta_regression(effects, moderators={"dose": dose})
    plain = compute_effect_proportion(EVENTS[LEFT], SIZES[LEFT])
    assert list(found.coefficients) == list(
        compute_meta_regression(plain, moderators={"dose": dose[LEFT]}).coefficients
    )
    groups = compute_subgroups(effects, groups=["x", "y", None, "x", "y"])
    assert [row.k for row in groups.subgroups] == [2, 2]


YI, VI = [0.1, 0.2, 0.4, 0.5], [0.1, 0.1, 0.1, 0.1]


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (
            lambda: compute_subgroups(YI, VI, ["x", np.nan, "y", "x"]),
            "groups is missing at index 1",
        ),
        (lambda: compute_subgroups(YI, VI, ["x", "y"]), "groups has 2 names; allowed: 4"),
        (
            lambda: compute_meta_regression(YI, VI, {"a": ["x", None, "y", "x"]}),
            "moderator 'a' is missing at index 1",
        ),
        (lambda: compute_meta_regression(YI, VI, "~a"), "moderators are '~a'; .* not a formula"),
        (lambda: compute_random_effects(YI), "vi is missing; allowed: variances beside yi"),
        (lambda: compute_random_effects(EFFECTS, VI), "vi is given twice"),
        (
            lambda: compute_influence(compute_random_effects(YI, VI)),
            "yi is a PooledEffect; allowed: numbers, or EffectSizes",
        ),
        (
            lambda: compute_interval_proportion(HIDDEN, SIZES),
            "events is masked at index 2; allowed: a value a study",
        ),
        (
            lambda: compute_effect_proportion(np.ma.masked_all(3), [1, 2, 3]),
            "every study has a masked value",
        ),
    ],
)
def test_a_mistake_is_named(compute, message):
    with pytest.raises(ValueError, match=message):
        compute()


@pytest.mark.parametrize("nodes", ["7", 7.0, 7.5, [7], True, 0, -1, 381])
def test_wrong_nodes_are_named(nodes):
    with pytest.raises(ValueError, match=r"nodes is .*; allowed: a whole number from 1 to 380"):
        compute_binomial_normal([1, 4], [10, 10], nodes=nodes)


def test_identical_effects_keep_an_interval_by_default():
    pooled = compute_random_effects([0.1] * 3, [0.1, 0.2, 0.3])
    assert pooled.lower < 0.1 < pooled.upper
    assert pooled.fallback is None
    bare = compute_random_effects([0.1] * 3, [0.1, 0.2, 0.3], test="knha")
    assert bare.lower == bare.upper
    assert "'knha' finds no variance between effects that are identical" in (bare.fallback or "")


def test_a_forest_of_ones_own_data_shows_each_study_used(tmp_path):
    effects = compute_effect_proportion(HIDDEN, SIZES).labelled(NAMES)
    drawing = draw_own_forest(effects, compute_random_effects(effects), title="Response")
    texts = [text.get_text() for text in drawing.axes[0].texts]
    assert set(NAMES) & set(texts) == set(NAMES) - {"gamma"}
    assert "15.0 (4.9 to 37.6)" in texts
    low, high = drawing.axes[0].get_xlim()
    assert -5 < low < 4.9
    assert high < 105
    drawing.savefig(tmp_path / "forest.svg")
    assert (tmp_path / "forest.svg").stat().st_size > 1000
