"""Studies: settings, designs and entry criteria."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.loading import load_table
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "studies"), "studies")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("setting", "a trial", "has the wrong form; expected lower-case letters, digits"),
        ("randomised", "y", "one of yes, no"),
        ("applicability", "Direct", "did you mean 'direct'?"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "studies", column, text)
