"""Cohorts: sizes that reports really print, one denominator and one follow-up a report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from operator import itemgetter

from schemas.characteristics import PopulationSize
from schemas.choices import SIZED_TABLES
from schemas.rounding import significant
from schemas.rules.cuts import FACT_KEYS
from schemas.rules.order import group
from schemas.rules.records import Finding, Records, Row, Rule, find

Rows = Mapping[tuple[str, str], Row]


def _accept(row: Row) -> str:
    return (
        f"correct one of them; if {row.source} prints it so, accept the rule for this row "
        "in evidence/discrepancies.csv"
    )


def _whole(row: Row) -> bool:
    """Whether the row is about its whole population."""
    return row["arm_id"] is not None and not row.get("subgroup")


def _in_order(row: Row) -> tuple[str, str]:
    """An order of rows that does not hang on where they stand in their files."""
    return row.table.name, row.id


def _largest(rows: Iterable[Row], column: str, name: str) -> Rows:
    """For each cohort and value of a column the row with the largest count."""
    stated = sorted((row for row in rows if row[name] is not None), key=_in_order)
    return {(row["arm_id"], row[column] or ""): row for row in sorted(stated, key=itemgetter(name))}


def _unseen(arm: Row, size: PopulationSize, sized: Rows) -> Iterator[Finding]:
    """The size is the largest denominator that a report of the whole cohort prints."""
    row, people = sized.get((arm.id, size.population)), arm[size.column]
    if row is not None and row["n"] < people:  # a larger n: the rule population_size says so
        what = f"{people} {size.population}, but the largest report counts {row['n']} ({row.id})"
        expected = "the largest n of that population in any report"
        yield find("cohort_sizes", arm, size.column, what, expected, _accept(arm))


def _uncounted(arm: Row, size: PopulationSize, counted: Rows) -> Iterator[Finding]:
    """The people are those whom a row of outcomes.csv counts."""
    mine = [row for (name, _), row in counted.items() if name == arm.id]
    people = arm[size.column]
    if mine and all(row["events"] != people for row in mine):
        near = min(mine, key=lambda row: (abs(row["events"] - people), row.id))
        what = f"{people} {size.population.replace('_', ' ')}, but no outcome of the cohort "
        what += f"counts so many; {near['outcome']} has {near['events']} ({near.id})"
        expected = "the events of an outcome in evidence/outcomes.csv"
        yield find("cohort_sizes", arm, size.column, what, expected, _accept(arm), [])


def _contained(arm: Row, size: PopulationSize, sized: Rows) -> Iterator[Finding]:
    """People are some of those whom a report counts before them: enrolled, referred."""
    for whole in size.within:
        row, people = sized.get((arm.id, whole)), arm[size.column]
        if row is not None and people > row["n"]:
            what = f"{people} {size.population} > {row['n']} {whole} ({row.id})"
            expected = f"{size.population} to be a part of {whole}"
            yield find("cohort_sizes", arm, size.column, what, expected, _accept(arm))


def check_cohort_sizes(records: Records) -> Iterator[Finding]:
    """Sizes in arms.csv are those that rows of figures print, and parts of larger ones."""
    whole = [row for row in records.of(SIZED_TABLES) if _whole(row)]
    sized = _largest(whole, "population", "n")
    outcomes = [row for row in records["outcomes"] if _whole(row)]
    counted = _largest(outcomes, "outcome", "events")
    for arm, size in product(records["arms"], records.sizes.values()):
        if arm[size.column] is not None:
            of_outcome = size.of_outcome
            yield from _uncounted(arm, size, counted) if of_outcome else _unseen(arm, size, sized)
            yield from _contained(arm, size, sized)


def _fewer(rows: list[Row], column: str) -> Iterator[tuple[Row, Row]]:
    """Rows whose value most of the others do not share, with one of those others."""
    counts = Counter(row[column] for row in rows)
    usual = max(counts, key=lambda value: (counts[value], value))
    first = min((row for row in rows if row[column] == usual), key=_in_order)
    yield from ((row, first) for row in rows if row[column] != usual)


def _report(row: Row) -> tuple[object, ...]:
    cut = (row.get("follow_up_months"), row.get("data_cutoff"))
    return (row.table.name, row["arm_id"], row["population"], row["citekey"], *cut)


def check_one_denominator(records: Records) -> Iterator[Finding]:
    """Rows of one report on a whole population have one n."""
    rows = [row for row in records.of(SIZED_TABLES) if _whole(row) and row["n"] is not None]
    for report in group(rows, _report):
        for row, usual in _fewer(report, "n"):
            what = f"n is {row['n']}; other rows of this report on the same people have "
            what += f"{usual['n']} ({usual.id})"
            expected = "one n for one population of one report, unless people are missing"
            yield find("one_denominator", row, "n", what, expected, _accept(row))


def check_one_follow_up(records: Records) -> Iterator[Finding]:
    """A source states one follow-up a study and data cut-off."""
    reports: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in records.of(FACT_KEYS):
        if row["follow_up_months"] is not None:
            reports[row["study_id"], row["citekey"], row["data_cutoff"]].append(row)
            if row["data_cutoff"]:
                reports[row["study_id"], row["arm_id"], row["data_cutoff"]].append(row)
    told: set[tuple[str, str]] = set()
    for rows in reports.values():
        for row, usual in _fewer(rows, "follow_up_months"):
            if (key := (row.table.name, row.id)) in told:
                continue
            told.add(key)
            what = f"follow-up is {row.printed('follow_up_months')} months; other rows of this "
            what += f"report have {significant(usual['follow_up_months'])} ({usual.id})"
            expected = "one follow-up, or the data_cutoff that tells two reports apart"
            yield find("one_follow_up", row, "follow_up_months", what, expected, _accept(row))


RULES = (
    Rule(
        "cohort_sizes",
        "Sizes of cohorts are those that reports print, and parts of larger ones.",
        check_cohort_sizes,
        needs=("review", "arms", *SIZED_TABLES),
    ),
    Rule(
        "one_denominator",
        "Rows of one report on a whole population have one n.",
        check_one_denominator,
    ),
    Rule(
        "one_follow_up",
        "A source states one follow-up a study and data cut-off.",
        check_one_follow_up,
    ),
)
