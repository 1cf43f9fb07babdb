"""The protocol decides: every key of it moves numbers, for all syntheses and for a single one."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from analysis.pooling import effects_of_counts, pool_bayesian, pool_counts, pool_effects
from analysis.syntheses import Cohort, effects_of, pool_group
from schemas.evidence import Evidence
from schemas.protocol import BinomialNormal, Override, Protocol
from schemas.review import SynthesisDefinition
from tests.project_copy import ProjectCopy

INVERSE = {"model": "inverse_variance", "estimator": "REML", "test": "hartung_knapp_floor",
           "prediction": "t_k_minus_2", "prediction_estimator": "SJ"}  # fmt: skip
COUNTED = {**INVERSE, "scale": "logit", "zero_cells": "half_where_needed"}
FIRST = {"model": "binomial_normal", "estimator": "ML", "test": "t", "prediction": "t_k_minus_2",
         "prediction_estimator": "SJ"}  # fmt: skip
BAYESIAN = {"tau_scale": 0.5}
PROTOCOL: dict[str, Any] = {
    "confidence_level": 95.0,
    "minimum_studies": 3,
    "single_proportion": "clopper_pearson",
    "proportion": {"first": FIRST, "second": COUNTED, "bayesian": BAYESIAN},
    "ratio": {"first": INVERSE, "bayesian": BAYESIAN},
    "landmark": {"first": {**INVERSE, "scale": "logit"}, "bayesian": BAYESIAN},
    "median": {"first": {**INVERSE, "scale": "log"}, "bayesian": BAYESIAN},
}
OTHERWISE: dict[str, Any] = {
    "confidence_level": 80.0,
    "minimum_studies": 6,
    "estimator": "DL",
    "test": "normal",
    "prediction": "normal",
    "prediction_estimator": "HE",
    "zero_cells": "half_everywhere",
    "tau_scale": 0.25,
}
SCALES = {"proportion": "arcsine", "landmark": "log_log", "median": "identity"}
PRINTED = {
    "ratio": [(0.5, 0.3, 0.8), (0.9, 0.7, 1.2), (0.4, 0.2, 0.9), (0.7, 0.6, 0.8)],
    "landmark": [(50, 40, 60), (80, 70, 87), (65, 50, 77), (30, 20, 42)],
    "median": [(12.0, 9.0, 16.0), (25.0, 20.0, 31.0), (8.0, 5.0, 13.0), (15.0, 11.0, 20.0)],
}
COUNTS = [(20, 20), (40, 60), (30, 55), (9, 17)]


def leaves(part: dict[str, Any], place: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for key, value in part.items():
        inner = (*place, key)
        found += leaves(value, inner) if isinstance(value, dict) else [inner]
    return found


def changed(part: dict[str, Any], place: tuple[str, ...], value: Any) -> dict[str, Any]:
    head, *rest = place
    inner = changed(part[head], tuple(rest), value) if rest else value
    return {**part, head: inner}


def cohorts(measure: str) -> tuple[Cohort, ...]:
    """Four made-up cohorts of a measure."""
    rows: list[tuple[Any, ...]] = [(0.0, 0.0, 0.0, *pair) for pair in COUNTS]
    if measure != "proportion":
        rows = [(*printed, None, None) for printed in PRINTED[measure]]
    return tuple(
        Cohort(
            arm_id=f"a{at}", label="", study="", product_id="", setting="trial", row=f"x:{at}",
            value=value, lower=lower, upper=upper, events=events, n=n, population="infused",
            follow_up_months=None, citekey="", verification="",
        )
        for at, (value, lower, upper, events, n) in enumerate(rows)
    )  # fmt: skip


def definition(measure: str, **protocol: Any) -> SynthesisDefinition:
    return SynthesisDefinition(
        id="x", title="X", measure=measure, outcome="x", role="primary",
        protocol=Override(**protocol),
    )  # fmt: skip


def numbers(protocol: Protocol, measure: str, **given: Any) -> dict[str, Any]:
    """Everything that is computed of the cohorts of a measure."""
    members, one = cohorts(measure), definition(measure, **given)
    conventions = protocol.conventions(measure, one.protocol)
    group = pool_group("all", members, one, conventions)
    bayesian = pool_bayesian(effects_of(members, measure, conventions.effects), conventions)
    return {"group": asdict(group), "bayesian": asdict(bayesian)}


PLACES = [place for place in leaves(PROTOCOL) if place[-1] not in ("model", "single_proportion")]


@pytest.mark.parametrize("place", PLACES, ids=".".join)
def test_every_key_moves_numbers_and_only_those_of_its_measure(place: tuple[str, ...]) -> None:
    own, base = place[0], PROTOCOL
    value = OTHERWISE.get(place[-1]) or SCALES[own]
    if place == ("proportion", "first", "estimator"):
        value = "FE"  # which predicts nothing
        given_up = (*place[:2], "prediction_estimator")
        base = changed(PROTOCOL, given_up, "own")
    before = Protocol.model_validate(base)
    after = Protocol.model_validate(changed(base, place, value))
    for measure in ("proportion", "ratio", "landmark", "median"):
        moved = numbers(before, measure) != numbers(after, measure)
        assert moved == (own == measure or len(place) == 1), measure
    # and the same key set by a single synthesis
    given = value if len(place) == 1 else {place[-1]: value}
    key = place[0] if len(place) == 1 else place[1]
    measure = own if len(place) > 1 else "ratio"
    assert numbers(before, measure, **{key: given}) == numbers(after, measure)


def test_prediction_takes_its_estimator_and_all_else_the_models_own() -> None:
    protocol = Protocol.model_validate(PROTOCOL)
    for measure in ("proportion", "ratio", "landmark", "median"):
        for part in ("first", "second") if measure == "proportion" else ("first",):
            found = numbers(protocol, measure)["group"][part]
            own = numbers(protocol, measure, **{part: {"prediction_estimator": "own"}})["group"][
                part
            ]
            moved = {name for name, value in found.items() if value != own[name]}
            assert moved == {"prediction_lower", "prediction_upper"}, (measure, part)


def test_zero_cells_reach_the_prediction_of_counts_that_are_pooled_as_they_are() -> None:
    protocol = Protocol.model_validate(PROTOCOL)
    usual = numbers(protocol, "proportion")["group"]["first"]
    other = numbers(protocol, "proportion", second={"zero_cells": "half_everywhere"})
    assert other["group"]["first"]["prediction_lower"] != usual["prediction_lower"]
    assert other["group"]["first"]["lower"] == usual["lower"]


def test_another_model_of_a_synthesis_is_given_whole() -> None:
    protocol = Protocol.model_validate(PROTOCOL)
    found = numbers(protocol, "proportion", first=COUNTED)
    first, second = found["group"]["first"], found["group"]["second"]
    assert first == second


def test_the_normal_quantile_is_a_choice_that_says_so() -> None:
    given = Override(first={"test": "normal"})
    conventions = Protocol.model_validate(PROTOCOL).conventions("proportion", given)
    events, n = zip(*COUNTS, strict=True)
    model = conventions.models.first
    assert isinstance(model, BinomialNormal)
    found = pool_counts(events, n, model, conventions)
    assert "normal quantile as the protocol declares" in found.model


def test_below_three_cohorts_no_interval_is_drawn_and_the_result_says_why() -> None:
    protocol = Protocol.model_validate({**PROTOCOL, "minimum_studies": 2})
    conventions = protocol.conventions("proportion")
    model = conventions.effects
    found = pool_effects(effects_of_counts([4, 9], [20, 30], model), model, 0.95)
    assert 0 < found.value < 100
    assert (found.lower, found.upper, found.prediction_lower) == (None, None, None)
    assert "no interval: 2 cohorts, 3 are needed" in found.fallback


def test_the_interval_of_one_proportion_follows_method_and_level(evidence: Evidence) -> None:
    from analysis.selection import select_rows
    from analysis.statistics import compute_proportion

    table = evidence.outcomes
    counted = table[table["events"].notna() & table["n"].notna() & table["derived"].isna()]
    reference = f"outcomes:{counted.iloc[0]['row_id']}"
    review = evidence.review

    def limits(**keys: Any) -> tuple[Any, ...]:
        protocol = review.protocol.model_copy(update=keys)
        other = replace(evidence, review=review.model_copy(update={"protocol": protocol}))
        found = compute_proportion(other, select_rows(other, reference))
        return found.lower, found.upper, found.level, found.method

    usual = limits()
    assert usual[2] == pytest.approx(review.protocol.level)
    assert limits(confidence_level=80.0)[0] > usual[0]
    assert limits(confidence_level=80.0)[2] == pytest.approx(0.8)
    assert "Wilson" in limits(single_proportion="wilson")[3]
    assert np.isfinite(limits(single_proportion="wilson")[0])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  confidence_level: 95", "  confidence_level: 0.95",
         "confidence_level: is 0.95"),
        ("  confidence_level: 95", "  confidence_levle: 95",
         "protocol.confidence_levle: is unknown"),
        ("  minimum_studies: 3", "  minimum_studies: 3\n  rounding: half_up",
         "protocol.rounding: is unknown"),
        ("zero_cells: half_where_needed", "zero_cells: half", "zero_cells: is 'half'"),
        ("    role: primary", "    role: primary\n    protocol: {first: {tset: normal}}", "tset"),
        ("    role: primary", "    role: primary\n    protocol: {first: {zero_cells: half_if_any}}",
         "zero_cells"),
        ("    role: primary",
         "    role: primary\n    protocol: {first: {prediction_estimator: median}}",
         "prediction_estimator: is 'median'"),
        ("    role: primary", "    role: primary\n    protocol: {first: {prediction: none}}",
         "is 'SJ' where the model predicts nothing"),
        ("    role: primary", "    role: primary\n    protocol: {level: 90}",
         "protocol.level: is unknown"),
    ],
)  # fmt: skip
def test_a_key_that_nothing_reads_is_refused_with_its_line(
    copy: ProjectCopy, old: str, new: str, said: str
) -> None:
    copy.replace("review.yml", old, new)
    problems = copy.problems()
    assert problems
    assert all(problem.file == "evidence/review.yml" for problem in problems)
    assert any(said in f"{problem.column}: {problem.what}" for problem in problems), problems
    assert all(problem.row for problem in problems)
