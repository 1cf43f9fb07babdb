"""The paper's template: a table stands below its caption, whatever room paragraphs have."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest
import typst

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
