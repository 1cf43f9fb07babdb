"""The guide for patients: plain words, the clinician's numbers, each benefit beside its harm."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from analysis.ledger import Record
from analysis.natural import count_people
from analysis.review_data import ReviewData, load_review_data
from publishing.checks.guard import guard_prose
from publishing.checks.guard.claim_facts import Claims
from publishing.checks.guard.prose import Paragraph, read_prose
from publishing.checks.reading import grade_pages, prose_passages
from publishing.displays.tracing import draw
from publishing.documents.catalogue import load_displays
from publishing.figures.icon_array import HUNDRED, people_of
from publishing.manuscript.book import load_books, plain_documents
from publishing.render.finished_page import Page, read_page
from publishing.tables.claims import ClaimsTable

ROOT = Path(__file__).parents[1]

MARK = "‡"
FORMS = re.compile(r'claim\("([^"]+)"\)(?:\.(\w+))?')


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


@pytest.fixture(scope="module")
def site(finished: Path) -> Path:
    return finished / "_site"


def pages_of(folder: Path, but: tuple[str, ...] = ()) -> list[Page]:
    paths = [
        path
        for path in sorted(folder.rglob("*.html"))
        if not set(path.relative_to(folder).parts) & set(but)
    ]
    return [
        read_page(path.read_text(encoding="utf-8"), path.relative_to(folder).as_posix())
        for path in paths
    ]


@pytest.fixture(scope="module")
def pages(site: Path) -> list[Page]:
    """Every page of the guide but the list of references."""
    found = [page for page in pages_of(site / "patient") if "references" not in page.path]
    assert len(found) > 8
    return found


def claims_on(page: Page) -> set[str]:
    return {piece.reference for passage in page.passages for piece in passage.claims}


def documents(root: Path) -> list[str]:
    return sorted(plain_documents(load_books(root)))


def test_the_documents_in_plain_words_are_those_of_their_edition_alone() -> None:
    assert documents(ROOT)
    assert {path.rpartition("/")[0] for path in documents(ROOT)} == {"report/patient"}


def test_every_page_reads_at_grade_eight_or_below(
    site: Path, record_property: pytest.RecordProperty
) -> None:
    grades = grade_pages(site / "patient")
    assert len(grades) > 8
    for path, grade in grades.items():
        record_property(path, grade)
        print(f"{path}: {grade:.1f}")
    (hardest,) = {book.plain["reading-grade"] for book in load_books(ROOT) if book.plain}
    assert {path: grade for path, grade in grades.items() if grade > hardest} == {}


def test_the_numbers_are_those_of_the_other_editions(site: Path, pages: list[Page]) -> None:
    clinician: set[str] = set()
    for page in pages_of(site, but=("patient",)):
        clinician |= claims_on(page)
    ours = {claim for page in pages for claim in claims_on(page)}
    assert len(ours) > 30
    assert ours - clinician == set()


def paragraphs(root: Path) -> list[tuple[Paragraph, str]]:
    """Every paragraph of the guide that prints a claim, with the code of its lines."""
    found = []
    for path in documents(root):
        lines = (root / path).read_text(encoding="utf-8").split("\n")
        for paragraph in read_prose(root, path).paragraphs:
            if paragraph.claims:
                first = paragraph.sentences[0].line - 1
                last = max(sentence.line for sentence in paragraph.sentences)
                found.append((paragraph, "\n".join(lines[first:last])))
    return found


def test_each_number_goes_with_the_certainty_the_clinician_reads(
    root: Path, data: ReviewData
) -> None:
    """A paragraph with a judged number says how sure the review is, and no other degree."""
    checked = 0
    for paragraph, text in paragraphs(root):
        forms = [(data.ledger[claim], form) for claim, form in FORMS.findall(text)]
        printed = {r.certainty for r, form in forms if r.certainty and form != "certainty_words"}
        said = {r.certainty for r, form in forms if form == "certainty_words"}
        assert printed <= said, f"{paragraph.file}: {printed - said} unsaid: {text[:80]}"
        assert said <= printed, f"{paragraph.file}: {said - printed} of no number: {text[:80]}"
        checked += len(printed)
    assert checked > 20


def is_benefit(record: Record) -> bool:
    """A share of people to whom something good happened."""
    tables = {row.partition(":")[0] for row in record.rows}
    good = tables <= {"outcomes", "time_to_event"}
    return good and record.unit == "percent" and record.population != "referred"


def is_harm(record: Record) -> bool:
    lost = any("not-infused" in row for row in record.rows)
    return lost or any(row.startswith("adverse_events:") for row in record.rows)


def test_each_benefit_stands_beside_a_harm_of_the_same_people(
    pages: list[Page], data: ReviewData
) -> None:
    checked = 0
    for page in pages:
        records = [data.ledger[claim] for claim in claims_on(page)]
        harms = {record.population for record in records if is_harm(record)}
        benefits = {record.population for record in records if is_benefit(record)}
        assert benefits <= harms, f"{page.path}: no harm is counted among {benefits - harms}"
        checked += bool(benefits)
    assert checked > 5


TERM = re.compile(r'\bterm\("([^"]+)"')


def test_each_term_of_a_page_is_explained_at_its_end(site: Path, root: Path) -> None:
    explained = 0
    for path in documents(root):
        text = (root / path).read_text(encoding="utf-8")
        page = (site / "patient" / path).with_suffix(".html").read_text(encoding="utf-8")
        for name in set(TERM.findall(text)):
            assert f'data-row="glossary:{name}"' in page, f"{path}: {name} is not explained"
            explained += 1
    assert explained > 20


# Words of the glossary that everybody knows, or that the pages use in their everyday sense.
ATTRIBUTES = ("title", "description", "label", "alt text")
EVERYDAY = frozenset(
    {"response", "infusion", "relapsed", "refractory", "median", "quality of life"}
)


def test_no_word_of_the_glossary_stands_unexplained(pages: list[Page], data: ReviewData) -> None:
    terms = {str(name) for name in data.evidence.glossary["term"]} - EVERYDAY
    unexplained = {}
    for page in pages:
        read = (p for p in page.passages if not p.furniture and p.kind not in ATTRIBUTES)
        pieces = [piece for passage in read for piece in passage.pieces]
        rows = {piece.reference for piece in pieces if piece.role == "row"}
        text = " ".join(piece.text for piece in pieces if piece.role == "text").lower()
        missing = [
            term
            for term in terms
            if re.search(rf"(?<![\w-]){re.escape(term.lower())}(?!\w)", text)
            and f"glossary:{term}" not in rows
        ]
        unexplained |= {page.path: sorted(missing)} if missing else {}
    assert unexplained == {}


def test_no_number_bears_a_mark_that_a_reader_must_look_up(pages: list[Page]) -> None:
    marked = [page.path for page in pages if MARK in " ".join(prose_passages(page))]
    assert marked == []


@pytest.mark.parametrize(
    "sentence",
    ["You should have it early.", "Talk to your doctor first.", "We recommend that you wait."],
)
def test_advice_is_refused(root: Path, data: ReviewData, tmp_path: Path, sentence: str) -> None:
    path = "report/patient/harms.qmd"
    place = tmp_path / path
    place.parent.mkdir(parents=True)
    shutil.copyfile(root / path, place)
    place.write_text(place.read_text(encoding="utf-8") + f"\n{sentence}\n", encoding="utf-8")
    found = [p for p in guard_prose(tmp_path, [path], data) if p.rule == "advice"]
    assert len(found) == 1
    assert "advises a reader" in str(found[0])
    assert sentence in str(found[0])


@pytest.mark.parametrize(
    "name",
    sorted(n for n in load_displays(Path(__file__).parents[1]).figures if n.startswith("people-")),
)
def test_a_picture_shows_as_many_people_as_its_words_say(data: ReviewData, name: str) -> None:
    drawn = draw(data, load_displays(data.root).figures[name])
    assert drawn.accessed.claims
    for claim in drawn.accessed.claims:
        record = data.ledger[claim]
        count = people_of(record)
        assert (count, HUNDRED) == count_people(_measure(record))
        assert record.forms.natural.removesuffix(record.forms.mark) in drawn.figure.alt
        assert f" {count} of every {HUNDRED} people" in record.forms.natural


def _measure(record: Record):  # type: ignore[no-untyped-def]
    from analysis.measures import Measure

    return Measure(unit=record.unit, value=record.value)


def test_a_picture_refuses_what_a_hundred_people_cannot_show(data: ReviewData) -> None:
    with pytest.raises(ValueError, match="cannot be shown as people of a hundred"):
        people_of(data.ledger["hr.pfs.karmma-3"])


def test_benefit_and_harm_of_the_answer_count_the_same_people(data: ReviewData) -> None:
    claims = Claims(data)
    kinds = []
    answer = load_displays(data.root).tables["patient-answer"]
    assert isinstance(answer, ClaimsTable)
    for row in answer.groups[0].rows:
        records = [data.ledger[claim] for claim in row.claims]
        assert {record.population for record in records} == {"infused"}
        kinds += [claims.is_harm(record) for record in records]
    assert kinds.count(True) == kinds.count(False)


def test_the_single_page_is_one_page_and_says_all(site: Path, data: ReviewData) -> None:
    reader = PdfReader(site / "patient" / "one-page.pdf")
    assert len(reader.pages) == 1
    text = " ".join(reader.pages[0].extract_text().split())
    review = data.evidence.review
    for claim in ("orr.ide", "infection.g3.ide", "orr.cilta", "infection.g3.cilta", "trm.cilta"):
        assert data.ledger[claim].forms.natural.removesuffix(MARK) in text
    assert "What is not known" in text
    assert "Questions to ask" in text
    assert review.version in text
    assert "Submitted" in text
    assert "August 2026" in text or review.date in text


def test_the_home_page_links_the_single_page(site: Path) -> None:
    home = (site / "patient" / "index.html").read_text(encoding="utf-8")
    assert 'href="one-page.pdf"' in home
