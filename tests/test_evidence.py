"""All evidence at once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.evidence import Evidence
from schemas.problems import ReviewError, format_problems
from schemas.reading_evidence import collect_problems, load_evidence
from tests.project_copy import TABLES, ProjectCopy, check_frame


def test_the_evidence_has_no_problem(root: Path) -> None:
    found, problems = collect_problems(root)
    assert problems == [], format_problems(problems)
    assert found is not None


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_an_attribute(evidence: Evidence, table: str) -> None:
    check_frame(getattr(evidence, table), table)


def test_missing_text_is_na(evidence: Evidence) -> None:
    missing = evidence.outcomes.loc[evidence.outcomes["subgroup"].isna(), "subgroup"]
    assert len(missing)
    assert all(value is pd.NA for value in missing)


def test_the_digits_a_source_printed_are_kept(evidence: Evidence) -> None:
    printed = evidence.texts["time_to_event"]["value"].dropna()
    trailing = printed[printed.str.endswith(".0")]
    values = evidence.time_to_event["value"]
    assert not trailing.empty
    assert all(float(text) == values[row] for row, text in trailing.items())


def test_loading_raises_every_problem(copy: ProjectCopy) -> None:
    copy.path("glossary").unlink()
    copy.change("outcomes", copy.find("outcomes"), events="many")
    with pytest.raises(ReviewError) as caught:
        load_evidence(copy.root)
    assert {problem.file for problem in caught.value.problems} >= {
        "evidence/glossary.csv",
        "evidence/outcomes.csv",
    }


def test_a_dozen_bad_cells_of_different_tables_in_one_run(copy: ProjectCopy) -> None:
    bad = {
        ("sources", "source_type"): "paper",
        ("studies", "setting"): "hospital",
        ("arms", "n_infused"): "1,234",
        ("baseline", "value"): "61 (33-78)",
        ("outcomes", "percent"): "97,9",
        ("time_to_event", "value"): "NR",
        ("adverse_events", "grade"): ">=3",
        ("delivery", "n"): "1.5",
        ("regulatory", "date"): "26 March 2021",
        ("overlaps", "relation"): "overlaps",
        ("syntheses", "include"): "maybe",
        ("appraisal", "status"): "finished",
        ("vocabulary", "kind"): "thing",
        ("glossary", "reading_grade"): "easy",
        ("discrepancies", "rule"): "any_rule",
    }
    for (table, column), text in bad.items():
        copy.change(table, copy.find(table), **{column: text})
    text = format_problems(copy.problems())
    for (table, column), cell in bad.items():
        assert f"evidence/{table}.csv - " in text
        assert f"column {column}: '{cell}' " in text


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["-1", "0", "1e9", "999999999999999999999", "NaN", "inf", " | ", ":", "{:}"]),
)


@pytest.mark.parametrize("table", ["outcomes", "adverse_events", "delivery", "baseline"])
def test_a_count_of_nobody_is_named_and_no_traceback(copy: ProjectCopy, table: str) -> None:
    rows = [{**row, "n": "0"} for row in copy.rows(table)]
    copy.write(table, rows)
    found, problems = collect_problems(copy.root)
    assert found is None
    assert [item for item in problems if item.column == "n" and table in item.file]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_a_cell_holds_there_is_a_list_and_no_traceback(
    copy: ProjectCopy, data: st.DataObject
) -> None:
    table = data.draw(st.sampled_from(sorted(TABLES)))
    rows = copy.rows(table)
    if not rows:
        return
    for _ in range(3):
        row = data.draw(st.integers(0, len(rows) - 1))
        column = data.draw(st.sampled_from(TABLES[table].columns))
        rows[row] = {**rows[row], column: data.draw(CELLS)}
    content = copy.path(table).read_bytes()
    copy.write(table, rows)
    found, problems = collect_problems(copy.root)
    assert (found is None) == bool(problems)
    assert format_problems(problems)
    copy.path(table).write_bytes(content)
