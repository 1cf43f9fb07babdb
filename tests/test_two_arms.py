"""Comparisons of two arms: effects from counts and means, pooled as the protocol says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.absolute import absolute_effect, risk_with
from analysis.cohorts import UNITS, Arm, Cohort, effects_of, with_effects
from analysis.formulae import (
    compute_effect_means,
    compute_effect_two_by_two,
    compute_mantel_haenszel,
    compute_random_effects,
)
from analysis.measures import Measure
from analysis.review_data import ReviewData, load_review_data
from analysis.selection import SelectionError
from analysis.syntheses import pool_group
from analysis.wording import compose_forms
from publishing.figures.product_marks import mark_of_arm
from publishing.printing.palette import FILL
from schemas.choices import TWO_ARM_MEASURES
from schemas.protocol import Override, Protocol
from schemas.reading_evidence import collect_problems
from schemas.review import SynthesisDefinition
from schemas.typed_yaml import WrongError

VARIANCE = {"model": "inverse_variance", "estimator": "REML", "test": "normal",
            "prediction": "as_test"}  # fmt: skip
COUNTED = VARIANCE | {"zero_cells": "half_where_needed"}
PROTOCOL = Protocol.model_validate(
    {
        "confidence_level": 95.0,
        "minimum_studies": 2,
        "single_proportion": "wilson",
        **{
            name: {"first": COUNTED, "second": COUNTED, "bayesian": {"tau_scale": 0.5}}
            for name in ("risk_ratio", "odds_ratio", "risk_difference")
        },
        "mean_difference": {"first": VARIANCE, "bayesian": {"tau_scale": 0.5}},
    }
)
TABLES = [(4, 100, 10, 100), (0, 50, 6, 60), (12, 200, 30, 190), (7, 80, 9, 85)]
MEANS = [(5.1, 1.2, 40, 4.0, 1.1, 42), (4.8, 1.5, 60, 4.4, 1.6, 58), (6.0, 2.0, 30, 4.9, 2.2, 33)]
SHORT = {"risk_ratio": "RR", "odds_ratio": "OR", "risk_difference": "RD"}


def cohort(at: int, treated: Arm, control: Arm) -> Cohort:
    return Cohort(
        arm_id=treated.arm_id, label="", study=f"s{at}", product_id="", setting="trial",
        row=treated.row, value=np.nan, lower=np.nan, upper=np.nan, events=None, n=None,
        population="x", follow_up_months=None, citekey="", verification="", treated=treated,
        control=control,
    )  # fmt: skip


def cohorts(measure: str) -> tuple[Cohort, ...]:
    def arm(at: int, side: str, *figures: Any) -> Arm:
        return Arm(f"{side}{at}", f"outcomes:{side}{at}", *figures)

    if measure == "mean_difference":
        pairs = [
            (arm(i, "t", None, n, m, sd), arm(i, "c", None, n2, m2, sd2))
            for i, (m, sd, n, m2, sd2, n2) in enumerate(MEANS)
        ]
    else:
        pairs = [
            (arm(i, "t", a, n, None, None), arm(i, "c", c, n2, None, None))
            for i, (a, n, c, n2) in enumerate(TABLES)
        ]
    return tuple(cohort(at, *pair) for at, pair in enumerate(pairs))


def definition(measure: str, **protocol: Any) -> SynthesisDefinition:
    return SynthesisDefinition(
        id="x", title="X", measure=measure, outcome="x", role="primary",
        protocol=Override(**protocol),
    )  # fmt: skip


def by_formulae(measure: str) -> Any:
    if measure == "mean_difference":
        m, sd, n, m2, sd2, n2 = zip(*MEANS, strict=True)
        return compute_effect_means(mean_1=m, sd_1=sd, n_1=n, mean_2=m2, sd_2=sd2, n_2=n2)
    return compute_effect_two_by_two(*zip(*TABLES, strict=True), measure=SHORT[measure])


@pytest.mark.parametrize("measure", TWO_ARM_MEASURES)
def test_a_measure_is_pooled_from_its_arms(measure: str) -> None:
    one = definition(measure)
    conventions = PROTOCOL.conventions(measure)
    effects = by_formulae(measure)
    fit = compute_random_effects(effects.yi, effects.vi, estimator="REML", test="z")
    found = pool_group("all", with_effects(cohorts(measure), one, conventions), one, conventions)
    back = {"ratio": np.exp, "points": lambda y: 100 * y, "number": lambda y: y}[UNITS[measure]]
    assert found.first is not None
    assert found.first.value == pytest.approx(float(back(fit.estimate)))
    assert found.first.upper == pytest.approx(float(back(fit.upper)))
    assert [c.value for c in found.cohorts] == pytest.approx(list(back(effects.yi)))
    half = 1.959963984540054 * np.sqrt(effects.vi)
    assert [c.lower for c in found.cohorts] == pytest.approx(list(back(effects.yi - half)))


@pytest.mark.parametrize("measure", list(SHORT))
def test_mantel_haenszel_is_a_model_and_says_so(measure: str) -> None:
    given = definition(measure, first={"model": "mantel_haenszel"})
    conventions = PROTOCOL.conventions(measure, given.protocol)
    found = pool_group("all", cohorts(measure), given, conventions).first
    fit = compute_mantel_haenszel(*zip(*TABLES, strict=True), measure=SHORT[measure])
    assert found is not None
    value = 100 * fit.estimate if measure == "risk_difference" else np.exp(fit.estimate)
    assert found.value == pytest.approx(float(value))
    assert "Mantel-Haenszel, common effect" in found.model
    assert found.prediction_lower is None


def test_zero_cells_follow_the_protocol() -> None:
    changed = {"zero_cells": "half_everywhere"}
    conventions = PROTOCOL.conventions("risk_ratio", Override(first=changed))
    found = effects_of(cohorts("risk_ratio"), "risk_ratio", conventions.effects)
    wanted = compute_effect_two_by_two(
        *zip(*TABLES, strict=True), measure="RR", add=0.5, to="all"
    )  # fmt: skip
    assert found.yi == pytest.approx(wanted.yi)
    assert found.yi != pytest.approx(by_formulae("risk_ratio").yi)


def test_a_measure_that_the_protocol_lacks_is_named() -> None:
    with pytest.raises(WrongError, match="does not say how a proportion is pooled"):
        PROTOCOL.conventions("proportion")


@pytest.fixture(scope="module")
def bcg(root: Path) -> ReviewData:
    return load_review_data(root / "examples" / "bcg")


@pytest.mark.parametrize("name", ["primary", "mantel-haenszel", "odds-ratio"])
def test_what_a_result_rests_on_is_computed_for_every_measure(bcg: ReviewData, name: str) -> None:
    without = bcg.analyses.without_each(name)
    whole = bcg.syntheses[name].overall.first
    assert whole is not None
    assert without.first[0].min() < whole.value < without.first[0].max()
    assert bcg.analyses.influence(name).cook_distance.shape == (13,)
    assert bcg.analyses.cumulative(name).first[0, -1] == pytest.approx(whole.value)
    assert bcg.analyses.small_study(name).egger is not None


def test_a_regression_takes_a_column_that_the_review_declares(bcg: ReviewData) -> None:
    found = bcg.analyses.regression("latitude")
    assert found.fit is not None
    assert found.missing == 0
    assert found.sources[0].startswith("studies:")
    assert float(np.exp(found.fit.coefficients[1])) == pytest.approx(0.9713, abs=5e-5)


def test_a_cohort_without_a_product_is_a_square(bcg: ReviewData) -> None:
    assert mark_of_arm(bcg, "aronson-1948.bcg") == (FILL, "s")


def test_an_absolute_effect_is_the_relative_one_at_a_baseline_risk(bcg: ReviewData) -> None:
    primary = bcg.syntheses["primary"]
    assert primary.overall.first is not None
    for name in ("lowest", "median", "highest"):
        found = absolute_effect(primary, name)
        assert found.value == pytest.approx(found.baseline * primary.overall.first.value)
    assert risk_with(primary, 0.9, 2.0) == 1.0
    assert risk_with(bcg.syntheses["odds-ratio"], 0.5, 3.0) == pytest.approx(0.75)
    with pytest.raises(SelectionError, match="'usual' is no baseline risk"):
        absolute_effect(primary, "usual")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (",yes,,tpt-madras-1980.control.tuberculosis", ",yes,,", "is compared with nothing"),
        (",yes,,tpt-madras-1980.control.tuberculosis", ",yes,,aronson-1948.control.tuberculosis",
         "differ in study_id"),
        (",yes,,tpt-madras-1980.control.tuberculosis", ",yes,,tpt-madras-1980.bcg.tuberculosis",
         "differ in arm_id"),
        (",yes,,tpt-madras-1980.control.tuberculosis", ",yes,,tpt.control", "'tpt.control' is not"),
    ],
)  # fmt: skip
def test_a_wrong_row_of_the_other_arm_is_named(
    tmp_path: Path, root: Path, old: str, new: str, says: str
) -> None:
    folder = tmp_path / "evidence"
    shutil.copytree(root / "examples" / "bcg" / "evidence", folder)
    table = folder / "syntheses.csv"
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert says in "\n".join(map(str, collect_problems(tmp_path)[1]))


def test_a_report_of_the_other_arm_that_a_newer_one_supersedes_is_named(
    tmp_path: Path, root: Path
) -> None:
    folder = shutil.copytree(root / "examples" / "bcg" / "evidence", tmp_path / "evidence")
    table, pooled = folder / "outcomes.csv", folder / "syntheses.csv"
    text = table.read_text(encoding="utf-8")
    newer = next(line for line in text.splitlines() if line.startswith("aronson-1948.control."))
    older = newer.replace("control.tuberculosis", "control.early", 1).replace(",11,", ",9,", 1)
    older = older.replace(",yes,", ",no,", 1)
    table.write_text(text.replace(newer, f"{older}\n{newer}"), encoding="utf-8")
    text = pooled.read_text(encoding="utf-8")
    pooled.write_text(text.replace("aronson-1948.control.tuberculosis",
                                   "aronson-1948.control.early", 1), encoding="utf-8")  # fmt: skip
    (told,) = [problem for problem in collect_problems(tmp_path)[1]
               if problem.rule == "superseded_members"]  # fmt: skip
    what = "aronson-1948.control.early is superseded by aronson-1948.control.tuberculosis"
    assert (told.column, told.what) == ("comparator_row", what)


def test_a_count_of_nobody_is_printed() -> None:
    none = Measure(
        unit="percent", value=0.0, lower=0.0, upper=16.8, interval="exact", events=0, n=20
    )
    assert compose_forms(none, "percent0").full == "0% (95% CI 0 to 17; 0 of 20)"
    assert compose_forms(Measure(unit="number", value=0), "number0").plain == "0"
