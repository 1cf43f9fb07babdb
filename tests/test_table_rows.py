"""Rows looked up by key or condition are the rows of the frame, cell for cell."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from analysis.selection import frame_of, records_of, select_rows
from schemas.evidence import Evidence
from schemas.table_rows import TableRows, present
from tests.project_copy import TABLES


@pytest.mark.parametrize("table", TABLES)
def test_rows_hold_what_the_frame_holds(evidence: Evidence, table: str) -> None:
    frame = frame_of(evidence, table)
    wanted = [
        {name: present(value) for name, value in row.items()} for row in frame.to_dict("records")
    ]
    found = records_of(frame)
    assert found == wanted
    for name in frame.columns:
        texts = frame[name].astype("string").fillna("").tolist()
        assert evidence.rows[table].texts(name) == texts
    assert [[*map(type, row.values())] for row in found] == [
        [*map(type, row.values())] for row in wanted
    ]


def test_a_selection_is_the_frame_it_says(evidence: Evidence) -> None:
    (found,) = select_rows(evidence, "outcomes[outcome=overall_response, latest!=yes]#events")
    frame = evidence.outcomes
    same = frame[(frame["outcome"] == "overall_response") & (frame["latest"].fillna("") != "yes")]
    assert found.rows.equals(same)
    assert len(same) > 1
    assert found.references == tuple(f"outcomes:{key}" for key in same["row_id"])
    assert found.cells("events") == [present(value) for value in same["events"]]
    assert found.cells("no such column") == []


def test_a_changed_cell_is_seen_once_it_is_forgotten(evidence: Evidence) -> None:
    frame = evidence.arms.copy()
    rows, key = TableRows(frame), str(frame["arm_id"].iloc[0])
    assert rows.at("arm_id", key) == [0]
    frame.loc[frame.index[0], "arm_id"] = "another"
    rows.forget("arm_id")
    assert not rows.at("arm_id", key)
    assert rows.record(0)["arm_id"] == "another"


def test_other_tables_are_other_rows(evidence: Evidence) -> None:
    assert evidence.rows["arms"].frame is evidence.arms
    fewer = replace(evidence, arms=evidence.arms.iloc[1:])
    assert fewer.rows["arms"].frame is fewer.arms


def test_kept_evidence_is_the_evidence(evidence: Evidence) -> None:
    kept = pickle.loads(pickle.dumps(evidence))
    for table in TABLES:
        assert kept.rows[table].all() == evidence.rows[table].all()
        assert kept.rows[table].places == evidence.rows[table].places
        assert table not in vars(kept)
        assert getattr(kept, table).equals(getattr(evidence, table))
        assert kept.texts[table].equals(evidence.texts[table])
        assert kept.rows[table].frame is getattr(kept, table)
