"""The whole answer to a question, as a reader sees it: what stands first, and what is refused."""

from __future__ import annotations

import csv
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from analysis.review_data import load_review_data
from publishing.site.ask.answer import answer_text
from publishing.site.ask.engine import Engine
from publishing.site.ask.lexicon import english, not_covered

ANSWERS = Path(__file__).parent / "ask" / "answers.csv"
EDITIONS = {"clinician": "", "patient": "patient", "board": "board"}
SIGNS = {"conclusions": "=", "judgements": "~"}
RECALL_AT_THREE, REFUSED_RIGHTLY = 0.95, 0.95
HALVES = ["seen", "tune", "report", "fresh", *(f"fresh{number}" for number in range(2, 11))]


def load_answers() -> list[dict[str, str]]:
    with ANSWERS.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def split(cell: str) -> set[str]:
    return set(filter(None, cell.split(" | ")))


def in_order(answer: dict[str, Any]) -> list[set[str]]:
    """What an answer shows, from the first to the last, by the names `answers.csv` uses."""
    shown = []
    for kind in answer["order"]:
        for one in answer[kind]:
            entry = one["entry"]
            if kind == "terms":
                shown.append({f"@{entry[0]}"})
            elif kind in ("passages", "tables"):
                shown.append({f"#{address.partition('#')[2]}" for address in entry["a"]})
            else:
                shown.append({f"{SIGNS.get(kind, '')}{entry['i']}"})
    return shown


@pytest.fixture(scope="module")
def answers(finished: Path) -> dict[str, dict[str, Any]]:
    """The answer to every question of `answers.csv`, by its identifier."""
    found = {}
    for reader, edition in EDITIONS.items():
        with closing(Engine(finished, finished / "_site", edition)) as made:
            for row in load_answers():
                if row["reader"] == reader:
                    found[row["id"]] = made.ask(row["question"], [*filter(None, [row["after"]])])
    return found


@pytest.mark.parametrize("half", HALVES)
def test_a_right_answer_is_among_the_first_three(
    half: str, answers: dict[str, dict[str, Any]]
) -> None:
    asked = [row for row in load_answers() if row["half"] == half and row["answer"] == "yes"]
    missed = [
        row["question"] for row in asked
        if not answers[row["id"]]["answered"]
        or not any(one & split(row["expected"]) for one in in_order(answers[row["id"]])[:3])
    ]  # fmt: skip
    assert 1 - len(missed) / len(asked) >= RECALL_AT_THREE, missed


@pytest.mark.parametrize("half", HALVES)
def test_what_is_refused_has_no_answer_and_what_has_none_is_refused(
    half: str, answers: dict[str, dict[str, Any]]
) -> None:
    asked = [row for row in load_answers() if row["half"] == half and row["answer"] != "urgent"]
    refused = {row["question"] for row in asked if not answers[row["id"]]["answered"]}
    without = {row["question"] for row in asked if row["answer"] != "yes"}
    assert len(refused & without) / len(refused) >= REFUSED_RIGHTLY, refused - without
    assert len(refused & without) / len(without) >= REFUSED_RIGHTLY, without - refused


def test_nothing_that_was_wrong_comes_first(answers: dict[str, dict[str, Any]]) -> None:
    wrong = []
    for row in load_answers():
        shown = in_order(answers[row["id"]]) if answers[row["id"]]["answered"] else []
        for name in shown[0] if shown else ():
            for bad in split(row["wrong_first"]):
                if name == bad or (bad.endswith(".") and name.startswith(bad)):
                    wrong.append((row["question"], name))
    assert wrong == []


def test_who_needs_help_now_is_told_so(answers: dict[str, dict[str, Any]]) -> None:
    for row in load_answers():
        if row["answer"] == "urgent":
            assert answers[row["id"]]["urgent"], row["question"]


@pytest.mark.parametrize(
    "question",
    [
        "Is cilta-cel better",
        "Which CAR-T is superior?",
        "Abecma vs Carvykti",
        "best CAR-T",
        "is cilta-cel non-inferior to ide-cel on safety",
        "is carvykti beter then abecma",
    ],
)
def test_which_is_better_is_answered_by_whether_a_trial_compared(
    engine: Engine, question: str
) -> None:
    first = engine.ask(question)["conclusions"][0]["entry"]
    assert first["t"].startswith("No trial compares")


def test_words_of_other_subjects_are_not_corrected(engine: Engine) -> None:
    answer = engine.ask("renal failure dialysis")
    assert (answer["answered"], answer["corrections"]) == (False, [])
    assert engine.ask("overal survivall of Abecma")["corrections"]


def test_a_question_that_goes_on_keeps_its_subject(engine: Engine) -> None:
    before = "progression-free survival with cilta-cel"
    answer = engine.ask("at three years?", [before])
    assert answer["follows"] == before
    assert answer["claims"][0]["id"] == "c:pfs.36m.cilta"
    third = engine.ask("and how certain is that?", [before, "and with ide-cel?"])
    assert third["judgements"][0]["entry"]["i"] == "progression-free-survival-ide-cel"
    harm = engine.ask("severe infections with that?", ["Talvey after CAR-T, response"])
    assert {"infection.g3.talquetamab.prior-tcr"} in in_order(harm)[:3]
    assert engine.ask("response rate of ide-cel", [before])["follows"] == ""


def test_the_terminal_prints_in_the_order_of_the_page(engine: Engine) -> None:
    answer = engine.ask("overall survival with cilta-cel")
    text = " ".join(answer_text(engine, "overall survival with cilta-cel").split())
    shown = [one["entry"] for kind in answer["order"] for one in answer[kind][:2]
             if kind in ("conclusions", "claims")]  # fmt: skip
    places = [text.index(" ".join(entry["t"].split())) for entry in shown]
    assert len(places) > 2
    assert places == sorted(places)


SAME = (  # how a question may also be put, and whether the answer says that a word was corrected
    ("response rate of cilta-cel", "response rate of Carvykti", False),
    ("response rate of ide-cel", "response rate of idecabtagene vicleucel", False),
    ("severe anaemia with cilta-cel", "severe anemia with cilta-cel", True),
    ("PFS at 36 months with cilta-cel", "three-year PFS with cilta-cel", False),
    ("teclistamab response", "teclistimab response", True),
    ("teclistamab response", "tecl response", True),
    ("hazard ratio for PFS in KarMMa-3", "hazard ratio for PFS in karmma 3", False),
    ("hazard ratio for PFS in KarMMa-3", "hazard ratio for PFS in KM-3", False),
    ("complete response in CARTITUDE-1", "how many of the 97 pts in cartitude-1 got a CR", False),
    ("response of ide-cel, 70 years or older", "over 70s response ide-cel", False),
    ("hazard ratio for PFS in KarMMa-3", "HR for PFS in KM3", False),
    ("second primary malignancy after cilta-cel", "SPMs after cilta-cel", False),
    ("complete response with ide-cel", "CRs with ide-cel", False),
    ("cilta-cel or ide-cel", "does cilta-cel beat ide-cel", False),
    ("bridging therapy", "taking bridging therapy", False),
    ("second cancer after cilta-cel", "a second kind of cancer after cilta-cel", False),
    ("severe infection with ide-cel", "I was told a lot. Severe infection with ide-cel?", False),
)


@pytest.mark.parametrize(("plain", "other", "corrected"), SAME)
def test_names_slips_and_words_beside_the_subject_do_not_matter(
    engine: Engine, plain: str, other: str, corrected: bool
) -> None:
    one, two = engine.ask(plain), engine.ask(other)
    assert one["answered"], plain
    assert bool(two["corrections"]) == corrected, other
    assert in_order(two)[0] == in_order(one)[0]


def test_a_word_that_names_nothing_is_left_aside_and_told(engine: Engine) -> None:
    question = "does a severe infection scupper ide-cel"
    answer = engine.ask(question)
    assert (answer["answered"], answer["aside"]) == (True, ["scupper"])
    assert "Left aside" in answer_text(engine, question)
    for name in ("severe infection with daratunib", "severe infection with XQ9 and ide-cel"):
        assert engine.ask(name)["reason"] == "unknown", name


ASIDES = (  # the question with something that it only mentions, and without
    ("my nurse says it is rare, how often is severe infection with ide-cel",
     "how often is severe infection with ide-cel"),
    ("As a pharmacist I want to know: overall survival with cilta-cel",
     "overall survival with cilta-cel"),
    ("60 yr old man, complete response with cilta-cel", "complete response with cilta-cel"),
    ("We saw a giraffe at the zoo. How long does the response to ide-cel last?",
     "How long does the response to ide-cel last?"),
)  # fmt: skip


@pytest.mark.parametrize(("mentioned", "asked"), ASIDES)
def test_what_a_question_only_mentions_is_left_aside(
    engine: Engine, mentioned: str, asked: str
) -> None:
    one, two = engine.ask(asked), engine.ask(mentioned)
    assert (one["answered"], two["answered"]) == (True, True), two["about"]
    assert in_order(two)[0] == in_order(one)[0]


@pytest.mark.parametrize(
    "question",
    [
        "My brother has multiple sclerosis. Could cilta-cel help him?",
        "overall survival among Inuit patients with cilta-cel",
        "does cilta-cel change the microbiome",
        "glycosylation of ide-cel",
        "xaluritamig overall survival",
        "E-value for the hazard ratio in KarMMa-3",
    ],
)
def test_what_is_asked_about_is_not_left_aside(engine: Engine, question: str) -> None:
    assert not engine.ask(question)["answered"]


def test_what_is_left_out_of_the_review_is_no_everyday_word(finished: Path) -> None:
    words = {word for _, phrases in not_covered(load_review_data(finished)) for word in phrases}
    assert not words & set(english().everyday.split())


def test_a_harm_is_a_risk_and_a_treatment_is_advice(engine: Engine) -> None:
    assert engine.ask("could my husband get a severe infection")["answered"]
    assert engine.ask("could my husband get Carvykti")["reason"] == "advice"


def test_a_question_that_is_a_heading_is_answered_by_its_text(finished: Path) -> None:
    with closing(Engine(finished, finished / "_site", "patient")) as engine:
        first = engine.ask("how does it work?")["passages"][0]["entry"]
        assert first["h"] == "How it works"
        assert engine.ask("what dont we know")["passages"][0]["entry"]["x"] == 1
        said = engine.words()["emergencies"][0][0]
        answer = engine.ask("how often are people confused")
        assert all(said not in text for one in answer["passages"] for text, *_ in one["entry"]["s"])


def test_a_section_on_a_subject_left_out_elsewhere_answers_where_it_stands(
    finished: Path, engine: Engine
) -> None:
    with closing(Engine(finished, finished / "_site", "board")) as board:
        assert board.ask("cost effectiveness models")["passages"][0]["entry"]["h"] == "Cost"
    assert engine.ask("cost effectiveness models")["reason"] == "outside"


ASKED_FOR = (  # in words that the place itself does not have
    ("", "how many signatures does it take for approval", "sec-governance-status"),
    ("", "am I allowed to reuse a table, what is the licence", "sec-governance-policy"),
    ("patient", "are the cells mine or from a stranger", "sec-patient-answer"),
    ("patient", "so tired and weak, no energy since the infusion", "sec-patient-harms-early"),
    ("board", "who extracted the data, one person or two", "sec-methods-records"),
)


@pytest.mark.parametrize(("edition", "question", "place"), ASKED_FOR)
def test_a_place_is_found_by_how_readers_ask_for_it(
    finished: Path, edition: str, question: str, place: str
) -> None:
    with closing(Engine(finished, finished / "_site", edition)) as engine:
        assert f"#{place}" in in_order(engine.ask(question))[0]


def test_a_comparison_shows_what_each_of_the_two_reached(engine: Engine) -> None:
    shown = in_order(engine.ask("median duration of response, cilta-cel vs ide-cel"))
    assert {"=no-head-to-head"} in shown[:3]
    assert {"dor.median.ide"} in shown
    assert {"dor.median.cilta"} in shown


def test_when_a_harm_begins_and_how_long_it_lasts_is_no_rate(engine: Engine) -> None:
    shown = in_order(engine.ask("on which day does CRS begin after Carvykti"))
    assert {"#sec-safety-onset"} in shown[:3]
    assert {"onset.crs.cilta"} in shown[:3]
    assert in_order(engine.ask("how long does CRS last"))[0] == {"#sec-safety-onset"}


def test_who_asks_how_long_asks_for_no_advice(engine: Engine) -> None:
    assert engine.ask("My aunt is 68. How long would she wait for the cells?")["answered"]
    assert engine.ask("My aunt is 68, would she be eligible?")["reason"] == "advice"
