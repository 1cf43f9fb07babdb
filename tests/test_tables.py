"""One table, two forms: what a cell holds is printed as it stands in both."""

from __future__ import annotations

import re
from dataclasses import replace

import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publishing.printing.table import MISSING, Cell, Column, Table, table_of, unbroken
from publishing.render.finished_page import read_page

AWKWARD = [
    "<",
    ">",
    "&",
    "≥",
    "–",
    "a | b",
    "*x*",
    "_y_",
    "[z]",
    "`c`",
    "1^2^",
    "~n~",
    "$5",
    "#",
    '"q"',
]


def one_cell(text: str) -> Table:
    return table_of("x", [Column("Study"), Column("Value")], [["first", Cell(text)]])


def read_back(table: Table) -> list[str]:
    plain = pypandoc.convert_text(
        table._repr_markdown_(), "html", format="markdown-smart", extra_args=["--wrap=none"]
    )
    cells = re.findall(r"<td[^>]*>(.*?)</td>", plain, re.S)
    return [re.sub(r"<[^>]+>", "", cell) for cell in cells]


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_reads_the_same_in_both_forms(text: str) -> None:
    shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert shown in one_cell(text)._repr_html_()
    assert (
        read_back(one_cell(text))[1] == shown.replace('"', "&quot;")
        or read_back(one_cell(text))[1] == shown
    )


@settings(max_examples=20)
@given(st.text("ab<>&|*_[]`^~$#@\\\"' ", min_size=1, max_size=12).filter(lambda s: s.strip() == s))
def test_any_text_survives_pandoc(text: str) -> None:
    shown = read_back(one_cell(text))[1]
    back = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    assert " ".join(back.replace("&amp;", "&").split()) == " ".join(text.split())


def test_an_empty_cell_is_a_dash() -> None:
    assert f"<td>{MISSING}</td>" in one_cell("")._repr_html_()


def test_a_claim_carries_its_identifier_in_both_forms() -> None:
    table = table_of("x", [Column("A"), Column("B")], [["a", Cell("73%", claim="orr.x")]])
    assert 'data-claim="orr.x"' in table._repr_html_()
    assert '[73%]{.claim data-claim="orr.x"}' in table._repr_markdown_()


def test_a_citation_is_left_to_the_engine_in_both_forms() -> None:
    table = table_of("x", [Column("A"), Column("B")], [["a", Cell(citekeys=("k1", "k2"))]])
    assert 'data-qmd="[@k1; @k2]"' in table._repr_html_()
    assert "| [@k1; @k2] |" in table._repr_markdown_()


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="table x: 1 cells for 2 columns"):
        table_of("x", [Column("A"), Column("B")], [["a"]])


def test_two_tables_of_the_same_data_are_the_same_bytes() -> None:
    assert one_cell("a")._repr_html_() == one_cell("a")._repr_html_()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("97.9% (92.7 to 99.7)‡", "97.9% (92.7~to~99.7)‡"),
        ("TRIAL-1, product (infused, n = 97)", "TRIAL-1, product (infused,~n~=~97)"),
        ("≈4,934 of 5,152", "≈4,934~of~5,152"),
        ("28 February 2027", "28~February~2027"),
        ("phase 1 (Li 2021)", "phase 1 (Li 2021)"),
        ("At one centre " * 7 + "it was 3 of 9", "At one centre " * 7 + "it was 3 of 9"),
    ],
)
def test_figures_that_belong_together_stay_on_a_line(text: str, kept: str) -> None:
    assert unbroken(text) == kept.replace("~", "\u00a0")
    assert one_cell(text).texts[0][1] == text


def test_rows_that_are_left_out_of_the_paper_stand_on_the_page_alone() -> None:
    table = Table("t", (Column("Before"),), ((Cell("Only 12 here"),),), on_paper="Read it online.")
    assert "Only 12 here" not in table._repr_markdown_()
    assert "Read it online" in table._repr_markdown_()
    passages = read_page(table._repr_html_(), "report/t.html").passages
    assert [(one.text, one.furniture) for one in passages][-1] == ("Only 12 here", True)
    whole = replace(table, on_paper="")
    assert "Only 12 here" in whole._repr_markdown_()
    assert not read_page(whole._repr_html_(), "report/t.html").passages[-1].furniture
