"""The sample rendered by the built-in engine with real kernels: pages, PDF, same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from publishing.manuscript.context import RenderResult
from publishing.site.unbroken import keep_names_whole
from tests.sample_review import CSV, copy_sample, render_sample


class Marks(HTMLParser):
    """Collects identifiers, links, images, headings and foreign addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.images: list[dict[str, str]] = []
        self.headings: list[int] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a":
            self.links.append(values["href"])
        if tag == "img":
            self.images.append(values)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        inline = tag == "script" and "src" not in values
        if tag in {"img", "script", "link"} and not inline:
            self.loaded.append(values.get("src") or values.get("href", ""))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> RenderResult:
    return render_sample(copy_sample(tmp_path_factory.mktemp("book")))


@pytest.fixture(scope="module")
def site(result: RenderResult) -> Path:
    return result.output


@pytest.fixture(scope="module")
def efficacy(site: Path) -> str:
    return (site / "report" / "efficacy.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pdf(site: Path) -> Iterator[PdfReader]:
    with (site / "review.pdf").open("rb") as stream:
        yield PdfReader(stream)


@pytest.fixture(scope="module")
def pdf_text(pdf: PdfReader) -> str:
    text = " ".join(page.extract_text() for page in pdf.pages)
    return " ".join(text.replace("\u00a0", " ").split())


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).replace("\u00a0", " ").split())


def test_pages_stand_at_the_paths_of_their_documents(result: RenderResult) -> None:
    assert result.pages == (
        "index.html",
        "report/efficacy.html",
        "report/safety.html",
        "report/references.html",
    )
    assert all((result.output / page).is_file() for page in result.pages)
    assert result.engine == "built-in"
    assert (result.output / "evidence/time_to_event.csv").read_text(encoding="utf-8") == CSV


def test_every_link_and_file_is_there_and_no_other_host_is_asked(site: Path) -> None:
    pages = {path: Marks(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    for path, marks in pages.items():
        assert len(marks.ids) == len(set(marks.ids)), path
        for address in marks.loaded:
            if address == "data:,":  # no icon
                continue
            assert "//" not in address
            assert (path.parent / address).is_file(), (path, address)
        for link in marks.links:
            if link.startswith("https://"):
                continue
            file, _, anchor = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            assert target.is_file(), (path, link)
            assert not anchor or anchor in pages[target].ids, (path, link)


def test_every_page_has_a_policy_that_allows_nothing_inline(site: Path) -> None:
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    inline = r"<[^>]*\s(?:style|on[a-z]+)=|<style|<script(?![^>]*(?:src=|application/ld\+json))"
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert text.index(policy) < text.index("<title>"), page.name
        assert "unsafe" not in text[text.index(policy) : text.index("<title>")]
        assert not re.search(inline, text), page.name


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<p>CAR-T cells</p>", '<p><span class="whole">CAR-T</span> cells</p>'),
        ("<p>(ide-cel)</p>", '<p>(<span class="whole">ide-cel</span>)</p>'),
        ("<p>CARTITUDE-1.</p>", '<p><span class="whole">CARTITUDE-1</span>.</p>'),
        *[(same, same) for same in (
            "<title>CAR-T</title>", '<a href="car-t.html" title="CAR-T">it</a>', "<svg>CAR-T</svg>",
            "<p>head-to-head, BCMA-directed, https://example.org/car-t, trial-1.crs-any.g3</p>",
        )],
    ],
)  # fmt: skip
def test_names_with_a_short_last_part_do_not_break(text: str, kept: str) -> None:
    assert keep_names_whole(text) == kept


def test_headings_skip_no_level_and_start_with_one(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        article = text[text.index("<article ") : text.index("</article>")]
        levels = Marks(article).headings
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(b <= a + 1 for a, b in pairwise(levels))


def test_cross_references_are_numbered_over_all_chapters(site: Path) -> None:
    index = (site / "index.html").read_text(encoding="utf-8")
    assert '<a href="report/efficacy.html#sec-efficacy" class="cross-reference">' in index
    assert "See Chapter 1, Table 1.1 on another page, and the safety chapter." in plain(index)
    assert 'href="report/safety.html#sec-safety">the safety chapter' in index
    safety = (site / "report/safety.html").read_text(encoding="utf-8")
    assert '<span class="section-number">2.1</span> Events' in safety
    assert 'href="efficacy.html#sec-response"' in safety


def test_values_of_inline_code_are_markdown_and_plain_strings_are_escaped(efficacy: str) -> None:
    assert "A plain string comes out as it is: 5 * 3 [x] &lt;y&gt; &amp; $z$." in efficacy
    assert '<span class="claim" data-claim="orr.first">97.9%</span>' in efficacy


def test_html_takes_the_html_table_with_citations_resolved(efficacy: str) -> None:
    table = efficacy[efficacy.index('<table class="gt_table">') :]
    assert "data-qmd" not in efficacy
    assert 'First <span class="citation" data-cites="smith2021">' in table
    assert '[<a href="references.html#ref-smith2021">2</a>]' in table
    assert "A &lt; B &amp; C ≥ D – E" in table


def test_pdf_takes_the_pandoc_table_with_the_same_words(pdf_text: str) -> None:
    assert "First [2] 97.9%" in pdf_text
    assert "A < B & C ≥ D – E 73.4%" in pdf_text


def test_figures_have_caption_and_alt_text(efficacy: str) -> None:
    image = Marks(efficacy).images[0]
    assert image["src"] == "../figures/bars.svg"
    assert image["alt"] == 'The first bar is longer than the "second".'
    assert "Figure 1.1. Response of 97.9% in the first cohort [2]." in plain(efficacy)


def test_every_image_carries_its_size(site: Path) -> None:
    pages = [page.read_text(encoding="utf-8") for page in site.rglob("*.html")]
    images = [image for page in pages for image in Marks(page).images]
    assert images
    for image in images:
        assert int(image["width"]) > 0, image
        assert int(image["height"]) > 0, image


def test_callouts_footnotes_and_definitions(efficacy: str, site: Path) -> None:
    assert '<div class="callout callout-warning" role="note">' in efficacy
    assert '<p class="callout-title">Not compared</p>' in efficacy
    assert "A footnote with a citation [1]." in plain(efficacy)
    safety = (site / "report/safety.html").read_text(encoding="utf-8")
    assert "The same mark as in another chapter." in safety
    assert "<dt>Term</dt>" in efficacy


def test_the_bibliography_stands_on_the_references_page_alone(site: Path) -> None:
    holders = [path.name for path in site.rglob("*.html") if "csl-entry" in path.read_text("utf-8")]
    assert holders == ["references.html"]


def test_every_page_prints_status_version_dates_and_banner(site: Path, pdf_text: str) -> None:
    said = ["1.2.3", "Submitted", "6 February 2026", "1 February 2026", "0123456789ab",
            "Educational purpose only; pending human review", "Under Review"]  # fmt: skip
    for path in site.rglob("*.html"):
        text = plain(path.read_text(encoding="utf-8"))
        assert all(words in text for words in said), path
    assert all(words in pdf_text for words in said)


def test_pages_have_landmarks_and_a_way_past_the_navigation(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for mark in ("<main id=", "<header", "<footer", '<nav class="book"'):
            assert text.count(mark) == 1, (path, mark)
        assert text.index('class="skip" href="#content"') < text.index("<header")
        assert 'aria-current="page"' in text
        assert len(text.encode()) < 300_000


def test_every_page_of_the_pdf_but_the_cover_has_version_and_status(pdf: PdfReader) -> None:
    for page in pdf.pages[1:]:
        text = page.extract_text()
        assert "Version 1.2.3 · Submitted" in text
        assert "Educational purpose only; pending human review" in text


def test_pdf_declares_its_standards_title_language_and_tags(pdf: PdfReader) -> None:
    root = pdf.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>3</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert pdf.metadata is not None
    assert pdf.metadata.title == "A sample review"
    assert pdf.metadata.creation_date_raw is not None
    assert pdf.metadata.creation_date_raw.startswith("D:20260206")


def test_pdf_has_bookmarks_for_parts_and_numbered_chapters(pdf: PdfReader) -> None:
    titles = [entry.title for entry in pdf.outline if not isinstance(entry, list)]
    assert [title.replace("\u00a0", " ") for title in titles] == [
        "Summary",
        "Findings",
        "1 Efficacy",
        "2 Safety",
        "About",
        "References",
    ]


def test_pdf_carries_the_evidence(pdf: PdfReader) -> None:
    assert dict(pdf.attachments) == {"evidence/time_to_event.csv": [CSV.encode()]}


def test_pdf_gives_every_figure_its_alt_text(pdf: PdfReader) -> None:
    assert alternatives(pdf.trailer["/Root"]["/StructTreeRoot"]) == [
        'The first bar is longer than the "second".'
    ]


def alternatives(element: object) -> list[str]:
    """Alt texts of the structure tree, in reading order."""
    node = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(node, list):
        return [text for child in node for text in alternatives(child)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node and node.get("/S") == "/Figure" else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])


def test_pdf_embeds_every_font_and_takes_none_from_the_system(pdf: PdfReader) -> None:
    names = {
        str(font.get_object()["/BaseFont"])
        for page in pdf.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert names
    assert all(re.match(r"/[A-Z]{6}\+Review(Serif|Sans|Mono)-", name) for name in names)


def test_html_and_pdf_number_alike(efficacy: str, pdf_text: str) -> None:
    for title in ("1.1 Response", "1.1.1 Depth", "1.2 Durability"):
        assert title in plain(efficacy)
        assert title in pdf_text
    captions = ("Table 1.1. Response", "Table 1.2. A table", "Figure 1.1. Response")
    for caption in captions:
        assert plain(efficacy).count(caption) == pdf_text.count(caption) == 1


def test_two_builds_give_the_same_bytes(site: Path, tmp_path: Path) -> None:
    again = render_sample(copy_sample(tmp_path)).output
    first = {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    second = {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()}
    assert first == second


def test_one_format_alone_leaves_the_other_out(tmp_path: Path) -> None:
    root = copy_sample(tmp_path)
    only_html = render_sample(root, formats=("html",))
    assert only_html.pdfs == ()
    assert not (root / "_site/review.pdf").exists()
    assert "review.pdf" not in (root / "_site/index.html").read_text(encoding="utf-8")
    only_pdf = render_sample(root, formats=("pdf",))
    assert only_pdf.pages == ()
    assert sorted(p.name for p in (root / "_site").iterdir()) == ["evidence", "review.pdf"]
