"""Human work: who checked, who signed, what the audit of the article stands on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from schemas.choices import (
    CERTAINTY_LEVELS,
    DOMAIN_JUDGEMENTS,
    FACT_TABLES,
    LOWERED,
    OTHER_TOOLS,
    RANDOMISED_TOOLS,
    STATUSES,
    TOOL_ITEMS,
    TOOL_JUDGEMENTS,
)
from schemas.nearest import nearest
from schemas.patterns import SEPARATOR
from schemas.rules.records import Finding, Records, Row, Rule, find

PLACEHOLDER = re.compile(r"\{[^{}]*\}")
GRADE = re.compile(r"\b[Gg]rades? \d(?:( or |-|–| to )\d)?\b")
TYPED_FIGURE = re.compile(r"\S*\d\S*")
DRAFT, SIGNED = STATUSES
WITHOUT_EVIDENCE = ("cannot_be_verified", "omitted")


def _both_or_neither(row: Row, who: str, when: str, rule: str) -> Iterator[Finding]:
    if bool(row[who]) != bool(row[when]):
        missing, given = (when, who) if row[who] else (who, when)
        what = f"{given} is filled in, {missing} is not"
        yield find(rule, row, missing, what, "both or neither", f"fill in {missing}")


def check_checked(records: Records) -> Iterator[Finding]:
    """A check has a person and a date, and the person is not the extractor."""
    for row in records.of(FACT_TABLES):
        yield from _both_or_neither(row, "checked_by", "checked_on", "checked")
        if row["checked_by"] and row["checked_by"] == row["extracted_by"]:
            what = f"{row['checked_by']} extracted the row and checked it"
            action = "have another person check it"
            yield find("checked", row, "checked_by", what, "another person", action)


def check_signed(records: Records) -> Iterator[Finding]:
    """A judgement is a draft until a person and a date stand beside it."""
    for row in records.of(("appraisal", "judgements")):
        yield from _both_or_neither(row, "judged_by", "judged_on", "signed")
        if row["status"] == SIGNED and not row["judged_by"]:
            what, action = "signed by nobody", f"write {DRAFT!r} until a person signs"
            yield find("signed", row, "status", what, "judged_by and judged_on", action)
        if row["status"] == DRAFT and row["judged_by"]:
            what, action = (
                f"{row['judged_by']} judged, but the status is a draft",
                f"write {SIGNED}",
            )
            yield find("signed", row, "status", what, SIGNED, action)


def check_judged(records: Records) -> Iterator[Finding]:
    """Each domain of a topic is judged once, in the words of that domain."""
    seen: set[tuple[str | None, str | None]] = set()
    for row in records["judgements"]:
        allowed = DOMAIN_JUDGEMENTS.get(row["domain"] or "", ())
        if allowed and row["judgement"] not in allowed:
            what = f"{row['judgement']!r} is no judgement of {row['domain']}"
            yield find("judged", row, "judgement", what, " or ".join(allowed), "correct the cell")
        if (row["topic"], row["domain"]) in seen:
            what = f"{row['domain']} of {row['topic']} is judged twice"
            yield find("judged", row, "domain", what, "one row", "keep one of the rows")
        seen.add((row["topic"], row["domain"]))


def check_appraised(records: Records) -> Iterator[Finding]:
    """A judgement is one that its tool knows."""
    for row in records["appraisal"]:
        allowed = TOOL_JUDGEMENTS.get(row["tool"] or "", ())
        if allowed and row["judgement"] and row["judgement"] not in allowed:
            what = f"{row['judgement']!r} is no judgement of {row['tool']}"
            action = nearest(row["judgement"], allowed, "correct the cell")
            yield find("appraised", row, "judgement", what, " or ".join(allowed), action)


def check_appraisals_complete(records: Records) -> Iterator[Finding]:
    """Each cohort of a primary synthesis is appraised, every item of a tool that fits its study."""
    primary = {item.id for item in records.review.syntheses if item.role == "primary"}
    arms, studies = records.by_id("arms"), records.by_id("studies")
    answered: dict[str | None, dict[str | None, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in records["appraisal"]:
        answered[row["study_id"]][row["tool"]].append(row["domain"] or "")
    seen: set[str] = set()
    for row in records["syntheses"]:
        arm = arms.get(row["arm_id"] or "")
        study = studies.get(arm["study_id"] or "") if arm else None
        if study is None or row["include"] != "yes" or row["synthesis_id"] not in primary:
            continue
        name = str(study["study_id"])
        fitting = RANDOMISED_TOOLS if study["randomised"] == "yes" else OTHER_TOOLS
        what = _left_open(name, fitting, answered[name])
        if what and name not in seen:
            seen.add(name)
            action = "add a row for each item to appraisal.csv, as a draft where nobody has judged"
            items = (f"{tool} ({', '.join(TOOL_ITEMS[tool])})" for tool in fitting)
            expected = "every item of " + " or ".join(items)
            yield find("appraised", row, "arm_id", what, expected, action)


def _left_open(name: str, fitting: tuple[str, ...], found: Mapping[str | None, list[str]]) -> str:
    """What a study lacks of an appraisal; empty where it lacks nothing."""
    used = [tool for tool in fitting if found.get(tool)]
    if not used:
        return f"{name} is pooled in a primary synthesis, and no tool that fits it was used"
    missing = [
        item
        for item in TOOL_ITEMS[used[0]]
        if not any(domain.split(" ")[0] == item or domain == item for domain in found[used[0]])
    ]
    return f"{name} has no answer to {', '.join(missing)} of {used[0]}" if missing else ""


def check_overall_adds_up(records: Records) -> Iterator[Finding]:
    """The overall level is the start level, lowered by each of its domains.

    Suspected missing reports lower it as any other domain does; nothing raises a level.
    """
    steps: dict[str | None, int] = defaultdict(int)
    for row in records["judgements"]:
        if row["domain"] != "overall":
            steps[row["topic"]] += LOWERED.get(row["judgement"] or "", 0)
    for row in records["judgements"]:
        if row["domain"] != "overall" or row["start_level"] not in CERTAINTY_LEVELS:
            continue
        at = CERTAINTY_LEVELS.index(row["start_level"]) + steps[row["topic"]]
        implied = CERTAINTY_LEVELS[min(at, len(CERTAINTY_LEVELS) - 1)]
        if row["judgement"] != implied and row["judgement"] in CERTAINTY_LEVELS:
            what = f"{row['judgement']} is drafted, the domains of {row['topic']} lead to {implied}"
            action = "correct a domain or the level, or say why in evidence/discrepancies.csv"
            yield find("overall_adds_up", row, "judgement", what, implied, action)


def check_article_claims(records: Records) -> Iterator[Finding]:
    """Every verdict on the article names what it stands on."""
    for row in records["article_claims"]:
        if row["verdict"] in WITHOUT_EVIDENCE or row["verdict"] is None:
            continue
        if not row["evidence_rows"] and not row["citekeys"]:
            what = f"the verdict {row['verdict']} stands on no row and no source"
            action = "name rows of evidence, or write cannot_be_verified"
            yield find("article_claims", row, "evidence_rows", what, "a row or a source", action)


def _names(records: Records) -> re.Pattern[str]:
    """Names that hold digits and are no results, longest first."""
    names = [row["term"] for row in records["vocabulary"] if row["kind"] == "name"]
    names += [row["name"] for row in records["studies"]] + list(records.ids("sources"))
    longest = sorted(filter(None, names), key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(name)}\b" for name in longest) or r"(?!)")


def check_typed_figures(records: Records) -> Iterator[Finding]:
    """What we say of the article takes its figures from rows, never from typing."""
    names = _names(records)
    for row in records["article_claims"]:
        prose = PLACEHOLDER.sub("", row["source_says"] or "")
        for allowed in (GRADE, names):
            prose = allowed.sub("", prose)
        typed = TYPED_FIGURE.findall(prose)
        if typed:
            what = f"typed figures: {', '.join(typed)}"
            expected = "{table:row_id} for each figure"
            action = "name the row in braces, or add a name with digits to vocabulary.csv"
            yield find("typed_figures", row, "source_says", what, expected, action)


def check_unverified_unused(records: Records) -> Iterator[Finding]:
    """What nobody could verify reaches no statistic."""
    leads = records.ids("unverified")
    for row in records["syntheses"]:
        if row["evidence_row"] in leads:
            what = f"{row['evidence_row']} is in evidence/unverified.csv"
            action = "leave it out until it is verified and has a row of its own"
            yield find("unverified_unused", row, "evidence_row", what, "a verified row", action)
    for row in records["article_claims"]:
        for name in (row["evidence_rows"] or "").split(SEPARATOR):
            if name.startswith("unverified:") and row["verdict"] not in WITHOUT_EVIDENCE:
                what = f"{name} carries the verdict {row['verdict']}, but nobody could verify it"
                action = "write cannot_be_verified, or name a verified row"
                yield find("unverified_unused", row, "evidence_rows", what, "", action)


RULES = (
    Rule("checked", "A check has a date and a person other than the extractor.", check_checked),
    Rule("signed", "A judgement is a draft until somebody signs it.", check_signed),
    Rule("judged", "Each domain of a topic is judged once, in the words of it.", check_judged),
    Rule("appraised", "A judgement of bias is one that its tool knows.", check_appraised),
    Rule(
        "appraised",
        "Each cohort of a primary synthesis is appraised with a tool that fits its design.",
        check_appraisals_complete,
        needs=("review", "syntheses", "arms", "studies", "appraisal"),
    ),
    Rule(
        "overall_adds_up",
        "An overall certainty is what its domains lead to.",
        check_overall_adds_up,
    ),
    Rule(
        "article_claims",
        "Every verdict on the article names what it stands on.",
        check_article_claims,
    ),
    Rule(
        "typed_figures",
        "What is said of the article takes its figures from rows.",
        check_typed_figures,
        needs=("vocabulary", "studies", "sources"),
    ),
    Rule(
        "unverified_unused",
        "What nobody could verify reaches no statistic.",
        check_unverified_unused,
    ),
)
