"""Audit of the article."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.loading import load_table
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "article_claims"), "article_claims")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("verdict", "wrong", "one of supported, misattributed, superseded"),
        ("claim_id", "S 1", "lower-case letters"),
        ("article_statement", "cafÃ©", "has damaged letters"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "article_claims", column, text)
