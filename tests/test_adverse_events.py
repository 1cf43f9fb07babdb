"""Adverse events by grade."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.loading import load_table
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "adverse_events"), "adverse_events")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("grade", ">=3", "has the wrong form; expected lower-case letters, digits"),
        ("serious", "no", "one of yes"),
        ("percent", "about 10", "is not a number"),
        ("events", "≥5", "has a comparison sign"),
        ("event", "", "the cell is empty"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "adverse_events", column, text)
