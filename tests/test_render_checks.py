"""Checks that run before any kernel: references, typed digits, the list of chapters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from publishing.documents.digits import name_pattern, typed_digits
from publishing.documents.document_checks import check_documents
from tests.sample_review import context_of, copy_sample

NAMES = frozenset({"CD38", "IL-6", "grade 3", "CARTITUDE-4", "4-1BB"})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_sample(tmp_path)


def add(root: Path, text: str, name: str = "report/safety.qmd") -> None:
    path = root / name
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def problems(root: Path) -> list[str]:
    return [str(problem) for problem in check_documents(root, context_of(root))]


def test_the_sample_has_no_problem(root: Path) -> None:
    assert problems(root) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('A `{python} claim("orr.frist")`.', "unknown claim orr.frist; did you mean 'orr.first'?"),
        ('A `{python} sources("orr.first", "x.y")`.', "unknown claim x.y"),
        ("A `{python} claim('a'`.", "code is not Python"),
        ("Said before [@smith2022].", "unknown citekey @smith2022; did you mean 'smith2021'?"),
        ("@nobody says so.", "unknown citekey @nobody"),
        ("See @tbl-respons.", "@tbl-respons refers to nothing; did you mean 'tbl-response'?"),
        ("See @sec-nowhere.", "@sec-nowhere refers to nothing"),
        ("## Twice {#sec-events}", "sec-events is used twice"),
        ("[x](nothing.qmd)", "the link to nothing.qmd leads nowhere"),
        ("[x](efficacy.qmd)", "the link to efficacy.qmd names no section"),
        ("[x](efficacy.qmd#sec-no)", "the link to #sec-no leads nowhere"),
        ("[x](#sec-no)", "the link to #sec-no leads nowhere"),
        ("[x](efficacy.html)", "the link to efficacy.html works in one format only"),
        ("A note.[^none]", "footnote none has no text"),
        ("[^alone]: text", "footnote alone is never used"),
        ("[^population]: text", "footnote population is written twice"),
        ("Response was 97% here.", "the digits of '97%' are typed in prose"),
        ('```{python}\ntable("other")\n```', "unknown table other"),
        ('```{python}\ntable("response")\n```', "a cell with table(...) has no label"),
        ('```{python}\nfigure("bars")\n```', "a cell with figure(...) lacks `#| output: asis`"),
        ('```{python}\nfigure("bar")\n```', "unknown figure bar; did you mean 'bars'?"),
        ("```{python}\nx = (\n```", "code is not Python"),
    ],
)
def test_each_fault_is_found_with_its_line(root: Path, text: str, expected: str) -> None:
    add(root, f"\n{text}\n")
    last = 2 if "\n" in text else 0
    line = (root / "report/safety.qmd").read_text(encoding="utf-8").count("\n") - last
    found = problems(root)
    assert any(expected in message for message in found), found
    faults = [message for message in found if "engine: jupyter" not in message]
    assert all(message.startswith("report/safety.qmd line ") for message in faults)
    assert any(f" line {line}:" in message or f" line {line + 1}:" in message for message in faults)


def test_every_problem_of_every_document_is_reported_at_once(root: Path) -> None:
    add(root, "\nSee @fig-none.\n")
    add(root, "\nSee @fig-nothing, [@who].\n", "report/efficacy.qmd")
    add(root, "\n<b>x</b>\n", "index.qmd")
    found = problems(root)
    assert {message.split(" ")[0] for message in found} == {
        "index.qmd",
        "report/efficacy.qmd",
        "report/safety.qmd",
    }
    assert len(found) == 4


def test_a_document_outside_the_book_is_named(root: Path) -> None:
    (root / "report" / "stray.qmd").write_text("# Stray {#sec-stray}\n", encoding="utf-8")
    assert "report/stray.qmd: the document is in no chapter list" in problems(root)[0]


def test_a_chapter_without_document_is_named(root: Path) -> None:
    (root / "report" / "safety.qmd").unlink()
    assert "the chapter report/safety.qmd does not exist" in problems(root)[0]


def test_appendices_are_refused(root: Path) -> None:
    add(root, "", "_quarto.yml")
    text = (root / "_quarto.yml").read_text(encoding="utf-8")
    changed = text.replace("  chapters:\n    - index", "  appendices: []\n  chapters:\n    - index")
    (root / "_quarto.yml").write_text(changed, encoding="utf-8")
    assert "book.appendices is not supported" in problems(root)[0]


def test_the_title_of_the_book_is_the_title_of_the_review(root: Path) -> None:
    context = replace(context_of(root), title="Another title")
    assert "book.title is 'A sample review'" in str(check_documents(root, context)[0])


@pytest.mark.parametrize(
    "text",
    [
        "CD38 and IL-6 in CARTITUDE-4, grade 3, with 4-1BB.",
        "Cited [@smith2021, @lee2023] and @tbl-x2, [see](methods.qmd#sec-2).",
        "On 6 February 2026, in May 2024, since 2025-12-31.",
        "1. a list item",
        "    2) another",
        "## Heading {#sec-2 .unnumbered}",
        'Inline `{python} claim("orr.2")` and `file2.csv`.',
        "A note.[^1]",
        "[^1]: Its text.",
        "τ², I² in Unicode",
        "<https://example.org/2>",
    ],
)
def test_digits_that_state_no_result_pass(text: str) -> None:
    assert typed_digits(text, name_pattern(NAMES)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Response was 97.9%.", ["97.9%"]),
        ("In 2021 it was approved.", ["2021"]),
        ("CD381 is no name, xCD38 neither.", ["CD381", "xCD38"]),
        ("After 12 months, n=97", ["12", "n=97"]),
        ("1. had 5 patients", ["5"]),
        ('::: {.callout-note title="Only 3 lines"}', ["3"]),
        ('![](/figures/x.svg){fig-alt="A bar of 80 percent"}', ["80"]),
        ("[12 of 20](methods.qmd)", ["12", "20"]),
        ("grade 3 in 3", ["3"]),
        ("٣ patients", ["٣"]),
    ],
)
def test_typed_results_are_found(text: str, expected: list[str]) -> None:
    assert typed_digits(text, name_pattern(NAMES)) == expected


def test_digits_in_a_caption_are_found(root: Path) -> None:
    cell = '\n```{python}\n#| label: tbl-b\n#| tbl-cap: "The 12 cohorts"\ntable("response")\n```\n'
    add(root, cell, "report/efficacy.qmd")
    assert any("the digits of '12'" in message for message in problems(root))
