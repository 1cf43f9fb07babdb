"""Syntheses: usable rows, one population, and every person counted once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.choices import FIGURE_TABLES, NEVER_POOLED, RATIOS, TWO_ARM_MEASURES
from schemas.nearest import nearest
from schemas.problems import Problem
from schemas.review import FILE as REVIEW_FILE
from schemas.review import SynthesisDefinition
from schemas.rules.people import SharedPeople, find_shared_people, pairs_with_common
from schemas.rules.records import Finding, Records, Row, Rule, find

MEASURES = {
    "ratio": RATIOS,
    "landmark": ("landmark_rate",),
    "median": ("median",),
}
TERM_COLUMNS = {
    "outcomes": "outcome",
    "adverse_events": "event",
    "delivery": "measure",
    "time_to_event": "endpoint",
}
TRIALS, PRACTICE = ("trial",), ("registry", "real_world")


@dataclass(frozen=True)
class Member:
    """A row of syntheses.csv that is included, with the evidence rows it names.

    `control` is the row of the other arm, where two arms are compared.
    """

    row: Row
    evidence: Row
    control: Row | None = None

    @property
    def arm(self) -> str:
        """The cohort."""
        return str(self.row["arm_id"])

    @property
    def comparator(self) -> str:
        """The arm it is compared with, or nothing."""
        row, column = (self.evidence, "comparator_arm_id")
        if self.control is not None:
            row, column = (self.control, "arm_id")
        return str(row.get(column) or "")


def _evidence_row(records: Records, row: Row) -> Row | None:
    table = row["evidence_table"]
    return records.by_id(table).get(row["evidence_row"]) if table in FIGURE_TABLES else None


def included(records: Records) -> dict[str, list[Member]]:
    """Members of each synthesis whose evidence row exists."""
    rows = {table: records.by_id(table) for table in FIGURE_TABLES}
    members: dict[str, list[Member]] = defaultdict(list)
    for row in records["syntheses"]:
        table = rows.get(row["evidence_table"] or "", {})
        evidence = table.get(row["evidence_row"] or "")
        if row["include"] == "yes" and evidence is not None:
            control = table.get(row.get("comparator_row") or "")
            members[row["synthesis_id"]].append(Member(row, evidence, control))
    return members


def _incomplete(row: Row) -> Iterator[Finding]:
    rule = "synthesis_rows"
    if row["include"] == "no" and not row["reason"]:
        action = "say in one sentence why the cohort is left out"
        yield find(rule, row, "reason", "a cohort is left out without a reason", action=action)
    if row["include"] == "yes" and not (row["evidence_table"] and row["evidence_row"]):
        what, action = "a cohort is included without a row of evidence", "name table and row"
        yield find(rule, row, "evidence_row", what, "table and row", action)


def check_synthesis_rows(records: Records) -> Iterator[Finding]:
    """Each row belongs to a synthesis of the protocol, names its evidence or its reason."""
    known = {item.id for item in records.review.syntheses}
    for row in records["syntheses"]:
        if row["synthesis_id"] not in known:
            what = f"{row['synthesis_id']!r} is not a synthesis of evidence/review.yml"
            action = nearest(row["synthesis_id"] or "", known, "add it to review.yml")
            expected = "an id of review.yml"
            yield find("synthesis_rows", row, "synthesis_id", what, expected, action)
        yield from _incomplete(row)
    if not records["studies"]:
        return  # a review that has just begun
    named = {row["synthesis_id"] for row in records["syntheses"]}
    for item in records.review.syntheses:
        if item.id not in named:
            what = f"syntheses {item.id}: no cohort in evidence/syntheses.csv"
            action = "add its cohorts, or delete it"
            problem = Problem(REVIEW_FILE, what=what, action=action, rule="synthesis_rows")
            yield Finding("synthesis_rows", "", (), problem)


def lacks(item: SynthesisDefinition, row: Row) -> str:
    """What the model needs and the row does not have, or nothing."""
    if item.measure in ("proportion", *TWO_ARM_MEASURES):
        means = item.measure == "mean_difference"
        wanted = ("mean", "sd", "n") if means else ("events", "n")
        missing = [name for name in wanted if row.get(name) is None]
        return "no " + " and no ".join(missing) if missing else ""
    if row.table.name != "time_to_event" or row["measure"] not in MEASURES.get(item.measure, ()):
        return f"{row.get('measure') or 'counts'} instead of {item.measure}"
    missing = [name for name in ("value", "ci_low", "ci_high") if row[name] is None]
    if item.measure == "ratio" and 0 < (row["p_value"] or 0) < 1 and row["value"] not in (None, 1):
        return ""
    named = "no " + " and no ".join(missing) if missing else ""
    return f"{named} (nor an exact p_value)" if named and item.measure == "ratio" else named


def _arms(item: SynthesisDefinition, member: Member) -> Iterator[Finding]:
    """What is wrong with the row of the other arm of a comparison."""
    rule, column, control = "synthesis_fits", "comparator_row", member.control
    compared = item.measure in TWO_ARM_MEASURES
    if control is None:
        if compared and not member.row.get(column):  # a name that leads nowhere: rule resolves
            what = f"{member.evidence.id} is compared with nothing"
            expected, action = "the row of the other arm of the study", "name it, or leave it out"
            yield find(rule, member.row, column, what, expected, action)
        return
    if not compared:
        what = f"{item.id} pools a {item.measure}, which compares no two arms"
        yield find(rule, member.row, column, what, "nothing", "empty the cell")
    elif lacking := lacks(item, control):
        what = f"{control.id} has {lacking}: {item.measure} cannot be pooled from it"
        action = "name a row that has them, or leave the comparison out with its reason"
        yield find(rule, member.row, column, what, f"a row for a {item.measure}", action)
    elif differs := _differing(member.evidence, control):
        what = f"{control.id} and {member.evidence.id} differ in {differs}"
        expected = f"one {differs} of both arms, and two arms of one study"
        yield find(rule, member.row, column, what, expected, "name the row of the other arm")


def _differing(treated: Row, control: Row) -> str:
    """In what two rows differ that compare two arms of one study; `arm_id` where they do not."""
    term = TERM_COLUMNS[treated.table.name]
    columns = ("study_id", term, "population", "subgroup", "grade")
    same = [name for name in columns if treated.get(name) != control.get(name)]
    return ", ".join(same) or ("arm_id" if treated["arm_id"] == control["arm_id"] else "")


def _fits(item: SynthesisDefinition, member: Member) -> Iterator[Finding]:
    rule, evidence = "synthesis_fits", member.evidence
    if evidence["arm_id"] != member.arm:
        what = f"{evidence.id} is about {evidence['arm_id']}, not {member.arm}"
        yield find(rule, member.row, "arm_id", what, str(evidence["arm_id"]), "correct one")
    term = evidence[TERM_COLUMNS[evidence.table.name]]
    allowed = (item.outcome, *item.outcomes)
    if term not in allowed:
        what = f"{evidence.id} is about {term}; {item.id} is about {' or '.join(allowed)}"
        action = f"name another row; or, in review.yml, correct the outcome of {item.id}, or list "
        action += f"{term} under its outcomes where it pools both"
        yield find(rule, member.row, "evidence_row", what, " or ".join(allowed), action)
    yield from _arms(item, member)
    lacking = lacks(item, evidence)
    if lacking:
        what = f"{evidence.id} has {lacking}: {item.measure} cannot be pooled from it"
        action = "name a row that has them, or leave the cohort out with its reason"
        yield find(rule, member.row, "evidence_row", what, f"a {item.measure}", action)


def _one_value(
    item: SynthesisDefinition, members: list[Member], column: str, listed: tuple[str, ...] = ()
) -> Iterator[Finding]:
    values = {member.evidence.get(column) for member in members}
    if len(values) > 1 and not values <= set(listed):
        said = ", ".join(f"{m.arm}: {m.evidence.get(column)}" for m in members)
        what = f"rows of {item.id} differ in {column} ({said})"
        action = "name rows of one kind, or make two syntheses"
        yield find("synthesis_fits", members[0].row, "evidence_row", what, f"one {column}", action)


def check_synthesis_fits(records: Records) -> Iterator[Finding]:
    """Included rows are of the synthesis's outcome and hold what its model needs."""
    members = included(records)
    for item in records.review.syntheses:
        for member in members[item.id]:
            yield from _fits(item, member)
        if members[item.id]:
            yield from _one_value(item, members[item.id], "grade", item.grades)
            yield from _one_value(item, members[item.id], "time_months")
            if item.measure in MEASURES:
                yield from _one_value(item, members[item.id], "measure")


def _populations(item: SynthesisDefinition, members: list[Member]) -> Iterator[Finding]:
    allowed = item.populations or (members[0].evidence["population"],)
    others = [member for member in members if member.evidence["population"] not in allowed]
    if not others:
        return
    named = ", ".join(f"{member.evidence.id} {member.evidence['population']}" for member in others)
    what = f"{item.id} counts {' or '.join(allowed)}, but {named}"
    action = f"name rows of that population, or state `populations: [...]` for {item.id} "
    action += "in evidence/review.yml"
    expected = "one population, unless review.yml names several"
    yield find("one_population", others[0].row, "evidence_row", what, expected, action)


def check_one_population(records: Records) -> Iterator[Finding]:
    """Denominators that differ are pooled only where review.yml names the populations."""
    members = included(records)
    for item in records.review.syntheses:
        if members[item.id]:
            yield from _populations(item, members[item.id])


def _overlap(people: SharedPeople, one: str, other: str) -> tuple[str, str]:
    """Why two cohorts may not stand side by side, and what to do; empty when they may."""
    shared = sorted(people.shared(one, other) - {one, other})
    if people.shared(one, other):
        named = f" of {' and '.join(shared)}" if shared else ""
        return f"{one} and {other} share people{named} (overlaps.csv)", "leave one out"
    for pair, a, b in people.possibly(one, other):
        if pair["choice"] != "keep_both":
            said = {"keep_a": f"keep {a}, leave {b} out", "keep_b": f"keep {b}, leave {a} out"}
            action = said.get(pair["choice"], f"state the choice in overlaps.csv {pair.id}")
            return f"{one} and {other} may share people ({pair.id})", action
    return "", ""


def _twice(synthesis: str, one: Member, other: Member) -> Finding:
    what = f"{synthesis} counts {one.arm} twice (also {one.row.id})"
    return find("one_person_once", other.row, "arm_id", what, "one row a cohort", "leave one out")


def check_one_person_once(records: Records) -> Iterator[Finding]:
    """A cohort enters a synthesis once, and none that shares its people beside it.

    Two cohorts that share people are named once, with every synthesis that counts both.
    """
    people = find_shared_people(records)
    beside: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for synthesis, members in included(records).items():
        for one, other in pairs_with_common(members, lambda member: people.links(member.arm)):
            if one.arm == other.arm:
                yield _twice(synthesis, one, other)
            else:
                beside[min(one.arm, other.arm), max(one.arm, other.arm)].append(other)
    for (first, second), places in beside.items():
        what, action = _overlap(people, first, second)
        if what:
            what += "; counted in " + ", ".join(str(m.row["synthesis_id"]) for m in places)
            row = places[0].row
            yield find("one_person_once", row, "arm_id", what, "every person once", action)


def check_overlap_choice(records: Records) -> Iterator[Finding]:
    """Cohorts that may share people need a stated choice."""
    for pair in records["overlaps"]:
        if pair["relation"] == "possible" and not pair["choice"]:
            what = f"{pair['arm_a']} and {pair['arm_b']} may share people; no choice is stated"
            action = "write keep_a, keep_b or keep_both, and why in the reason"
            yield find("overlap_choice", pair, "choice", what, "a choice", action)
        elif pair["arm_a"] and pair["arm_a"] == pair["arm_b"]:
            what, action = "a cohort is paired with itself", "name two cohorts"
            yield find("overlap_choice", pair, "arm_b", what, "two cohorts", action)


def _protocol(member: Member, applicability: str | None) -> Iterator[Finding]:
    rule, row = "primary_members", member.row
    if applicability not in (None, "direct"):
        what = f"{member.arm} is {applicability.replace('_', ' ')} evidence in a primary synthesis"
        action = "leave it out, or include it in a sensitivity synthesis"
        yield find(rule, row, "arm_id", what, "a study of the target population", action)
    if member.evidence.get("latest") == "no" and not row["reason"]:
        what = f"{member.evidence.id} is not the latest report of {member.arm}"
        action = "name the latest report, or say in the reason why an earlier one enters"
        yield find(rule, row, "evidence_row", what, "the latest report", action)


def check_primary_members(records: Records) -> Iterator[Finding]:
    """Primary syntheses take the latest report of cohorts of the target population."""
    applies = {study.id: study["applicability"] for study in records["studies"]}
    members = included(records)
    for item in records.review.syntheses:
        if item.role == "primary":
            for member in members[item.id]:
                yield from _protocol(member, applies.get(member.evidence["study_id"]))


def check_settings_apart(records: Records) -> Iterator[Finding]:
    """Trials and routine practice are not pooled; pools and meta-analyses never are members."""
    setting = {study.id: study["setting"] for study in records["studies"]}
    for name, members in included(records).items():
        settings = [setting.get(member.evidence["study_id"]) for member in members]
        for member, kind in zip(members, settings, strict=True):
            if kind in NEVER_POOLED and len(members) > 1:
                what = (
                    f"{member.arm} is a {kind.replace('_', ' ')}: it holds people of other studies"
                )
                action = "leave it out; list it under published in review.yml to print it beside"
                yield find("settings_apart", member.row, "arm_id", what, "a cohort", action)
            elif kind in PRACTICE and any(other in TRIALS for other in settings):
                what = f"{member.arm} is a {kind.replace('_', ' ')} study among trials in {name}"
                action = "leave it out, or make a synthesis of its own"
                expected = "trials apart from routine practice"
                yield find("settings_apart", member.row, "arm_id", what, expected, action)


RULES = (
    Rule(
        "synthesis_rows",
        "Each row of syntheses.csv belongs to a synthesis of the protocol.",
        check_synthesis_rows,
        needs=("review", "syntheses"),
    ),
    Rule(
        "synthesis_fits",
        "Included rows are of the synthesis's outcome and hold what its model needs.",
        check_synthesis_fits,
        needs=("review",),
    ),
    Rule(
        "one_population",
        "Denominators that differ are pooled only where review.yml names them.",
        check_one_population,
        needs=("review",),
    ),
    Rule(
        "one_person_once",
        "A cohort enters a synthesis once, and none that shares its people beside it.",
        check_one_person_once,
        needs=("overlaps",),
    ),
    Rule("overlap_choice", "A possible overlap needs a stated choice.", check_overlap_choice),
    Rule(
        "primary_members",
        "Primary syntheses take the latest report of cohorts of the target population.",
        check_primary_members,
        needs=("review", "studies"),
    ),
    Rule(
        "settings_apart",
        "Trials and routine practice are pooled apart; pools and meta-analyses never.",
        check_settings_apart,
        needs=("studies",),
    ),
)
