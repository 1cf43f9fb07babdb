"""What the parts of a claim's id and its topic name, held to the rows that it selects.

`infection.g3.drug-a` names an event, a grade and a product: rows of anaemia, of any grade or of
another product are refused. A part that names nothing the evidence knows is the writer's own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from math import floor
from typing import Any

from analysis.claims import Claim, claim_problem
from analysis.ledger import Record
from analysis.registry import statistic_of
from analysis.selection import frame_of, key_column, records_of
from schemas.evidence import Evidence
from schemas.problems import Problem
from schemas.rounding import round_half_up

Row = Mapping[str, Any]
KINDS = {  # the column of each table that says what a row counts, and the kind of its terms
    "outcomes": ("outcome", "outcome"),
    "time_to_event": ("endpoint", "endpoint"),
    "adverse_events": ("event", "event"),
    "delivery": ("measure", "delivery"),
    "baseline": ("characteristic", "characteristic"),
}
ANY = "any"  # a part of an id, and the grade of the same name
GRADE = re.compile(r"g(\d)(?:-(\d))?")
MONTHS = re.compile(r"(\d+)m")


class EvidenceNames:
    """The names that the evidence has for what is counted, for products and for topics."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        vocabulary = records_of(evidence.vocabulary)
        self.within = {row["term"]: row["within"] for row in vocabulary if row["within"]}
        self.terms: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in vocabulary:
            short = _plain(row["abbreviation"] or "").split(" ")[0]
            for name in {_plain(row["term"]), short} - {""}:
                self.terms[row["kind"], name].add(row["term"])
        self.tables: dict[str, dict[str, Row]] = {}

    @cached_property
    def products(self) -> Mapping[str, set[str]]:
        """Products by their id, whole or up to its hyphen."""
        found: dict[str, set[str]] = defaultdict(set)
        for product in map(str, self.evidence.products["product_id"]):
            for name in {product, product.partition("-")[0]}:
                found[name].add(product)
        return found

    @cached_property
    def given(self) -> Mapping[str, str]:
        """The product of each arm."""
        return {row["arm_id"]: row["product_id"] for row in records_of(self.evidence.arms)}

    @cached_property
    def judged(self) -> Mapping[str, tuple[set[str], set[str]]]:
        """The outcomes of each topic that is a rate, and the claims its judgements rest on."""
        found: dict[str, tuple[set[str], set[str]]] = {}
        for row in records_of(self.evidence.judgements):
            if row["kind"] == "rate":
                outcomes, claims = found.setdefault(row["topic"], (set(), set()))
                outcomes.add(row["outcome"])
                claims.update(part.strip() for part in (row["claims"] or "").split("|"))
        return found

    @cached_property
    def tested(self) -> Mapping[str, set[str]]:
        """The products of all arms of each study."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in records_of(self.evidence.arms):
            found[row["study_id"]].add(row["product_id"])
        return found

    def counts(self, kind: str, part: str, counted: Collection[str]) -> bool | None:
        """Whether rows count what a part of an id names; None where it names nothing.

        `mrd` names every threshold, and a term stands for what is within it or round it.
        """
        exact = self.terms.get((kind, part), set())
        if not exact:
            return None
        holding = {
            term for (known, name), terms in self.terms.items() for term in terms
            if known == kind and f"-{part}-" in f"-{name}-"
        }  # fmt: skip
        near = any(self.related(one, other) for one in exact for other in counted)
        return near or not holding.isdisjoint(counted)

    def rows(self, record: Record) -> list[tuple[str, Row]]:
        """The rows of a claim that count something, each with its table."""
        parts = (reference.partition(":") for reference in record.rows)
        found = ((table, self._table(table).get(key)) for table, _, key in parts if table in KINDS)
        return [(table, row) for table, row in found if row]

    def _table(self, table: str) -> Mapping[str, Row]:
        if table not in self.tables:
            key = key_column(table)
            rows = records_of(frame_of(self.evidence, table))
            self.tables[table] = {str(row[key]): row for row in rows}
        return self.tables[table]

    def related(self, one: str, other: str) -> bool:
        """Whether one term is the other, or within it."""
        return other in self._broader(one) or one in self._broader(other)

    def _broader(self, term: str) -> Iterator[str]:
        yield term
        while term in self.within:
            term = self.within[term]
            yield term


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace("\u2212", "-").lstrip("\u2265")


def name_problems(
    evidence: Evidence, claims: Iterable[Claim], records: Mapping[str, Record]
) -> Iterator[Problem]:
    """Every claim whose id or topic names something else than the rows it selects."""
    named = EvidenceNames(evidence)
    for claim in claims:
        if claim.id not in records:
            continue
        rows = named.rows(records[claim.id])
        if rows:
            yield from (claim_problem(claim, what) for what in _disagreements(named, claim, rows))


def _disagreements(
    named: EvidenceNames, claim: Claim, rows: Collection[tuple[str, Row]]
) -> Iterator[str]:
    parts = claim.id.split(".")
    yield from _of_terms(named, parts, rows)
    yield from _of_products(parts, named.products, _products_of(named, rows))
    if statistic_of(claim.statistic).family == "rows":
        yield from _of_grades(parts, rows)
        yield from _of_times(parts, rows)
    if claim.topic:
        yield from _of_topic(named, claim, rows)


def _terms_of(rows: Iterable[tuple[str, Row]]) -> set[str]:
    return {str(row[KINDS[table][0]]) for table, row in rows}


def _products_of(named: EvidenceNames, rows: Iterable[tuple[str, Row]]) -> set[str]:
    arms = {str(row.get(name)) for _, row in rows for name in ("arm_id", "comparator_arm_id")}
    return {named.given[arm] for arm in arms if arm in named.given}


def _of_terms(
    named: EvidenceNames, parts: Iterable[str], rows: Collection[tuple[str, Row]]
) -> Iterator[str]:
    """The first part that names an outcome or event of the kind its rows count."""
    kinds, counted = {KINDS[table][1] for table, _ in rows}, _terms_of(rows)
    for part in parts:
        fits = [found for kind in kinds if (found := named.counts(kind, part, counted)) is not None]
        if fits:
            if not any(fits):
                yield f"its id names {part}, and its rows count {_listed(counted)}"
            return


def _of_products(
    parts: Iterable[str], known: Mapping[str, set[str]], given: set[str]
) -> Iterator[str]:
    for part in parts:
        if part in known and given and not known[part] & given:
            yield f"its id names the product {part}, and its rows are of {_listed(given)}"


def _of_grades(parts: Iterable[str], rows: Iterable[tuple[str, Row]]) -> Iterator[str]:
    grades = {str(row["grade"]) for _, row in rows if "grade" in row}
    for part in parts:
        match = GRADE.fullmatch(part)
        if not grades or not (match or part == ANY):
            continue
        start = "_".join(filter(None, match.groups())) if match else ANY
        if not any(grade.startswith(start) for grade in grades):
            yield f"its id names the grade {part}, and its rows have {_listed(grades)}"


def _of_times(parts: Iterable[str], rows: Collection[tuple[str, Row]]) -> Iterator[str]:
    """Months are a landmark, a window, or a follow-up told without its decimals."""
    for match in filter(None, map(MONTHS.fullmatch, parts)):
        months, told = int(match[1]), set()
        for _, row in rows:
            told |= {row.get("time_months")}
            told |= {int(digits) for digits in re.findall(r"\d+", row.get("window") or "")}
            follow_up = row.get("follow_up_months")
            told |= {floor(follow_up), round_half_up(follow_up, 0)} if follow_up else set()
        if told - {None} and months not in told:
            yield f"its id names {months} months, and its rows are of another time"


def _of_topic(
    named: EvidenceNames, claim: Claim, rows: Collection[tuple[str, Row]]
) -> Iterator[str]:
    outcomes, resting = named.judged.get(claim.topic, (set(), set()))
    counted = _terms_of(rows)
    said = {word for term in counted for word in _plain(term).split("-")}
    close = any(named.related(one, other) for one in outcomes for other in counted)
    if outcomes and not (close or claim.id in resting or said & set(claim.topic.split("-"))):
        yield f"its topic is of {_listed(outcomes)}, and its rows count {_listed(counted)}"
    meant = {
        name for name in map(str, named.evidence.products["product_id"]) if name in claim.topic
    }
    given = {product for _, row in rows for product in named.tested.get(row["study_id"], ())}
    if meant and given and not meant & given:
        yield f"its topic is of {_listed(meant)}, and its rows are of {_listed(given)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
