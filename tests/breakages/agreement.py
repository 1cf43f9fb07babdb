"""Figures that cannot belong together: estimates, intervals, medians, units."""

from __future__ import annotations

from tests.breakages.base import case, plain
from tests.project_copy import Cells, ProjectCopy

TABLE = "time_to_event"


def ratio(copy: ProjectCopy) -> Cells:
    """A hazard ratio with its interval."""
    return plain(copy, TABLE, lambda row: row["measure"] == "hazard_ratio" and row["ci_high"])


def rate(copy: ProjectCopy) -> Cells:
    """A survival rate with its interval, of a whole cohort."""
    return plain(
        copy,
        TABLE,
        lambda row: row["measure"] == "landmark_rate" and row["ci_high"] and not row["subgroup"],
    )


@case(
    "ratio_interval",
    "ci_low",
    "the ends do not fit the ratio on the log scale",
    "the middle of its interval on the log scale",
    "accept the rule for this row in evidence/discrepancies.csv",
)
def end_of_a_ratio_mistyped(copy: ProjectCopy) -> str:
    row = ratio(copy)
    return copy.change(TABLE, row, ci_high=f"{float(row['ci_high']) * 1.5:.2f}")


@case("landmark_interval", "ci_low", "the rate is in the middle of its interval on no scale")
def end_of_a_rate_mistyped(copy: ProjectCopy) -> str:
    row = rate(copy)
    return copy.change(TABLE, row, ci_low=f"{float(row['ci_low']) - 20:.1f}")


@case(
    "landmark_interval",
    "ci_low",
    "people; the cohort has",
    along=("survival_monotone", "sources_disagree"),
)
def interval_of_more_people_than_there_are(copy: ProjectCopy) -> str:
    return copy.change(TABLE, rate(copy), value="75.0", ci_low="74.5", ci_high="75.5")


def curve(copy: ProjectCopy) -> Cells:
    """A rate above 50%, whose curve has no median yet."""
    known = {(row["arm_id"], row["citekey"]) for row in copy.rows(TABLE)
             if row["measure"] == "median"}  # fmt: skip
    return plain(
        copy,
        TABLE,
        lambda row: (
            row["measure"] == "landmark_rate"
            and row["value"]
            and float(row["value"]) > 60
            and (row["arm_id"], row["citekey"]) not in known
        ),
    )


@case("median_and_rates", "value", "months, but the rate is above 50% at",
      along=("latest", "reports_far_apart", "sources_disagree"))  # fmt: skip
def median_before_the_rate_passes_half(copy: ProjectCopy) -> str:
    row = curve(copy)
    return copy.add(
        TABLE, row, row_id="new.median", measure="median", time_months="", value="1.5",
        ci_low="", ci_high="", unit="months", derived="",
    )  # fmt: skip


@case("median_and_rates", "value", "the median is not reached, but the rate is", along=("latest",))
def median_not_reached_although_fewer_than_half_live(copy: ProjectCopy) -> str:
    row = copy.find(TABLE, lambda row: row["value"] and float(row["value"]) < 45,
                    measure="landmark_rate")  # fmt: skip
    return copy.add(
        TABLE, row, row_id="new.median", measure="median", time_months="", value="",
        not_reached="value", ci_low="", ci_high="", unit="months", derived="",
    )  # fmt: skip


@case("reports_far_apart", "value", "lies ", " times from ", "which reports the same fact")
def a_second_report_ten_times_as_long(copy: ProjectCopy) -> str:
    row = plain(
        copy,
        TABLE,
        lambda row: row["measure"] == "median" and row["value"] and row["latest"] == "yes",
    )
    return copy.add(
        TABLE, row, row_id="new.report", latest="no", data_cutoff="", follow_up_months="",
        value=f"{float(row['value']) / 10:.1f}", ci_low="", ci_high="", derived="",
        citekey=copy.find("sources", lambda one: one["citekey"] != row["citekey"])["citekey"],
    )  # fmt: skip


@case("reports_far_apart", "percent", "lies ", " points from ", along=("one_denominator",))
def a_second_report_of_another_share(copy: ProjectCopy) -> str:
    row = plain(
        copy,
        "outcomes",
        lambda row: row["percent"] and float(row["percent"]) > 60 and row["latest"] == "yes",
    )
    other = copy.find("sources", lambda one: one["citekey"] != row["citekey"])["citekey"]
    return copy.add(
        "outcomes", row, row_id="new.report", latest="no", data_cutoff="", follow_up_months="",
        events="", n="", percent="3", ci_low="", ci_high="", ci_method="", derived="",
        citekey=other,
    )  # fmt: skip


@case("ratio_direction", "value", "is longer than that of", "turn the ratio round: ",
      along=("reports_far_apart", "sources_disagree"))  # fmt: skip
def a_ratio_the_wrong_way_round(copy: ProjectCopy) -> str:
    medians = {row["arm_id"] for row in copy.rows(TABLE) if row["measure"] == "median"
               and row["value"] and row["endpoint"] == "progression_free_survival"}  # fmt: skip
    row = copy.find(
        TABLE,
        lambda row: row["arm_id"] in medians and row["comparator_arm_id"] in medians
        and row["ci_high"] and row["follow_up_months"] and row["latest"] == "yes",
        measure="hazard_ratio", endpoint="progression_free_survival",
    )  # fmt: skip
    common = {"measure": "median", "unit": "months", "comparator_arm_id": "", "latest": "no",
              "adjusted": "", "ci_low": "", "ci_high": "", "derived": "",
              "hazards": "", "hazards_reason": "", "hazards_citekey": ""}  # fmt: skip
    for arm, value in ((row["arm_id"], "13.1"), (row["comparator_arm_id"], "5.1")):
        copy.add(TABLE, row, row_id=f"new.{value}", arm_id=arm, value=value, **common)
    return copy.change(TABLE, row, value="2.04", ci_low="1.59", ci_high="2.63")


@case("plausible_values", "value", "looks like a proportion", "write 100 times as much",
      along=("sources_disagree", "reports_far_apart", "landmark_interval", "median_and_rates"),
)  # fmt: skip
def a_proportion_in_a_column_of_percent(copy: ProjectCopy) -> str:
    return copy.change(TABLE, rate(copy), value="0.77", ci_low="0.66", ci_high="0.843")


@case("plausible_values", "value", "as a ratio cannot be", "check the unit and the decimal point")
def a_percentage_in_a_column_of_ratios(copy: ProjectCopy) -> str:
    row = plain(copy, TABLE, lambda row: row["measure"] == "risk_ratio")
    return copy.change(TABLE, row, value="122", ci_low="108", ci_high="138")


@case("plausible_values", "time_months", "from a follow-up of", along=("latest",))
def a_rate_long_after_the_follow_up(copy: ProjectCopy) -> str:
    row = copy.find(
        TABLE,
        lambda row: row["follow_up_months"] and float(row["follow_up_months"]) < 20,
        measure="landmark_rate",
    )
    return copy.add(
        TABLE, row, row_id="new.late", time_months="55", value="51", ci_low="", ci_high="",
        derived="",
    )  # fmt: skip


@case("plausible_values", "unit", "age in months; other rows have it in years")
def a_unit_unlike_that_of_other_rows(copy: ProjectCopy) -> str:
    return copy.change("baseline", copy.find("baseline", characteristic="age"), unit="months")


@case("plausible_values", "value", "610 years cannot be", along=("interval_contains_estimate",))
def an_age_without_its_decimal_point(copy: ProjectCopy) -> str:
    return copy.change("baseline", copy.find("baseline", characteristic="age"), value="610")


@case("plausible_values", "unit", "a percent in years", along=())
def a_percentage_in_years(copy: ProjectCopy) -> str:
    row = copy.find("baseline", statistic="percent")
    return copy.change("baseline", row, unit="years")


@case("plausible_values", "unit", "progression_free_survival in days; other rows have it in months",
      along=("median_and_rates", "reports_far_apart", "sources_disagree"))  # fmt: skip
def a_median_in_days_among_months(copy: ProjectCopy) -> str:
    row = copy.find(TABLE, lambda row: row["value"] and row["latest"] == "yes",
                    measure="median", endpoint="progression_free_survival")  # fmt: skip
    return copy.change(TABLE, row, unit="days")


@case("plausible_values", "value", "20000 days cannot be", along=("interval_contains_estimate",))
def a_time_beyond_a_life(copy: ProjectCopy) -> str:
    row = copy.find(TABLE, measure="range_median", unit="days")
    return copy.change(TABLE, row, value="20000")
