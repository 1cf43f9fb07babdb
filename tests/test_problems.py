"""Messages: where, what, expected, what to do; all of them, in reading order."""

from __future__ import annotations

import pytest

from publishing.manuscript.context import line_problem
from schemas.problems import Problem, ReviewError, count_of, format_problems

EVENTS = Problem(
    "evidence/outcomes.csv",
    "14 (trial.orr)",
    "events",
    "130 > n 128",
    "events <= n",
    "check Table 2 of smith2021",
)
FILE = Problem("evidence/arms.csv", what="the file is missing", action="restore it")


def test_one_line_says_where_what_expected_and_to_do() -> None:
    assert str(EVENTS) == (
        "evidence/outcomes.csv row 14 (trial.orr) column events: 130 > n 128; "
        "expected events <= n; check Table 2 of smith2021"
    )


def test_empty_parts_leave_no_trace() -> None:
    assert str(FILE) == "evidence/arms.csv: the file is missing; restore it"


def test_all_problems_are_printed_grouped_by_file_with_counts() -> None:
    text = format_problems([EVENTS, FILE])
    assert "evidence/arms.csv - 1 problem" in text
    assert "row 14 (trial.orr) column events: 130 > n 128" in text
    assert "expected: events <= n" in text
    assert "to do:    check Table 2 of smith2021" in text
    assert "2 problems in 2 files." in text


def test_nothing_is_cut_however_many_there_are() -> None:
    many = [Problem("a.csv", str(row), "n", f"wrong {row}") for row in range(2, 902)]
    text = format_problems(many)
    assert all(f"wrong {row}" in text for row in range(2, 902))
    assert "a.csv - 900 problems" in text


def test_rows_are_in_the_order_of_the_sheet() -> None:
    rows = [Problem("a.csv", f"{row} (x)", "n", "wrong") for row in (100, 9, 20)]
    text = format_problems(rows)
    assert text.index("row 9") < text.index("row 20") < text.index("row 100")


def test_the_same_problem_is_printed_once() -> None:
    assert "1 problem in 1 file." in format_problems([EVENTS, EVENTS])


def test_no_problem_is_said_too() -> None:
    assert format_problems([]) == "No problems found."


def test_review_error_carries_its_problems() -> None:
    with pytest.raises(ReviewError, match="130 > n 128") as caught:
        raise ReviewError([EVENTS, FILE])
    assert caught.value.problems == [EVENTS, FILE]


def test_review_error_of_a_message() -> None:
    error = ReviewError("no _quarto.yml here")
    assert str(error) == "no _quarto.yml here"
    assert error.problems == []


@pytest.mark.parametrize(("number", "words"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows")])
def test_counts_in_words(number: int, words: str) -> None:
    assert count_of(number, "row") == words


def uses(number: int) -> list[Problem]:
    cause = ("evidence/arms.csv", "4 (trial)", "n_infused")
    return [
        Problem("evidence/outcomes.csv", f"{row} (r{row})", "n", "97 > 9", cause=cause)
        for row in range(2, 2 + number)
    ]


def test_one_wrong_cell_that_many_use_is_said_once() -> None:
    text = format_problems([FILE, *uses(50)])
    assert "row 4 (trial) column n_infused: 50 cells elsewhere do not fit it" in text
    assert "the first is evidence/outcomes.csv row 2 (r2) column n: 97 > 9" in text
    assert "2 problems in 1 file." in text


def test_a_few_uses_are_said_one_by_one() -> None:
    assert format_problems(uses(3)).count("97 > 9") == 3


def test_row_numbers_are_explained_where_there_are_rows_of_a_sheet() -> None:
    assert "the header is row 1" in format_problems([EVENTS])
    assert "the header is row 1" not in format_problems([Problem("index.qmd", "3", what="typed")])
    assert "the header is row 1" not in format_problems([FILE])


def test_problems_of_several_kinds_of_one_file_are_one_message() -> None:
    other = line_problem("report/x.qmd", 3, "a line")
    error = ReviewError([Problem("report/x.qmd", what="the file"), other])
    assert "2 problems" in str(error)


def test_what_many_rows_have_in_common_is_said_once_and_names_each_of_them() -> None:
    found = [
        Problem("evidence/x.csv", f"{row} (a.{row})", "status", "'draft' is not known here", "one")
        for row in range(2, 7)
    ]
    apart = [Problem("evidence/x.csv", f"{row} (b)", "n", "is empty") for row in (8, 9)]
    text = format_problems([*found, *apart])
    assert text.count("'draft' is not known here") == 1
    assert "  rows 2, 3, 4, 5, 6 column status: 'draft' is not known here" in text
    assert "  row 8 (b) column n: is empty" in text
    assert "7 problems in 1 file." in text
