"""Influence, residuals and predictions of studies: refits by hand, and what cannot be left out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.formulae.influence import (
    compute_baujat,
    compute_influence,
    compute_residuals,
    compute_study_predictions,
)
from analysis.formulae.leave_one_out import DIRECT_STUDIES
from analysis.formulae.meta_regression import compute_meta_regression
from analysis.formulae.pooling import compute_common_effect, compute_random_effects


def simulate(k, seed=0):
    rng = np.random.default_rng(seed)
    vi = np.exp(rng.uniform(-4.0, 0.0, k))
    dose = rng.normal(size=k)
    return rng.normal(1.0 + 0.4 * dose, np.sqrt(vi + 0.2)), vi, dose


@pytest.mark.parametrize("moderated", [False, True])
@pytest.mark.parametrize(("estimator", "test"), [("REML", "z"), ("DL", "knha"), ("FE", "z")])
def test_deletion_measures_are_those_of_refits(moderated, estimator, test):
    k = 9
    yi, vi, dose = simulate(k)
    options = {"estimator": estimator, "test": test}
    moderators = {"dose": dose} if moderated else None
    whole = compute_meta_regression(yi, vi, moderators, **options)
    found = compute_influence(yi, vi, moderators, **options)
    matrix = whole.design.matrix
    for i in range(k):
        kept = np.arange(k) != i
        part = compute_meta_regression(
            yi[kept], vi[kept], {"dose": dose[kept]} if moderated else None, **options
        )
        shift = whole.coefficients - part.coefficients
        cook = shift @ np.linalg.inv(whole.covariance) @ shift
        ratio = np.linalg.det(part.covariance) / np.linalg.det(whole.covariance)
        assert found.tau2_deleted[i] == pytest.approx(part.tau2, rel=1e-8, abs=1e-12)
        assert found.q_deleted[i] == pytest.approx(part.q)
        assert found.cook_distance[i] == pytest.approx(cook, rel=1e-7, abs=1e-12)
        assert found.covariance_ratio[i] == pytest.approx(ratio, rel=1e-7)
        if test == "z":
            variance = vi[i] + part.tau2 + matrix[i] @ part.covariance @ matrix[i]
            residual = yi[i] - matrix[i] @ part.coefficients
            assert found.rstudent[i] == pytest.approx(residual / np.sqrt(variance), rel=1e-7)
    assert found.hat.sum() == pytest.approx(matrix.shape[1])
    assert found.weights.sum() == pytest.approx(100.0)


YI, VI = (
    np.array([0.12, 0.55, -0.08, 0.91, 0.33, 0.47, 1.35]),
    np.array([0.02, 0.05, 0.03, 0.09, 0.01, 0.12, 0.06]),
)
DOSE = np.array([1.0, 2.0, 1.0, 4.0, 2.0, 3.0, 5.0])
# metafor 3.8-1: influence(), baujat(), blup() of rma(yi, vi, test = "knha"), then mods = ~x.
OF_MEAN = {
    "rstudent": [-0.87316579, 0.11415007, -1.45037930, 0.83735704, -0.37110911, -0.04149241,
                 2.72992686],
    "dffits": [-0.39376674, 0.01897742, -0.59829647, 0.30799565, -0.19198243, -0.03896129,
               1.29897073],
    "cook_distance": [0.16288001, 0.00043056, 0.29853734, 0.09939165, 0.04448300, 0.00176182,
                      0.86509208],
    "covariance_ratio": [1.24341686, 1.39954053, 0.99895846, 1.19961715, 1.40399009, 1.35621131,
                         0.52226435],
    "influence": [0.13099389, 0.00030764, 0.29884860, 0.08285281, 0.03168327, 0.00129910,
                  1.65642570],
    "effect_lower": [-0.1759, 0.0421, -0.3992, 0.1526, 0.0986, -0.2065, 0.6075],
}  # fmt: skip
OF_DOSE = {
    "rstudent": [1.12278781, 1.66043332, -1.37702714, -0.35982797, -0.44652631, -0.89292114,
                 0.55848621],
    "dffits": [0.87819285, 0.50130361, -0.80147500, -0.18191815, -0.37817119, -0.23467888,
               0.68116062],
    "cook_distance": [0.73301048, 0.18595816, 0.54472522, 0.04007072, 0.17027901, 0.05740112,
                      0.53802158],
    "covariance_ratio": [1.45600353, 0.59746410, 0.96271667, 1.84077908, 2.43448499, 1.16132295,
                         3.34483448],
    "influence": [0.47849582, 0.23031224, 0.47981798, 0.02635727, 0.08327953, 0.05151572,
                  0.18652013],
    "effect_lower": [-0.1019, 0.2473, -0.1019, 0.7548, 0.2473, 0.5207, 0.9777],
}  # fmt: skip


@pytest.mark.parametrize(("moderators", "recorded"), [(None, OF_MEAN), (DOSE, OF_DOSE)])
def test_hartung_knapp_diagnostics_are_those_of_metafor(moderators, recorded):
    found = compute_influence(YI, VI, moderators, test="knha")
    baujat = compute_baujat(YI, VI, moderators, test="knha")
    predicted = compute_study_predictions(YI, VI, moderators, test="knha")
    for name, values in recorded.items():
        (source,) = (item for item in (found, baujat, predicted) if hasattr(item, name))
        near = {"abs": 6e-5} if name == "effect_lower" else {"rel": 2e-5}
        assert getattr(source, name) == pytest.approx(values, **near), name


def test_the_default_is_that_of_the_pool_and_the_normal_test_a_choice():
    for moderators, default in ((None, "knha-floor"), (DOSE, "knha")):
        for compute in (compute_influence, compute_baujat, compute_residuals,
                        compute_study_predictions):  # fmt: skip
            plain, normal = compute(YI, VI, moderators), compute(YI, VI, moderators, test="z")
            assert plain.summary() == compute(YI, VI, moderators, test=default).summary()
            assert plain.summary() != normal.summary()
    with pytest.raises(ValueError, match="test is 'knha-floor'; allowed: "):
        compute_influence(YI, VI, DOSE, test="knha-floor")


def test_the_floor_of_a_mean_is_that_of_the_pool():
    yi, vi = np.array([0.30, 0.33, 0.28, 0.31, 0.9]), np.array([0.05, 0.02, 0.04, 0.03, 0.06])
    found = compute_influence(yi, vi)
    for at in range(5):
        kept = np.arange(5) != at
        whole, part = compute_random_effects(yi, vi), compute_random_effects(yi[kept], vi[kept])
        ratio = (part.standard_error / whole.standard_error) ** 2
        assert found.covariance_ratio[at] == pytest.approx(ratio, rel=1e-7)
    assert found.covariance_ratio[4] != pytest.approx(
        compute_influence(yi, vi, test="knha").covariance_ratio[4], rel=0.1
    )


def test_an_outlier_is_influential():
    yi, vi = np.full(12, 0.2), np.full(12, 0.02)
    yi[4] = 3.0
    found = compute_influence(yi, vi)
    assert np.argmax(np.abs(found.rstudent)) == 4
    assert list(np.flatnonzero(found.influential)) == [4]


def test_many_studies_take_the_fast_way_and_agree():
    k = DIRECT_STUDIES + 20
    yi, vi, _ = simulate(k)
    found = compute_influence(yi, vi, test="z")
    kept = np.arange(k) != 7
    part = compute_random_effects(yi[kept], vi[kept], test="z")
    assert found.tau2_deleted[7] == pytest.approx(part.tau2, rel=1e-9)
    residual = (yi[7] - part.estimate) / np.sqrt(vi[7] + part.tau2 + part.standard_error**2)
    assert found.rstudent[7] == pytest.approx(residual)


def test_a_study_the_design_needs_is_named_not_guessed():
    yi, vi, dose = simulate(8)
    alone = {"site": ["b", *["a"] * 7], "dose": dose}
    found = compute_influence(yi, vi, alone)
    assert found.indispensable == (0,)
    assert np.isnan(found.rstudent[0])
    assert np.isfinite(found.rstudent[1:]).all()
    residuals = compute_residuals(yi, vi, alone)
    assert residuals.indispensable == (0,)
    assert np.isfinite(residuals.standardised[1:]).all()
    assert compute_baujat(yi, vi, alone).indispensable == (0,)


def test_baujat_of_common_effect_adds_up_to_q():
    yi, vi, _ = simulate(9)
    found = compute_baujat(yi, vi, estimator="FE")
    assert found.contribution.sum() == pytest.approx(compute_common_effect(yi, vi).q)
    assert (found.influence > 0).all()


@settings(max_examples=25)
@given(st.integers(0, 1000), st.sampled_from(["REML", "DL", "SJ"]))
def test_standardised_residuals_have_unit_variance_by_construction(seed, estimator):
    yi, vi, dose = simulate(8, seed)
    found = compute_residuals(yi, vi, {"dose": dose}, estimator=estimator)
    fit = compute_meta_regression(yi, vi, {"dose": dose}, estimator=estimator, test="z")
    hat = fit.design.matrix @ fit.covariance @ fit.design.matrix.T
    expected = vi + fit.tau2 - np.diag(hat)
    assert found.standard_error**2 == pytest.approx(expected, rel=1e-7)
    assert found.residual == pytest.approx(yi - fit.design.matrix @ fit.coefficients)


def test_study_predictions_lie_between_study_and_mean():
    yi, vi, _ = simulate(9)
    fit = compute_random_effects(yi, vi)
    found = compute_study_predictions(yi, vi)
    low, high = np.minimum(yi, fit.estimate), np.maximum(yi, fit.estimate)
    assert ((found.effect >= low) & (found.effect <= high)).all()
    assert found.deviation == pytest.approx(found.effect - fit.estimate)
    assert (found.effect_lower < found.effect).all()


def test_without_heterogeneity_every_study_is_the_mean():
    found = compute_study_predictions([0.2, 0.21, 0.19], [0.1, 0.1, 0.1])
    assert found.effect == pytest.approx(np.full(3, 0.2))
    assert found.deviation_standard_error == pytest.approx(np.zeros(3))


def test_as_many_coefficients_as_studies_leave_nothing_to_delete():
    with pytest.raises(ValueError, match="2 entries for 2 coefficients; allowed: more studies"):
        compute_influence([0.1, 0.2], [0.1, 0.1], [1.0, 2.0])
    with pytest.raises(ValueError, match="1 entries for 1 coefficients"):
        compute_baujat([0.1], [0.1])


def test_identical_effects_leave_hartung_knapp_nothing_to_divide_by():
    with pytest.raises(ValueError, match="no variance in identical effects"):
        compute_influence([0.3] * 4, [0.1] * 4, test="knha")
    assert np.isfinite(compute_influence([0.3] * 4, [0.1] * 4).cook_distance).all()
