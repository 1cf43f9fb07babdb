"""Each rule across rows and tables: a copy of the real evidence is broken, its message read."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from schemas.choices import ACCEPTABLE_RULES
from schemas.evidence import collect_problems
from schemas.review import load_review
from schemas.rules import RULES
from schemas.rules.forms import is_after, is_calendar_date
from schemas.rules.intervals import compute_exact_interval
from tests.project_copy import Cells, ProjectCopy


@dataclass(frozen=True)
class Breakage:
    """One thing a writer gets wrong: `do` returns the row's label, `says` the message."""

    rule: str
    column: str
    do: Callable[[ProjectCopy], str]
    says: tuple[str, ...]
    along: tuple[str, ...] = ()
    """Rules that the same edit breaks as well."""


CASES: dict[str, Breakage] = {}


def case(
    rule: str, column: str, *says: str, along: tuple[str, ...] = ()
) -> Callable[[Callable[[ProjectCopy], str]], Callable[[ProjectCopy], str]]:
    """Register what follows as the breakage of a rule; its name names the test."""

    def register(do: Callable[[ProjectCopy], str]) -> Callable[[ProjectCopy], str]:
        CASES[do.__name__] = Breakage(rule, column, do, says, along)
        return do

    return register


def counted(row: Cells) -> bool:
    """Both counts and a percentage, nothing derived from anything."""
    return bool(row["events"] and row["n"] and row["percent"]) and int(row["events"]) > 5


def accepted(copy: ProjectCopy) -> set[str]:
    """Rows that discrepancies.csv names: breaking these may go unnoticed."""
    return {name for row in copy.rows("discrepancies") for name in row["rows"].split(" | ")}


def plain(copy: ProjectCopy, table: str, where: Callable[[Cells], object]) -> Cells:
    """A row that fits and has no accepted discrepancy."""
    known = accepted(copy)
    return copy.find(table, lambda row: row["row_id"] not in known and where(row))


# names lead somewhere --------------------------------------------------------------------------


@case("resolves", "citekey", "'nobody2020' is not in evidence/sources.csv")
def unknown_citekey(copy: ProjectCopy) -> str:
    return copy.change("delivery", copy.find("delivery"), citekey="nobody2020")


@case("resolves", "citekey", "is not in evidence/sources.csv", "did you mean '")
def misspelt_citekey_suggests_the_nearest(copy: ProjectCopy) -> str:
    row = copy.find("outcomes")
    return copy.change("outcomes", row, citekey=row["citekey"].replace("2", "22", 1))


@case("resolves", "arm_id", "'no-such-arm' is not in evidence/arms.csv")
def unknown_arm(copy: ProjectCopy) -> str:
    row = copy.find("baseline")
    return copy.change("baseline", row, arm_id="no-such-arm")


@case("resolves", "study_id", "is not in evidence/studies.csv", along=("arm_of_study",))
def unknown_study(copy: ProjectCopy) -> str:
    row = copy.find("arms", lambda row: row["arm_id"] != row["study_id"] and unused(copy, row))
    return copy.change("arms", row, study_id="no-such-study")


def unused(copy: ProjectCopy, arm: Cells) -> bool:
    """Whether no baseline row names the arm (keeps the case to few messages)."""
    return arm["arm_id"] not in {row["arm_id"] for row in copy.rows("baseline")}


@case("resolves", "product_id", "'no-such-product' is not in evidence/products.csv")
def unknown_product(copy: ProjectCopy) -> str:
    row = copy.find("regulatory", lambda row: row["product_id"])
    return copy.change("regulatory", row, product_id="no-such-product")


@case("resolves", "event", "'feverr' is not in evidence/vocabulary.csv as event")
def unknown_term(copy: ProjectCopy) -> str:
    row = copy.find("adverse_events", lambda row: row["latest"] == "yes" and single(copy, row))
    return copy.change("adverse_events", row, event="feverr")


def single(copy: ProjectCopy, row: Cells) -> bool:
    """Whether the event has one report in its arm and stands in no synthesis."""
    same = [
        other
        for other in copy.rows("adverse_events")
        if (other["arm_id"], other["event"]) == (row["arm_id"], row["event"])
    ]
    used = {member["evidence_row"] for member in copy.rows("syntheses")}
    return len(same) == 1 and row["row_id"] not in used | accepted(copy)


@case("resolves", "within", "is not in evidence/vocabulary.csv as outcome")
def unknown_wider_term(copy: ProjectCopy) -> str:
    row = copy.find("vocabulary", kind="outcome", within="overall_response")
    return copy.change("vocabulary", row, within="overal_respons")


@case("resolves", "evidence_row", "is not in evidence/", "did you mean '")
def synthesis_of_a_row_that_is_not_there(copy: ProjectCopy) -> str:
    row = copy.find("syntheses", include="yes")
    return copy.change("syntheses", row, evidence_row=row["evidence_row"] + "x")


@case("resolves", "rows", "'no.such.row' is not in evidence/", along=("discrepancies",))
def discrepancy_of_a_row_that_is_not_there(copy: ProjectCopy) -> str:
    row = copy.find("discrepancies", rule="sources_disagree")
    return copy.change("discrepancies", row, rows=row["rows"] + " | no.such.row")


@case("resolves", "related_rows", "'sauces:somebody2020' names no table", "did you mean 'sources'?")
def reference_to_an_unknown_table(copy: ProjectCopy) -> str:
    row = copy.find("unverified", lambda row: row["related_rows"])
    return copy.change("unverified", row, related_rows="sauces:somebody2020")


@case("arm_of_study", "study_id", "belongs to")
def row_of_an_arm_under_another_study(copy: ProjectCopy) -> str:
    row = copy.find("baseline")
    other = copy.find("studies", lambda study: study["study_id"] != row["study_id"])
    return copy.change("baseline", row, study_id=other["study_id"])


@case("sources_match_bibliography", "doi", "but evidence/references.bib has")
def doi_unlike_the_bibliography(copy: ProjectCopy) -> str:
    row = copy.find("sources", lambda row: row["doi"])
    return copy.change("sources", row, doi="10.1000/other")


@case("sources_match_bibliography", "citekey", "is not in evidence/references.bib")
def source_without_an_entry(copy: ProjectCopy) -> str:
    return copy.add(
        "sources", {}, citekey="new2026", source_type="journal_article", published="2026"
    )


# counts ----------------------------------------------------------------------------------------


@case(
    "events_within_n",
    "events",
    "events > n",
    "expected events <= n",
    along=("interval_contains_estimate", "exact_interval"),
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
    along=("percent_matches_counts", "exact_interval"),
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


@case("population_size", "n_infused", "infused >", "leukapheresed")
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


# intervals -------------------------------------------------------------------------------------


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


def used(copy: ProjectCopy, row: Cells) -> bool:
    """Whether a synthesis uses the row."""
    return row["row_id"] in {member["evidence_row"] for member in copy.rows("syntheses")}


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


@case(
    "units",
    "value",
    "with its interval is no percent; expected 0 to 100",
    along=("interval_contains_estimate", "survival_monotone", "sources_disagree"),
)
def survival_above_hundred(copy: ProjectCopy) -> str:
    row = plain(copy, "time_to_event", lambda row: row["measure"] == "landmark_rate")
    return copy.change("time_to_event", row, value="770")


@case("units", "time_months", "a landmark rate without its time")
def survival_at_no_time(copy: ProjectCopy) -> str:
    row = plain(
        copy,
        "time_to_event",
        lambda row: row["measure"] == "landmark_rate" and not used(copy, row),
    )
    return copy.change("time_to_event", row, time_months="")


# order -----------------------------------------------------------------------------------------


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


# identifiers and dates -------------------------------------------------------------------------


@case(
    "identifiers",
    "doi",
    "has the wrong form",
    "write the DOI without https://doi.org/",
    along=("sources_match_bibliography",),
)
def doi_as_an_address(copy: ProjectCopy) -> str:
    row = copy.find("sources", lambda row: row["doi"])
    return copy.change("sources", row, doi=f"https://doi.org/{row['doi']}")


@case(
    "identifiers",
    "pmid",
    "'PMID 1234' has the wrong form",
    "write the digits alone",
    along=("sources_match_bibliography",),
)
def pmid_with_its_name(copy: ProjectCopy) -> str:
    row = copy.find("sources", lambda row: row["pmid"])
    return copy.change("sources", row, pmid="PMID 1234")


@case("identifiers", "registry_ids", "'NCT0354820' has the form of no trial registry")
def registry_number_too_short(copy: ProjectCopy) -> str:
    return copy.change("studies", copy.find("studies"), registry_ids="NCT0354820")


@case(
    "identifiers",
    "doi",
    "is already the doi of",
    "one source has one citekey",
    along=("sources_match_bibliography",),
)
def one_doi_for_two_sources(copy: ProjectCopy) -> str:
    first = copy.find("sources", lambda row: row["doi"])
    other = [row for row in copy.rows("sources") if row["doi"]][-1]
    return copy.change("sources", other, doi=first["doi"])


@case("dates", "data_cutoff", "2019-02-30 is not in the calendar")
def day_that_does_not_exist(copy: ProjectCopy) -> str:
    row = plain(copy, "outcomes", lambda row: row["data_cutoff"] and row["follow_up_months"])
    return copy.change("outcomes", row, data_cutoff="2019-02-30")


@case("dates", "published", "is after evidence_to", "not after")
def source_newer_than_the_evidence(copy: ProjectCopy) -> str:
    return copy.change("sources", copy.find("sources"), published="2999-01")


@case("dates", "checked_on", "is after date")
def check_after_the_last_update(copy: ProjectCopy) -> str:
    row = copy.find("delivery")
    return copy.change("delivery", row, checked_by="A. Reader", checked_on="2999-01-01")


# reports ---------------------------------------------------------------------------------------


def reported(row: Cells) -> bool:
    """A latest report with counts and a stated follow-up."""
    return counted(row) and bool(row["follow_up_months"]) and row["latest"] == "yes"


@case("latest", "latest", "is marked as the latest too", "the same arm_id, population")
def two_latest_reports(copy: ProjectCopy) -> str:
    row = plain(copy, "outcomes", reported)
    return copy.add("outcomes", row, row_id="new.latest", follow_up_months="1.5", data_cutoff="")


@case("latest", "latest", "none of", "is marked as the latest")
def no_latest_report(copy: ProjectCopy) -> str:
    facts = ("arm_id", "population", "subgroup", "outcome")
    row = copy.find(
        "outcomes",
        lambda row: (
            sum(all(other[name] == row[name] for name in facts) for other in copy.rows("outcomes"))
            == 1
        ),
        latest="yes",
    )
    return copy.change("outcomes", row, latest="no")


@case("latest", "latest", "is longer than that of", "mark the report with the longest follow-up")
def an_older_report_is_called_the_latest(copy: ProjectCopy) -> str:
    row = plain(copy, "outcomes", reported)
    return copy.add(
        "outcomes", row, row_id="new.longer", latest="no", follow_up_months="199", data_cutoff=""
    )


@case("sources_disagree", "percent", "at the same cut-off", "accept both rows in")
def two_sources_print_different_figures(copy: ProjectCopy) -> str:
    row = copy.find(
        "outcomes",
        lambda row: counted(row) and row["follow_up_months"] and float(row["percent"]) > 20,
        outcome="overall_response",
        latest="yes",
    )
    other = copy.find("sources", lambda source: source["citekey"] != row["citekey"])
    return copy.add(
        "outcomes",
        row,
        row_id="new.disagrees",
        citekey=other["citekey"],
        latest="no",
        events="",
        percent=f"{float(row['percent']) - 9:.1f}",
        derived="",
        ci_low="",
        ci_high="",
        ci_method="",
    )


@case("entered_once", "row_id", "the same fact of the same report is already in")
def one_figure_twice(copy: ProjectCopy) -> str:
    row = copy.find("outcomes", counted)
    return copy.add("outcomes", row, row_id="new.copy", latest="no")


@case("derived", "derived", "n is called derived but the cell is empty")
def derived_but_empty(copy: ProjectCopy) -> str:
    row = copy.find("delivery", lambda row: not row["n"])
    return copy.change("delivery", row, derived="n")


# syntheses -------------------------------------------------------------------------------------


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


@case("one_person_once", "arm_id", "which share", "(overlaps.csv)", "leave one out")
def the_same_people_under_two_names(copy: ProjectCopy) -> str:
    return pair(copy, "same")


@case("one_person_once", "arm_id", "which share", "every person once")
def a_pool_with_its_member(copy: ProjectCopy) -> str:
    return pair(copy, "contains")


@case("one_person_once", "arm_id", "which share")
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


@case("primary_members", "arm_id", "is context evidence in a primary synthesis")
def primary_synthesis_outside_the_target_population(copy: ProjectCopy) -> str:
    member = primary(copy)
    arm = copy.find("arms", arm_id=member["arm_id"])
    study = copy.find("studies", study_id=arm["study_id"])
    copy.change("studies", study, applicability="context")
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
    member = members(copy)[0]
    arm = copy.find("arms", arm_id=member["arm_id"])
    study = copy.find("studies", study_id=arm["study_id"])
    copy.change("studies", study, setting="registry")
    return f"{copy.rows('syntheses').index(member) + 2} ({member['row_id']})"


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


# human work ------------------------------------------------------------------------------------


@case("checked", "checked_on", "checked_by is filled in, checked_on is not")
def checked_on_no_day(copy: ProjectCopy) -> str:
    return copy.change("outcomes", copy.find("outcomes"), checked_by="A. Reader")


@case("checked", "checked_by", "extracted the row and checked it", "another person")
def checked_by_the_extractor(copy: ProjectCopy) -> str:
    row = copy.find("outcomes")
    review_date = "2020-01-01"
    return copy.change("outcomes", row, checked_by=row["extracted_by"], checked_on=review_date)


@case("signed", "status", "signed by nobody")
def signed_by_nobody(copy: ProjectCopy) -> str:
    return copy.change("appraisal", copy.find("appraisal"), status="signed")


@case("signed", "status", "judged, but the status is a draft")
def judged_but_a_draft(copy: ProjectCopy) -> str:
    row = copy.find("judgements")
    return copy.change("judgements", row, judged_by="A. Reader", judged_on="2020-01-01")


@case("article_claims", "evidence_rows", "stands on no row and no source")
def verdict_on_nothing(copy: ProjectCopy) -> str:
    row = copy.find("article_claims", verdict="superseded")
    return copy.change("article_claims", row, evidence_rows="", citekeys="")


@case("resolves", "source_says", "is not in evidence/outcomes.csv")
def placeholder_of_a_row_that_is_not_there(copy: ProjectCopy) -> str:
    row = copy.find("article_claims", lambda row: row["source_says"])
    return copy.change("article_claims", row, source_says="It says {outcomes:no.such.row}.")


@case("typed_figures", "source_says", "typed figures: 97.9%", "name the row in braces")
def figure_typed_into_the_audit(copy: ProjectCopy) -> str:
    row = copy.find("article_claims", lambda row: row["source_says"])
    says = row["source_says"] + " Of grade 3 or 4, and CD38 is a name; 97.9% responded."
    return copy.change("article_claims", row, source_says=says)


@pytest.mark.parametrize("name", CASES)
def test_rule_finds_the_breakage_and_nothing_else(name: str, copy: ProjectCopy) -> None:
    broken = CASES[name]
    label = broken.do(copy)
    problems = copy.problems()
    found = [item for item in problems if item.rule == broken.rule and item.row == label]
    assert found, [str(problem) for problem in problems]
    text = "\n".join(str(problem) for problem in found if problem.column == broken.column)
    assert all(words in text for words in broken.says), text
    others = {problem.rule for problem in problems} - {broken.rule, *broken.along}
    assert not others, [str(problem) for problem in problems]


def test_every_rule_has_a_breakage() -> None:
    elsewhere = {"review_resolves"}  # in test_review.py
    assert {rule.name for rule in RULES} == {item.rule for item in CASES.values()} | elsewhere


def test_rules_that_can_be_accepted_exist() -> None:
    assert set(ACCEPTABLE_RULES) <= {rule.name for rule in RULES}


def test_a_dozen_breakages_are_all_reported_in_one_run(copy: ProjectCopy) -> None:
    names = (
        "unknown_citekey",
        "unknown_arm",
        "unknown_product",
        "unknown_wider_term",
        "more_infused_than_leukapheresed",
        "interval_that_is_not_exact",
        "interval_upside_down",
        "severe_more_frequent_than_any",
        "registry_number_too_short",
        "source_newer_than_the_evidence",
        "left_out_without_a_reason",
        "signed_by_nobody",
        "reference_to_an_unknown_table",
        "discrepancy_of_a_row_that_is_not_there",
    )
    for name in names:
        CASES[name].do(copy)
    copy.path("glossary").unlink()
    text = "\n".join(str(problem) for problem in copy.problems())
    missing = [name for name in names if not all(words in text for words in CASES[name].says)]
    assert not missing
    assert "evidence/glossary.csv: the file is missing" in text


# properties ------------------------------------------------------------------------------------


def without_row_numbers(copy: ProjectCopy) -> set[tuple[str, ...]]:
    return {
        (problem.rule, problem.file, problem.row.partition(" ")[2], problem.column, problem.what)
        for problem in collect_problems(copy.root)[1]
    }


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**6))
def test_order_of_rows_does_not_matter(copy: ProjectCopy, seed: int) -> None:
    before = without_row_numbers(copy)
    for table in ("outcomes", "adverse_events", "overlaps", "vocabulary", "discrepancies"):
        rows = copy.rows(table)
        random.Random(seed).shuffle(rows)
        copy.write(table, rows)
    assert without_row_numbers(copy) == before


@given(n=st.integers(1, 500), data=st.data())
def test_exact_interval_leaves_a_fortieth_on_each_side(n: int, data: st.DataObject) -> None:
    events = data.draw(st.integers(0, n))
    low, high = compute_exact_interval(events, n)
    assert low <= 100 * events / n <= high
    if events:
        assert binom.sf(events - 1, n, low / 100) == pytest.approx(0.025, rel=1e-6)
    else:
        assert low == 0
    if events < n:
        assert binom.cdf(events, n, high / 100) == pytest.approx(0.025, rel=1e-6)
    else:
        assert high == 100


@given(st.dates())
def test_every_day_is_in_the_calendar_and_not_after_itself(day: object) -> None:
    text = str(day)
    for length in (4, 7, 10):
        assert is_calendar_date(text[:length])
        assert not is_after(text[:length], text)


@pytest.mark.parametrize(
    ("date", "limit", "after"),
    [
        ("2026", "2026-08-11", False),
        ("2027", "2026-08-11", True),
        ("2026-08", "2026-08-11", False),
        ("2026-09", "2026-08-11", True),
        ("2026-08-11", "2026-08-11", False),
        ("2026-08-12", "2026-08-11", True),
    ],
)
def test_dates_compare_as_far_as_both_go(date: str, limit: str, after: bool) -> None:
    assert is_after(date, limit) is after
