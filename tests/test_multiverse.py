"""The multiverse: which rows enter, what each analysis gives, where a conclusion holds."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from analysis.formulae.back_transformations import back_transform
from analysis.formulae.binomial_normal import compute_binomial_normal, infer_again
from analysis.formulae.effect_sizes import compute_effect_proportion
from analysis.formulae.pooling import compute_random_effects
from analysis.multiverse import (
    BOUNDS,
    Candidate,
    Multiverse,
    choose_rows,
    compute_multiverse,
    fit_binomial_normal,
)
from analysis.robustness import Analyses
from analysis.robustness_measures import measure_share, measure_spread
from analysis.selection import SelectionError
from analysis.syntheses import compute_syntheses
from schemas.evidence import Evidence
from schemas.protocol import Override
from schemas.robustness import Conclusion, Decision, Option
from tests.project_copy import ProjectCopy

ANY = Option(id="any", title="any")


@pytest.fixture(scope="module")
def analyses(evidence: Evidence) -> Analyses:
    return Analyses(evidence, compute_syntheses(evidence))


@pytest.fixture(scope="module")
def found(analyses: Analyses) -> Multiverse:
    return analyses.multiverse("crs-g3")


def candidate(arm: str, row: str, **attributes: str) -> Candidate:
    return Candidate(arm, f"outcomes:{row}", 5, 10, "smith", "", tuple(attributes.items()))


ROWS = (
    candidate("a", "a.infused", population="infused", phase="1"),
    candidate("a", "a.all", population="leukapheresed", phase="1"),
    candidate("b", "b.infused", population="infused", phase="2"),
    candidate("c", "c.evaluable", population="evaluable"),
)


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        (Option(id="i", title="", prefer={"population": ("infused",)}), (0, 2)),
        (Option(id="e", title="", prefer={"population": ("infused", "evaluable")}), (0, 2, 3)),
        (Option(id="s", title="", prefer={"population": ("leukapheresed", "infused")}), (1, 2)),
        (Option(id="o", title="", prefer={"population": ("leukapheresed",)}), (1,)),
    ],
)
def test_a_cohort_enters_once_with_the_row_that_comes_first(
    option: Option, expected: tuple[int, ...]
) -> None:
    assert choose_rows(ROWS, (option,)) == expected


def test_keep_and_drop_read_missing_cells_as_empty() -> None:
    infused = Option(id="i", title="", prefer={"population": ("infused", "evaluable")})
    known = Option(id="k", title="", keep={"phase": ("1", "2")})
    later = Option(id="l", title="", drop={"phase": ("1",)})
    unknown = Option(id="u", title="", keep={"phase": ("",)})
    assert choose_rows(ROWS, (infused, known)) == (0, 2)
    assert choose_rows(ROWS, (infused, later)) == (2, 3)
    assert choose_rows(ROWS, (infused, unknown)) == (3,)


def test_two_rows_that_fit_alike_are_refused_by_name() -> None:
    with pytest.raises(SelectionError, match=r"a\.infused and outcomes:a\.all fit the same"):
        choose_rows(ROWS, (ANY,))


def test_the_protocols_own_analysis_is_in_it(analyses: Analyses) -> None:
    for definition in analyses.evidence.review.robustness.multiverses:
        multiverse = analyses.multiverse(definition.id)
        pooled = analyses.syntheses[definition.baseline].overall.first
        assert (multiverse.baseline is None) == (pooled is None), definition.id
        if multiverse.baseline is None or pooled is None:
            continue
        row = [multiverse.bounds[bound][multiverse.baseline, 0] for bound in BOUNDS]
        expected = [pooled.value, pooled.lower, pooled.upper]
        expected += [pooled.prediction_lower, pooled.prediction_upper]
        assert row == pytest.approx(expected, rel=1e-9), definition.id


def test_the_batch_gives_what_single_analyses_give(found: Multiverse, evidence: Evidence) -> None:
    random = np.random.default_rng(3)
    models = evidence.review.protocol.conventions("proportion").models
    first, second = models.first, models.second
    for _ in range(60):
        at, column = random.integers(len(found.sets)), random.integers(len(found.models))
        rows = [found.candidates[row] for row in found.sets[at].rows]
        events, n = [c.events for c in rows], [c.n for c in rows]
        model = found.models[column]
        if model.measure == "GLMM":
            one = compute_binomial_normal(
                events, n, test=model.test, prediction_estimator=first.further
            )
            limits = (one.proportion_lower, one.proportion_upper)
            reach = (one.proportion_prediction_lower, one.proportion_prediction_upper)
            expected = 100 * np.array([one.proportion, *limits, *reach], dtype=float)
        else:
            effects = compute_effect_proportion(events, n, measure=model.measure)
            fit = compute_random_effects(
                effects.yi,
                effects.vi,
                estimator=model.estimator,
                test=model.test,
                prediction_estimator=second.further,
            )
            values = [getattr(fit, bound) for bound in BOUNDS]
            expected = 100 * np.asarray(back_transform(values, model.measure, n=n))
        got = [found.bounds[bound][at, column] for bound in BOUNDS]
        assert got == pytest.approx(expected, rel=1e-7, abs=1e-7), model.label


@pytest.mark.parametrize("test", ["z", "t"])
@pytest.mark.parametrize("further", [None, "SJ"])
def test_other_conventions_of_a_fit_are_those_of_the_model_itself(
    test: str, further: str | None, evidence: Evidence
) -> None:
    events, n = (95, 94, 62, 38), (97, 128, 65, 38)
    options: dict[str, Any] = {
        "test": test, "prediction": "V", "level": 0.9, "prediction_estimator": further
    }  # fmt: skip
    fit = compute_binomial_normal(events, n, **options)
    again = infer_again((events, n), compute_binomial_normal(events, n), **options)
    for name, value in asdict(fit).items():
        expected = pytest.approx(value, rel=1e-12) if isinstance(value, float) else value
        assert getattr(again, name) == expected, name
    conventions = evidence.review.protocol.conventions("proportion", Override(confidence_level=90))
    found = fit_binomial_normal(events, n, test, conventions)
    assert found[:3] == pytest.approx((fit.proportion, fit.proportion_lower, fit.proportion_upper))
    assert not found[5]


def test_a_share_follows_its_value(found: Multiverse) -> None:
    estimates = found.bounds["upper"]
    first = found.definition.conclusions[0]
    for value in (0.0, float(np.median(estimates)), 100.1):
        conclusion = first.model_copy(update={"value": value})
        expected = int((estimates < value).sum())
        assert int(found.holds(conclusion).sum()) == expected
    assert not found.holds(first.model_copy(update={"value": 0.0})).any()
    assert found.holds(first.model_copy(update={"value": 100.1})).all()


@settings(max_examples=25)
@given(low=st.floats(1, 98), gap=st.floats(0.1, 50))
def test_a_stricter_value_never_holds_more_often(found: Multiverse, low: float, gap: float) -> None:
    above = Conclusion.model_construct(bound="lower", relation="above", value=low)
    further = above.model_copy(update={"value": low + gap})
    assert found.holds(further).sum() <= found.holds(above).sum()


def test_a_bound_that_does_not_exist_holds_nothing(found: Multiverse) -> None:
    bounds = {name: np.full_like(values, np.nan) for name, values in found.bounds.items()}
    nothing = replace(found, bounds=bounds)
    for conclusion in found.definition.conclusions:
        assert not nothing.holds(conclusion).any()


def test_a_decision_without_consequence_adds_no_weight(
    evidence: Evidence, found: Multiverse
) -> None:
    idle = Decision(id="idle", title="Idle", options=(ANY, Option(id="same", title="same")))
    plan = evidence.review.robustness
    widened = [
        item.model_copy(update={"decisions": (*item.decisions, "idle")})
        if item.id == "crs-g3"
        else item
        for item in plan.multiverses
    ]
    changed = plan.model_copy(
        update={"decisions": (*plan.decisions, idle), "multiverses": tuple(widened)}
    )
    other = compute_multiverse(
        replace(evidence, review=evidence.review.model_copy(update={"robustness": changed})),
        "crs-g3",
    )
    assert other.combinations == 2 * found.combinations
    assert other.bounds["lower"].size == found.bounds["lower"].size
    for conclusion in found.definition.conclusions:
        assert other.share(conclusion.id) == found.share(conclusion.id)


@pytest.mark.parametrize("which", ["protocol", "all"])
def test_options_of_a_decision_cover_every_analysis(found: Multiverse, which: str) -> None:
    for decision in found.decisions:
        covered = np.zeros_like(found.bounds["lower"], dtype=bool)
        for option in decision.options:
            covered |= found.within({decision.id: option.id, "analyses": which})
        assert (covered == found.within({"analyses": which})).all(), decision.id


def test_shares_are_of_the_analyses_that_follow_and_the_wider_set_is_named(
    analyses: Analyses,
) -> None:
    found = analyses.multiverse("orr")
    position = [decision.id for decision in found.decisions].index("setting")
    apart = [any(way[position] != "both" for way in item.choices) for item in found.sets]
    assert 0 < sum(apart) < len(apart)
    models = [model.test != "z" for model in found.models]
    assert (found.follows == np.array(apart)[:, np.newaxis] & np.array(models)).all()
    narrow, wide = found.share("mean-above-50"), found.share("mean-above-50", {"analyses": "all"})
    assert wide[1] == found.bounds["lower"].size > narrow[1] == int(found.follows.sum())
    measure = measure_share(analyses, "multiverse:orr/mean-above-50[analyses=all]")
    assert (measure.events, measure.n) == wide
    assert measure.population == "analyses of the wider set"


def test_an_option_against_the_protocol_is_shown_on_the_wider_set(analyses: Analyses) -> None:
    found = analyses.multiverse("orr")
    assert found.is_against("setting", "both")
    assert (
        found.share("mean-above-50", {"setting": "both"})[1]
        < found.share_with("mean-above-50", "setting", "both")[1]
    )
    assert found.share_with("mean-above-50", "setting", "trials") == found.share(
        "mean-above-50", {"setting": "trials"}
    )


def test_a_test_against_the_protocol_leaves_the_shares(evidence: Evidence) -> None:
    plan = evidence.review.robustness
    models = plan.models.model_copy(update={"against": {"z": "not the protocol's interval"}})
    changed = plan.model_copy(update={"models": models})
    review = evidence.review.model_copy(update={"robustness": changed})
    found = compute_multiverse(replace(evidence, review=review), "infection-g3")
    tests = {model.test for model in found.models}
    assert found.is_against("test", "z")
    assert found.follows.any(axis=0).tolist() == [model.test != "z" for model in found.models]
    assert len(tests) > 1


def test_a_changed_count_moves_the_sets_that_use_it_and_no_others(evidence: Evidence) -> None:
    before = compute_multiverse(evidence, "infection-g3")
    row = before.candidates[0]
    table, _, name = row.reference.partition(":")
    frame = getattr(evidence, table).copy()
    frame.loc[frame["row_id"] == name, "events"] = row.events + 5
    after = compute_multiverse(replace(evidence, **{table: frame}), "infection-g3")
    uses = np.array([0 in item.rows for item in before.sets])
    same = np.isclose(before.bounds["estimate"], after.bounds["estimate"]).all(axis=1)
    assert uses.any()
    assert not same[uses].any()
    assert same[~uses].all()


def test_a_decision_of_which_every_option_is_against_the_protocol_is_refused() -> None:
    against = [Option(id=name, title=name, against="a rule") for name in ("a", "b")]
    with pytest.raises(ValidationError, match="has none that follows the protocol"):
        Decision(id="x", title="x", options=tuple(against))
    assert Decision(id="x", title="x", options=(against[0], ANY)).options[1] is ANY


@pytest.mark.parametrize(
    ("selector", "says"),
    [
        ("multiverse:nothing/x", "defines no multiverse 'nothing'; it has orr"),
        ("multiverse:orr/nothing", "has no conclusion 'nothing': mean-above-30"),
        ("multiverse:orr/mean-above-50[colour=red]", "'colour' is not a decision"),
        ("multiverse:orr/mean-above-50[phase=9]", "'9' is not phase; it has all, later"),
        ("synthesis:orr", "is not multiverse:name"),
    ],
)
def test_a_claim_on_what_is_not_there_says_so(analyses: Analyses, selector: str, says: str) -> None:
    with pytest.raises(SelectionError) as caught:
        measure_share(analyses, selector)
    assert says in str(caught.value)


def test_a_share_is_a_count_of_analyses_with_its_rule(analyses: Analyses) -> None:
    measure = measure_share(analyses, "multiverse:crs-g3/mean-below-10[eligibility=question]")
    found = analyses.multiverse("crs-g3")
    assert (measure.events, measure.n) == found.share("mean-below-10", {"eligibility": "question"})
    assert measure.n is not None
    assert measure.n < found.bounds["lower"].size
    assert measure.subgroup == "upper limit below 10%"
    used = {
        found.candidates[row].reference
        for item in found.sets
        if item.uses(0, "question", wider=False)
        for row in item.rows
    }
    assert set(measure.rows) == used
    spread = measure_spread(analyses, "multiverse:crs-g3")
    assert spread.lower == pytest.approx(found.bounds["estimate"][found.follows].min())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('keep: {minimum_prior_lines: ["3", "4"]}', 'keep: {prior: ["3"]}',
         "'prior' is no column or characteristic; expected one of applicability, "),
        ("bound: lower, relation: above, value: 30", "bound: lower, relation: above, value: 300",
         "value: is 300; expected less than 100"),
        ("bound: lower, relation: above, value: 30", "bound: mean, relation: above, value: 30",
         "bound: is 'mean'; expected one of estimate, lower"),
        ('estimators: ["DL", "REML"', 'estimators: ["DL", "REM"', "estimators[2]: is 'REM'"),
        ("decisions: [eligibility, phase, setting, verification, derivation, counting]",
         "decisions: [eligibility, phases]", "decisions[2]: is 'phases'"),
        ("baseline: cr.primary", "baseline: cr.primry", "'cr.primry' is no synthesis"),
        ('- "outcomes:karmma.orr.leukapheresed"', '- "outcomes:karmma.orr.leukapheresd"',
         "'outcomes:karmma.orr.leukapheresd' is no row of evidence"),
        ('- "outcomes:karmma.orr.leukapheresed"', '- "outcomes:majestec-1.orr"',
         "is of majestec-1, no member of its syntheses"),
        ("id: mean-above-50, title", "id: mean-above-30, title",
         "conclusions[mean-above-30]: the id is used 2 times"),
        ("moderator: prior_lines", "moderator: prior_linse", "'prior_linse' is no moderator"),
    ],
)  # fmt: skip
def test_a_slip_in_review_yml_is_named(copy: ProjectCopy, old: str, new: str, says: str) -> None:
    copy.replace("review.yml", old, new)
    messages = "\n".join(str(problem) for problem in copy.problems())
    assert "evidence/review.yml" in messages
    assert says in messages


def test_cohorts_of_several_syntheses_that_share_people_are_refused(copy: ProjectCopy) -> None:
    one = copy.find("overlaps", relation="contains")
    copy.add(
        "overlaps", one, row_id="planted", arm_a="cibmtr-ide", arm_b="karmma", relation="contains"
    )
    messages = "\n".join(str(problem) for problem in copy.problems())
    assert "multiverses orr counts karmma and cibmtr-ide, which share people" in messages


def test_a_review_without_a_plan_has_no_multiverse(evidence: Evidence) -> None:
    from schemas.review import UNREAD

    with pytest.raises(SelectionError, match="it has none"):
        compute_multiverse(replace(evidence, review=UNREAD), "orr")
