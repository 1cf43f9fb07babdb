"""Sources: citekeys, types and dates."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.loading import load_table
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "sources"), "sources")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("citekey", "Smith 2020", "'Smith 2020' has the wrong form"),
        ("citekey", "", "the cell is empty"),
        ("source_type", "jurnal_article", "did you mean 'journal_article'?"),
        ("published", "March 2021", "a date as YYYY, YYYY-MM or YYYY-MM-DD"),
        ("published", "12/03/2021", "has the wrong form"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "sources", column, text)
