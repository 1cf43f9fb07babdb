"""Order: what is part of something is not larger, and survival does not rise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import pairwise, permutations

from schemas.rounding import fixed, significant
from schemas.rules.records import Finding, Records, Row, Rule, check_source, find

TINY = 1e-9
WIDER_GRADES = {
    "1_2": ("any",),
    "3_4": ("3_or_higher", "any"),
    "3_or_higher": ("any",),
    "5": ("3_or_higher", "any"),
}
NESTED = {"outcomes": "outcome", "adverse_events": "event", "delivery": "measure"}
KINDS = {"outcomes": "outcome", "adverse_events": "event", "delivery": "delivery"}
EVENT_KEYS = ("grade", "serious", "window", "definition")


def stated_cut(row: Row) -> str:
    """The cut-off a row states: its follow-up in months, else its data cut-off, else nothing."""
    months = row.get("follow_up_months")
    return str(row.get("data_cutoff") or "") if months is None else f"{significant(months)} months"


def cut_of(row: Row) -> str:
    """What tells reports apart: the cut-off a row states, else its source."""
    return stated_cut(row) or str(row["citekey"])


def same_cut(one: Row, other: Row) -> bool:
    """Whether two rows report one cut-off: both state it, or one source leaves it out."""
    for column in ("follow_up_months", "data_cutoff"):
        mine, theirs = one.get(column), other.get(column)
        if mine is not None and theirs is not None:
            return bool(mine == theirs)
    return bool(one["citekey"] == other["citekey"])


def group(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> list[list[Row]]:
    """Rows that share a key, in table order."""
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return list(groups.values())


def _people(row: Row) -> tuple[object, ...]:
    return row["arm_id"], row["population"], row["subgroup"]


def _share(row: Row) -> tuple[float | None, float]:
    """Percentage and how far its rounding may have moved it."""
    if row["events"] is not None and row["n"]:
        return 100 * row["events"] / row["n"], 0.0
    return (row["percent"], row.rounding("percent")) if row["percent"] is not None else (None, 0.0)


def larger_than(part: Row, whole: Row) -> str:
    """Why a part is larger than its whole, or nothing; other denominators do not compare."""
    if part["n"] is not None and whole["n"] is not None and part["n"] != whole["n"]:
        return ""
    (few, few_rounded), (many, many_rounded) = _share(part), _share(whole)
    if few is None or many is None or few <= many + few_rounded + many_rounded + TINY:
        return ""
    if part["events"] is not None and whole["events"] is not None:
        return f"{part['events']} > {whole['events']} of n {whole['n']}"
    return f"{fixed(few, 1)}% > {fixed(many, 1)}%"


def wider_terms(records: Records, kind: str) -> Mapping[str, frozenset[str]]:
    """For each term the terms it is within, directly or through others."""
    within = {row["term"]: row["within"] for row in records["vocabulary"] if row["kind"] == kind}
    wider: dict[str, frozenset[str]] = {}
    for term, direct in within.items():
        chain: list[str] = []
        parent = direct
        while parent and parent not in chain:
            chain.append(parent)
            parent = within.get(parent)
        wider[term] = frozenset(chain)
    return wider


def _nested_key(row: Row) -> Hashable:
    return (*_people(row), *(row.get(name) for name in EVENT_KEYS))


def check_nested_outcomes(records: Records) -> Iterator[Finding]:
    """An outcome within another is not more frequent, at one cut-off and population."""
    for table, column in NESTED.items():
        wider = wider_terms(records, KINDS[table])
        for rows in group(records[table], _nested_key):
            for part, whole in permutations(rows, 2):
                nested = whole[column] in wider.get(part[column], ())
                if not nested or not same_cut(part, whole):
                    continue
                more = larger_than(part, whole)
                if more:
                    what = f"{part[column]} is more frequent than {whole[column]} "
                    what += f"({whole.id}): {more}"
                    expected = f"{part[column]} <= {whole[column]} at one cut-off"
                    action = check_source(part)
                    rule = "nested_outcomes"
                    yield find(rule, part, "events", what, expected, action, [whole])


def _grade_key(row: Row) -> Hashable:
    return (*_people(row), row["event"], row["window"], row["definition"])


def _is_within(part: Row, whole: Row) -> bool:
    """Whether the events of one row are some of the other's, by grade or seriousness."""
    if part["serious"] == whole["serious"]:
        return whole["grade"] in WIDER_GRADES.get(part["grade"], ())
    return bool(part["serious"]) and part["grade"] == whole["grade"]


def check_grade_order(records: Records) -> Iterator[Finding]:
    """Grade 3 or higher is not more frequent than any grade; nor serious than all."""
    for rows in group(records["adverse_events"], _grade_key):
        for part, whole in permutations(rows, 2):
            within = _is_within(part, whole) and same_cut(part, whole)
            more = larger_than(part, whole) if within else ""
            if more:
                serious = "serious, " if part["serious"] else ""
                what = f"{serious}grade {part['grade']} is more frequent than "
                what += f"grade {whole['grade']} ({whole.id}): {more}"
                expected = f"grade {part['grade']} <= grade {whole['grade']}"
                yield find(
                    "grade_order", part, "events", what, expected, check_source(part), [whole]
                )


def _survival_key(row: Row) -> Hashable:
    return (
        *_people(row),
        row["comparator_arm_id"],
        row["endpoint"],
        row["adjusted"],
        row["citekey"],
        cut_of(row),
    )


def check_survival_monotone(records: Records) -> Iterator[Finding]:
    """A survival rate does not rise with time within one report."""
    rates = (
        row
        for row in records["time_to_event"]
        if row["measure"] == "landmark_rate" and None not in (row["time_months"], row["value"])
    )
    for rows in group(rates, _survival_key):
        for earlier, later in pairwise(sorted(rows, key=lambda row: float(row["time_months"]))):
            if later["time_months"] == earlier["time_months"] or (
                later["value"] <= earlier["value"] + TINY
            ):
                continue
            late, early = (
                f"{significant(row['value'])} at {significant(row['time_months'])}"
                for row in (later, earlier)
            )
            what = f"{later['endpoint']} is {late} months, but {early} ({earlier.id})"
            expected = "a rate that does not rise with time"
            rule = "survival_monotone"
            yield find(rule, later, "value", what, expected, check_source(later), [earlier])


RULES = (
    Rule(
        "nested_outcomes",
        "An outcome within another is not more frequent at one cut-off and population.",
        check_nested_outcomes,
        needs=("vocabulary",),
    ),
    Rule(
        "grade_order",
        "Grade 3 or higher is at most any grade; grade 5 at most grade 3 or higher.",
        check_grade_order,
    ),
    Rule(
        "survival_monotone",
        "A survival rate does not rise with time within one report.",
        check_survival_monotone,
    ),
)
