"""Who the people were at entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.loading import load_table
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "baseline"), "baseline")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("statistic", "mode", "one of median, mean, percent, count"),
        ("value", "61 (33-78)", "mixes a figure and a remark"),
        ("low", "33-78", "is a range"),
        ("n", "0", "1 or more"),
        ("population", "Infused", "has the wrong form; expected lower-case letters, digits"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "baseline", column, text)
