"""Members that do not fit their synthesis, and people counted twice."""

from __future__ import annotations

from schemas.review import load_review
from tests.breakages.base import case
from tests.project_copy import Cells, ProjectCopy


def members(copy: ProjectCopy, measure: str = "overall_response") -> list[Cells]:
    """Included rows of the first synthesis of that outcome with several members."""
    outcome = {row["row_id"]: row["outcome"] for row in copy.rows("outcomes")}
    rows = [row for row in copy.rows("syntheses") if row["include"] == "yes"]
    first = next(row for row in rows if outcome.get(row["evidence_row"]) == measure)
    return [row for row in rows if row["synthesis_id"] == first["synthesis_id"]]


@case("synthesis_rows", "synthesis_id", "is not a synthesis of evidence/review.yml", "did you mean")
def synthesis_the_protocol_lacks(copy: ProjectCopy) -> str:
    row = copy.find("syntheses", include="no")
    return copy.change("syntheses", row, synthesis_id=row["synthesis_id"] + "x")


@case("synthesis_rows", "reason", "a cohort is left out without a reason")
def left_out_without_a_reason(copy: ProjectCopy) -> str:
    return copy.change("syntheses", copy.find("syntheses", include="no"), reason="")


@case("synthesis_rows", "evidence_row", "a cohort is included without a row of evidence")
def included_without_evidence(copy: ProjectCopy) -> str:
    row = members(copy)[0]
    return copy.change("syntheses", row, evidence_row="")


@case(
    "synthesis_fits",
    "evidence_row",
    "is about",
    "name another row",
    along=("one_population",),
)
def row_of_another_outcome(copy: ProjectCopy) -> str:
    row = members(copy)[0]
    other = copy.find(
        "outcomes",
        lambda found: (
            found["arm_id"] == row["arm_id"]
            and found["outcome"] != "overall_response"
            and found["events"]
            and found["latest"] == "yes"
        ),
    )
    return copy.change("syntheses", row, evidence_row=other["row_id"])


@case(
    "synthesis_fits",
    "arm_id",
    "is about",
    along=("one_person_once", "one_population"),
)
def row_of_another_cohort(copy: ProjectCopy) -> str:
    first, second = members(copy)[:2]
    return copy.change("syntheses", first, evidence_row=second["evidence_row"])


@case(
    "one_population",
    "evidence_row",
    "counts infused, but",
    "state `populations: [...]`",
    along=("population_size", "nested_outcomes", "latest"),
)
def denominators_that_differ(copy: ProjectCopy) -> str:
    member = members(copy)[1]
    row = copy.find("outcomes", row_id=member["evidence_row"])
    copy.change("outcomes", row, population="treated")
    return f"{copy.rows('syntheses').index(member) + 2} ({member['row_id']})"


@case("one_person_once", "arm_id", "twice", "one row a cohort")
def one_cohort_twice(copy: ProjectCopy) -> str:
    return copy.add("syntheses", members(copy)[0], row_id="new.twice")


def pair(copy: ProjectCopy, relation: str, **cells: str) -> str:
    """Say that two members of one synthesis share people; label of the second member."""
    first, second = members(copy)[:2]
    copy.add(
        "overlaps",
        {},
        row_id="new.pair",
        arm_a=first["arm_id"],
        arm_b=second["arm_id"],
        relation=relation,
        reason="made up for this test",
        **cells,
    )
    return f"{copy.rows('syntheses').index(second) + 2} ({second['row_id']})"


@case(
    "one_person_once", "arm_id", "share people", "(overlaps.csv)", "; counted in ", "leave one out"
)
def the_same_people_under_two_names(copy: ProjectCopy) -> str:
    return pair(copy, "same")


@case("one_person_once", "arm_id", "share people", "every person once")
def a_pool_with_its_member(copy: ProjectCopy) -> str:
    return pair(copy, "contains")


@case("one_person_once", "arm_id", "share people of ")
def two_cohorts_that_contain_a_third(copy: ProjectCopy) -> str:
    first, second = members(copy)[:2]
    inner = copy.find("arms", lambda arm: arm["arm_id"] not in {m["arm_id"] for m in members(copy)})
    for number, outer in enumerate((first, second)):
        copy.add(
            "overlaps",
            {},
            row_id=f"new.pair-{number}",
            arm_a=outer["arm_id"],
            arm_b=inner["arm_id"],
            relation="contains",
            reason="made up for this test",
        )
    return f"{copy.rows('syntheses').index(second) + 2} ({second['row_id']})"


@case("one_person_once", "arm_id", "may share people (new.pair)", "keep ", "leave ")
def a_choice_that_is_not_followed(copy: ProjectCopy) -> str:
    return pair(copy, "possible", choice="keep_a")


@case(
    "overlap_choice",
    "choice",
    "may share people; no choice is stated",
    "write keep_a, keep_b or keep_both",
    along=("one_person_once",),
)
def possible_overlap_without_a_choice(copy: ProjectCopy) -> str:
    pair(copy, "possible")
    return f"{len(copy.rows('overlaps')) + 1} (new.pair)"


def primary(copy: ProjectCopy) -> Cells:
    """A member of a primary synthesis."""
    primaries = {item.id for item in load_review(copy.root).syntheses if item.role == "primary"}
    return copy.find("syntheses", lambda row: row["synthesis_id"] in primaries, include="yes")


@case("primary_members", "arm_id", "is out of scope evidence in a primary synthesis")
def primary_synthesis_outside_the_target_population(copy: ProjectCopy) -> str:
    member = primary(copy)
    arm = copy.find("arms", arm_id=member["arm_id"])
    study = copy.find("studies", study_id=arm["study_id"])
    copy.change("studies", study, applicability="out_of_scope")
    return f"{copy.rows('syntheses').index(member) + 2} ({member['row_id']})"


@case("primary_members", "evidence_row", "is not the latest report of", along=("latest",))
def primary_synthesis_of_an_old_report(copy: ProjectCopy) -> str:
    member = primary(copy)
    row = copy.find(member["evidence_table"], row_id=member["evidence_row"])
    copy.change(member["evidence_table"], row, latest="no")
    return copy.change("syntheses", member, reason="")


@case("settings_apart", "arm_id", "it holds people of other studies")
def label_pool_as_a_member(copy: ProjectCopy) -> str:
    member = members(copy)[0]
    arm = copy.find("arms", arm_id=member["arm_id"])
    study = copy.find("studies", study_id=arm["study_id"])
    copy.change("studies", study, setting="label_pool")
    return f"{copy.rows('syntheses').index(member) + 2} ({member['row_id']})"


@case("settings_apart", "arm_id", "is a registry study among trials")
def registry_among_trials(copy: ProjectCopy) -> str:
    """A registry that was rightly left out of a synthesis of trials is let in."""
    registries = {row["study_id"] for row in copy.rows("studies") if row["setting"] == "registry"}
    arms = {row["arm_id"] for row in copy.rows("arms") if row["study_id"] in registries}
    left_out = copy.find(
        "syntheses",
        lambda row: row["arm_id"] in arms and row["evidence_row"],
        synthesis_id="treatment-related-death.trials",
        include="no",
    )
    return copy.change("syntheses", left_out, include="yes")


@case(
    "unverified_unused",
    "evidence_row",
    "is in evidence/unverified.csv",
    along=("resolves",),
)
def unverified_figure_in_a_synthesis(copy: ProjectCopy) -> str:
    lead = copy.find("unverified")
    row = copy.find("syntheses", include="no")
    return copy.change("syntheses", row, evidence_table="outcomes", evidence_row=lead["row_id"])
