"""Identifiers, dates, and reports of one fact."""

from __future__ import annotations

from tests.breakages.base import case, counted, plain
from tests.project_copy import Cells, ProjectCopy


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


@case("dates", "published", "is after evidence_to", "not after", along=("older_cut_of_people",))
def source_newer_than_the_evidence(copy: ProjectCopy) -> str:
    return copy.change("sources", copy.find("sources"), published="2999-01")


@case("dates", "checked_on", "is after date")
def check_after_the_last_update(copy: ProjectCopy) -> str:
    row = copy.find("delivery")
    return copy.change("delivery", row, checked_by="A. Reader", checked_on="2999-01-01")


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


def landmark(row: Cells) -> bool:
    """A latest rate at a time, of a stated follow-up and no stated cut-off."""
    rate = row["measure"] == "landmark_rate" and row["latest"] == "yes"
    return rate and bool(row["follow_up_months"]) and not row["data_cutoff"]


@case(
    "older_cut",
    "latest",
    "the cut of new.newer is newer",
    "write no for the older cut",
    along=("one_follow_up",),
)
def an_older_cut_at_a_neighbouring_landmark_is_called_the_latest(copy: ProjectCopy) -> str:
    row = plain(copy, "time_to_event", landmark)
    months, longer = float(row["time_months"]) + 2, float(row["follow_up_months"]) + 9
    copy.add(
        "time_to_event",
        row,
        row_id="new.newer",
        time_months=f"{months:g}",
        follow_up_months=f"{longer:g}",
    )
    return f"{copy.rows('time_to_event').index(row) + 2} ({row['row_id']})"


@case("older_cut", "latest", "is marked as the latest too, and no cut-off says which is newer")
def two_latest_landmarks_without_a_cut(copy: ProjectCopy) -> str:
    row = plain(copy, "time_to_event", landmark)
    other = copy.find("sources", lambda source: source["citekey"] != row["citekey"])
    return copy.add(
        "time_to_event",
        row,
        row_id="new.undated",
        time_months=f"{float(row['time_months']) + 2:g}",
        follow_up_months="",
        citekey=other["citekey"],
    )


@case("older_cut", "latest", "the cut of new.newer is newer (2021-02-01 after 2020-02-01)")
def an_outcome_of_an_older_cut_off_is_called_the_latest(copy: ProjectCopy) -> str:
    row = plain(copy, "outcomes", reported)
    dated = {**row, "follow_up_months": ""}
    copy.add("outcomes", dated, row_id="new.newer", latest="no", data_cutoff="2021-02-01")
    return copy.change("outcomes", row, follow_up_months="", data_cutoff="2020-02-01")


@case("older_cut", "latest", "the cut of new.newer is newer (2021-02-01 after 2020-02-01)")
def an_adverse_event_of_an_older_cut_off_is_called_the_latest(copy: ProjectCopy) -> str:
    row = plain(copy, "adverse_events", reported)
    dated = {**row, "follow_up_months": ""}
    copy.add("adverse_events", dated, row_id="new.newer", latest="no", data_cutoff="2021-02-01")
    return copy.change("adverse_events", row, follow_up_months="", data_cutoff="2020-02-01")


@case("older_cut_of_people", "citekey", "has another figure from a newer source", "new.newer")
def a_characteristic_stands_in_an_older_source_too(copy: ProjectCopy) -> str:
    sources = {row["citekey"]: row["published"] for row in copy.rows("sources")}
    newer = next(key for key, published in sources.items() if published.startswith("2026"))
    row = plain(
        copy,
        "baseline",
        lambda row: (
            row["statistic"] == "median"
            and not row["n"]
            and "1999" < sources[row["citekey"]][:4] < "2026"
        ),
    )
    other = {"citekey": newer, "value": f"{float(row['value']) + 0.5:g}", "low": "", "high": ""}
    copy.add("baseline", row, row_id="new.newer", **other)
    return f"{copy.rows('baseline').index(row) + 2} ({row['row_id']})"


@case(
    "older_cut_of_people",
    "n",
    "describes",
    "in a newer report",
    "take the figure of the newer",
    along=("cohort_sizes",),
)
def a_characteristic_describes_fewer_people_than_the_cohort_has(copy: ProjectCopy) -> str:
    sources = {row["citekey"]: row["published"] for row in copy.rows("sources")}
    newer = next(key for key, published in sources.items() if published.startswith("2026"))
    arms = {
        row["arm_id"]: row for row in copy.rows("arms")
        if row["n_infused"] and not row["n_leukapheresed"]
    }  # fmt: skip
    row = plain(
        copy,
        "baseline",
        lambda row: (
            row["population"] == "infused"
            and row["n"] == arms.get(row["arm_id"], {}).get("n_infused")
            and "1999" < sources[row["citekey"]][:4] < "2026"
        ),
    )
    arm = arms[row["arm_id"]]
    copy.change("arms", arm, citekey=newer, n_infused=str(int(arm["n_infused"]) + 31))
    return f"{copy.rows('baseline').index(row) + 2} ({row['row_id']})"


@case(
    "sources_disagree",
    "percent",
    "at the same cut-off",
    "accept both rows in",
    along=("one_follow_up",),
)
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
