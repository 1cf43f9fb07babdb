"""Parts larger than their whole, and survival that rises."""

from __future__ import annotations

from tests.breakages.base import case, counted, plain
from tests.project_copy import Cells, ProjectCopy


@case(
    "nested_outcomes",
    "events",
    "stringent_complete_response is more frequent than complete_response_or_better",
    along=("latest",),
)
def stringent_more_frequent_than_complete(copy: ProjectCopy) -> str:
    whole = copy.find(
        "outcomes", lambda row: row["events"] and row["n"] and row["follow_up_months"],
        outcome="complete_response_or_better", latest="yes", subgroup="",
    )  # fmt: skip
    return copy.add(
        "outcomes",
        whole,
        row_id="new.scr",
        outcome="stringent_complete_response",
        events=str(int(whole["events"]) + 1),
        percent="",
        ci_low="",
        ci_high="",
        ci_method="",
        derived="",
        dose="",
        latest="no",
        subgroup="",
    )


@case(
    "grade_order",
    "events",
    "grade 3_or_higher is more frequent than grade any",
    along=("latest", "sources_disagree"),
)
def severe_more_frequent_than_any(copy: ProjectCopy) -> str:
    whole = copy.find("adverse_events", lambda row: counted(row) and alone(row), grade="any")
    return copy.add(
        "adverse_events",
        whole,
        row_id="new.g3",
        grade="3_or_higher",
        window="",
        events=str(int(whole["events"]) + 1),
        percent="",
        derived="",
    )


def alone(row: Cells) -> bool:
    """No window, definition or subgroup."""
    return not (row["window"] or row["definition"] or row["subgroup"])


@case("survival_monotone", "value", "months, but")
def survival_that_rises(copy: ProjectCopy) -> str:
    row = plain(
        copy,
        "time_to_event",
        lambda row: (
            row["measure"] == "landmark_rate" and row["ci_high"] and float(row["value"]) < 90
        ),
    )
    return copy.add(
        "time_to_event",
        row,
        row_id="new.landmark",
        time_months=str(float(row["time_months"]) + 1.5),
        value=str(float(row["value"]) + 1),
        ci_low="",
        ci_high="",
        derived="",
    )


@case("hazards_judged", "hazards", "says nothing of proportional hazards", "cannot_be_judged")
def hazard_ratio_without_a_word_on_hazards(copy: ProjectCopy) -> str:
    row = copy.find("time_to_event", measure="hazard_ratio")
    return copy.change("time_to_event", row, hazards="")


@case("hazards_judged", "hazards", "landmark_rate is no hazard ratio", "an empty cell")
def landmark_with_a_word_on_hazards(copy: ProjectCopy) -> str:
    row = copy.find("time_to_event", measure="landmark_rate")
    return copy.change("time_to_event", row, hazards="proportional")
