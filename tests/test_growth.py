"""A cohort with many rows: what the script of growth makes, and that rules stay quick on it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import pytest

from schemas.evidence import read_readings
from schemas.review import read_review
from schemas.rules import Records, cuts
from schemas.tables import TableAsRead


@pytest.fixture(scope="module")
def script(root: Path) -> ModuleType:
    sys.path.insert(0, str(root / "bench"))
    import growth

    return growth


@pytest.fixture(scope="module")
def readings(root: Path) -> dict[str, TableAsRead]:
    return read_readings(root, read_review(root)[0])


def test_a_grown_table_holds_one_cohort(
    script: ModuleType, readings: dict[str, TableAsRead]
) -> None:
    for table in script.TABLES:
        grown = script.grow(readings[table], 50)
        assert len(grown.rows) == len(grown.text) == 50
        assert grown.values["arm_id"].nunique() == 1
        assert grown.values["row_id"].is_unique
        assert grown.values.dtypes.equals(readings[table].values.dtypes)


def test_sources_are_compared_and_not_rows(
    script: ModuleType, readings: dict[str, TableAsRead]
) -> None:
    asked = []
    for rows in (100, 400):
        grown = {**readings, "baseline": script.grow(readings["baseline"], rows, alike=True)}
        with patch.object(cuts, "_is_newer", return_value=False) as newer:
            assert not list(cuts.check_older_people(Records(grown, None, None)))
        asked.append(newer.call_count)
    assert asked[1] - asked[0] <= 300
