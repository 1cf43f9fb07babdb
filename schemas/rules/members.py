"""Pooling: intervals that can be weighed, ratios the same way round, nobody counted twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from schemas.choices import RATIOS
from schemas.patterns import SEPARATOR
from schemas.review import SynthesisDefinition
from schemas.rounding import fixed, significant
from schemas.rules.order import cut_of, group
from schemas.rules.people import SharedPeople, find_shared_people, pairs_with_common
from schemas.rules.records import Finding, Records, Row, Rule, check_source, find
from schemas.rules.synthesis import Member, included

CONTROL = "control"
OPEN_SCALES = {"landmark": (0.0, 100.0), "ratio": (0.0,), "median": (0.0,)}
"""Bounds that an estimate and its interval must not touch: their log or logit is infinite."""


def _unusable(item: SynthesisDefinition, row: Row) -> str:
    figures = [row[column] for column in ("value", "ci_low", "ci_high")]
    if None in figures:
        return ""  # the rule synthesis_fits says so
    shown = f"{row.printed('value')} ({row.printed('ci_low')} to {row.printed('ci_high')})"
    if row["ci_low"] == row["value"] == row["ci_high"]:
        return f"the interval of {row.id} has no width: {shown}"
    for bound in OPEN_SCALES[item.measure]:
        if bound in figures:  # what lies beyond a bound is a matter of the rule units
            reached = f"{significant(bound)}, which has no {_scale(item)}"
            return f"the interval of {row.id} reaches {reached}: {shown}"
    return ""


def _scale(item: SynthesisDefinition) -> str:
    return "logit" if item.measure == "landmark" else "logarithm"


def check_usable_interval(records: Records) -> Iterator[Finding]:
    """The interval of an included estimate has a width, on the scale it is pooled on."""
    members = included(records)
    for item in records.review.syntheses:
        for member in members[item.id] if item.measure in OPEN_SCALES else ():
            if member.evidence.table.name != "time_to_event":
                continue  # the rule synthesis_fits says so
            if what := _unusable(item, member.evidence):
                action = f"check {member.evidence.source}; else leave the cohort out and say why, "
                action += "or pool its counts in a synthesis of proportions"
                expected = "an interval with a width, inside the scale"
                yield find("usable_interval", member.row, "evidence_row", what, expected, action)


def _turned(row: Row) -> str:
    """The ratio the other way round, with its interval, as far as it is there."""
    figures = [row[column] for column in ("value", "ci_high", "ci_low")]
    if any(figure is None or figure <= 0 for figure in figures):
        return "turn the ratio round"
    value, low, high = (fixed(1 / figure, 2) for figure in figures)
    return f"turn the ratio round: {value} ({low} to {high})"


def check_ratio_of_control(records: Records) -> Iterator[Finding]:
    """A ratio in a synthesis is of the experimental group over its control, not the reverse."""
    roles = {arm.id: arm["role"] for arm in records["arms"]}
    for members in included(records).values():
        for member in members:
            row = member.evidence
            if row.get("measure") in RATIOS and roles.get(row["arm_id"]) == CONTROL:
                what = f"{row.id} compares the control group {row['arm_id']} with "
                what += f"{row['comparator_arm_id'] or 'nobody'}"
                action = f"{_turned(row)}, with the other group as arm_id, "
                action += f"{row['arm_id']} as comparator_arm_id and derived: value"
                expected = "the experimental group over its control"
                yield find("ratio_of_control", member.row, "arm_id", what, expected, action)


def _beside(row: Row) -> tuple[object, ...]:
    return (row["population"], row["subgroup"], row["endpoint"], row["citekey"], cut_of(row))


def _against(ratio: Row, mine: Row, theirs: Row) -> str:
    """How two medians contradict a ratio of hazards whose interval leaves out 1."""
    lower, longer = ratio["ci_high"] < 1, mine["value"] > theirs["value"]
    if mine["value"] == theirs["value"] or lower == longer:
        return ""
    side = "longer" if longer else "shorter"
    return f"the ratio is {ratio.printed('value')}, but the median of {mine['arm_id']} is {side}"


def check_ratio_direction(records: Records) -> Iterator[Finding]:
    """A hazard ratio below 1 goes with the longer median, in one report."""
    rows = [row for row in records["time_to_event"] if row["value"] is not None]
    for report in group(rows, _beside):
        medians = {row["arm_id"]: row for row in report if row["measure"] == "median"}
        for row in report:
            pair = (medians.get(row["arm_id"]), medians.get(row["comparator_arm_id"]))
            mine, theirs = pair
            if row["measure"] != "hazard_ratio" or mine is None or theirs is None:
                continue
            if None in (row["ci_low"], row["ci_high"]) or row["ci_low"] <= 1 <= row["ci_high"]:
                continue
            if what := _against(row, mine, theirs):
                what += f" than that of {theirs['arm_id']} ({mine.id}, {theirs.id})"
                expected = "a ratio below 1 for the group with the longer median"
                action = f"compare arm_id and comparator_arm_id, or {_turned(row)}; "
                action += check_source(row)
                yield find("ratio_direction", row, "value", what, expected, action, [mine, theirs])


def _control_shared(people: SharedPeople, one: Member, other: Member) -> str:
    """The people whom two comparisons share as a control group, or nothing."""
    mine, theirs = (member.comparator for member in (one, other))
    pairs = ((mine, theirs), (mine, other.arm), (one.arm, theirs))
    for first, second in pairs:
        if first and second and people.shared(first, second):
            return str(first)
    return ""


def check_control_once(records: Records) -> Iterator[Finding]:
    """A control group is compared once in a synthesis."""
    people = find_shared_people(records)

    def groups(member: Member) -> frozenset[str]:
        both = (member.arm, member.comparator)
        return frozenset().union(*(people.members(arm) for arm in both if arm))

    for synthesis, members in included(records).items():
        for one, other in pairs_with_common(members, groups):
            if control := _control_shared(people, one, other):
                what = f"{synthesis} counts the people of {control} twice: "
                what += f"{one.evidence.id} and {other.evidence.id} compare with them"
                action = "leave one comparison out, or enter one of both groups together"
                expected = "every control group once"
                yield find("control_once", other.row, "arm_id", what, expected, action)


def check_trial_once(records: Records) -> Iterator[Finding]:
    """Two studies of one registered trial enter a synthesis only where overlaps.csv says how."""
    people = find_shared_people(records)
    numbers = {
        row.id: set(filter(None, (row["registry_ids"] or "").split(SEPARATOR)))
        for row in records["studies"]
    }
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    places: dict[tuple[str, str], tuple[Member, set[str]]] = {}

    def registered(member: Member) -> set[str]:
        return numbers.get(member.evidence["study_id"], set())

    for synthesis, members in included(records).items():
        for one, other in pairs_with_common(members, registered):
            first, second = one.evidence["study_id"], other.evidence["study_id"]
            shared = registered(one) & registered(other)
            stated = people.shared(one.arm, other.arm) or any(people.possibly(one.arm, other.arm))
            if first != second and shared and not stated:
                told[one.arm, other.arm].append(synthesis)
                places[one.arm, other.arm] = (other, shared)
    for (first, second), syntheses in told.items():
        member, shared = places[first, second]
        what = f"{first} and {second} are both of {', '.join(sorted(shared))}; "
        what += f"counted in {', '.join(syntheses)}"
        action = "state in evidence/overlaps.csv whether they share people, or leave one out"
        yield find("trial_once", member.row, "arm_id", what, "a registered trial once", action)


RULES = (
    Rule(
        "usable_interval",
        "The interval of an included estimate has a width, inside its scale.",
        check_usable_interval,
        needs=("review",),
    ),
    Rule(
        "ratio_of_control",
        "A ratio in a synthesis is of the experimental group over its control.",
        check_ratio_of_control,
        needs=("arms",),
    ),
    Rule(
        "ratio_direction",
        "A hazard ratio below 1 goes with the longer median of one report.",
        check_ratio_direction,
    ),
    Rule("control_once", "A control group is compared once in a synthesis.", check_control_once),
    Rule(
        "trial_once",
        "Two studies of one registered trial need a row of overlaps.csv to be pooled.",
        check_trial_once,
        needs=("studies", "overlaps"),
    ),
)
