"""The language guard: each fault is planted in a document, and the finding names it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from analysis.kept import Keeping, Steps
from analysis.ledger import Record
from analysis.review_data import ReviewData, load_review_data
from publishing.checks.guard import guard_prose
from publishing.checks.guard.claim_facts import Claims
from publishing.checks.guard.prose import Prose, prose_and_captions, read_prose
from publishing.checks.phrases import any_of, wording_of
from publishing.documents.reads import Fingerprints
from publishing.manuscript.qmd import Document
from schemas.problems import Problem

HEAD = "---\nengine: jupyter\n---\n\n# Title {#sec-x}\n\n"
Planted = Callable[[str], list[Problem]]


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


@pytest.fixture(scope="module")
def claims(data: ReviewData) -> Claims:
    return Claims(data)


@pytest.fixture
def plant(data: ReviewData, tmp_path: Path) -> Planted:
    """Findings of a document with this body, exceptions of the review left aside."""

    def findings(body: str) -> list[Problem]:
        (tmp_path / "x.qmd").write_text(HEAD + body + "\n", encoding="utf-8")
        found = guard_prose(tmp_path, ["x.qmd"], data)
        return [one for one in found if one.file == "x.qmd" and one.rule]  # citations have none

    return findings


def say(record: Record) -> str:
    return f'`{{python}} claim("{record.id}")`'


def pick(data: ReviewData, fits: Callable[[Record], bool]) -> Record:
    return next(record for record in data.ledger.records.values() if fits(record))


def rate(data: ReviewData, claims: Claims) -> Record:
    return pick(
        data,
        lambda r: r.statistic == "proportion" and not claims.is_comparative(r)
        and not claims.is_randomised(r) and not claims.is_harm(r),
    )  # fmt: skip


def trial_ratio(data: ReviewData, claims: Claims) -> Record:
    return pick(data, lambda r: claims.is_ratio(r) and claims.is_anchored(r))


def rules(problems: list[Problem]) -> set[str]:
    return {problem.rule for problem in problems}


def test_a_comparative_without_a_comparison_is_named_with_its_line(
    plant: Planted, data: ReviewData, claims: Claims
) -> None:
    (found,) = plant(f"One line.\nThis product is superior: {say(rate(data, claims))}.")
    assert found.rule == "comparison"
    assert found.row == "8"
    assert "'superior' compares" in found.what
    assert "wording_exceptions.csv" in found.action


def test_a_comparative_beside_a_ratio_of_a_trial_is_not(
    plant: Planted, data: ReviewData, claims: Claims
) -> None:
    ratio = trial_ratio(data, claims)
    assert "comparison" not in rules(plant(f"It was better, with {say(ratio)}."))


def test_an_unanchored_comparison_says_so_in_its_sentence(
    plant: Planted, data: ReviewData, claims: Claims
) -> None:
    ratio = pick(data, lambda r: claims.is_ratio(r) and not claims.is_anchored(r))
    loose = plant(f"The hazard ratio was {say(ratio)}.\nIt is unanchored.")
    assert "unanchored" in rules(loose)
    said = plant(f"The hazard ratio, unanchored, was {say(ratio)}.")
    assert "unanchored" not in rules(said)


def test_rates_of_two_studies_set_against_each_other_are_a_comparison(
    plant: Planted, data: ReviewData, claims: Claims
) -> None:
    first = rate(data, claims)
    other = pick(
        data,
        lambda r: r.statistic == "proportion" and bool(claims.studies(r.id))
        and not claims.studies(r.id) & claims.studies(first.id),
    )  # fmt: skip
    assert "unanchored" in rules(plant(f"It was {say(first)} against {say(other)}."))


def test_a_causal_verb_needs_a_randomised_trial(
    plant: Planted, data: ReviewData, claims: Claims
) -> None:
    found = plant(f"The product reduces relapse: {say(rate(data, claims))}.")
    assert "cause" in rules(found)
    assert "'reduces' names a cause" in " ".join(problem.what for problem in found)
    ratio = trial_ratio(data, claims)
    assert "cause" not in rules(plant(f"The product reduces relapse: {say(ratio)}."))


def test_words_of_certainty_agree_with_the_judgement(plant: Planted, data: ReviewData) -> None:
    record = pick(data, lambda r: r.certainty == "low")
    (found,) = (p for p in plant(f"It probably is {say(record)}.") if p.rule == "certainty")
    assert f"{record.id} low" in found.what
    assert "“may”" in found.expected
    assert "certainty" not in rules(plant(f"It may be {say(record)}."))


def test_a_relative_effect_comes_with_its_absolute_one(
    plant: Planted, data: ReviewData, claims: Claims
) -> None:
    ratio = trial_ratio(data, claims)
    assert "relative_effect" in rules(plant(f"The hazard ratio was {say(ratio)}."))
    absolute = pick(
        data,
        lambda r: claims.is_absolute(r) and bool(claims.studies(r.id) & claims.studies(ratio.id)),
    )
    both = plant(f"The hazard ratio was {say(ratio)}.\nThe share was {say(absolute)}.")
    assert "relative_effect" not in rules(both)
    apart = plant(f"The hazard ratio was {say(ratio)}.\n\nThe share was {say(absolute)}.")
    assert "relative_effect" in rules(apart)


def test_a_conclusion_names_a_harm(plant: Planted, data: ReviewData, claims: Claims) -> None:
    benefit = say(rate(data, claims))
    bare = plant(f"## Conclusion {{#sec-x-end}}\n\nA response in {benefit}.")
    assert [(problem.rule, problem.row) for problem in bare] == [("harm", "7")]
    harm = say(pick(data, claims.is_harm))
    assert not plant(f"## Conclusion {{#sec-x-end}}\n\nA response in {benefit}, harm in {harm}.")


def test_the_title_of_a_callout_counts_as_a_heading(plant: Planted) -> None:
    body = '::: {.callout-note title="What this means"}\nWords alone.\n:::'
    assert rules(plant(body)) == {"harm"}


def test_an_exception_that_nothing_needs_is_named(data: ReviewData, tmp_path: Path) -> None:
    (tmp_path / "x.qmd").write_text(HEAD + "Words alone.\n", encoding="utf-8")
    found = [p for p in guard_prose(tmp_path, ["x.qmd"], data) if p.file != "x.qmd"]
    assert len(found) == len(data.evidence.wording_exceptions)
    assert all("needs it any more" in problem.what for problem in found)


def test_a_clean_file_is_read_again_when_its_text_changes_and_not_before(
    data: ReviewData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def noted(document: Document, said: Mapping[str, str]) -> Prose:
        read.append(document.path)
        return prose_and_captions(document, said)

    keeping = Keeping(Steps(tmp_path / "kept"), "", Fingerprints(data, str))
    monkeypatch.setattr("publishing.checks.guard.prose_and_captions", noted)
    excused = next(one for one in wording_of(data.evidence).exceptions if one.rule == "cause")
    place = tmp_path / excused.file
    place.parent.mkdir(parents=True, exist_ok=True)
    for body, again in (("Words alone.", True), ("Words alone.", False), ("Others.", True)):
        read.clear()
        needed = f"It {excused.text} [@x]." if body == "Words alone." else ""
        place.write_text(f"{HEAD}{body}\n{needed}\n", encoding="utf-8")
        found = guard_prose(tmp_path, [excused.file], data, keeping)
        assert (read == [excused.file]) is again
        assert [one for one in found if one.file == excused.file] == []
        assert (excused.name in {one.row for one in found}) is (body == "Others.")


def test_a_file_with_a_finding_is_read_every_time(plant: Planted) -> None:
    findings = [plant("Half of them answered.") for _ in range(2)]
    assert findings[0] == findings[1] != []


def test_an_exception_covers_its_sentence_and_no_other(data: ReviewData) -> None:
    wording = wording_of(data.evidence)
    item = wording.exceptions[0]
    assert wording.excuse(item.rule, item.file, f"Before {item.text} after.")
    assert not wording.excuse(item.rule, item.file, "Another sentence.")
    assert not wording.excuse(item.rule, "elsewhere.qmd", item.text)


def test_lines_sections_and_items_are_kept_apart(tmp_path: Path) -> None:
    body = 'A `{python} claim("a")` here.\nB.\n\n- one\n- two [@key]\n\n## Sub {#sec-y}\n\nLast.'
    (tmp_path / "x.qmd").write_text(HEAD + body, encoding="utf-8")
    prose = read_prose(tmp_path, "x.qmd")
    assert [p.text for p in prose.paragraphs] == ["A ⟦a⟧ here. B.", "one", "two", "Last."]
    assert [p.cited for p in prose.paragraphs] == [False, False, True, False]
    assert prose.paragraphs[0].claims == ("a",)
    assert [s.line for s in prose.paragraphs[0].sentences] == [7, 8]
    assert [(s.heading, len(s.paragraphs)) for s in prose.sections] == [("Title", 4), ("Sub", 1)]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [("reduc*", "It reduced it", True), ("half", "behalf", False), ("half", "Half of", True),
     ("half", "half-life", False), ("higher * than", "higher rate of it than", True),
     ("higher * than", "higher a b c d than", False), ("½", "about ½ of", True)],
)  # fmt: skip
def test_phrases_are_whole_words(phrase: str, text: str, found: bool) -> None:
    assert bool(any_of([phrase]).search(text)) is found


def test_a_phrase_of_the_list_of_style_is_named_with_what_to_write(
    plant: Planted, data: ReviewData
) -> None:
    style = data.evidence.wording.query("kind == 'style' and use == 'listed'")
    row = next(row for row in style.itertuples() if "*" not in row.phrase)
    (found,) = plant(f"One line.\nIt is {row.phrase}, they say.")
    assert (found.rule, found.row) == ("style", "8")
    assert found.expected == row.reason
    headed = plant(f"## All of it {row.phrase} {{#sec-y}}\n\nNothing else.")
    assert [problem.rule for problem in headed] == ["style"]


@pytest.mark.parametrize(("reader", "uncited"), [("visible", False), ("hidden", True)])
def test_sources_at_the_end_of_a_plain_page_cite_for_that_edition_alone(
    data: ReviewData, tmp_path: Path, reader: str, uncited: bool
) -> None:
    said = say(data.ledger["orr.ide"])
    parts = (
        f'::: {{.content-{reader} when-profile="patient"}}\nIt was {said}.\n:::',
        '::: {.content-visible when-profile="patient"}\n`{python} sources("orr.ide")`.\n:::',
    )
    (tmp_path / "index.qmd").write_text(HEAD + "\n\n".join(parts) + "\n", encoding="utf-8")
    found = [str(problem) for problem in guard_prose(tmp_path, ["index.qmd"], data)]
    assert any("the claim orr.ide and cites no source" in one for one in found) == uncited
