"""Estimates that cannot be pooled, and people who would count twice."""

from __future__ import annotations

from schemas.review import load_review
from tests.breakages.base import case
from tests.project_copy import Cells, ProjectCopy

TABLE = "time_to_event"


def member(copy: ProjectCopy, measure: str, at: int = -1) -> tuple[Cells, Cells]:
    """A member of the last synthesis of that measure, and its row of evidence."""
    syntheses = [item.id for item in load_review(copy.root).syntheses if item.measure == measure]
    rows = [row for row in copy.rows("syntheses")
            if row["synthesis_id"] == syntheses[0] and row["include"] == "yes"]  # fmt: skip
    return rows[at], copy.find(TABLE, row_id=rows[at]["evidence_row"])


def label(copy: ProjectCopy, row: Cells) -> str:
    """The row of syntheses.csv as messages name it."""
    return f"{copy.rows('syntheses').index(row) + 2} ({row['row_id']})"


@case("usable_interval", "evidence_row", "has no width: 0.5 (0.5 to 0.5)")
def interval_without_a_width(copy: ProjectCopy) -> str:
    row, evidence = member(copy, "ratio")
    copy.change(TABLE, evidence, value="0.5", ci_low="0.5", ci_high="0.5")
    return label(copy, row)


@case("usable_interval", "evidence_row", "reaches 100, which has no logit", "or pool its counts",
      along=("sources_disagree", "landmark_interval", "reports_far_apart"))  # fmt: skip
def everybody_alive_at_the_landmark(copy: ProjectCopy) -> str:
    row, evidence = member(copy, "landmark")
    copy.change(TABLE, evidence, value="100", ci_low="76", ci_high="100")
    return label(copy, row)


@case(
    "ratio_of_control",
    "arm_id",
    "compares the control group",
    "turn the ratio round: ",
    along=("ratio_direction", "settings_apart"),
)
def ratio_of_control_over_treatment(copy: ProjectCopy) -> str:
    row, evidence = member(copy, "ratio")
    arm = copy.find("arms", arm_id=row["arm_id"])
    copy.change("arms", arm, role="control")
    assert evidence["arm_id"] == row["arm_id"]
    return label(copy, row)


@case("synthesis_fits", "evidence_row", "differ in measure (", along=("latest",))
def two_measures_in_one_synthesis(copy: ProjectCopy) -> str:
    first = member(copy, "ratio", 0)[0]
    evidence = member(copy, "ratio")[1]
    copy.change(TABLE, evidence, measure="odds_ratio", hazards="", hazards_reason="",
                hazards_citekey="")  # fmt: skip
    return label(copy, first)


@case("control_once", "arm_id", "counts the people of", "twice", "every control group once",
      along=("latest",))  # fmt: skip
def a_control_group_for_two_arms(copy: ProjectCopy) -> str:
    row, evidence = member(copy, "ratio")
    arm = copy.find("arms", arm_id=row["arm_id"])
    copy.add("arms", arm, arm_id="new.second-dose", label="second dose", short_label="")
    copy.add(TABLE, evidence, row_id="new.hr", arm_id="new.second-dose")
    return copy.add("syntheses", row, row_id="new.member", arm_id="new.second-dose",
                    evidence_row="new.hr")  # fmt: skip


@case("trial_once", "arm_id", "are both of", "state in evidence/overlaps.csv")
def two_studies_of_one_registered_trial(copy: ProjectCopy) -> str:
    first, second = member(copy, "ratio", 0)[0], member(copy, "ratio")[0]
    studies = [copy.find("arms", arm_id=row["arm_id"])["study_id"] for row in (first, second)]
    one, other = (copy.find("studies", study_id=name) for name in studies)
    copy.change("studies", other, registry_ids=one["registry_ids"])
    rows = [row for row in copy.rows("syntheses") if row["include"] == "yes"]
    both = {row["synthesis_id"] for row in rows if row["arm_id"] == first["arm_id"]}
    place = next(row for row in reversed(rows)
                 if row["arm_id"] == second["arm_id"] and row["synthesis_id"] in both)  # fmt: skip
    return label(copy, place)


@case("superseded_members", "evidence_row", "is superseded by", along=("primary_members",))
def a_report_that_a_newer_one_supersedes(copy: ProjectCopy) -> str:
    outcomes = {row["row_id"]: row for row in copy.rows("outcomes")}
    facts = ("arm_id", "population", "subgroup", "outcome")
    row, old = next(
        (row, one["row_id"])
        for row in copy.rows("syntheses")
        if row["include"] == "yes" and (new := outcomes.get(row["evidence_row"]))
        for one in outcomes.values()
        if all(one[name] == new[name] for name in facts)
        and one["latest"] == "no" and one["events"] and one["n"]
        and new["latest"] == "yes"
    )  # fmt: skip
    return copy.change("syntheses", row, evidence_row=old)


@case("decided", "", "nothing says whether it pools", "add it with include yes, or with include no")
def a_cohort_that_nobody_decided_on(copy: ProjectCopy) -> str:
    row = copy.find("syntheses", synthesis_id="orr.primary", include="yes")
    copy.remove("syntheses", lambda one: one["row_id"] == row["row_id"])
    return ""
