"""Cuts: a result of an older data cut-off is not the latest beside a newer one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import combinations, permutations, product
from typing import Any

from schemas.rounding import significant
from schemas.rules.order import group
from schemas.rules.records import Finding, Records, Row, Rule, find

FACT_KEYS: dict[str, tuple[str, ...]] = {
    "outcomes": ("arm_id", "population", "subgroup", "outcome"),
    "time_to_event": (
        "arm_id",
        "comparator_arm_id",
        "population",
        "subgroup",
        "endpoint",
        "measure",
        "time_months",
        "adjusted",
    ),
    "adverse_events": (
        "arm_id",
        "population",
        "subgroup",
        "event",
        "grade",
        "serious",
        "window",
        "definition",
    ),
}
"""What a row is about; rows that share it are successive reports of one fact."""
UNDATED_KEYS: dict[str, tuple[str, ...]] = {
    "baseline": ("arm_id", "population", "characteristic", "statistic", "unit"),
    "delivery": ("arm_id", "population", "subgroup", "measure", "unit"),
}
"""What a row without a cut-off is about: the source that was published last is the latest."""
NEAR_MONTHS = 3.0
NEAR_SHARE = 0.2
"""Landmarks this close answer one question, by months or by share of the earlier one."""
TINY = 1e-9


def fact_of(row: Row) -> Hashable:
    """What the row is about, whichever report it is from."""
    return tuple(row[column] for column in FACT_KEYS[row.table.name])


def question_of(row: Row) -> Hashable:
    """What the row is about, whichever landmark it is read at."""
    keys = FACT_KEYS[row.table.name]
    return tuple(row[column] for column in keys if column != "time_months")


def near(one: Row, other: Row) -> bool:
    """Whether two rows are read at equal or neighbouring landmarks."""
    mine, theirs = one.get("time_months"), other.get("time_months")
    if mine is None or theirs is None:
        return mine is None and theirs is None
    apart = abs(mine - theirs)
    return bool(apart <= max(NEAR_MONTHS, NEAR_SHARE * min(mine, theirs)) + TINY)


def compare_cuts(one: Row, other: Row) -> int | None:
    """Below zero where the first cut is earlier, zero for one report, None if undecided."""
    mine, theirs = one["data_cutoff"], other["data_cutoff"]
    if mine and theirs:
        shared = min(len(str(mine)), len(str(theirs)))
        mine, theirs = str(mine)[:shared], str(theirs)[:shared]
    else:
        mine, theirs = one["follow_up_months"], other["follow_up_months"]
    if mine is None or theirs is None:
        return 0 if one["citekey"] == other["citekey"] else None
    return int(mine > theirs) - int(mine < theirs)


def _grown(earlier: Row, later: Row) -> bool:
    """Whether the earlier report has more people: the later one follows a part of them."""
    return (earlier["n"] or 0) > (later["n"] or 0) > 0


def _pairs(rows: Iterable[Row]) -> Iterator[tuple[Row, Row, int | None]]:
    """Rows of one question, with the one of the earlier cut first."""
    for rows_of_one in group(rows, question_of):
        for one, other in combinations(rows_of_one, 2):
            if near(one, other):
                order = compare_cuts(one, other)
                first, second = (other, one) if order == 1 else (one, other)
                yield first, second, None if order is None else -abs(order)


def superseded(rows: Iterable[Row]) -> frozenset[str]:
    """Rows that a latest row of a later cut answers at a neighbouring landmark."""
    return frozenset(
        earlier.id
        for earlier, later, order in _pairs(rows)
        if order == -1 and later["latest"] == "yes"
    )


def _undecided(one: Row, other: Row) -> Finding:
    what = f"{one.id} is marked as the latest too, and no cut-off says which is newer"
    action = "add data_cutoff or follow_up_months, write no for the older report, or accept both "
    action += "rows in evidence/discrepancies.csv"
    return find("older_cut", other, "latest", what, "one yes", action, [one])


def check_older_cut(records: Records) -> Iterator[Finding]:
    """Beside a newer cut, an older one at an equal or neighbouring landmark is not the latest."""
    for table in FACT_KEYS:
        for earlier, later, order in _pairs(records[table]):
            one_fact = fact_of(earlier) == fact_of(later)
            if order is None and earlier["latest"] == later["latest"] == "yes" and not one_fact:
                yield _undecided(earlier, later)
            if order != -1 or earlier["latest"] != "yes" or _grown(earlier, later):
                continue
            if one_fact and later["latest"] == "yes":
                continue  # two latest rows of one fact: the rule `latest` says so
            mine, theirs = earlier["follow_up_months"], later["follow_up_months"]
            if one_fact and None not in (mine, theirs) and mine < theirs:
                continue  # a longer follow-up of one fact: the rule `latest` says so
            what = f"the cut of {later.id} is newer"
            if earlier["data_cutoff"] and later["data_cutoff"]:
                what += f" ({later['data_cutoff']} after {earlier['data_cutoff']})"
            else:
                what += f" ({significant(theirs)} after {significant(mine)} months of follow-up)"
            action = "write no for the older cut; if both stand, accept both rows in "
            action += "evidence/discrepancies.csv"
            yield find("older_cut", earlier, "latest", what, "no", action, [later])


def _published(records: Records, citekey: str | None) -> str:
    source = records.by_id("sources").get(citekey or "")
    return str(source["published"] or "") if source else ""


def _is_newer(records: Records, one: str | None, other: str | None) -> bool:
    """Whether the first source was published after the second, as far as both dates go."""
    mine, theirs = _published(records, one), _published(records, other)
    shared = min(len(mine), len(theirs))
    return bool(shared) and mine[:shared] > theirs[:shared]


def _from_newer_sources(records: Records, rows: Iterable[Row]) -> Iterator[tuple[Row, Row]]:
    """Each row with each of a source that was published later: sources are compared, not rows."""
    by_source: dict[str | None, list[Row]] = defaultdict(list)
    for row in rows:
        by_source[row["citekey"]].append(row)
    for older, newer in permutations(by_source, 2):
        if _is_newer(records, newer, older):
            yield from product(by_source[older], by_source[newer])


def _about(keys: tuple[str, ...]) -> Callable[[Row], Hashable]:
    return lambda row: tuple(row[column] for column in keys)


def _figures(row: Row) -> tuple[Any, ...]:
    return tuple(row.get(column) for column in ("value", "percent", "events", "low", "high"))


def check_older_people(records: Records) -> Iterator[Finding]:
    """Of a figure without a cut-off the newest source is used; so are the newest people."""
    for table, keys in UNDATED_KEYS.items():
        for rows in group(records[table], _about(keys)):
            for older, newer in _from_newer_sources(records, rows):
                if _figures(older) == _figures(newer):
                    continue
                what = f"{newer.id} has another figure from a newer source ({newer['citekey']})"
                action = "delete the older row, or tell them apart by population or subgroup"
                action += "; if both stand, accept both rows in evidence/discrepancies.csv"
                rule = "older_cut_of_people"
                yield find(rule, older, "citekey", what, "one", action, [newer])
    for row in records["baseline"]:
        yield from _fewer_people(records, row)


def _fewer_people(records: Records, row: Row) -> Iterator[Finding]:
    """A characteristic of the fewer people of an older report than the cohort has now."""
    arm = records.by_id("arms").get(row["arm_id"] or "")
    people = records.people(arm, row["population"])
    if arm is None or people is None or row["n"] is None:
        return
    if row["n"] < people and _is_newer(records, arm["citekey"], row["citekey"]):
        what = f"describes {row['n']} people; {arm.id} has {people} {row['population']} "
        what += f"in a newer report ({arm['citekey']})"
        action = "take the figure of the newer report, or leave the row out"
        yield find("older_cut_of_people", row, "n", what, str(people), action, [arm])


RULES = (
    Rule(
        "older_cut_of_people",
        "Characteristics and delivery come from the newest report that prints them.",
        check_older_people,
        needs=("review", "arms", "sources"),
    ),
    Rule(
        "older_cut",
        "Beside a newer cut of the same question an older one is not the latest.",
        check_older_cut,
    ),
)
