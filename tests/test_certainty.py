"""Certainty: suggestions from written thresholds, drafts beside them, words fixed by the level."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.certainty import (
    DOMAINS,
    Rating,
    TopicEvidence,
    compute_rating,
    compute_ratings,
    concern_of,
    crossed,
    suggest_imprecision,
    suggest_inconsistency,
    suggest_indirectness,
    suggest_risk_of_bias,
    suggest_small_study,
)
from analysis.certainty_wording import (
    LEVELS,
    MARKERS,
    word_comparison,
    word_rate,
    word_time,
)
from analysis.findings import word_finding
from analysis.review_data import ReviewData, load_review_data
from analysis.robustness import Analyses
from publishing.documents.catalogue import load_displays
from schemas.certainty import NO_CERTAINTY, Steps
from schemas.evidence import Evidence
from tests.project_copy import ProjectCopy

PLAN = NO_CERTAINTY.model_copy(update={"minimum_patients": 50})
VALUES = (30.0, 50.0, 70.0)
JOURNAL, RELEASE = "munshi2021", "arcellx2023"


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


@pytest.fixture(scope="module")
def ratings(data: ReviewData) -> dict[str, Rating]:
    return {rating.topic.topic: rating for rating in compute_ratings(data.analyses)}


def body(**changes: object) -> TopicEvidence:
    plain = TopicEvidence(
        outcome="overall_response", unit="percent", value=60.0, lower=52.0, upper=68.0,
        upper_open=False, prediction=(40.0, 80.0), events=120, patients=200, population="infused",
        studies=(("a", 100), ("b", 60), ("c", 40)), estimates=(55.0, 60.0, 65.0), rows=(),
        citekeys=(),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


# domains ---------------------------------------------------------------------------------------


def test_a_threshold_is_crossed_strictly_inside() -> None:
    assert crossed(VALUES, 30.0, 70.0) == (50.0,)
    assert crossed(VALUES, 29.9, 70.1) == VALUES
    assert crossed((), 0.0, 100.0) == ()


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [(52, 68, "not serious"), (45, 68, "serious"), (25, 68, "very serious")],
)
def test_imprecision_counts_thresholds(lower: float, upper: float, expected: str) -> None:
    assert suggest_imprecision(body(lower=lower, upper=upper), VALUES, PLAN).judgement == expected


def test_few_patients_are_imprecise_however_narrow_the_interval() -> None:
    few = suggest_imprecision(body(patients=49), VALUES, PLAN)
    assert (few.judgement, few.reason) == ("serious", "49 patients, fewer than 50")
    assert suggest_imprecision(body(patients=50), VALUES, PLAN).judgement == "not serious"


def test_an_upper_limit_not_reached_crosses_everything_above() -> None:
    open_ended = body(lower=52.0, upper=None, upper_open=True)
    assert suggest_imprecision(open_ended, VALUES, PLAN).judgement == "serious"
    unknown = suggest_imprecision(body(upper=None), VALUES, PLAN)
    assert unknown.judgement == "not assessable"
    assert suggest_imprecision(body(), (), PLAN).judgement == "not assessable"


@pytest.mark.parametrize(
    ("estimates", "prediction", "expected"),
    [
        ((52.0, 60.0, 68.0), (51.0, 69.0), "not serious"),
        ((52.0, 60.0, 68.0), None, "not serious"),
        ((52.0, 60.0, 68.0), (20.0, 90.0), "serious"),  # a further cohort may lie beyond
        ((40.0, 60.0, 68.0), (38.0, 69.0), "serious"),
        ((40.0, 60.0, 70.0), (38.0, 80.0), "very serious"),
        ((52.0,), (51.0, 69.0), "not assessable"),
    ],
)
def test_inconsistency_looks_at_the_cohorts_then_at_the_prediction(
    estimates: tuple[float, ...], prediction: tuple[float, float] | None, expected: str
) -> None:
    found = suggest_inconsistency(body(estimates=estimates, prediction=prediction), VALUES)
    assert found.judgement == expected


@given(low=st.floats(0, 60), high=st.floats(60, 100), wider=st.floats(0, 40))
def test_a_wider_interval_never_looks_more_consistent(
    low: float, high: float, wider: float
) -> None:
    estimates = (52.0, 60.0, 68.0)
    narrow = body(lower=low, upper=high, prediction=(low, high), estimates=estimates)
    wide = body(
        lower=max(0.0, low - wider),
        upper=min(100.0, high + wider),
        prediction=(max(0.0, low - wider), min(100.0, high + wider)),
        estimates=estimates,
    )
    steps = [suggest_inconsistency(one, VALUES).steps for one in (narrow, wide)]
    assert steps[0] <= steps[1]


def test_one_cohort_cannot_be_inconsistent_nor_found_consistent() -> None:
    alone = suggest_inconsistency(body(studies=(("a", 100),)), VALUES)
    assert alone.judgement == "not assessable"
    assert alone.steps == 0


def with_studies(evidence: Evidence, **applies: str) -> Evidence:
    studies = evidence.studies.iloc[: len(applies)].copy()
    studies["study_id"] = list(applies)
    studies["applicability"] = list(applies.values())
    return replace(evidence, studies=studies)


@pytest.mark.parametrize(
    ("applies", "expected"),
    [
        ({"a": "direct", "b": "direct", "c": "indirect"}, "not serious"),
        ({"a": "indirect", "b": "direct", "c": "direct"}, "serious"),
        ({"a": "context", "b": "direct", "c": "direct"}, "very serious"),
        ({"a": "direct", "b": "context", "c": "indirect"}, "serious"),
    ],
)
def test_indirectness_weighs_studies_by_their_patients(
    evidence: Evidence, applies: dict[str, str], expected: str
) -> None:
    assert suggest_indirectness(with_studies(evidence, **applies), body()).judgement == expected


def test_unknown_sizes_weigh_alike() -> None:
    weights = dict(body(studies=(("a", None), ("b", 60))).weights)
    assert weights == {"a": 0.5, "b": 0.5}


def appraised(evidence: Evidence, tool: str, answers: dict[str, list[tuple[str, str]]]) -> Evidence:
    first = evidence.appraisal.iloc[0]
    rows = [
        {**first, "study_id": study, "tool": tool, "domain": domain, "judgement": answer,
         "outcome": None}
        for study, given in answers.items()
        for domain, answer in given
    ]  # fmt: skip
    frame = type(evidence.appraisal)(rows)
    return replace(evidence, appraisal=frame.astype(evidence.appraisal.dtypes.to_dict()))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["Yes"] * 10, 0),
        (["Yes"] * 7 + ["Unclear"] * 3, 0),
        (["Yes"] * 6 + ["Unclear"] * 4, 1),
        (["Yes"] * 9 + ["No"], 1),
        (["Yes"] * 7 + ["No"] * 3, 2),
    ],
)
def test_a_checklist_becomes_a_concern(
    evidence: Evidence, answers: list[str], expected: int
) -> None:
    given = {"a": [(str(at), answer) for at, answer in enumerate(answers)]}
    assert concern_of(appraised(evidence, "JBI case series", given), "a", "x") == expected


def test_a_tool_with_an_overall_judgement_is_read_there(evidence: Evidence) -> None:
    given = {"a": [("D1", "Low"), ("Overall", "High")], "b": [("overall", "Low")]}
    changed = appraised(evidence, "RoB 2", given)
    assert [concern_of(changed, study, "x") for study in ("a", "b", "c")] == [2, 0, None]


def test_risk_of_bias_says_how_many_studies_were_appraised(evidence: Evidence) -> None:
    changed = appraised(evidence, "RoB 2", {"a": [("Overall", "Some concerns")]})
    plan = evidence.review.certainty.model_copy(
        update={"biased_patients": Steps(serious=50.0, very_serious=50.0)}
    )
    changed = replace(changed, review=evidence.review.model_copy(update={"certainty": plan}))
    found = suggest_risk_of_bias(changed, body())
    assert found.judgement == "serious"
    assert found.reason.endswith("1 of 3 studies appraised")
    nobody = suggest_risk_of_bias(changed, body(studies=(("z", 9),)))
    assert nobody.judgement == "not assessable"


def test_without_a_search_missing_reports_are_suspected_and_count(data: ReviewData) -> None:
    known = (("karmma", 128), ("cartitude-1", 97))
    several = suggest_small_study(data.analyses, body(studies=known, citekeys=(JOURNAL,)))
    assert (several.judgement, several.steps) == ("suspected", 1)
    one = body(studies=(("karmma", 128),), citekeys=(JOURNAL,))
    assert suggest_small_study(data.analyses, one).judgement == "undetected"
    release = replace(one, citekeys=(RELEASE,))
    assert suggest_small_study(data.analyses, release).judgement == "suspected"
    unregistered = replace(one, studies=(("bms-986354", 65),))
    assert suggest_small_study(data.analyses, unregistered).judgement == "suspected"


def test_with_a_search_the_test_of_asymmetry_decides_where_cohorts_are_enough(
    data: ReviewData,
) -> None:
    review = data.evidence.review.model_copy(update={"search": "databases"})
    searched = Analyses(replace(data.evidence, review=review), data.syntheses)
    few = suggest_small_study(searched, body())
    assert (few.judgement, few.reason) == ("not assessable", "3 cohorts; a test needs 10")
    many = body(synthesis="orr.all-bcma", studies=tuple((str(i), 1) for i in range(20)))
    assert suggest_small_study(searched, many).judgement == "undetected"
    plan = review.certainty.model_copy(update={"small_study_p": 0.99})
    review = review.model_copy(update={"certainty": plan})
    lax = Analyses(replace(data.evidence, review=review), data.syntheses)
    assert suggest_small_study(lax, many).judgement == "suspected"


# ratings ---------------------------------------------------------------------------------------


def test_every_judged_topic_is_rated_with_every_domain(
    data: ReviewData, ratings: dict[str, Rating]
) -> None:
    assert set(ratings) == set(data.evidence.judgements["topic"])
    for rating in ratings.values():
        assert set(DOMAINS) <= set(rating.drafts)
        assert rating.drafted in LEVELS
        if rating.body is not None:
            assert [item.domain for item in rating.suggestions] == list(DOMAINS)
            assert rating.suggested in LEVELS
        else:
            assert rating.topic.note


def test_a_rate_and_a_randomised_comparison_start_high(ratings: dict[str, Rating]) -> None:
    for rating in ratings.values():
        if rating.kind == "rate":
            assert rating.start == "high"
    assert ratings["ide-cel-or-standard-regimens-progression"].start == "high"
    assert ratings["cilta-cel-or-ide-cel"].start == "low"


def test_the_suggested_level_adds_up_and_stops_at_very_low(ratings: dict[str, Rating]) -> None:
    for rating in ratings.values():
        if rating.body is None:
            continue
        lowered = sum(item.steps for item in rating.suggestions)
        expected = max(0, LEVELS.index(rating.start) - lowered)
        assert rating.suggested == LEVELS[expected]
    assert any(
        sum(item.steps for item in rating.suggestions) > LEVELS.index(rating.start)
        for rating in ratings.values()
    )


def test_a_draft_overrides_with_its_reason(data: ReviewData, ratings: dict[str, Rating]) -> None:
    rating = ratings["overall-response-ide-cel"]
    computed, draft = next(pair for pair in rating.overrides if pair[0].domain == "imprecision")
    assert (computed.judgement, draft.judgement) == ("serious", "not serious")
    assert draft.reason
    table = data.evidence.judgements.copy()
    mask = (table["topic"] == rating.topic.topic) & (table["domain"] == "imprecision")
    table.loc[mask, "judgement"] = "serious"
    analyses = Analyses(replace(data.evidence, judgements=table), data.syntheses)
    agreed = compute_rating(analyses, rating.topic)
    assert "imprecision" not in {item.domain for item, _ in agreed.overrides}


def test_a_level_that_its_domains_do_not_add_up_to_is_noticed(ratings: dict[str, Rating]) -> None:
    rating = ratings["never-infused"]
    assert rating.implied == rating.drafted
    drafts = {**rating.drafts}
    drafts["imprecision"] = replace(drafts["imprecision"], judgement="very serious")
    assert replace(rating, drafts=drafts).implied != rating.drafted


def test_topics_whose_levels_part_come_first(data: ReviewData, ratings: dict[str, Rating]) -> None:
    table = load_displays(data.root).tables["certainty-domains"].make(data)
    groups = list(dict.fromkeys(table.groups))
    apart = [name for name in groups if name.endswith("levels differ)")]
    assert groups[: len(apart)] == apart
    assert len(apart) == sum(rating.departs for rating in ratings.values()) > 0


def test_nothing_is_signed_until_a_person_signs(
    data: ReviewData, ratings: dict[str, Rating]
) -> None:
    assert not any(rating.signed for rating in ratings.values())
    assert "nobody has signed" in " ".join(
        load_displays(data.root).tables["certainty-findings"].make(data).notes
    )


# words -----------------------------------------------------------------------------------------


def test_a_comparison_is_worded_by_its_certainty() -> None:
    words = {level: word_comparison(level, "x", "less of y", "x and y") for level in LEVELS}
    assert words == {
        "high": "X results in less of y.",
        "moderate": "X probably results in less of y.",
        "low": "X may result in less of y.",
        "very low": "The evidence is very uncertain about x and y.",
    }


def test_a_rate_and_a_time_are_worded_by_their_certainty() -> None:
    rates = [word_rate(level, "about 7 of 10", "patients", "respond", "z") for level in LEVELS]
    assert rates == [
        "The evidence is very uncertain about z.",
        "About 7 of 10 patients may respond.",
        "About 7 of 10 patients probably respond.",
        "About 7 of 10 patients respond.",
    ]
    assert (
        word_time("moderate", "8 months", "the median", "z") == "The median is probably 8 months."
    )


def fits_certainty(level: str, sentence: str) -> bool:
    """Whether a sentence holds the word of its certainty, and none of a lower one."""
    text = sentence.lower()
    marker = MARKERS[level]
    others = [word for name, word in MARKERS.items() if word and name != level]
    words = f" {text} ".replace(".", " ").replace(",", " ")
    return (not marker or f" {marker} " in words) and not any(f" {w} " in words for w in others)


@pytest.mark.parametrize("level", LEVELS)
def test_a_sentence_holds_the_word_of_its_level_and_of_no_other(level: str) -> None:
    for sentence in (
        word_comparison(level, "x", "less of y", "x"),
        word_rate(level, "about 7 of 10", "patients", "respond", "z"),
        word_time(level, "8 months", "the median", "z"),
    ):
        assert fits_certainty(level, sentence)
        for other in LEVELS:
            if MARKERS[other] != MARKERS[level] and MARKERS[other]:
                assert not fits_certainty(other, sentence)


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="certainty is 'fair'; allowed: very low, low"):
        word_comparison("fair", "x", "y", "z")


def test_every_finding_of_the_review_fits_its_certainty(ratings: dict[str, Rating]) -> None:
    for rating in ratings.values():
        sentence = word_finding(rating)
        if not sentence.startswith("The evidence gives no single figure"):
            assert fits_certainty(rating.drafted, sentence), sentence


def test_the_words_are_those_of_the_review_lists(evidence: Evidence) -> None:
    listed = {
        one.phrase: one.use.replace("_", " ") for one in evidence.phrases if one.kind == "certainty"
    }
    for level, marker in MARKERS.items():
        if marker:
            assert listed[marker] == level


# review.yml ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("measure: percent, values: [30, 50, 70]", "measure: percent, values: [50, 30]",
         "expected a list of numbers, each above the one before"),
        ("measure: percent, values: [30, 50, 70]", "measure: share, values: [30]",
         "measure: is 'share'; expected one of percent, ratio, months"),
        ("indirect_patients: {serious: 50", "indirect_patients: {serious: 150",
         "indirect_patients.serious: is 150; expected 100 or less"),
        ("topic: infection-severe", "topic: infection-sever", "'infection-sever' is no topic"),
        ("    - topic: earlier-or-later-use", "    - topic: mrd-negativity",
         "'earlier-or-later-use' of judgements.csv is missing"),
        ('evidence: "synthesis:cr.primary"', 'evidence: "synthesis:cr.first"',
         "'cr.first' is no synthesis"),
        ('evidence: "outcomes:karmma.orr"', 'evidence: "outcomes:karmma.or"',
         "'outcomes:karmma.or' is no row of evidence"),
        ('note: "no trial compares them"', 'note: ""', "evidence: is missing"),
    ],
)  # fmt: skip
def test_a_slip_in_the_plan_is_named(copy: ProjectCopy, old: str, new: str, says: str) -> None:
    copy.replace("review.yml", old, new)
    messages = "\n".join(str(problem) for problem in copy.problems())
    assert "evidence/review.yml" in messages
    assert says in messages
