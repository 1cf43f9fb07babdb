"""The paper's template: a table stands below its caption, whatever room paragraphs have."""

from __future__ import annotations

from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXTENSION = Path(__file__).parents[1] / "_extensions" / "review"
TABLE = """
#set par(spacing: {spacing}em)
#show: review-tables
#show figure.caption: review-caption
#figure(
  review-table(size: "{size}")[#table(columns: 1, table.header[Head], ..range(9).map(i => [cell]))],
  caption: figure.caption(position: top)[Caption], kind: "quarto-float-tbl", supplement: "Table",
  numbering: "1",
)
"""


def height_of(page: pypdfium2.PdfTextPage, word: str) -> float:
    """The lower edge of a word's first letter, points above the page's foot."""
    found = page.search(word).get_next()
    assert found, word
    return float(page.get_charbox(found[0])[1])


@pytest.mark.parametrize("size", ["normal", "least"])
@pytest.mark.parametrize("spacing", [0.5, 0.8, 1.0, 1.6])
def test_a_table_stands_below_its_caption(tmp_path: Path, spacing: float, size: str) -> None:
    template = (EXTENSION / "typst-template.typ").read_text(encoding="utf-8")
    source = tmp_path / "paper.typ"
    source.write_text(template + TABLE.format(spacing=spacing, size=size), encoding="utf-8")
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(typst.compile(source, format="pdf", font_paths=[EXTENSION / "fonts"]))
    with closing(pypdfium2.PdfDocument(paper)) as document:
        page = document[0].get_textpage()
        apart = height_of(page, "Caption") - height_of(page, "Head")
    assert 10 < apart < 30


PROSE = """
#set page(paper: "a4", margin: (x: review-margin, y: 18mm))
#set text(font: review-serif, size: {size}pt)
#set par(justify: true, leading: 0.52em, spacing: 0.7em)
#set list(indent: 0.4em, spacing: 0.62em)
#show: review-headings
#v({above}mm)
#review-prose[
{body}
]
Zenith
"""
LINE = 80  # characters


def set_prose(folder: Path, parts: list[tuple[int, str]], above: int, size: int) -> Path:
    """Paragraphs, items and headings of so many words, below so much empty page, as a PDF."""
    body = "\n\n".join(
        f"{sign}#lorem({words % 9 if '=' in sign else words})" for words, sign in parts
    )
    template = (EXTENSION / "typst-template.typ").read_text(encoding="utf-8")
    source = folder / "prose.typ"
    text = template + PROSE.format(size=size, above=above, body=body)
    source.write_text(text, encoding="utf-8")
    paper = folder / "prose.pdf"
    paper.write_bytes(typst.compile(source, format="pdf", font_paths=[EXTENSION / "fonts"]))
    return paper


def heads_something(parts: list[tuple[int, str]]) -> bool:
    """Whether below each heading stands text, or a heading of a lower level with text.

    `validate` refuses any other heading, by its name: `publishing/documents/constructs.py`.
    """
    signs = [sign for _, sign in parts] + ["== "]
    lower = {("== ", "=== ")}
    pairs = pairwise(signs)
    return all("=" not in a or "=" not in b or (a, b) in lower for a, b in pairs)


def lengths_of_lines(page: pypdfium2.PdfTextPage) -> list[int]:
    """How many characters stand on each line; lines of two columns are apart."""
    lengths, before = [0], (0.0, 0.0)
    for at in range(page.count_chars()):
        left, low, right, _ = page.get_charbox(at, loose=True)
        if abs(low - before[1]) > 3 or not -3 < left - before[0] < 15:
            lengths.append(0)
        lengths[-1] += 1
        before = (right, low)
    return lengths


@settings(max_examples=60,
          suppress_health_check=[
              HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much,
          ])  # fmt: skip
@given(
    parts=st.lists(
        st.tuples(st.integers(3, 160), st.sampled_from(["", "", "- ", "== ", "=== "])),
        min_size=1,
        max_size=14,
    ).filter(heads_something),
    above=st.integers(0, 240),
    size=st.sampled_from([10, 11]),
)
def test_text_in_columns_has_short_lines_and_never_runs_into_what_follows(
    tmp_path: Path, parts: list[tuple[int, str]], above: int, size: int
) -> None:
    with closing(pypdfium2.PdfDocument(set_prose(tmp_path, parts, above, size))) as document:
        pages = list(document)
        texts = [page.get_textpage() for page in pages]
        longest = max(length for text in texts for length in lengths_of_lines(text))
        here = texts[-1].get_text_bounded().index("Zenith")
        after = height_of(texts[-1], "Zenith")
        lowest = min((texts[-1].get_charbox(at)[1] for at in range(here)), default=900.0)
    assert longest <= LINE
    assert after < lowest + 3  # an edge may round


def test_a_name_with_a_short_last_part_stays_on_one_line(tmp_path: Path) -> None:
    template = (EXTENSION / "typst-template.typ").read_text(encoding="utf-8")
    source = tmp_path / "prose.typ"
    names = "CAR-T of anito-cel, " * 80
    source.write_text(template + PROSE.format(size=10, above=0, body=names), encoding="utf-8")
    paper = tmp_path / "prose.pdf"
    paper.write_bytes(typst.compile(source, format="pdf", font_paths=[EXTENSION / "fonts"]))
    with closing(pypdfium2.PdfDocument(paper)) as document:
        text = document[0].get_textpage().get_text_bounded()
    assert (text.count("CAR-T"), text.count("anito-cel")) == (80, 80)
