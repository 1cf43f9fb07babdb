"""Questions written down before the ranking are answered, or refused, as they should be."""

from __future__ import annotations

import csv
import json
import re
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from analysis.review_data import load_review_data
from publishing.cli.commands import main
from publishing.site.ask.answer import answer_text
from publishing.site.ask.asked import FILE, asked_problems
from publishing.site.ask.engine import Engine
from publishing.site.ask.index import FOLDER, PARTS
from publishing.site.ask.lexicon import synonym_problems
from schemas.table_rows import TableRows

QUESTIONS = Path(__file__).parent / "ask" / "questions.csv"
FIRST = 5
RECALL, REFUSAL, FALSE_REFUSAL = 0.9, 0.8, 0.1
LARGEST = 600_000


@dataclass(frozen=True)
class Question:
    half: str
    question: str
    answer: str
    need: str
    expected: tuple[str, ...]

    def answered_by(self, found: dict[str, Any]) -> bool:
        first = {one["entry"]["i"] for one in found["claims"][:FIRST]}
        hits = [claim in first for claim in self.expected]
        return found["answered"] and (any(hits) if self.need == "any" else all(hits))


def load_questions() -> list[Question]:
    with QUESTIONS.open(encoding="utf-8") as stream:
        return [
            Question(row["half"], row["question"], row["answer"], row["need"],
                     tuple(filter(None, row["expected"].split(" | "))))
            for row in csv.DictReader(stream)
        ]  # fmt: skip


@pytest.fixture(scope="module")
def found(engine: Engine) -> dict[str, dict[str, Any]]:
    return {item.question: engine.ask(item.question) for item in load_questions()}


def test_the_questions_are_as_many_and_as_mixed_as_promised(finished: Path) -> None:
    questions = load_questions()
    ledger = load_review_data(finished).ledger
    assert len(questions) >= 80
    assert sum(item.answer != "yes" for item in questions) * 3 >= len(questions) * 0.95
    assert {item.half for item in questions} == {"tune", "report"}
    unknown = {claim for item in questions for claim in item.expected if claim not in ledger}
    assert not unknown
    assert all(bool(item.expected) == (item.answer == "yes") for item in questions)


@pytest.mark.parametrize("half", ["tune", "report"])
def test_right_figures_stand_among_the_first_five(
    half: str, found: dict[str, dict[str, Any]]
) -> None:
    asked = [item for item in load_questions() if item.half == half and item.answer == "yes"]
    missed = [item.question for item in asked if not item.answered_by(found[item.question])]
    refused = [item.question for item in asked if not found[item.question]["answered"]]
    assert 1 - len(missed) / len(asked) >= RECALL, missed
    assert len(refused) / len(asked) <= FALSE_REFUSAL, refused


@pytest.mark.parametrize("half", ["tune", "report"])
def test_what_has_no_answer_is_refused(half: str, found: dict[str, dict[str, Any]]) -> None:
    asked = [item for item in load_questions() if item.half == half and item.answer != "yes"]
    answered = [item.question for item in asked if found[item.question]["answered"]]
    assert 1 - len(answered) / len(asked) >= REFUSAL, answered


def test_a_question_for_advice_is_called_one(found: dict[str, dict[str, Any]]) -> None:
    reasons = {
        item.question: found[item.question]["reason"]
        for item in load_questions()
        if item.answer == "advice"
    }
    assert set(reasons.values()) == {"advice"}, reasons


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("overall survival in KarMMa-8", "unknown"),
        ("overall survival in karmma 8", "unknown"),
        ("What does Abecma cost?", "outside"),
        ("response to zanubrutinib", "unknown"),
        ("", "empty"),
        ("Should I have Carvykti?", "advice"),
    ],
)
def test_a_refusal_says_why(engine: Engine, question: str, reason: str) -> None:
    answer = engine.ask(question)
    assert (answer["answered"], answer["reason"]) == (False, reason)


def test_a_named_product_is_the_product_of_every_figure(engine: Engine) -> None:
    claims = engine.ask("complete response rate of ide-cel")["claims"]
    assert claims
    for one in claims:
        words = f"{one['entry']['t']} {one['entry']['w']}"
        assert re.search("ide-cel|bb2121", words), words


def test_the_terminal_prints_source_certainty_and_ledger(engine: Engine) -> None:
    text = answer_text(engine, "response rate of cilta-cel in CARTITUDE-1")
    record = load_review_data(Path(__file__).parents[1]).ledger["orr.cilta"]
    assert record.forms.plain in text
    assert f"certainty: {record.certainty}" in text
    assert "#claim-orr.cilta" in text
    refused = answer_text(engine, "What does Carvykti cost?")
    assert "does not cover prices" in refused
    assert "It covers: How effective" in refused
    assert "not an answer" in refused


def test_a_terminal_without_a_finished_review_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "--output", str(tmp_path), "anything"]) == 1
    assert "nox -s review" in capsys.readouterr().err


def test_the_index_is_small_and_leads_to_anchors_that_exist(finished: Path) -> None:
    site = finished / "_site"
    for name in PARTS:
        assert (site / FOLDER / f"{name}.js").stat().st_size <= LARGEST
    texts = [(site / FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in PARTS]
    pages = json.loads(texts[0].split(" = ", 1)[1].rstrip(";\n"))["pages"]
    read = {page: (site / page).read_text(encoding="utf-8") for page in pages}
    for number, anchor in set(re.findall(r'"@(\d+)#([^"]+)"', "".join(texts))):
        assert f'id="{anchor}"' in read[pages[int(number)]], (pages[int(number)], anchor)


def test_search_finds_terms_sections_sources_and_half_a_word(engine: Engine) -> None:
    for words, kind in (
        ("cytokine", "claims"),
        ("Denominators", "sections"),
        ("ICANS", "terms"),
        ("Martin 2023 CARTITUDE-1", "sources"),
        ("forest", "tables"),
    ):
        assert kind in {one["kind"] for one in engine.find(words, 40)}, words
    assert engine.find("", 10) == []


def test_what_readers_ask_for_is_there(root: Path) -> None:
    assert asked_problems(load_review_data(root)) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("places: {sec-safty: [is it safe]}", "places.sec-safty: is no section, table or figure"),
        ("conclusions: {respons: [does it work]}", "did you mean 'response'?"),
        ("terms: {bridgin therapy: [what is it]}", "did you mean 'bridging therapy'?"),
        ("places: {sec-safety: is it safe}", "a list, one item a line"),
    ],
)
def test_what_readers_ask_for_and_is_not_there_is_named(
    root: Path, tmp_path: Path, text: str, says: str
) -> None:
    data = replace(load_review_data(root), root=tmp_path)
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text(f"{text}\n", encoding="utf-8")
    [problem] = asked_problems(data)
    assert FILE in str(problem)
    assert says in str(problem)


def test_a_trial_that_a_question_names_stands_in_the_section_that_answers_it(
    finished: Path,
) -> None:
    parts = {name: _part(finished / "_site", name) for name in PARTS}
    titles = {claim["i"]: claim["t"] for claim in parts["claims"]}
    own = _texts_of_places(parts, titles)
    trials = [_names(phrases) for _, kind, phrases in parts["words"]["concepts"] if kind == "study"]
    strange = [
        (place, question)
        for place, questions in parts["asked"]["places"].items()
        for question in questions
        for names in trials
        if names.search(question)
        and not any(names.search(own[one]) for one in own if f"{one}-".startswith(f"{place}-"))
    ]
    assert strange == []


def _part(site: Path, name: str) -> Any:
    text = (site / FOLDER / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(text.split(" = ", 1)[1].rstrip(";\n"))


def _names(phrases: list[str]) -> re.Pattern[str]:
    either = "|".join(re.escape(phrase).replace(r"\-", "[- ]") for phrase in phrases)
    return re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.I)


def _texts_of_places(parts: dict[str, Any], titles: dict[str, str]) -> dict[str, str]:
    """By section, table or figure: its words, and the titles of the claims it prints."""
    texts: dict[str, str] = {}
    sections: dict[str, str] = {}
    for one in [*parts["passages"], *parts["tables"]["sections"]]:
        said = [text for text, *_ in one.get("s", [])]
        printed = [name for _, *claims in one.get("s", []) for names in claims for name in names]
        claims = [titles[name] for name in printed if name in titles]
        for address in one["a"]:
            page, _, anchor = address.partition("#")
            sections.setdefault(f"{page} {one['h']}", anchor)
            texts[anchor] = " ".join([texts.get(anchor, ""), one["h"], *said, *claims])
    for one in parts["tables"]["floats"]:
        for address in one["a"]:
            page, _, anchor = address.partition("#")
            for place in (anchor, sections.get(f"{page} {one['h']}", anchor)):
                texts[place] = " ".join([texts.get(place, ""), one["t"], one["w"]])
    return texts


def test_a_review_need_not_say_what_readers_ask(root: Path, tmp_path: Path) -> None:
    assert asked_problems(replace(load_review_data(root), root=tmp_path)) == []


def test_a_synonym_stands_for_a_known_term(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = load_review_data(root)
    table = data.evidence.vocabulary.copy()
    table.loc[table.index[table["kind"] == "synonym"][0], "label"] = "overal response"
    rows = dict(data.evidence.rows) | {"vocabulary": TableRows(table)}
    monkeypatch.setitem(data.evidence.__dict__, "rows", rows)
    [problem] = synonym_problems(data)
    assert problem.what == "'overal response' is no term, product or study"


@pytest.mark.parametrize(
    "question", ["I have a fever of 39, should I call?", "my husband is confused after Carvykti"]
)
def test_an_emergency_is_answered_first(engine: Engine, question: str) -> None:
    assert "emergency number now" in engine.ask(question)["urgent"][0]
    assert engine.ask("Will my hair fall out?")["urgent"] == []


@pytest.mark.parametrize("question", ["Will my hair fall out?", "what are the side effects"])
def test_patients_are_answered_from_their_own_pages(finished: Path, question: str) -> None:
    with closing(Engine(finished, finished / "_site", "patient")) as engine:
        answer = engine.ask(question)
        printed = set(engine.words()["plain"]["patient"])
        pages = engine.words()["pages"]
    assert {one["entry"]["i"] for one in answer["claims"]} <= printed
    assert not any(one["entry"]["i"].startswith("count.") for one in answer["claims"])
    for one in (*answer["passages"], *answer["tables"]):
        places = [pages[int(place[1:].split("#")[0])] for place in one["entry"]["a"]]
        assert any(place.startswith("patient/") for place in places), one["entry"]
    assert "Hartung" not in json.dumps(answer)


@pytest.mark.parametrize("page", ["index", "ask", "harms", "one-page"])
def test_the_page_says_what_a_question_is_answered_with(finished: Path, page: str) -> None:
    said = (
        load_review_data(finished).evidence.vocabulary.set_index("kind").loc["emergency", "label"]
    )
    folder = finished if page == "index" else finished / "report" / "patient"
    assert str(said) in (folder / f"{page}.qmd").read_text(encoding="utf-8")
