"""Editions of one book: what each holds, what is refused, how they lead to each other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from publishing.documents.document_checks import check_documents
from publishing.manuscript.book import load_book, load_books
from publishing.manuscript.context import RenderResult
from publishing.manuscript.editions import edition_view, is_visible, spans_of
from publishing.manuscript.qmd import read_document
from publishing.site.audience import relative
from schemas.problems import ReviewError
from tests.sample_editions import copy_editions
from tests.sample_review import context_of, copy_sample, render_sample


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_editions(tmp_path)


def add(root: Path, text: str, name: str = "index.qmd") -> None:
    with (root / name).open("a", encoding="utf-8") as stream:
        stream.write(text)


def problems(root: Path) -> list[str]:
    return [str(problem) for problem in check_documents(root, context_of(root))]


# profiles --------------------------------------------------------------------------------------


def test_a_profile_is_merged_over_the_common_settings(root: Path) -> None:
    full, nurse = load_books(root)
    assert (full.edition, full.folder, full.pdf) == ("full", "", "review.pdf")
    assert (nurse.folder, nurse.pdf) == ("nurse", "nurse/review-nurse.pdf")
    assert nurse.metadata["project"]["type"] == "book"
    assert nurse.audience == "Nurse & carer"
    assert [chapter.part for chapter in full.chapters] == ["", "Findings", "Findings", ""]


def test_the_first_edition_is_meant_when_none_is_named(root: Path) -> None:
    assert load_book(root).edition == "full"
    assert load_book(root, "nurse").edition == "nurse"
    with pytest.raises(ReviewError, match="unknown edition doctor; expected one of full, nurse"):
        load_book(root, "doctor")


def test_a_project_without_profiles_is_one_edition(tmp_path: Path) -> None:
    (book,) = load_books(copy_sample(tmp_path))
    assert (book.edition, book.folder, book.pdf) == ("", "", "review.pdf")


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("_quarto.yml", "group:\n    - [full, nurse]", "default: full", "profile is not as this"),
        ("_quarto.yml", "- [full, nurse]", "- [full]\n    - [nurse]", "profile is not as this"),
        ("_quarto-nurse.yml", "_site/nurse", "elsewhere", "is not inside _site"),
        (
            "_quarto-nurse.yml",
            "report/plain.qmd",
            "report/no.qmd",
            "the chapter report/no.qmd does",
        ),
        ("_quarto-nurse.yml", "index.qmd, ", "", "the first chapter is not index.qmd"),
        ("_quarto-nurse.yml", "chapters:", "chapter:", "did you mean 'book.chapters'?"),
        ("_quarto-nurse.yml", "  chapters:", "  sidebar:", "it lacks 'chapters'"),
        ("_quarto-full.yml", ", report/safety.qmd", "", "the document is in no chapter list"),
    ],
)
def test_a_wrong_profile_is_named(
    root: Path, file: str, old: str, new: str, expected: str
) -> None:  # fmt: skip
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ReviewError) as error:
        load_books(root)
    assert expected in " ".join(str(error.value).split())


# what an edition holds -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "in_full", "in_nurse"),
    [
        ('.content-visible when-profile="full"', True, False),
        (".content-visible unless-profile=full", False, True),
        ('.content-hidden when-profile="full"', False, True),
        ('.content-hidden unless-profile="full"', True, False),
    ],
)
def test_conditions_follow_quarto(attributes: str, in_full: bool, in_nurse: bool) -> None:
    assert is_visible(attributes, "full") is in_full
    assert is_visible(attributes, "nurse") is in_nurse


def test_a_span_may_hold_brackets_and_code() -> None:
    text = 'A [b [c](d.qmd) `]` e]{.content-visible when-profile="full"} and [f]{.smallcaps}.'
    ((start, end, _),) = spans_of(text)
    assert text[start:end].startswith("[b [c]")
    assert text[end:] == " and [f]{.smallcaps}."


def test_a_view_keeps_the_lines_and_drops_hidden_cells(root: Path) -> None:
    cell = "```{python}\n#| include: false\nx = 1\n```\n"
    add(root, f'\n::: {{.content-visible when-profile="full"}}\n{cell}:::\n')
    document = read_document(root, "index.qmd")
    nurse, full = (edition_view(document, name) for name in ("nurse", "full"))
    assert (len(nurse.cells), len(full.cells)) == (1, 2)
    codes = [code for _, code in nurse.inlines]
    assert codes == ['claim("orr.first")', 'sources("orr.first")', 'claim("orr.second")']
    assert set(nurse.inlines) < set(document.inlines)


def test_the_sample_in_editions_has_no_problem(root: Path) -> None:
    assert problems(root) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See @sec-long.", "@sec-long refers to nothing in the edition nurse"),
        ("See @sec-plain.", "@sec-plain refers to nothing in the edition full"),
        ("See @sec-none.", "@sec-none refers to nothing"),
        ("[x](report/plain.qmd)", "the link to report/plain.qmd leads nowhere in the edition full"),
        ('[x]{.content-visible when-profile="doctor"}', "unknown profile doctor"),
        ("[x]{.content-visible when-format=html}", "attribute when-format is not supported"),
        ("::: {.content-visible}\n:::", "a conditional part without a condition"),
        (
            '::: {.content-visible when-profile="full"}\n\n## A\n\n:::\n\n### B',
            "heading level 3 follows level 1 in the edition nurse",
        ),
    ],
)
def test_what_breaks_in_one_edition_is_named_with_it(root: Path, text: str, expected: str) -> None:
    add(root, f"\n{text}\n")
    found = problems(root)
    assert len([message for message in found if expected in message]) == 1, found


# rendering -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> RenderResult:
    root = copy_editions(tmp_path_factory.mktemp("editions"))
    said: list[str] = []
    done = render_sample(root, progress=said.append)
    ran = [line.split()[1] for line in said if line.startswith("[")]
    assert len(ran) == len(set(ran)) == 2, f"each document with code runs once: {said}"
    return done


def page(result: RenderResult, name: str) -> str:
    return (result.output / name).read_text(encoding="utf-8")


def test_each_edition_has_its_pages_and_its_pdf(result: RenderResult) -> None:
    assert result.pdfs == ("review.pdf", "nurse/review-nurse.pdf")
    assert result.pages == (
        "index.html", "report/efficacy.html", "report/safety.html", "report/references.html",
        "nurse/index.html", "nurse/report/plain.html", "nurse/report/references.html",
    )  # fmt: skip
    assert (result.output / "nurse/assets/review.css").is_file()
    assert not (result.output / "nurse/figures").exists()
    assert not (result.output / "nurse/evidence").exists()


def test_nothing_of_another_edition_is_in_a_page_or_pdf(result: RenderResult) -> None:
    full, nurse = page(result, "index.html"), page(result, "nurse/index.html")
    assert "Nurses read" not in full
    assert "Nurses read" in nurse
    assert "Researchers read" not in nurse
    assert (full.count('data-claim="orr.second"'), nurse.count('data-claim="orr.second"')) == (2, 1)
    assert "content-visible" not in full + nurse
    texts = [
        " ".join(page.extract_text() for page in PdfReader(result.output / pdf).pages)
        for pdf in result.pdfs
    ]
    assert ["Researchers read" in text for text in texts] == [True, False]
    assert ["Nurses read" in text for text in texts] == [False, True]
    assert "Written for" in texts[1]


def chooser(result: RenderResult, name: str) -> dict[str, str]:
    found = re.search(r'<nav class="audience".*?</nav>', page(result, name), re.DOTALL)
    assert found is not None
    return dict(re.findall(r'<a href="([^"]+)" data-edition="(\w+)"', found[0]))


def test_the_chooser_leads_to_the_same_topic(result: RenderResult) -> None:
    assert chooser(result, "index.html") == {"index.html": "full", "nurse/index.html": "nurse"}
    assert chooser(result, "report/efficacy.html") == {
        "efficacy.html": "full", "../nurse/report/plain.html": "nurse",
    }  # fmt: skip
    assert chooser(result, "nurse/report/plain.html") == {
        "../../report/efficacy.html": "full", "plain.html": "nurse",
    }  # fmt: skip
    assert chooser(result, "report/safety.html")["../nurse/index.html"] == "nurse"
    for name in result.pages:
        for link in chooser(result, name):
            assert ((result.output / name).parent / link).is_file()


def test_one_page_is_marked_as_here_and_only_the_first_page_may_offer(result: RenderResult) -> None:
    for name in result.pages:
        nav = page(result, name).split('<nav class="audience"')[1].split("</nav>")[0]
        assert nav.count('aria-current="true"') == 1
        assert ("data-first" in nav) == (name == "index.html")
        assert "Nurse &amp; carer" in nav


def test_one_edition_alone_offers_no_other(tmp_path: Path) -> None:
    root = copy_editions(tmp_path)
    done = render_sample(root, editions=["nurse"], formats=("html",))
    assert all(name.startswith("nurse/") for name in done.pages)
    assert 'class="audience"' not in (done.output / "nurse/index.html").read_text(encoding="utf-8")
    with pytest.raises(ReviewError, match="unknown edition doctor"):
        render_sample(root, editions=["doctor"])


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ("index.html", "index.html", "index.html"),
        ("report/a.html", "report/b.html", "b.html"),
        ("report/a.html", "index.html", "../index.html"),
        ("nurse/report/a.html", "nurse/b.html", "../b.html"),
        ("nurse/report/a.html", "report/b.html", "../../report/b.html"),
    ],
)
def test_addresses_are_relative(here: str, there: str, expected: str) -> None:
    assert relative(here, there) == expected
