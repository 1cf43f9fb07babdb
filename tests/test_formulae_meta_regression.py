"""Meta-regression, subgroups, designs: least squares by hand, codings, edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.formulae.checks import ESTIMATORS
from analysis.formulae.design import Categorical, build_design
from analysis.formulae.meta_regression import (
    compute_joint_test,
    compute_meta_regression,
    compute_regression_prediction,
)
from analysis.formulae.pooling import compute_common_effect, compute_random_effects
from analysis.formulae.subgroups import compute_subgroups


def simulate(k, seed=0):
    rng = np.random.default_rng(seed)
    vi = np.exp(rng.uniform(-4.0, 0.0, k))
    dose, year = rng.normal(size=k), rng.integers(1950, 2020, k).astype(float)
    return rng.normal(0.2 + 0.4 * dose, np.sqrt(vi + 0.1)), vi, dose, year


def weighted_least_squares(yi, vi, tau2, design):
    weight = np.diag(1.0 / (vi + tau2))
    covariance = np.linalg.inv(design.T @ weight @ design)
    return covariance @ design.T @ weight @ yi, covariance


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("test", ["z", "t", "knha", "adhoc"])
def test_coefficients_are_weighted_least_squares(estimator, test):
    yi, vi, dose, year = simulate(12)
    fit = compute_meta_regression(
        yi, vi, {"dose": dose, "year": year}, estimator=estimator, test=test
    )
    design = np.column_stack([np.ones(12), dose, year])
    beta, covariance = weighted_least_squares(yi, vi, fit.tau2, design)
    residual = yi - design @ beta
    scale = float((residual**2 / (vi + fit.tau2)).sum() / 9)
    factor = {"z": 1.0, "t": 1.0, "knha": scale, "adhoc": max(1.0, scale)}[test]
    assert fit.coefficients == pytest.approx(beta, rel=1e-6)
    assert fit.covariance == pytest.approx(factor * covariance, rel=1e-5)
    assert fit.degrees_of_freedom == (None if test == "z" else 9)
    critical = stats.norm.isf(0.025) if test == "z" else stats.t.isf(0.025, 9)
    half = critical * fit.standard_errors
    assert fit.upper == pytest.approx(fit.coefficients + half)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_without_moderators_it_is_pooling(estimator):
    yi, vi, _, _ = simulate(9)
    fit = compute_meta_regression(yi, vi, estimator=estimator)
    pooled = compute_random_effects(yi, vi, estimator=estimator)
    assert fit.coefficients[0] == pytest.approx(pooled.estimate)
    for name in ("tau2", "q", "i2", "h2", "log_likelihood", "log_likelihood_reml", "aicc", "bic"):
        assert getattr(fit, name) == pytest.approx(getattr(pooled, name)), name
    assert fit.weights == pytest.approx(pooled.weights)
    assert fit.r2 is None


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(-5000, 5000), st.sampled_from([1e-4, 3.0, 1e4]))
def test_origin_and_unit_of_a_moderator_do_not_matter(seed, origin, unit):
    yi, vi, dose, _ = simulate(10, seed)
    one = compute_meta_regression(yi, vi, {"dose": dose})
    other = compute_meta_regression(yi, vi, {"dose": unit * dose + origin * unit})
    assert other.coefficients[1] == pytest.approx(one.coefficients[1] / unit, rel=1e-6)
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-6, abs=1e-9)
    assert other.omnibus.statistic == pytest.approx(one.omnibus.statistic, rel=1e-6)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-7, abs=1e-7)


def test_codings_of_a_categorical_moderator_agree():
    yi, vi, dose, _ = simulate(12)
    groups = ["b", "a", "c"] * 4
    contrast = compute_meta_regression(yi, vi, {"group": groups, "dose": dose})
    cells = compute_meta_regression(yi, vi, {"group": groups, "dose": dose}, intercept=False)
    assert contrast.names == ("intercept", "group=b", "group=c", "dose")
    assert cells.names == ("group=a", "group=b", "group=c", "dose")
    assert cells.coefficients[1] - cells.coefficients[0] == pytest.approx(contrast.coefficients[1])
    assert cells.q == pytest.approx(contrast.q)
    assert cells.tau2 == pytest.approx(contrast.tau2)
    assert cells.r2 is None


def test_reference_level_can_be_chosen_and_codes_can_be_categories():
    yi, vi, _, _ = simulate(9)
    codes = Categorical([1, 2, 3] * 3, levels=("2", "1", "3"))
    fit = compute_meta_regression(yi, vi, {"code": codes})
    assert fit.names == ("intercept", "code=1", "code=3")


def test_joint_test_of_one_coefficient_is_its_square():
    yi, vi, dose, year = simulate(12)
    fit = compute_meta_regression(yi, vi, {"dose": dose, "year": year})
    joint = compute_joint_test(fit, ["dose"])
    assert joint.statistic == pytest.approx(fit.statistics[1] ** 2)
    assert joint.p_value == pytest.approx(fit.p_values[1])
    student = compute_meta_regression(yi, vi, {"dose": dose, "year": year}, test="knha")
    joint = compute_joint_test(student, ["dose"])
    assert joint.denominator_degrees_of_freedom == 9
    assert joint.p_value == pytest.approx(student.p_values[1])
    assert compute_joint_test(fit, ["dose", "year"]) == fit.omnibus


@pytest.mark.parametrize("names", [[], "dose", ["weight"]])
def test_joint_test_needs_known_names(names):
    yi, vi, dose, _ = simulate(8)
    with pytest.raises(ValueError, match="joint names"):
        compute_joint_test(compute_meta_regression(yi, vi, {"dose": dose}), names)


def test_r2_is_the_explained_share_of_tau2():
    yi, vi, dose, _ = simulate(20)
    fit = compute_meta_regression(yi, vi, {"dose": dose})
    total = compute_random_effects(yi, vi).tau2
    assert fit.r2 == pytest.approx(100 * max(0.0, 1 - fit.tau2 / total))


def test_prediction_at_the_studies_is_the_fit():
    yi, vi, dose, _ = simulate(10)
    groups = ["a", "b"] * 5
    moderators = {"dose": dose, "group": groups}
    fit = compute_meta_regression(yi, vi, moderators, test="knha")
    predicted = compute_regression_prediction(fit, moderators)
    assert predicted.estimate == pytest.approx(fit.design.matrix @ fit.coefficients)
    riley = compute_regression_prediction(fit, moderators, prediction="riley")
    assert (riley.prediction_upper > predicted.prediction_upper).all()
    common = compute_meta_regression(yi, vi, moderators, estimator="FE")
    assert compute_regression_prediction(common, moderators).prediction_lower is None


def test_prediction_refuses_what_the_fit_does_not_know():
    yi, vi, dose, _ = simulate(10)
    fit = compute_meta_regression(yi, vi, {"dose": dose, "group": ["a", "b"] * 5})
    with pytest.raises(ValueError, match="'group' is 'z' at index 1; allowed: a, b"):
        compute_regression_prediction(fit, {"dose": [0.0, 1.0], "group": ["a", "z"]})
    with pytest.raises(ValueError, match="moderators are dose; allowed: dose, group"):
        compute_regression_prediction(fit, {"dose": [0.0]})


BAD = {
    "lengths": ({"x": [1.0, 2.0]}, {}, "moderator 'x' has 2 values; allowed: 5"),
    "missing": ({"x": [1.0, 2.0, np.nan, 4.0, 5.0]}, {}, "moderator 'x' is nan at index 2"),
    "constant": ({"x": [2.0] * 5}, {}, "column 'x' follows from the columns before it"),
    "zero": ({"x": [0.0] * 5}, {}, "column 'x' is 0 in all studies"),
    "doubled": (
        {"x": [1.0, 2.0, 3.0, 4.0, 7.0], "z": [2.0, 4.0, 6.0, 8.0, 14.0]},
        {},
        "column 'z' follows from",
    ),
    "unknown level": (
        {"x": Categorical(["a", "b", "c", "a", "b"], levels=("a", "b"))},
        {},
        "moderator 'x' is 'c' at index 2; allowed: a, b",
    ),
    "too many": ({str(i): np.eye(5)[i] for i in range(5)}, {}, "5 studies for 6 coefficients"),
    "no freedom": ({str(i): np.eye(5)[i] for i in range(4)}, {}, "5 coefficients and tau2"),
    "no column": (None, {"intercept": False}, "moderators are empty"),
    "test": ({"x": [1.0, 2.0, 3.0, 4.0, 7.0]}, {"test": "kr"}, "test is 'kr'; allowed: z, t, knha"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_designs_are_named(name):
    moderators, options, message = BAD[name]
    with pytest.raises(ValueError, match=message):
        compute_meta_regression([0.1, 0.5, 0.3, 0.7, 0.2], [0.1] * 5, moderators, **options)


def test_common_effect_may_use_up_all_degrees_of_freedom():
    moderators = {"x": [1.0, 2.0, 4.0], "z": [1.0, 0.0, 0.0]}
    fit = compute_meta_regression([0.1, 0.5, 0.3], [0.1] * 3, moderators, estimator="FE")
    assert (fit.q, fit.q_degrees_of_freedom, fit.q_p_value) == (0.0, 0, 1.0)
    assert (fit.i2, fit.h2) == (0.0, 1.0)


def test_a_vector_and_a_matrix_are_moderators_too():
    yi, vi, dose, year = simulate(8)
    named = compute_meta_regression(yi, vi, {"dose": dose, "year": year})
    matrix = compute_meta_regression(yi, vi, np.column_stack([dose, year]))
    assert matrix.coefficients == pytest.approx(named.coefficients)
    assert build_design(dose, np.ones(8, dtype=bool)).names == ("intercept", "moderator")


def test_identical_effects_under_knapp_hartung():
    fit = compute_meta_regression([0.3] * 5, [0.1] * 5, [1.0, 2.0, 3.0, 4.0, 6.0], test="knha")
    assert fit.standard_errors == pytest.approx([0.0, 0.0])
    assert not np.isnan(fit.p_values).any()
    assert not np.isnan(fit.omnibus.p_value)


def test_subgroups_apart_are_single_meta_analyses():
    yi, vi, _, _ = simulate(12)
    groups = ["b"] * 5 + ["a"] * 7
    found = compute_subgroups(yi, vi, groups, test="knha")
    alone = compute_random_effects(yi[:5], vi[:5], test="knha")
    assert [row.name for row in found.subgroups] == ["a", "b"]
    assert found.subgroups[1].estimate == pytest.approx(alone.estimate)
    assert found.subgroups[1].lower == pytest.approx(alone.lower)
    errors = np.array([row.standard_error for row in found.subgroups])
    estimates = np.array([row.estimate for row in found.subgroups])
    difference = (estimates[0] - estimates[1]) ** 2 / (errors**2).sum()
    assert found.between.statistic == pytest.approx(difference)
    assert found.between.degrees_of_freedom == 1


def test_subgroups_together_share_tau2_and_their_test_is_the_regression_test():
    yi, vi, _, _ = simulate(12)
    groups = ["a", "b", "c"] * 4
    found = compute_subgroups(yi, vi, groups, common_tau2=True)
    fit = compute_meta_regression(yi, vi, {"group": groups})
    assert len({row.tau2 for row in found.subgroups}) == 1
    assert found.subgroups[0].tau2 == pytest.approx(fit.tau2)
    assert found.between == fit.omnibus
    assert found.subgroups[0].q == pytest.approx(compute_common_effect(yi[::3], vi[::3]).q)


@pytest.mark.parametrize("common", [True, False])
def test_one_subgroup_has_no_difference_to_test(common):
    yi, vi, _, _ = simulate(5)
    found = compute_subgroups(yi, vi, ["a"] * 5, common_tau2=common)
    assert found.between is None
    assert found.subgroups[0].estimate == pytest.approx(compute_random_effects(yi, vi).estimate)


@pytest.mark.parametrize("common", [True, False])
def test_a_subgroup_of_one_study_is_that_study(common):
    yi, vi, _, _ = simulate(6)
    found = compute_subgroups(yi, vi, ["a", "b", "b", "b", "b", "b"], common_tau2=common)
    assert found.subgroups[0].k == 1
    assert found.subgroups[0].estimate == pytest.approx(yi[0])
    assert found.subgroups[0].i2 == 0.0


def test_groups_of_another_length_are_refused():
    with pytest.raises(ValueError, match="groups has 1 names; allowed: 2, one a study"):
        compute_subgroups([0.1, 0.2], [0.1, 0.1], ["a"])
