"""Conclusions are rules over claims: each bites, and a sentence outlives no rule."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from analysis.conclusions import check_conclusions, evaluate_conclusions, judge, why_idle
from analysis.review_data import ReviewData, load_review_data
from publishing.checks.guard import sentences_of
from publishing.documents.calls import conclusion
from publishing.manuscript.book import all_chapters, load_books
from schemas.conclusions import Conclusion, parse_condition
from schemas.problems import ReviewError
from schemas.typed_yaml import read_typed

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Printed:
    plain: str = "80%"
    ci: str = "80% (95% CI 70 to 88)"


@dataclass(frozen=True)
class Record:
    value: float | None = 80.0
    lower: float | None = 70.0
    upper: float | None = 88.0
    certainty: str = "low"
    unit: str = "percent"
    forms: Printed = field(default_factory=Printed)


RECORDS = {
    "a": Record(),
    "ratio": Record(0.5, 0.3, 0.8, unit="ratio"),
    "points": Record(-5.0, -9.0, -1.0, unit="points"),
    "b": Record(50.0, 40.0, 69.0, "moderate", forms=Printed("50%", "50% (95% CI 40 to 69)")),
    "open": Record(34.9, 25.2, None),
    "words": Record(None, None, None, "", forms=Printed("very low", "very low")),
}


@pytest.fixture(scope="module")
def data() -> ReviewData:
    return load_review_data(ROOT)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a value above 79.9", True), ("a value above 80", False), ("a value below 80", False),
        ("a lower above 69", True), ("a upper below 88", False), ("a interval above 70", False),
        ("a interval above 69.9", True), ("a interval below 88.1", True),
        ("a interval spans 70", True), ("a interval spans 69", False),
        ("a value above b", True), ("b value above a", False), ("a interval above b", True),
        ("b interval below a", True), ("a certainty is low", True),
        ("a certainty is moderate or high", False), ("b certainty is moderate, high", True),
        ("words words is very low", True), ("words words is low", False),
    ],
)  # fmt: skip
def test_each_operator(text: str, holds: bool) -> None:
    condition = parse_condition(text)
    assert condition is not None
    assert judge(condition, RECORDS).holds is holds  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a lower above 0", "asks for more than 0, and percent never is less"),
        ("a value above -1", "asks for more than 0"),
        ("a upper below 100", "asks for less than 100, and percent never is more"),
        ("a interval spans 0", "asks for more than 0"),
        ("ratio lower above 0", "asks for more than 0, and ratio never is less"),
        ("a certainty is very low, low, moderate or high", "names every level of certainty"),
        ("a value above a", "holds a claim against itself"),
    ],
)
def test_a_rule_that_cannot_fail_is_refused(text: str, why: str) -> None:
    condition = parse_condition(text)
    assert condition is not None
    assert why in why_idle(condition, RECORDS)  # type: ignore[arg-type]
    idle = Conclusion(id="x", sentence="It is", rule=(text,))
    with pytest.raises(ReviewError, match=r"conclusion x: rule '.*' cannot fail: it "):
        evaluate_conclusions([idle], RECORDS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["a lower above 0.1", "a upper below 99.9", "ratio upper below 1", "points lower above 0",
     "points upper below 0", "a certainty is low or moderate", "a value above b"],
)  # fmt: skip
def test_a_rule_that_the_evidence_can_break_is_none(text: str) -> None:
    condition = parse_condition(text)
    assert condition is not None
    assert why_idle(condition, RECORDS) == ""  # type: ignore[arg-type]


def problems_of(item: dict[str, object]) -> list[str]:
    return [str(problem) for problem in read_typed(json.dumps(item), Conclusion, "review.yml")[1]]


@pytest.mark.parametrize("text", ["a > 5", "a value over 5", "a certainty above 1", "a spans 1"])
def test_other_words_are_no_rule(text: str) -> None:
    assert parse_condition(text) is None
    (problem,) = problems_of({"id": "x", "sentence": "It is", "rule": [text]})
    assert f"review.yml line 1 rule[1]: is {text!r}; expected `<claim> value|" in problem


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rule": []}, "rule: has 0; expected at least 1"),
        ({"rule": ["a certainty is fair"]}, "'fair'"),
        ({"sentence": "It is {a"}, "braces that name no claim"),
        ({"sentence": "It is."}, "ends in a full stop"),
        ({"because": "x"}, "because: is unknown"),
    ],
)
def test_a_bad_conclusion_is_named(change: dict[str, object], said: str) -> None:
    (problem,) = problems_of(
        {"id": "x", "sentence": "It is {a}", "rule": ["a value above 1"], **change}
    )
    assert said in problem


def made(*rule: str, sentence: str = "It is {a|ci}") -> Conclusion:
    conditions = tuple(c for text in rule if (c := parse_condition(text)))
    return Conclusion(id="large", sentence=sentence, rule=conditions)


def test_a_rule_that_no_longer_holds_stops_with_rule_values_and_what_to_do() -> None:
    evaluated = evaluate_conclusions([made("a lower above 75", "a value above 1")], RECORDS)  # type: ignore[arg-type]
    assert not evaluated[0].holds
    with pytest.raises(ReviewError) as stopped:
        check_conclusions(evaluated)
    message = str(stopped.value)
    assert "conclusion large: no longer holds: 'a lower above 75'" in message
    assert "a is 80% (95% CI 70 to 88)" in message
    assert "value above 1" not in message
    assert "It is 80% (95% CI 70 to 88)" in message
    assert "change sentence and rule on purpose" in message


@pytest.mark.parametrize(
    ("conclusion_", "said"),
    [
        (made("aa value above 1"), "names the claim 'aa', which report/claims.csv has not"),
        (made("a value above 1", sentence="It is {none}"), "names the claim 'none'"),
        (made("open upper above 1"), "the claim has no upper"),
    ],
)
def test_a_rule_that_cannot_be_read_is_named(conclusion_: Conclusion, said: str) -> None:
    with pytest.raises(ReviewError, match=re.escape(said)):
        evaluate_conclusions([conclusion_], RECORDS)  # type: ignore[arg-type]


def test_every_conclusion_of_the_review_holds_and_is_printed(data: ReviewData) -> None:
    check_conclusions(data.ledger.conclusions)
    assert 12 <= len(data.ledger.conclusions) <= 24
    paths = [chapter.path for chapter in all_chapters(load_books(ROOT))]
    text = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in paths)
    printed = set(re.findall(r'conclusion\("([^"]+)"\)', text))
    assert {evaluated.id for evaluated in data.ledger.conclusions} - printed == set()


def test_no_sentence_types_a_digit(data: ReviewData) -> None:
    names = ("CARTITUDE-1", "KarMMa-3", "CARTITUDE-4")
    for name, sentence in sentences_of(data).items():
        plain = re.sub(r"⟦[^⟧]*⟧", "", sentence)
        for known in names:
            plain = plain.replace(known, "")
        assert not re.search(r"\d", plain), name


def test_a_printed_conclusion_carries_its_claims(data: ReviewData) -> None:
    evaluated = next(item for item in data.ledger.conclusions if item.conclusion.printed)
    markdown = str(conclusion(evaluated.id))
    for name in evaluated.conclusion.printed:
        assert f'data-claim="{name}"' in markdown
    with pytest.raises(KeyError, match="no conclusion 'nothing'"):
        conclusion("nothing")


def test_the_ledger_publishes_rule_verdict_and_sentence(data: ReviewData) -> None:
    published = json.loads(data.ledger.to_json())["conclusions"]
    assert [item["id"] for item in published] == [item.id for item in data.ledger.conclusions]
    assert all(item["holds"] and item["rule"] for item in published)
    broken = replace(data.ledger.conclusions[0], verdicts=())
    assert broken.to_dict()["rule"] == []
