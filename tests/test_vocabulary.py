"""The review's own terms."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.loading import load_table
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "vocabulary"), "vocabulary")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("kind", "outcomes", "did you mean 'outcome'?"),
        ("label", "", "the cell is empty"),
        ("order", "first", "is not a number"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "vocabulary", column, text)


def test_depth_of_response_is_nested(root: Path) -> None:
    frame = load_table(root, "vocabulary")
    outcomes = frame[frame["kind"] == "outcome"].set_index("term")["within"]
    assert outcomes["stringent_complete_response"] == "complete_response_or_better"
    assert outcomes["complete_response_or_better"] == "very_good_partial_response_or_better"
    assert outcomes["very_good_partial_response_or_better"] == "overall_response"
