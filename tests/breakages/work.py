"""Human work: checks, signatures, the audit of the article."""

from __future__ import annotations

from tests.breakages.base import case
from tests.project_copy import ProjectCopy


def label(copy: ProjectCopy, table: str, name: str) -> str:
    """The row of a table as messages name it."""
    at = copy.rows(table).index(copy.find(table, row_id=name))
    return f"{at + 2} ({name})"


@case("checked", "checked_on", "checked_by is filled in, checked_on is not")
def checked_on_no_day(copy: ProjectCopy) -> str:
    return copy.change("outcomes", copy.find("outcomes"), checked_by="A. Reader", checked_on="")


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


@case("judged", "judgement", "'low' is no judgement of risk_of_bias", along=("overall_adds_up",))
def level_for_a_domain(copy: ProjectCopy) -> str:
    row = copy.find("judgements", domain="risk_of_bias")
    return copy.change("judgements", row, judgement="low")


@case("judged", "domain", "is judged twice")
def domain_judged_twice(copy: ProjectCopy) -> str:
    row = copy.find("judgements", domain="imprecision", judgement="serious")
    return copy.change("judgements", row, domain="inconsistency")


@case("appraised", "judgement", "'Lwo' is no judgement of RoB 2", "Low or Some")
def judgement_the_tool_does_not_know(copy: ProjectCopy) -> str:
    return copy.change("appraisal", copy.find("appraisal", tool="RoB 2"), judgement="Lwo")


@case("appraised", "arm_id", "has no answer to 7 of JBI case series", "every item of")
def item_of_a_primary_cohort_left_open(copy: ProjectCopy) -> str:
    copy.remove("appraisal", lambda row: row["row_id"] == "karmma.jbi.7")
    return label(copy, "syntheses", "orr.primary.karmma")


@case("appraised", "arm_id", "no tool that fits it was used", "RoB 2")
def primary_cohort_appraised_with_another_tool(copy: ProjectCopy) -> str:
    copy.change("studies", copy.find("studies", study_id="karmma"), randomised="yes")
    return label(copy, "syntheses", "orr.primary.karmma")


@case("overall_adds_up", "judgement", "moderate is drafted, the domains of", "lead to low")
def overall_that_does_not_add_up(copy: ProjectCopy) -> str:
    row = copy.find("judgements", domain="overall", judgement="low",
                    topic="progression-free-survival-ide-cel")  # fmt: skip
    return copy.change("judgements", row, judgement="moderate")


@case("overall_adds_up", "judgement", "low is drafted, the domains of", "lead to moderate")
def suspicion_that_lowers_nothing(copy: ProjectCopy) -> str:
    row = copy.find("judgements", domain="publication_bias", judgement="suspected",
                    topic="progression-free-survival-ide-cel")  # fmt: skip
    copy.change("judgements", row, judgement="undetected")
    overall = copy.find("judgements", domain="overall", topic=row["topic"])
    return label(copy, "judgements", overall["row_id"])


@case("source_status", "register", "a source that is clean lacks it")
def clean_by_nobody(copy: ProjectCopy) -> str:
    row = copy.find("source_status", state="unchecked")
    return copy.change("source_status", row, state="clean", checked_on="2026-01-02", reason="")


@case("known_sources", "citekey", "'nobody2020' is no source of")
def state_of_no_source(copy: ProjectCopy) -> str:
    return copy.add("source_status", copy.find("source_status"), citekey="nobody2020")


@case("article_claims", "evidence_rows", "stands on no row and no source")
def verdict_on_nothing(copy: ProjectCopy) -> str:
    row = copy.find("article_claims", verdict="superseded")
    return copy.change("article_claims", row, evidence_rows="", citekeys="")


@case("resolves", "source_says", "is not in evidence/outcomes.csv")
def placeholder_of_a_row_that_is_not_there(copy: ProjectCopy) -> str:
    row = copy.find("article_claims", lambda row: row["source_says"])
    return copy.change("article_claims", row, source_says="It says {outcomes:no.such.row}.")


@case("resolves", "source_says", "has a stray brace: '{outcomes:no.such.row.'", "close the braces")
def brace_of_a_statement_that_is_not_closed(copy: ProjectCopy) -> str:
    row = copy.find("article_claims", lambda row: row["source_says"])
    return copy.change("article_claims", row, source_says="It says {outcomes:no.such.row.")


@case("typed_figures", "source_says", "typed figures: 97.9%", "name the row in braces")
def figure_typed_into_the_audit(copy: ProjectCopy) -> str:
    row = copy.find("article_claims", lambda row: row["source_says"])
    says = row["source_says"] + " Of grade 3 or 4, and CD38 is a name; 97.9% responded."
    return copy.change("article_claims", row, source_says=says)


@case("reporting", "place", "is empty", "a place for an item that is reported")
def reported_nowhere(copy: ProjectCopy) -> str:
    row = copy.find("reporting", state="reported")
    return copy.change("reporting", row, place="")


@case("reporting", "reason", "a reason for an item that is not_reported")
def left_out_of_the_report_in_silence(copy: ProjectCopy) -> str:
    row = copy.find("reporting", state="not_reported")
    return copy.change("reporting", row, reason="")


@case("reporting", "place", "'Methods' is no section")
def place_that_is_no_section(copy: ProjectCopy) -> str:
    row = copy.find("reporting", state="in_part")
    return copy.change("reporting", row, place="Methods")
