"""A cohort with many rows: what the script of growth makes, and that rules stay quick on it."""

from __future__ import annotations

import sys
from itertools import combinations
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.reading_evidence import collect_problems, read_readings
from schemas.review import read_review
from schemas.rules import Records, cuts
from schemas.rules.people import pairs_with_common
from schemas.tables import TableAsRead


@pytest.fixture(scope="module")
def script(root: Path) -> ModuleType:
    sys.path.insert(0, str(root / "bench"))
    import growth

    return growth


@pytest.fixture(scope="module")
def readings(root: Path) -> dict[str, TableAsRead]:
    return read_readings(root, read_review(root)[0], {})


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


@given(st.lists(st.frozensets(st.sampled_from("abcd"), max_size=3), max_size=8))
def test_pairs_with_something_in_common_are_those_among_all_pairs(
    keys: list[frozenset[str]],
) -> None:
    items = list(enumerate(keys))
    found = list(pairs_with_common(items, lambda item: item[1]))
    assert found == [(one, other) for one, other in combinations(items, 2) if one[1] & other[1]]


def test_a_synthetic_review_has_so_many_studies_and_is_valid(
    script: ModuleType, tmp_path: Path
) -> None:
    evidence, problems = collect_problems(script.studies.review_of(tmp_path / "review", 25))
    assert problems == []
    assert evidence is not None
    assert len(evidence.studies) == len(set(evidence.studies["name"])) == 25
