"""Rules across rows and tables, each with the name discrepancies.csv uses."""

from __future__ import annotations

from schemas.rules import (
    agreement,
    cohorts,
    counts,
    cuts,
    estimates,
    forms,
    intervals,
    order,
    planned_analyses,
    plausible,
    pooling,
    references,
    reporting,
    reports,
    signs,
    source_status,
    synthesis,
    work,
)
from schemas.rules.acceptance import unaccepted_findings
from schemas.rules.records import Finding, Records, Row, Rule

RULES: tuple[Rule, ...] = (
    *references.RULES,
    *counts.RULES,
    *intervals.RULES,
    *estimates.RULES,
    *order.RULES,
    *forms.RULES,
    *reports.RULES,
    *cuts.RULES,
    *agreement.RULES,
    *cohorts.RULES,
    *synthesis.RULES,
    *pooling.RULES,
    *plausible.RULES,
    *work.RULES,
    *planned_analyses.RULES,
    *source_status.RULES,
    *reporting.RULES,
    *signs.RULES,
)

__all__ = ["RULES", "Finding", "Records", "Row", "Rule", "unaccepted_findings"]
