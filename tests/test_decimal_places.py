"""Figures of a column stand with their decimal points below each other, on pages and on paper."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.printing.decimal_places import DIGIT_WIDE, room_before
from publishing.printing.table import Column, Table, table_of, unbroken

FIGURES = st.lists(
    st.decimals(0, 10_000, places=1).map(str) | st.integers(0, 99_999).map(str), min_size=2
)


@given(FIGURES)
def test_whole_digits_end_at_one_place(texts: list[str]) -> None:
    ends = {
        len(room) + len(text.partition(".")[0])
        for room, text in zip(room_before(texts), texts, strict=True)
    }
    assert len(ends) == 1
    assert "" in room_before(texts)  # no more room than the longest needs


def test_words_and_prose_keep_their_place() -> None:
    assert room_before(["–", "not reached", "8.8 months"]) == ["", "", ""]
    long = "12 of the patients who were infused were followed for two years or more"
    assert room_before(["8 of them", long]) == ["", ""]
    assert room_before(["–", "8.8", "60.7 (41.9 to not reached)"]) == ["", DIGIT_WIDE, ""]


@pytest.mark.parametrize("text", ["2.0.1", "30 November 2026", "2026-11-30"])
def test_a_column_with_a_version_or_a_day_is_no_column_of_figures(text: str) -> None:
    assert room_before([text, "223", "96"]) == ["", "", ""]
    assert room_before(["30 patients", "223", "96"]) == [DIGIT_WIDE, "", DIGIT_WIDE]


def table() -> Table:
    columns = (Column("Trial"), Column("Months", "right"), Column("n", "right"))
    return table_of("t", columns, [("9 One", "8.8", "7"), ("Two", "27", "97")])


def test_both_forms_of_a_table_align_the_same_figures() -> None:
    page, paper = table()._repr_html_(), table()._repr_markdown_()
    assert f"<td>{DIGIT_WIDE}8.8</td>" in page
    assert '<td class="gt_right">7</td>' in page  # whole numbers end at the right already
    assert re.search(rf"\| 9 One \| {DIGIT_WIDE}8\.8 \| 7 \|", paper)
    assert re.search(r"\|:-+\|:-+\|-+:\|", paper)
    assert table().texts == [["9 One", "8.8", "7"], ["Two", "27", "97"]]


def test_a_column_in_which_many_texts_are_long_is_one_of_prose() -> None:
    figures = [f"{at} of 97" for at in (8, 12, 90)]
    long = "40% (95% CI 27 to 55; 20 of 50 infused; median follow-up 12.6 months)"
    assert room_before([*figures, long]) == [""] * 4
    assert room_before([*figures, "4 of 97", *figures, long])[:2] == [DIGIT_WIDE, ""]


def test_a_column_without_figures_begins_at_one_edge() -> None:
    columns = (Column("Trial"), Column("Interval", "right"), Column("None", "right"))
    made = table_of("t", columns, [("One", "(8.8 to 9)", ""), ("Two", "(27 to 30.5)", "")])
    assert "gt_right" not in made._repr_html_()
    assert re.search(r"\|:-+\|:-+\|:-+\|", made._repr_markdown_())


def test_an_interval_without_upper_end_may_break() -> None:
    assert (
        unbroken("34.9 months (8.8 to 34.9)")
        == "34.9 months (8.8\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}34.9)"
    )
    assert unbroken("34.9 months (8.8 to not reached)") == "34.9 months (8.8 to not reached)"
