"""Recomputes what a changed cell may touch: syntheses, claims, tables, figures; nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from analysis.claims import Claim
from analysis.ledger import Record, certainty_of, compute_claim, record_of
from analysis.natural import plain_words
from analysis.review_data import Computed, ReviewData
from analysis.robustness import Analyses
from analysis.selection import SelectionError
from analysis.syntheses import Synthesis, compute_synthesis
from publishing.checks.mutation.editable_evidence import EvidenceCell
from publishing.displays.specification import FigureSpecification
from publishing.displays.tracing import AccessLog, draw, sketch
from publishing.printing.figure import Figure
from publishing.printing.table import Table
from schemas.evidence import Evidence
from schemas.problems import ReviewError

REFUSED = "refused"
"""What an artefact is when it can no longer be made: the build would stop."""

FAILURES = (SelectionError, ValueError, KeyError, IndexError, ZeroDivisionError, ReviewError)
Tables = Mapping[str, Callable[[ReviewData], Table]]
Figures = Mapping[str, FigureSpecification]


@dataclass(frozen=True)
class Baseline:
    """The review as it is: what every claim, table and figure says before anything changes."""

    data: ReviewData
    claims: Mapping[str, Claim]
    tables: Mapping[str, Table]
    figures: Mapping[str, Any]
    accessed: Mapping[str, AccessLog]


def take_baseline(
    data: ReviewData, claims: Iterable[Claim], tables: Tables, figures: Figures
) -> Baseline:
    """Make everything once."""
    drawn = {name: draw(data, figure) for name, figure in figures.items()}
    return Baseline(
        data,
        {claim.id: claim for claim in claims},
        {name: render(data) for name, render in tables.items()},
        {name: _picture(item.figure, item.marks) for name, item in drawn.items()},
        {name: item.accessed for name, item in drawn.items()},
    )


def _picture(figure: Figure, marks: str) -> tuple[str, str, str]:
    return figure.alt, figure.caption, marks


def make_table(data: ReviewData, render: Callable[[ReviewData], Table]) -> Any:
    """A table, or `refused`."""
    try:
        return render(data)
    except FAILURES:
        return REFUSED


def make_figure(data: ReviewData, figure: FigureSpecification) -> Any:
    """Alt text, caption and marks of a figure, or `refused`."""
    try:
        return _picture(*sketch(data, figure))
    except FAILURES:
        return REFUSED


def make_record(
    evidence: Evidence, claim: Claim, syntheses: Mapping[str, Synthesis], analyses: Analyses
) -> Record | str:
    """A record of the ledger, or `refused`."""
    try:
        measure = compute_claim(claim, analyses)
        certainty = certainty_of(evidence, claim.topic)
        return record_of(claim, measure, certainty, plain_words(evidence))
    except FAILURES:
        return REFUSED


def make_syntheses(evidence: Evidence, names: Iterable[str]) -> dict[str, Synthesis]:
    """Some syntheses anew; one that can no longer be computed is left out."""
    found = {}
    for definition in evidence.review.syntheses:
        if definition.id in names:
            try:
                found[definition.id] = compute_synthesis(evidence, definition)
            except FAILURES:
                continue
    return found


class Observer:
    """Says what changes when evidence changes, recomputing only what reads the changed rows."""

    def __init__(self, baseline: Baseline) -> None:
        self.baseline = baseline
        self.syntheses_by_row: dict[str, list[str]] = defaultdict(list)
        for name, synthesis in baseline.data.syntheses.items():
            for row in (row for cohort in synthesis.overall.cohorts for row in cohort.rows):
                self.syntheses_by_row[row].append(name)

    def changed_data(
        self, evidence: Evidence, cell: EvidenceCell, claims: Iterable[str]
    ) -> ReviewData:
        """The data over changed evidence, with these claims anew; refused ones are gone."""
        base = self.baseline.data
        touched = set(self.syntheses_by_row[cell.reference])
        syntheses = {name: item for name, item in base.syntheses.items() if name not in touched}
        syntheses |= make_syntheses(evidence, touched)
        analyses = base.analyses.over(evidence, syntheses)
        records = dict(base.ledger.records)
        for name in claims:
            if cell.reference not in records[name].rows:
                continue
            record = make_record(evidence, self.baseline.claims[name], syntheses, analyses)
            if isinstance(record, str):
                del records[name]
            else:
                records[name] = record
        ledger = replace(base.ledger, records=records)
        computed = Computed(lambda: analyses)
        return replace(base, evidence=evidence, ledger=ledger, computed=computed)

    def changed_claims(self, data: ReviewData, names: Iterable[str]) -> set[str]:
        """Those of these claims whose record is another one, or gone."""
        before, after = self.baseline.data.ledger.records, data.ledger.records
        return {name for name in names if after.get(name) != before[name]}
