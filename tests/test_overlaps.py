"""Pairs of cohorts that share people."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.loading import load_table
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "overlaps"), "overlaps")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("relation", "overlaps", "one of same, contains, possible"),
        ("choice", "keep", "one of keep_a, keep_b, keep_both"),
        ("reason", "", "the cell is empty"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "overlaps", column, text)
