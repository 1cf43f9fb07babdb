"""Every study is decided: a cohort that could enter a synthesis has a row that says yes or no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemas.problems import Problem
from schemas.review import FILE as REVIEW_FILE
from schemas.review import SynthesisDefinition
from schemas.rules.cuts import FACT_KEYS, fact_of
from schemas.rules.records import Finding, Records, Row, Rule, find
from schemas.rules.synthesis import TERM_COLUMNS, Member, included, lacks

MEASURED = ("grade", "measure", "time_months")


Traits = Mapping[str, tuple[str, ...]]


def _traits(records: Records) -> Traits:
    """Setting and applicability of its study, role, and target, class and like of its product.

    What a cohort shares with a member, each value with any of them, to be one that could enter.
    """
    own = (item.id for item in records.review.characteristics if item.of == "products")
    kinds = ("target", "class", *own)
    studies, products = records.by_id("studies"), records.by_id("products")
    found = {}
    for arm in records["arms"]:
        study, product = studies.get(arm["study_id"]), products.get(arm["product_id"] or "")
        of_study = (study["setting"], study["applicability"]) if study else ("", "")
        of_product = tuple(product[kind] if product else "" for kind in kinds)
        found[arm.id] = (*of_study, arm["role"], *of_product)
    return found


def _rows(item: SynthesisDefinition, members: list[Member], records: Records) -> Iterator[Row]:
    """Rows of whole cohorts that hold what the synthesis pools, of its people, kind and time."""
    table = members[0].evidence.table.name
    people = item.populations or tuple({member.evidence["population"] for member in members})
    kinds = {tuple(member.evidence.get(name) for name in MEASURED) for member in members}
    for row in records[table]:
        if row[TERM_COLUMNS[table]] not in (item.outcome, *item.outcomes):
            continue
        kind = tuple(row.get(name) for name in MEASURED)
        whole = row["population"] in people and not row["subgroup"] and row.get("latest") != "no"
        if whole and kind in kinds and not lacks(item, row):
            yield row


def _undecided(
    records: Records, item: SynthesisDefinition, members: list[Member], traits: Traits
) -> list[Row]:
    """The first row of each cohort that could enter and has no row in syntheses.csv."""
    like = [traits[member.arm] for member in members if member.arm in traits]
    allowed = [set(values) for values in zip(*like, strict=True)]
    said = {row["arm_id"] for row in records["syntheses"] if row["synthesis_id"] == item.id}
    open_rows: dict[str, Row] = {}
    for row in _rows(item, members, records):
        arm = row["arm_id"]
        fits = (
            arm in traits
            and allowed
            and all(value in values for value, values in zip(traits[arm], allowed, strict=True))
        )
        if fits and arm not in said:
            open_rows.setdefault(arm, row)
    return sorted(open_rows.values(), key=lambda row: str(row["arm_id"]))


def check_decided(records: Records) -> Iterator[Finding]:
    """A cohort like the members, with a figure that could be pooled, is in or out by a row."""
    members, traits = included(records), _traits(records)
    for item in records.review.syntheses:
        found = _undecided(records, item, members[item.id], traits) if members[item.id] else []
        if not found:
            continue
        named = ", ".join(f"{row['arm_id']} ({row.table.name}:{row.id})" for row in found)
        what = f"syntheses {item.id}: nothing says whether it pools {named}"
        expected = "a row of evidence/syntheses.csv for each cohort that could enter"
        action = "add it with include yes, or with include no and the reason"
        problem = Problem(REVIEW_FILE, "", "", what, expected, action, "decided")
        yield Finding("decided", "", (), problem)


def _newer(records: Records, item: SynthesisDefinition, old: Row, computed: bool) -> Row | None:
    """The latest report of the same fact, where it holds what the synthesis pools.

    In a synthesis of printed counts alone a computed one supersedes nothing.
    """
    if old.table.name not in FACT_KEYS or old["latest"] != "no":
        return None
    same = (row for row in records[old.table.name] if fact_of(row) == fact_of(old))
    newer = (row for row in same if row["latest"] == "yes" and not lacks(item, row))
    return next((row for row in newer if computed or not row["derived"]), None)


def check_superseded_members(records: Records) -> Iterator[Finding]:
    """A synthesis does not pool a report whose newer one could be pooled."""
    members = included(records)
    for item in records.review.syntheses:
        computed = any(member.evidence["derived"] for member in members[item.id])
        for member in members[item.id]:
            for column, old in (
                ("evidence_row", member.evidence),
                ("comparator_row", member.control),
            ):
                newer = _newer(records, item, old, computed) if old else None
                if old and newer:
                    what = f"{old.id} is superseded by {newer.id}"
                    action = f"write {newer.id}, or leave the cohort out and say why"
                    expected = "the latest report of the fact"
                    yield find("superseded_members", member.row, column, what, expected, action)


RULES = (
    Rule(
        "decided",
        "A cohort that could enter a synthesis is in or out by a row.",
        check_decided,
        needs=("review", "syntheses", "studies", "products", "arms"),
    ),
    Rule(
        "superseded_members",
        "A synthesis does not pool a report whose newer one could be pooled.",
        check_superseded_members,
        needs=("review",),
    ),
)
