"""Numbers that nobody checks: each way one slips into a document, planted, and its message."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_to_num import text2num

from analysis.review_data import ReviewData, load_review_data
from publishing.checks.guard import guard_prose
from publishing.checks.guard.claim_facts import Claims
from publishing.checks.guard.numbers import numbers_in
from publishing.checks.guard.question import check_protocol
from publishing.checks.guard.rules import Guard
from publishing.checks.phrases import wording_of
from publishing.documents.digits import check_digits
from publishing.manuscript.qmd import read_document
from schemas.problems import Problem

HEAD = "---\nengine: jupyter\n---\n\n# Title {#sec-x}\n\n"
Planted = Callable[[str], list[Problem]]


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


@pytest.fixture
def plant(data: ReviewData, tmp_path: Path) -> Planted:
    """What `validate` says of a document with this body: typed digits and the guard."""

    def findings(body: str) -> list[Problem]:
        (tmp_path / "x.qmd").write_text(HEAD + body + "\n", encoding="utf-8")
        document = read_document(tmp_path, "x.qmd")
        check_digits(document, ())
        found = [*document.problems, *guard_prose(tmp_path, ["x.qmd"], data)]
        return [problem for problem in found if problem.file == "x.qmd"]

    return findings


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Eighty-three of a hundred people were helped.", "Eighty-three"),
        ("It helped three in four.", "three"),
        ("Nine tenths of them responded.", "Nine tenths"),
        ("The median was fifteen months.", "fifteen"),
        ("All patients responded.", "All patients"),
        ("Of them ⁹⁷ percent responded.", "⁹⁷"),
        ("It helped patients⁹⁷.", "patients⁹⁷"),
        ("About ¾ of them responded.", "¾"),
        ("One hundred and one were alive.", "One hundred and one"),
        ("Half of them died.", "Half"),
        ("Twice as many died.", "Twice as"),
        ("A tenth had it, one fifth died.", "one fifth"),
        ("Every patient was alive.", "Every patient"),
        ("Nobody died.", "Nobody died"),
        ("One patient died.", "One patient"),
        ("Some tenths were lost.", "tenths"),
        ("Twenty-three trials were pooled.", "Twenty-three"),
        ("None of 97 died.", "97"),
    ],
)
def test_a_number_in_any_form_is_named_with_its_line(
    plant: Planted, sentence: str, words: str
) -> None:
    found = plant(f"Words alone.\n{sentence}")
    assert [problem for problem in found if problem.row == "8" and repr(words) in problem.what]


def test_a_heading_is_read_too(plant: Planted) -> None:
    three, four = plant("Words.\n\n## Three in four were helped {#sec-y}")
    assert "'Three' is a number in words (3): “Three in four were helped”" in three.what
    assert (three.row, four.row) == ("9", "9")


@pytest.mark.parametrize(
    "sentence",
    [
        "The first of the two trials asked for three or more prior lines.",
        "Two models are fitted; one of them is exact.",
        "The second cohort is small.",
        "Each picture is a hundred people.",
        "I² and tau² are given, and m² is a unit.",
    ],
)
def test_a_count_of_what_the_text_lists_stands(plant: Planted, sentence: str) -> None:
    assert plant(sentence) == []


def test_a_landmark_is_the_one_of_the_claim_beside_it(plant: Planted, data: ReviewData) -> None:
    times = data.evidence.time_to_event
    eighteen = {f"time_to_event:{key}" for key in times.loc[times["time_months"] == 18, "row_id"]}
    claim = next(
        record.id for record in data.ledger.records.values()
        if set(record.rows) <= eighteen and record.rows and record.unit == "percent"
    )  # fmt: skip
    line = f'`{{python}} claim("{claim}")` of them were alive `{{python}} sources("{claim}")`.'
    assert not [one for one in plant(f"At eighteen months {line}") if one.rule == "number"]
    (found,) = [one for one in plant(f"At fifteen months {line}") if one.rule == "number"]
    assert "'At fifteen months' is not what the rows of the claims beside it state" in found.what


def test_a_number_of_another_product_is_named(plant: Planted) -> None:
    cited = '`{python} sources("orr.cilta")`'
    (found,) = plant(f'With ide-cel `{{python}} claim("orr.cilta").ci` responded {cited}.')
    assert (found.rule, found.row) == ("product", "7")
    assert "orr.cilta is of cilta-cel, and the sentence names ide-cel" in found.what
    for naming in ("cilta-cel, and not ide-cel,", "Carvykti", "the rival of ide-cel, cilta-cel,"):
        assert not plant(f'With {naming} `{{python}} claim("orr.cilta").ci` responded {cited}.')


TWO = {name: f'`{{python}} claim("orr.{name}").ci`' for name in ("cilta", "ide")}


@pytest.mark.parametrize(
    "sentence",
    [
        "With cilta-cel {cilta} responded and with ide-cel {ide}",
        "{cilta} responded with cilta-cel and {ide} with ide-cel",
        "{cilta} and {ide} responded with cilta-cel and with ide-cel",
        "Cilta-cel and ide-cel were given apart: {cilta} and {ide} responded",
        "In KarMMa {ide} responded and in CARTITUDE-1 {cilta}",
        "Compared with ide-cel, to which {ide} responded, cilta-cel gave {cilta}",
    ],
)
def test_two_numbers_exchanged_in_one_sentence_are_named(plant: Planted, sentence: str) -> None:
    cited = '`{python} sources("orr.cilta", "orr.ide")`.'
    assert not [one for one in plant(f"{sentence.format_map(TWO)} {cited}")
                if one.rule == "product"]  # fmt: skip
    exchanged = sentence.format(cilta=TWO["ide"], ide=TWO["cilta"])
    (found,) = [one for one in plant(f"{exchanged} {cited}") if one.rule == "product"]
    assert "numbers stand beside other names" in found.what


def test_the_words_of_the_protocol_are_clean(data: ReviewData) -> None:
    assert list(check_protocol(guard_of(data))) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("and 83% respond", "the digits of '83%' are typed"),
        ("and three in four respond", "'three' is a number in words"),
    ],
)
def test_a_number_in_the_question_or_a_title_is_named_with_its_line(
    data: ReviewData, words: str, message: str
) -> None:
    review = data.evidence.review
    first, *others = review.syntheses
    titled = first.model_copy(update={"title": f"{first.title}, {words}"})
    for change, line in (
        ({"question": f"{review.question} {words.capitalize()}."}, "5"),
        ({"syntheses": (titled, *others)}, None),
    ):
        evidence = replace(data.evidence, review=review.model_copy(update=change))
        found = list(check_protocol(guard_of(replace(data, evidence=evidence))))
        assert found
        assert all(problem.file == "evidence/review.yml" for problem in found)
        assert message.casefold() in found[0].what.casefold()
        assert line in (None, found[0].row)


def guard_of(data: ReviewData) -> Guard:
    return Guard(wording_of(data.evidence), Claims(data), frozenset())


@given(st.integers(min_value=2, max_value=999_999))
@settings(max_examples=200)
def test_every_number_is_found_in_words_and_read(value: int) -> None:
    words = in_words(value)
    assert text2num(words, "en") == value
    (found,) = numbers_in(f"It was {words} people.")
    assert (found.value, found.words) == (value, words)


ONES = re.findall(
    r"\S+",
    "- one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen",
)
TENS = re.findall(r"\S+", "- - twenty thirty forty fifty sixty seventy eighty ninety")


def in_words(value: int) -> str:
    """A number as English writes it out."""
    if value < 20:
        return ONES[value]
    if value < 100:
        return TENS[value // 10] + (f"-{ONES[value % 10]}" if value % 10 else "")
    if value < 1000:
        rest = f" and {in_words(value % 100)}" if value % 100 else ""
        return f"{ONES[value // 100]} hundred{rest}"
    whole, rest = divmod(value, 1000)
    link = " and " if rest < 100 else " "
    return f"{in_words(whole)} thousand" + (link + in_words(rest) if rest else "")
