"""Accepted disagreements."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.loading import load_table
from tests.project_copy import Cells, ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "discrepancies"), "discrepancies")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("rule", "percent_matches_count", "did you mean 'percent_matches_counts'?"),
        ("rule", "resolves", "one of percent_matches_counts"),
        ("table", "outcome", "did you mean 'outcomes'?"),
        ("reason", "", "the cell is empty"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "discrepancies", column, text)


def not_accepted(copy: ProjectCopy, row: Cells) -> bool:
    """Whether no discrepancy names the row."""
    return all(row["row_id"] not in other["rows"] for other in copy.rows("discrepancies"))


def percentage_off(copy: ProjectCopy) -> Cells:
    """Break one row's percentage; the row as it was."""
    row = copy.find(
        "outcomes",
        lambda row: row["events"] and row["n"] and row["percent"] and not_accepted(copy, row),
        ci_low="",
    )
    copy.change("outcomes", row, percent="1.5")
    return row


def accept(copy: ProjectCopy, row: Cells, rule: str = "percent_matches_counts") -> str:
    cells = {"row_id": "new.accepted", "table": "outcomes", "rule": rule, "reason": "as printed"}
    return copy.add("discrepancies", cells, rows=row["row_id"])


def rules_broken(copy: ProjectCopy) -> set[str]:
    return {problem.rule for problem in copy.problems()}


def test_a_disagreement_is_accepted_by_its_rule_on_its_row(copy: ProjectCopy) -> None:
    row = percentage_off(copy)
    assert "percent_matches_counts" in rules_broken(copy)
    accept(copy, row)
    assert "percent_matches_counts" not in rules_broken(copy)
    assert "discrepancies" not in rules_broken(copy)


def test_another_rule_accepts_nothing(copy: ProjectCopy) -> None:
    row = percentage_off(copy)
    accept(copy, row, rule="population_size")
    assert {"percent_matches_counts", "discrepancies"} <= rules_broken(copy)


def test_another_row_accepts_nothing(copy: ProjectCopy) -> None:
    row = percentage_off(copy)
    accept(copy, copy.find("outcomes", lambda other: other["row_id"] != row["row_id"]))
    assert {"percent_matches_counts", "discrepancies"} <= rules_broken(copy)


def test_two_rows_that_disagree_are_both_named(copy: ProjectCopy) -> None:
    pair = copy.find("discrepancies", lambda row: sound_pair(copy, row), rule="sources_disagree")
    copy.change("discrepancies", pair, rows=pair["rows"].split(" | ")[0])
    assert "sources_disagree" in rules_broken(copy)


def sound_pair(copy: ProjectCopy, row: Cells) -> bool:
    """Two outcome rows of one cut-off that no other discrepancy names."""
    names = row["rows"].split(" | ")
    rows = [other for other in copy.rows("outcomes") if other["row_id"] in names]
    facts = ("arm_id", "population", "subgroup", "outcome", "follow_up_months")
    same = len({tuple(other[name] for name in facts) for other in rows}) == 1
    return row["table"] == "outcomes" and len(rows) == 2 and same


def test_an_acceptance_that_matches_nothing_is_stale(copy: ProjectCopy) -> None:
    row = copy.find("outcomes", lambda row: row["events"] and not_accepted(copy, row))
    label = accept(copy, row)
    (problem,) = copy.problems()
    assert problem.row == label
    assert f"{row['row_id']} no longer breaks the rule percent_matches_counts" in str(problem)
    assert "it accepts nothing" in str(problem)


def test_sources_that_came_to_agree_are_stale(copy: ProjectCopy) -> None:
    pair = copy.find("discrepancies", lambda row: sound_pair(copy, row), rule="sources_disagree")
    first, second = (copy.find("outcomes", row_id=name) for name in pair["rows"].split(" | "))
    figures = {name: first[name] for name in ("events", "n", "percent", "ci_low", "ci_high")}
    copy.change("outcomes", second, **figures, ci_method="", derived="")
    assert "discrepancies" in rules_broken(copy)


def test_rules_that_are_not_about_sources_cannot_be_accepted(copy: ProjectCopy) -> None:
    says = say_bad_cell(copy, "discrepancies", "rule", "events_within_n")
    assert "'events_within_n' is not known here" in says
