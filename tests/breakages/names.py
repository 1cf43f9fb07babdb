"""Names that lead nowhere."""

from __future__ import annotations

from tests.breakages.base import accepted, case
from tests.project_copy import Cells, ProjectCopy


@case("resolves", "citekey", "'nobody2020' is not in evidence/sources.csv")
def unknown_citekey(copy: ProjectCopy) -> str:
    return copy.change("delivery", copy.find("delivery"), citekey="nobody2020")


@case("resolves", "citekey", "is not in evidence/sources.csv", "did you mean '")
def misspelt_citekey_suggests_the_nearest(copy: ProjectCopy) -> str:
    row = copy.find("outcomes")
    return copy.change("outcomes", row, citekey=row["citekey"].replace("2", "22", 1))


@case("source_place", "missing_fields", "has no doi, pmid or url", "add address here")
def a_source_that_nobody_can_find(copy: ProjectCopy) -> str:
    row = copy.find("sources", lambda row: "address" in row["missing_fields"])
    fields = [field for field in row["missing_fields"].split("; ") if field != "address"]
    return copy.change("sources", row, missing_fields="; ".join(fields))


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


@case(
    "resolves", "grade", "is not in evidence/vocabulary.csv as grade", "did you mean '3_or_higher'?"
)
def unknown_grade(copy: ProjectCopy) -> str:
    row = copy.find(
        "adverse_events", lambda row: row["grade"] == "3_or_higher" and single(copy, row)
    )
    return copy.change("adverse_events", row, grade="3_or_higer")


@case("resolves", "population", "vocabulary.csv as population", "did you mean 'infused'?")
def unknown_population(copy: ProjectCopy) -> str:
    row = copy.find("baseline", population="infused")
    return copy.change("baseline", row, population="infusd")


@case("resolves", "role", "is not in evidence/vocabulary.csv as role", "did you mean 'pooled'?")
def unknown_role(copy: ProjectCopy) -> str:
    return copy.change("arms", copy.find("arms", role="pooled"), role="pooledd")


@case("resolves", "setting", "vocabulary.csv as setting", "did you mean 'registry'?")
def unknown_setting(copy: ProjectCopy) -> str:
    return copy.change("studies", copy.find("studies", setting="registry"), setting="regstry")


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


@case("signs_can_be_set", "note", "the fonts of the PDF lack 李")
def sign_that_no_font_has(copy: ProjectCopy) -> str:
    return copy.change("products", copy.find("products"), note="made by 李")
