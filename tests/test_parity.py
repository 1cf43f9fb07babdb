"""The comparison of the two engines: what differs, what is listed, what was skipped."""

from __future__ import annotations

from pathlib import Path

import pytest
import typst

from publishing.lifecycle import parity
from publishing.lifecycle.parity import (
    PAGE_NUMBER,
    Difference,
    compare_pages,
    compare_papers,
    compare_sites,
)

PAGE = (
    "<html><head><title>A</title></head><body><main><article id='sec-a'>"
    '<h1><span class="section-number">1</span> Harm</h1>'
    '<p>Seen in <span class="claim" data-claim="orr.x">12%</span> '
    '<span class="citation" data-cites="a2020">(A 2020a)</span>, see '
    '<a href="b.html#tbl-b" class="cross-reference">Table 2.1</a>.</p>'
    '<figure id="fig-a" class="float"><img src="a.svg" alt="Bars"><figcaption>'
    '<span class="float-label">Figure 1.1.</span> A caption.</figcaption></figure>'
    '<table><tr><th scope="col">A</th><td>7</td></tr></table></article></main></body></html>'
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Seen in", "Found in"),
        ("12%", "13%"),
        ("orr.x", "orr.y"),
        ("2020a", "2020b"),
        ('data-cites="a2020"', 'data-cites="b2020"'),
        ("Table 2.1", "Table 2.2"),
        ("b.html#tbl-b", "b.html"),
        (">1</span> Harm", ">2</span> Harm"),
        ("Figure 1.1.", "Figure 1.2."),
        ("A caption", "Another"),
        ('alt="Bars"', 'alt="Lines"'),
        ('src="a.svg"', 'src="b.svg"'),
        ("<td>7</td>", "<td>8</td>"),
        ("<td>7</td>", "<td></td><td>7</td>"),
        ("<h1>", "<h2>"),
        ("sec-a", "sec-b"),
        ("</head>", '<script src="https://cdn.example/require.js"></script></head>'),
    ],
)
def test_a_page_that_differs_is_found(before: str, after: str) -> None:
    changed = PAGE.replace(before, after)
    assert changed != PAGE
    assert list(compare_pages("a.html", PAGE, changed))


def test_white_space_and_classes_are_no_difference() -> None:
    changed = PAGE.replace("<p>", '<p class="x">\n').replace('class="float"', 'class="float y"')
    assert list(compare_pages("a.html", PAGE, changed)) == []


def test_a_listed_difference_is_accepted_where_it_is_listed() -> None:
    listed = [{"in": "report/*.html", "built_in": "a", "quarto": "b"}]
    assert Difference("report/x.html", "a", "b").accepted(listed)
    assert not Difference("index.html", "a", "b").accepted(listed)
    assert not Difference("report/x.html", "a", "c").accepted(listed)


def test_pages_and_papers_that_one_site_lacks_are_differences(tmp_path: Path) -> None:
    for site, text in (("one", "alpha beta"), ("two", "beta gamma")):
        folder = tmp_path / site
        folder.mkdir()
        source = tmp_path / f"{site}.typ"
        source.write_text(f"A head\n\n{text} beta", encoding="utf-8")
        (folder / "review.pdf").write_bytes(typst.compile(source, format="pdf"))
    (tmp_path / "one/index.html").write_text(PAGE, encoding="utf-8")
    assert compare_sites(tmp_path / "one", tmp_path / "two") == [
        Difference("index.html", "there", ""),
        Difference("review.pdf", "alpha", ""),
        Difference("review.pdf", "", "gamma"),
    ]
    paper = tmp_path / "one/review.pdf"
    assert list(compare_papers("review.pdf", paper, paper)) == []


def typeset(file: Path, text: str) -> Path:
    file.with_suffix(".typ").write_text(text, encoding="utf-8")
    file.write_bytes(typst.compile(file.with_suffix(".typ"), format="pdf"))
    return file


def test_only_what_repeats_itself_may_stand_in_one_of_them(tmp_path: Path) -> None:
    """Running heads, page numbers and the head of a table on its further pages are no words."""
    table = "#table(columns: 1, table.header[Outcome], [one], [two])\nalpha"
    one = typeset(tmp_path / "one.pdf", table)
    two = typeset(
        tmp_path / "two.pdf",
        f'#set page(height: 5em, margin: 1em, numbering: "1", header: [Head])\n{table}',
    )
    assert list(compare_papers("x", one, two)) == []
    three = typeset(tmp_path / "three.pdf", f"Outcome {table}")
    assert list(compare_papers("x", one, three)) == [Difference("x", "", "Outcome")]


def test_a_word_may_be_cut_at_any_hyphen_and_a_chapter_stand_on_any_page(tmp_path: Path) -> None:
    book = "#outline()\n#pagebreak()\n= One\nanti-CD38 progression"
    one = typeset(tmp_path / "one.pdf", book)
    narrow = '#set page(width: 7em, margin: 1em)\n#set text(hyphenate: true, lang: "en")\n'
    two = typeset(tmp_path / "two.pdf", f"{narrow}First\n#pagebreak()\n{book}")
    assert list(compare_papers("x", one, two)) == [Difference("x", "", "First")]


def test_the_contents_are_read_without_pages_beside_another_column_too() -> None:
    """A PDF gives the last line of one column and the first of the next as one line."""
    assert PAGE_NUMBER.sub("", "5 After 2 years 13 9 Ask 14\r\n") == "5 After 2 years  9 Ask \r\n"


def test_a_footnote_reads_the_same_at_any_distance_from_its_mark(tmp_path: Path) -> None:
    one = typeset(tmp_path / "one.pdf", "A head\n\n1 The note")
    two = typeset(tmp_path / "two.pdf", "A head\n\n1The note")
    assert list(compare_papers("x", one, two)) == []


def test_without_quarto_it_says_that_it_was_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert parity.main([]) == 0
    assert capsys.readouterr().out.startswith("SKIPPED: no Quarto")
