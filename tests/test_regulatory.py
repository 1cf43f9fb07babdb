"""Decisions of authorities."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.loading import load_table
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "regulatory"), "regulatory")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("date", "26 March 2021", "a date as YYYY"),
        ("action", "approved", "did you mean 'approval'?"),
        ("authority", "FDA", "lower-case letters"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "regulatory", column, text)
