"""What review.yml says of robustness and certainty names evidence that is there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from schemas.characteristics import OF_COHORTS
from schemas.choices import FIGURE_TABLES
from schemas.nearest import nearest
from schemas.problems import Problem
from schemas.review import FILE
from schemas.robustness import COLUMNS
from schemas.rules.people import SharedPeople, find_shared_people, pairs_with_common
from schemas.rules.records import Finding, Records, Row, Rule
from schemas.rules.synthesis import Member, included

COUNTED = ("outcomes", "adverse_events")
SHORT_LIST = 25  # names that a message can still list


def _finding(rule: str, what: str, expected: str, action: str) -> Finding:
    return Finding(rule, "", (), Problem(FILE, "", "", what, expected, action, rule))


def _unknown(rule: str, place: str, name: str, known: Collection[str], kind: str) -> Finding:
    action = nearest(name, known, f"correct it, or define the {kind}")
    few = 0 < len(known) <= SHORT_LIST
    expected = f"one of {', '.join(sorted(known))}" if few else f"a {kind}"
    return _finding(rule, f"{place}: {name!r} is no {kind}", expected, action)


def _row(records: Records, reference: str) -> Row | None:
    table, _, name = reference.partition(":")
    return records.by_id(table).get(name) if table in FIGURE_TABLES else None


def _places(records: Records) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Each place of review.yml that lists syntheses, and whether these are proportions."""
    plan = records.review.robustness
    for one in plan.multiverses:
        yield f"robustness multiverses {one.id}", (one.baseline, *one.syntheses), True
    for group in plan.subgroups:
        yield f"robustness subgroups {group.id}", group.syntheses, False
    for line in plan.regressions:
        yield f"robustness regressions {line.id}", (line.synthesis,), False
    for topic in records.review.certainty.topics:
        if topic.evidence.startswith("synthesis:"):
            name = topic.evidence.removeprefix("synthesis:").partition("/")[0]
            yield f"certainty topics {topic.topic}", (name,), False


def check_syntheses_exist(records: Records) -> Iterator[Finding]:
    """Syntheses that robustness and certainty name are defined, and proportions where needed."""
    measures = {item.id: item.measure for item in records.review.syntheses}
    for place, names, counted in _places(records):
        for name in names:
            if name not in measures:
                yield _unknown("review_resolves", place, name, measures, "synthesis")
            elif counted and measures[name] != "proportion":
                what = f"{place}: {name} pools a {measures[name]}, a multiverse takes counts"
                action = "name a synthesis of proportions"
                yield _finding("review_resolves", what, "a synthesis of proportions", action)
    yield from _mixed(records, measures)


def _mixed(records: Records, measures: Mapping[str, str]) -> Iterator[Finding]:
    """Subgroup analyses that take cohorts of different measures."""
    for group in records.review.robustness.subgroups:
        found = sorted({measures[name] for name in group.syntheses if name in measures})
        if len(found) > 1:
            what = f"robustness subgroups {group.id}: its syntheses pool {' and '.join(found)}"
            yield _finding("review_resolves", what, "syntheses of one measure", "name one kind")


def check_rows_exist(records: Records) -> Iterator[Finding]:
    """Rows that robustness and certainty name exist, with counts, of cohorts that are members."""
    members = included(records)
    for one in records.review.robustness.multiverses:
        arms = {member.arm for name in one.syntheses for member in members[name]}
        for reference in one.rows:
            yield from _counted(records, f"robustness multiverses {one.id}", reference, arms)
    for topic in records.review.certainty.topics:
        place = f"certainty topics {topic.topic}"
        single = () if topic.evidence.startswith("synthesis:") else (topic.evidence,)
        for reference in filter(None, (*single, *topic.absolute)):
            if _row(records, reference) is None:
                yield _unknown("review_resolves", place, reference, (), "row of evidence")


def _counted(records: Records, place: str, reference: str, arms: set[str]) -> Iterator[Finding]:
    row = _row(records, reference)
    if row is None or row.table.name not in COUNTED:
        yield _unknown("review_resolves", place, reference, (), "row of evidence")
    elif row["events"] is None or row["n"] is None:
        what = f"{place}: {reference} has no count"
        yield _finding("review_resolves", what, "events and n", "name a row that has both")
    elif row["arm_id"] not in arms:
        what = f"{place}: {reference} is of {row['arm_id']}, no member of its syntheses"
        action = "name another row of a cohort that is included, or include the cohort"
        yield _finding("review_resolves", what, "a row of a member", action)


def check_moderators_exist(records: Records) -> Iterator[Finding]:
    """Moderators are follow-up, a baseline characteristic or a number that the review declares."""
    known = {row["characteristic"] for row in records["baseline"]} | {"follow_up_months"}
    own = [item for item in records.review.characteristics if item.of in OF_COHORTS]
    known |= {item.id for item in own if item.type != "text"}
    for line in records.review.robustness.regressions:
        if line.moderator not in known:
            place = f"robustness regressions {line.id}"
            yield _unknown("review_resolves", place, line.moderator, known, "moderator")
    columns = {*COLUMNS, *(item.id for item in own)}
    for place, name in _columns(records):
        if name not in columns:
            yield _unknown("review_resolves", place, name, columns, "column or characteristic")


def _columns(records: Records) -> Iterator[tuple[str, str]]:
    """Each place of the plan that names a column of the cohorts, with the name."""
    plan = records.review.robustness
    yield from ((f"robustness subgroups {group.id}", group.by) for group in plan.subgroups)
    for decision in plan.decisions:
        for option in decision.options:
            place = f"robustness decisions {decision.id} {option.id}"
            named = (*option.keep, *option.drop, *option.prefer)
            yield from ((place, name) for name in named)


def check_topics_exist(records: Records) -> Iterator[Finding]:
    """Topics of the plan are judged, and judged topics are in the plan."""
    plan = records.review.certainty
    judged = {row["topic"] for row in records["judgements"]}
    planned = {topic.topic for topic in plan.topics}
    for name in sorted(planned - judged):
        kind = "topic of judgements.csv"
        yield _unknown("review_resolves", "certainty topics", name, judged, kind)
    if not planned:
        return
    for name in sorted(judged - planned):
        what = f"certainty topics: {name!r} of judgements.csv is missing"
        action = "add it with its evidence, or with a note why nothing can be computed"
        yield _finding("review_resolves", what, "every judged topic", action)
    outcomes = {row["term"] for row in records["vocabulary"]}
    for item in plan.thresholds:
        if item.outcome not in outcomes:
            place = "certainty thresholds"
            yield _unknown("review_resolves", place, item.outcome, outcomes, "vocabulary term")


def check_people_once(records: Records) -> Iterator[Finding]:
    """Cohorts taken from several syntheses do not share people."""
    people, members = find_shared_people(records), included(records)
    plan = records.review.robustness
    for place, names in [
        *((f"multiverses {one.id}", one.syntheses) for one in plan.multiverses),
        *((f"subgroups {group.id}", group.syntheses) for group in plan.subgroups),
    ]:
        cohorts = {member.arm: member for name in names for member in members[name]}
        beside = [{member.arm for member in members[name]} for name in names]
        pairs = pairs_with_common(list(cohorts.values()), lambda member: people.links(member.arm))
        for one, other in pairs:
            if any({one.arm, other.arm} <= arms for arms in beside):
                continue  # reported for that synthesis
            if _share(people, one, other):
                what = f"robustness {place} counts {one.arm} and {other.arm}, which share people"
                yield _finding("one_person_once", what, "every person once", "leave one out")


def _share(people: SharedPeople, one: Member, other: Member) -> bool:
    possible = [pair for pair, _, _ in people.possibly(one.arm, other.arm)]
    return bool(people.shared(one.arm, other.arm)) or any(
        pair["choice"] != "keep_both" for pair in possible
    )


RULES = (
    Rule(
        "review_resolves",
        "Syntheses that robustness and certainty name are defined.",
        check_syntheses_exist,
        needs=("review", "syntheses"),
    ),
    Rule(
        "review_resolves",
        "Rows that robustness and certainty name exist and hold counts.",
        check_rows_exist,
        needs=("review", "syntheses", *FIGURE_TABLES),
    ),
    Rule(
        "review_resolves",
        "Moderators and columns of analyses are there.",
        check_moderators_exist,
        needs=("review", "baseline"),
    ),
    Rule(
        "review_resolves",
        "Every judged topic says what its suggestion is computed from.",
        check_topics_exist,
        needs=("review", "judgements", "vocabulary"),
    ),
    Rule(
        "one_person_once",
        "Cohorts taken from several syntheses do not share people.",
        check_people_once,
        needs=("review", "syntheses", "overlaps"),
    ),
)
