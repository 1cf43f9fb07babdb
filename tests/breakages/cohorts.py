"""Sizes, denominators and follow-ups that do not fit other tables."""

from __future__ import annotations

from tests.breakages.base import accepted, case, plain
from tests.project_copy import Cells, ProjectCopy


def sized(copy: ProjectCopy, column: str, population: str) -> Cells:
    """A cohort whose size of a population a row of the whole cohort prints."""
    printed = {
        (row["arm_id"], row["n"])
        for row in copy.rows("outcomes")
        if row["population"] == population and not row["subgroup"]
    }
    known = accepted(copy)
    return copy.find(
        "arms",
        lambda arm: (arm["arm_id"], arm[column]) in printed and arm["arm_id"] not in known
        and not arm["n_leukapheresed"],
    )  # fmt: skip


@case("cohort_sizes", "n_infused", "but the largest report counts", "accept the rule for this row")
def more_infused_than_any_report_counts(copy: ProjectCopy) -> str:
    arm = sized(copy, "n_infused", "infused")
    return copy.change("arms", arm, n_infused=str(int(arm["n_infused"]) + 1))


@case("cohort_sizes", "n_responders", "responders, but no outcome of the cohort counts so many")
def responders_unlike_the_outcome(copy: ProjectCopy) -> str:
    arm = copy.find("arms", lambda arm: arm["n_responders"] and not arm["n_complete_responders"])
    return copy.change("arms", arm, n_responders=str(int(arm["n_responders"]) + 1))


@case("cohort_sizes", "n_leukapheresed", "enrolled", "expected leukapheresed to be a part of")
def more_leukapheresed_than_enrolled(copy: ProjectCopy) -> str:
    enrolled = plain(copy, "outcomes", lambda row: row["population"] == "enrolled")
    arm = copy.find("arms", arm_id=enrolled["arm_id"])
    return copy.change("arms", arm, n_leukapheresed=str(int(enrolled["n"]) + 1))


@case("one_denominator", "n", "other rows of this report on the same people have")
def one_row_of_a_report_with_another_denominator(copy: ProjectCopy) -> str:
    row = plain(
        copy,
        "adverse_events",
        lambda row: row["events"] == "0" and row["n"] and not row["subgroup"] and crowd(copy, row),
    )
    return copy.change("adverse_events", row, n=str(int(row["n"]) - 1))


def crowd(copy: ProjectCopy, row: Cells) -> bool:
    """Whether two other rows of the report count the same people."""
    keys = ("arm_id", "population", "citekey", "follow_up_months", "data_cutoff", "n", "subgroup")
    same = [one for one in copy.rows("adverse_events") if all(one[k] == row[k] for k in keys)]
    return len(same) > 2


def report(row: Cells) -> tuple[str, ...]:
    """What tells reports apart."""
    keys = ("arm_id", "citekey", "data_cutoff", "follow_up_months")
    return tuple(row[key] for key in keys)


@case(
    "one_follow_up",
    "follow_up_months",
    "other rows of this report have",
    "the data_cutoff that tells two reports apart",
)
def follow_up_mistyped(copy: ProjectCopy) -> str:
    rows = copy.rows("adverse_events")
    row = plain(
        copy,
        "adverse_events",
        lambda row: (
            row["follow_up_months"]
            and row["latest"] == "yes"
            and sum(report(row) == report(one) for one in rows) > 4
        ),
    )
    return copy.change("adverse_events", row, follow_up_months=row["follow_up_months"] + "9")
