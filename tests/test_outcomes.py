"""Counted outcomes: populations, counts, percentages, intervals."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.loading import load_table
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "outcomes"), "outcomes")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("population", "Infused", "has the wrong form; expected lower-case letters, digits"),
        ("events", "94/97", "put the first number in events and the second in n"),
        ("events", "-3", "0 or more"),
        (
            "percent",
            "97.9%",
            "has a percent sign; expected a number such as 97.9; write the figure alone",
        ),
        ("percent", "97,9", "has a decimal comma"),
        ("percent", "120", "100 or less"),
        ("ci_low", " 91.2", "has stray white space"),
        ("ci_method", "Exact", "did you mean 'exact'?"),
        ("latest", "", "the cell is empty"),
        ("latest", "latest", "one of yes, no"),
        ("verification", "A", "one of full_text, abstract_or_label"),
        ("derived", "guess", "one of events, n, percent"),
        ("n", "12\xa0000", "has an invisible character"),
        ("n", "0", "1 or more"),
        ("percent", "<1", "has a comparison sign"),
        ("percent", "n/a", "leave the cell empty for what is not known"),
        ("outcome", "Overall response", "lower-case letters"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "outcomes", column, text)
