"""The scan reads finished pages and the finished PDF; each fault is planted and named."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.ledger import Record
from analysis.measures import interval_of
from analysis.review_data import ReviewData, load_review_data
from publishing.checks.phrases import wording_of
from publishing.checks.scan import check_pages, figures_on
from publishing.checks.scan.alignment import align
from publishing.checks.scan.compare import compare_paper
from publishing.checks.scan.facts import Facts, facts_of, figures_of
from publishing.checks.scan.paper import Line, Paper, read_paper
from publishing.displays.specification import Displays
from publishing.displays.tracing import draw
from publishing.documents.catalogue import load_displays
from publishing.documents.digits import names_with_digits
from publishing.lifecycle.build import scan_output
from publishing.lifecycle.checked import render_context
from publishing.manuscript.book import load_books
from publishing.printing.cells import named_in
from publishing.render.finished_page import Page, read_page
from publishing.site.version import version_of
from schemas.problems import ReviewError

FRAME = (
    '<!DOCTYPE html><html lang="en"><body><main id="content"><article>{}</article></main></body>'
)


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


@pytest.fixture(scope="module")
def facts(data: ReviewData) -> Facts:
    return facts_of(data, names_with_digits(data), (data.evidence.review.version,))


@pytest.fixture(scope="module")
def counted(data: ReviewData) -> Record:
    """A claim that prints a count of one row."""
    return next(
        record
        for record in data.ledger.records.values()
        if record.statistic == "proportion" and record.interval == "exact" and record.events
        and record.n and record.n > 90 and record.verification != "secondary"
    )  # fmt: skip


def span(record: Record, text: str | None = None) -> str:
    return f'<span class="claim" data-claim="{record.id}">{text or record.forms.plain}</span>'


def cell(reference: str, text: str) -> str:
    return f'<td><span class="evidence" data-row="{reference}">{text}</span></td>'


def page(body: str, path: str = "report/x.html") -> Page:
    return read_page(FRAME.format(body), path)


def said(bodies: str | Iterable[Page], facts: Facts, data: ReviewData) -> str:
    pages = [page(bodies)] if isinstance(bodies, str) else list(bodies)
    problems = check_pages(pages, facts, data, wording_of(data.evidence))
    return "\n".join(map(str, problems))


# digits ----------------------------------------------------------------------------------------


def test_a_page_of_claims_rows_dates_names_and_numbers_is_clean(
    facts: Facts, data: ReviewData, counted: Record
) -> None:
    name = sorted(names_with_digits(data))[0]
    body = (
        '<section id="sec-x"><h2><span class="section-number">5.1</span> Heading</h2>'
        f"<p>Response was {span(counted)} on 6 February 2026 in {name}, see "
        '<a href="#sec-x" class="cross-reference">Section 5.1</a> '
        '<span class="citation" data-cites="a">(<a href="#ref-a">Author 2021</a>)</span>.</p>'
        f"<table><tr>{cell(counted.rows[0], counted.forms.n)}</tr></table>"
        '<div id="refs" class="references"><p>Author (2021), vol 12, 4–9.</p></div></section>'
    )
    assert said(body, facts, data) == ""


def test_a_typed_digit_is_named_with_page_sentence_and_nearest_claim(
    facts: Facts, data: ReviewData, counted: Record
) -> None:
    typed = re.sub(r"[^\d.]", "", counted.forms.plain)
    body = f"<section id='sec-x'><p>First. A response was seen in {typed}% of them.</p></section>"
    message = said(body, facts, data)
    assert "report/x.html" in message
    assert "in #sec-x" in message
    assert f"“A response was seen in {typed}% of them.”" in message
    assert f"'{typed}' is typed" in message
    assert "the nearest claim is" in message
    assert "First." not in message


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<table><tr><td>Response</td><td>83%</td></tr></table>", "cell"),
        ("<figure><figcaption>Response in 83 patients</figcaption></figure>", "caption"),
        ("<ul><li>83 of them</li></ul>", "list"),
        ("<h2>The 83</h2>", "heading"),
        ("<p>as <code>83%</code></p>", "paragraph"),
        ("<p>about ½ of them</p>", "paragraph"),
        ('<p><a href="x" title="83 of them">there</a></p>', "label"),
        ("<aside><p>83 of them</p></aside>", "paragraph"),
    ],
)
def test_a_digit_is_found_wherever_it_stands(
    facts: Facts, data: ReviewData, counted: Record, body: str, kind: str
) -> None:
    message = said(f"<p>{span(counted)}</p>{body}", facts, data)
    assert "is typed" in message
    assert f"report/x.html column {kind}" in message or f" {kind}" in message


def test_list_numbers_and_hidden_text_are_not_results(
    facts: Facts, data: ReviewData, counted: Record
) -> None:
    body = f"<p>{span(counted)}</p><ol><li>first</li><li>second</li></ol><script>83</script>"
    assert said(body, facts, data) == ""


def test_a_claim_that_prints_another_value_is_named(
    facts: Facts, data: ReviewData, counted: Record
) -> None:
    message = said(f"<p>{span(counted, '12.3%')}</p>", facts, data)
    assert f"prints '12.3%' for the claim {counted.id}" in message
    assert counted.forms.plain in message


def test_a_swapped_denominator_is_named_in_a_claim_and_in_a_row(
    facts: Facts, data: ReviewData, counted: Record
) -> None:
    wrong = f"{counted.events} of {(counted.n or 0) + 16}"
    message = said(f"<p>{span(counted, wrong)}</p>", facts, data)
    assert f"prints {wrong!r} for the claim {counted.id}" in message
    assert counted.forms.n in message
    message = said(f"<p>{span(counted)}</p><table>{cell(counted.rows[0], wrong)}", facts, data)
    assert f"is no figure of {counted.rows[0]}" in message


@pytest.mark.parametrize(("level", "method"), [(90, "clopper_pearson"), (95, "wilson")])
def test_the_interval_of_a_row_is_the_one_that_the_protocol_asks_for(
    facts: Facts, level: float, method: str
) -> None:
    usual = facts.evidence.review.protocol
    protocol = usual.model_copy(update={"confidence_level": level, "single_proportion": method})
    low, high = interval_of(94, 128, protocol).lower, interval_of(94, 128, protocol).upper
    text = f"{100 * float(low):.3f} to {100 * float(high):.3f} at {level}"
    row = {"events": 94, "n": 128}
    tokens = facts.digits_of(text)
    assert all(map(figures_of(row, protocol).account_for, (token.text for token in tokens)))
    assert not all(map(figures_of(row, usual).account_for, (token.text for token in tokens)))


def test_unknown_claims_and_rows_are_named(facts: Facts, data: ReviewData, counted: Record) -> None:
    body = f"<p>{span(counted)} {span(counted).replace(counted.id, 'no.such')}</p>"
    message = said(body + f"<table>{cell('outcomes:none', '12')}</table>", facts, data)
    assert "the claim 'no.such', which the ledger has not" in message
    assert "evidence/outcomes.csv has no row 'none'" in message


def test_a_cross_reference_prints_the_number_of_its_target(
    facts: Facts, data: ReviewData, counted: Record
) -> None:
    body = (
        f'<section id="sec-x"><h2><span class="section-number">5.1</span> A</h2><p>{span(counted)} '
        'in <a class="cross-reference" href="#sec-x">Section 5.2</a></p></section>'
    )
    assert "'Section 5.2' points to #sec-x; expected the number 5.1" in said(body, facts, data)


def test_a_site_without_claims_fails(facts: Facts, data: ReviewData) -> None:
    assert "no page prints a claim" in said("<p>Words alone.</p>", facts, data)


# quantities in words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["two thirds of patients", "half of them", "most patients", "nearly all", "the majority",
     "one in five", "almost everyone", "a quarter of the cohort", "twice as many", "all but one"],
)  # fmt: skip
def test_a_quantity_in_words_is_named(
    facts: Facts, data: ReviewData, counted: Record, words: str
) -> None:
    message = said(f"<p>{span(counted)} and {words} responded.</p>", facts, data)
    assert "is a quantity in words" in message
    assert "responded" in message
    assert "wording_exceptions.csv" in message


@pytest.mark.parametrize("words", ["at most", "the most recent report", "rounded half up"])
def test_a_phrase_with_another_meaning_is_not(
    facts: Facts, data: ReviewData, counted: Record, words: str
) -> None:
    assert said(f"<p>{span(counted)}, {words}.</p>", facts, data) == ""


def test_every_allowed_phrase_and_every_exception_has_a_reason(data: ReviewData) -> None:
    assert all(one.reason for one in data.evidence.phrases if one.use == "allowed")
    assert data.evidence.wording_exceptions["reason"].notna().all()


# alt texts -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pictured(data: ReviewData) -> tuple[str, str]:
    """A figure whose alt text states figures, and that alt text."""
    for name, display in load_displays(data.root).figures.items():
        alt = draw(data, display).figure.alt
        if re.search(r"\d+\.\d%", alt):
            return name, " ".join(alt.replace('"', "'").split())
    raise AssertionError("no figure states a percentage")


def picture(name: str, alt: str) -> str:
    return f'<figure id="fig-{name}"><p><img src="x.svg" alt="{alt}"></p></figure>'


def test_the_alt_text_of_today_is_clean(
    facts: Facts, data: ReviewData, counted: Record, pictured: tuple[str, str]
) -> None:
    assert said(f"<p>{span(counted)}</p>{picture(*pictured)}", facts, data) == ""


def test_a_stale_alt_text_is_named(
    facts: Facts, data: ReviewData, counted: Record, pictured: tuple[str, str]
) -> None:
    name, alt = pictured
    stale = re.sub(r"\d+\.\d%", "12.3%", alt, count=1)
    message = said(f"<p>{span(counted)}</p>{picture(name, stale)}", facts, data)
    assert f"the alt text of fig-{name} is stale" in message
    assert "12.3%" in message


def test_a_typed_digit_in_an_alt_text_is_named(
    facts: Facts, data: ReviewData, counted: Record
) -> None:
    message = said(f"<p>{span(counted)}</p>{picture('own', 'Bars of 83%')}", facts, data)
    assert "'83' is typed: “Bars of 83%”" in message


Typed = Callable[[str], str]


@pytest.fixture
def typed(
    facts: Facts, data: ReviewData, counted: Record, pictured: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Typed:  # fmt: skip
    """What is said of a figure that ends its alt text in a sentence of its own."""
    name, alt = pictured

    def check(sentence: str) -> str:
        display = load_displays(data.root).figures[name]
        typing = display.model_copy(update={"alt": f"{display.alt} {sentence}"})
        monkeypatch.setattr(
            "publishing.checks.scan.list_displays", lambda _: Displays({}, {name: typing})
        )
        return said(f"<p>{span(counted)}</p>{picture(name, f'{alt} {sentence}')}", facts, data)

    return check


def test_a_figure_that_types_a_digit_into_its_alt_text_is_named(typed: Typed) -> None:
    assert "'12.345' is typed in the alt text" in typed("That is 12.345 in all.")


def test_a_claim_does_not_account_for_digits_of_a_longer_number(
    typed: Typed, data: ReviewData, pictured: tuple[str, str]
) -> None:
    name, _ = pictured
    asked = sorted(draw(data, load_displays(data.root).figures[name]).accessed.claims)
    values = (data.ledger[claim].forms.value for claim in asked)
    value = next(text for text in values if re.fullmatch(r"\d+%", text))
    assert typed(f"That is {value} in all.") == ""
    assert f"'77{value[:-1]}' is typed in the alt text" in typed(f"That is 77{value} in all.")


# the PDF ---------------------------------------------------------------------------------------


def lines(*texts: str) -> tuple[Line, ...]:
    return tuple(Line(3, text) for text in texts)


def differences(pages: list[Page], *texts: str, alts: tuple[str, ...] = ()) -> str:
    paper = Paper(lines(*texts), alts)
    return "\n".join(map(str, compare_paper(pages, paper, "review.pdf")))


def test_the_same_text_in_both_is_clean(counted: Record) -> None:
    pages = [page(f"<p>Response was {span(counted)} in 3 groups.</p>")]
    assert differences(pages, f"Response was {counted.forms.plain} in", "3 groups.") == ""


def test_a_digit_only_the_pdf_shows_is_named(counted: Record) -> None:
    pages = [page(f"<p>Response was {span(counted)} of all.</p>")]
    message = differences(pages, f"Response was {counted.forms.plain} of 83", "in all.")
    assert "page 3 prints '83'" in message
    assert "of 83”" in message


def test_a_claim_the_pdf_lacks_is_named(counted: Record) -> None:
    pages = [page(f"<p>First {span(counted)}.</p><p>Again {span(counted)}.</p>")]
    message = differences(pages, f"First {counted.forms.plain}. Again.")
    assert f"the claim {counted.id} ({counted.forms.plain}) is not in review.pdf" in message


def test_a_claim_in_words_is_compared_too() -> None:
    pages = [page('<p>It was <span class="claim" data-claim="x">not reached</span>.</p>')]
    assert differences(pages, "It was not reached.") == ""
    assert "the claim x (not reached)" in differences(pages, "It was 12 months.")


def test_a_cut_address_is_no_difference() -> None:
    pages = [page("<p>Grade 3</p><p>1.5</p><p>2.5</p><p>https://doi.org/10.1/123456</p>")]
    paper = Paper(
        (
            Line(1, "Grade 3"), Line(1, "1.5"), Line(2, "2.5"),
            Line(2, "https://doi.org/10.1/123"), Line(2, "456"),
        ),
        (),
    )  # fmt: skip
    assert list(compare_paper(pages, paper, "review.pdf")) == []


def test_alt_texts_agree(counted: Record) -> None:
    pages = [page(f"<p>{span(counted)}</p>{picture('a', 'Bars')}")]
    text = counted.forms.plain
    assert differences(pages, text, alts=("Bars",)) == ""
    message = differences(pages, text, alts=("Stale bars",))
    assert "no picture with the alt text “Bars”" in message
    assert "the alt text “Stale bars”, which no HTML page has" in message


def test_marks_of_the_other_engine_are_understood() -> None:
    body = (
        '<div id="tbl-a"><figure><figcaption id="tbl-a-caption-0ceaefa1-69ba">Table 2.1: In 83'
        '</figcaption></figure></div><p><a href="#tbl-a" class="quarto-xref">Table 2.1</a></p>'
    )
    read = page(f"<title>2 Efficacy – A review</title>{body}")
    assert read.numbers["tbl-a"] == "2.1"
    caption = next(passage for passage in read.passages if passage.kind == "caption")
    assert [(piece.text, piece.role) for piece in caption.pieces] == [
        ("Table 2.1: ", "number"), ("In 83", "text"),
    ]  # fmt: skip


def test_a_real_pdf_is_read_with_its_alt_texts(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="9"><rect width="9" height="9"/>'
        '<text font-family="Libertinus Serif" y="8" font-size="8">Drawn 12</text></svg>',
        encoding="utf-8",
    )
    source = tmp_path / "a.typ"
    source.write_text(
        '#set document(title: "A")\n#set text(lang: "en")\n'
        '#set page(header: [Head 7], numbering: "1")\n'
        + "Cover 99\n#pagebreak()\n= First\nIt was 97.9%.\n"
        + '#figure(image("a.svg", alt: "A square"), caption: [C])\n'
        + "#pagebreak()\n#set page(height: 6em, margin: 1em)\n"
        + "#table(table.header[Rate 3], [Five], [Six])\n",
        encoding="utf-8",
    )
    pdf = tmp_path / "a.pdf"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    pdf.write_bytes(typst.compile(source, pdf_standards=["ua-1"], font_paths=fonts))
    paper = read_paper(pdf)
    texts = [line.text for line in paper.lines]
    assert "It was 97.9%." in texts
    assert not any("Cover" in text or "Head" in text for text in texts)
    assert texts[-3:] == ["Rate 3", "Five", "Six"]  # neither page numbers nor the head once more
    assert _all_text(pdf).count("Rate 3") > 1
    assert "Drawn 12" in _all_text(pdf)  # real text, which is proved where it is drawn
    assert not any("Drawn" in text for text in texts)
    assert paper.alts == ("A square",)


def _all_text(pdf: Path) -> str:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


@given(st.text("ab", max_size=12), st.text("ab", max_size=12))
@settings(max_examples=200)
def test_the_alignment_is_a_longest_common_subsequence(one: str, other: str) -> None:
    pairs = align(one, other)
    assert all(one[a] == other[b] for a, b in pairs)
    assert all(x[0] < y[0] and x[1] < y[1] for x, y in pairwise(pairs))
    lengths = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for a, sign in enumerate(one, start=1):
        for b, mark in enumerate(other, start=1):
            lengths[a][b] = max(
                lengths[a - 1][b], lengths[a][b - 1], lengths[a - 1][b - 1] + (sign == mark)
            )
    assert len(pairs) == lengths[-1][-1]


# the real review -------------------------------------------------------------------------------


def test_a_fault_planted_in_a_finished_page_is_found(finished: Path, tmp_path: Path) -> None:
    site = shutil.copytree(finished / "_site", tmp_path / "site")
    place = site / "report" / "safety.html"
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace("</article>", "<p>In 83% of them.</p></article>"), "utf-8")
    data = load_review_data(finished)
    context = render_context(data, version_of(data))
    with pytest.raises(ReviewError) as error:
        scan_output(data, site, context, load_books(finished)[:1])
    message = str(error.value)
    assert "report/safety.html - 2 problems" in message
    assert "'83' is not in review.pdf: “In 83% of them.”" in message
    assert "print it by claim(...) or a row" in message


def test_a_number_changed_in_the_ledger_is_found_on_the_page(finished: Path) -> None:
    """A figure draws its claims anew, so the claim is taken from a page that shows none."""
    data = load_review_data(finished)
    figures = load_displays(finished).figures
    texts = (path.read_text("utf-8") for path in sorted((finished / "_site/report").glob("*.html")))
    read = (read_page(text, "page.html") for text in texts)
    pages = [
        next(page for page in read
             if any(passage.claims for passage in page.passages)
             and not figures_on([page], figures))
    ]  # fmt: skip
    wording = wording_of(data.evidence)
    assert wording.lists
    facts = facts_of(data, names_with_digits(data))
    claim = next(p for page in pages for q in page.passages for p in q.claims)
    del facts.ledger.records[claim.reference]  # type: ignore[attr-defined]
    facts._rows.clear()
    problems = "\n".join(map(str, check_pages(pages, facts, data, wording)))
    assert f"the claim {claim.reference!r}, which the ledger has not" in problems


def test_braces_in_evidence_are_plain_text() -> None:
    row = {"note": "Read as {see the appendix}.", "source_says": "{outcomes:a.b} or {so to say}"}
    assert named_in(row, {"orr.a"}) == ["outcomes:a.b"]
