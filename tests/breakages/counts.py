"""Counts, denominators, percentages, intervals, and rows without a figure or unit."""

from __future__ import annotations

from tests.breakages.base import case, counted, plain, used
from tests.project_copy import ProjectCopy


@case(
    "events_within_n",
    "events",
    "events > n",
    "expected events <= n",
    along=(
        "cohort_sizes",
        "exact_interval",
    ),
)
def more_events_than_people(copy: ProjectCopy) -> str:
    row = plain(copy, "outcomes", counted)
    return copy.change("outcomes", row, events=str(int(row["n"]) + 1), percent="")


@case(
    "population_size",
    "n",
    "infused in",
    "(arms.csv, n_infused)",
    "a larger set belongs in evidence/arms.csv",
    along=("one_denominator", "percent_matches_counts", "exact_interval"),
)
def more_people_than_the_population_has(copy: ProjectCopy) -> str:
    row = plain(copy, "outcomes", lambda row: row["population"] == "infused" and counted(row))
    return copy.change("outcomes", row, n="4321")


@case(
    "population_size",
    "n",
    "infused in",
    along=("percent_matches_counts", "exact_interval"),
)
def a_subgroup_larger_than_its_population(copy: ProjectCopy) -> str:
    row = plain(
        copy,
        "outcomes",
        lambda row: row["population"] == "infused" and row["subgroup"] and counted(row),
    )
    return copy.change("outcomes", row, n="4321")


@case("population_size", "population", "arms.csv has no n_pooled", "fill in n_pooled")
def population_without_a_size(copy: ProjectCopy) -> str:
    row = copy.find("baseline", lambda row: row["population"] == "infused" and row["n"])
    return copy.change("baseline", row, population="pooled")


@case("population_size", "n_infused", "infused >", "leukapheresed", along=("cohort_sizes",))
def more_infused_than_leukapheresed(copy: ProjectCopy) -> str:
    row = copy.find("arms", lambda row: row["n_infused"] and row["n_leukapheresed"])
    return copy.change("arms", row, n_infused=str(int(row["n_leukapheresed"]) + 1))


@case(
    "percent_matches_counts",
    "percent",
    "is printed",
    "accept the rule for this row in evidence/discrepancies.csv",
    along=("sources_disagree", "interval_contains_estimate", "nested_outcomes"),
)
def percentage_unlike_its_counts(copy: ProjectCopy) -> str:
    row = plain(copy, "outcomes", lambda row: counted(row) and "." in row["percent"])
    return copy.change("outcomes", row, percent=f"{float(row['percent']) - 0.2:.1f}")


@case("percent_matches_counts", "value", "is printed")
def baseline_percentage_unlike_its_counts(copy: ProjectCopy) -> str:
    row = copy.find(
        "baseline", lambda row: row["statistic"] == "percent" and row["events"] and row["value"]
    )
    return copy.change("baseline", row, value="1.5")


@case("interval_contains_estimate", "ci_low", "is below its interval, which starts at")
def estimate_below_its_interval(copy: ProjectCopy) -> str:
    row = plain(copy, "time_to_event", lambda row: row["measure"] == "median" and row["ci_high"])
    return copy.change("time_to_event", row, ci_low=row["ci_high"], value="0.1")


@case("interval_contains_estimate", "ci_low", "the lower end", "is above the upper end")
def interval_upside_down(copy: ProjectCopy) -> str:
    row = plain(
        copy,
        "time_to_event",
        lambda row: row["ci_low"] and row["ci_high"] and row["ci_low"] != row["ci_high"],
    )
    return copy.change("time_to_event", row, ci_low=row["ci_high"], ci_high=row["ci_low"])


@case("exact_interval", "ci_low", "is called exact", "Clopper-Pearson", "write unstated")
def interval_that_is_not_exact(copy: ProjectCopy) -> str:
    row = plain(copy, "outcomes", lambda row: row["ci_method"] == "exact")
    return copy.change("outcomes", row, ci_low=f"{float(row['ci_low']) - 1:.1f}")


@case("exact_interval", "ci_method", "an exact interval without events or n")
def exact_interval_without_counts(copy: ProjectCopy) -> str:
    row = plain(
        copy,
        "outcomes",
        lambda row: row["ci_method"] == "exact" and not row["derived"] and not used(copy, row),
    )
    return copy.change("outcomes", row, events="")


@case("has_figure", "percent", "the row holds no figure", "fill in what")
def row_without_a_figure(copy: ProjectCopy) -> str:
    row = plain(copy, "adverse_events", lambda row: not row["derived"] and not used(copy, row))
    return copy.change("adverse_events", row, events="", percent="")


@case("not_reached", "value", "and called not reached", "take it out of not_reached")
def reached_and_not_reached(copy: ProjectCopy) -> str:
    row = plain(copy, "time_to_event", lambda row: row["value"] and not row["not_reached"])
    return copy.change("time_to_event", row, not_reached="value")


@case("not_reached", "value", "neither a value nor value in not_reached")
def neither_reached_nor_not(copy: ProjectCopy) -> str:
    row = plain(
        copy,
        "time_to_event",
        lambda row: row["not_reached"] and not row["value"] and not row["ci_high"],
    )
    return copy.change("time_to_event", row, not_reached="ci_high", ci_low="")


@case("units", "unit", "a hazard_ratio in percent; expected ratio")
def ratio_in_percent(copy: ProjectCopy) -> str:
    row = plain(copy, "time_to_event", lambda row: row["measure"] == "hazard_ratio")
    return copy.change("time_to_event", row, unit="percent")


@case("units", "measure", "a range_median without both ends; expected ci_low and ci_high")
def a_range_without_an_end(copy: ProjectCopy) -> str:
    row = plain(copy, "time_to_event", lambda row: row["measure"] == "range_median")
    return copy.change("time_to_event", row, ci_high="")


@case(
    "units",
    "value",
    "with its interval is no percent; expected 0 to 100",
    along=(
        "reports_far_apart",
        "interval_contains_estimate",
        "survival_monotone",
        "sources_disagree",
    ),
)
def survival_above_hundred(copy: ProjectCopy) -> str:
    row = plain(copy, "time_to_event", lambda row: row["measure"] == "landmark_rate")
    return copy.change("time_to_event", row, value="770")


@case("units", "time_months", "a landmark rate without its time", along=("latest",))
def survival_at_no_time(copy: ProjectCopy) -> str:
    row = plain(
        copy,
        "time_to_event",
        lambda row: row["measure"] == "landmark_rate" and not used(copy, row),
    )
    return copy.change("time_to_event", row, time_months="")
