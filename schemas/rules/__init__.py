"""Rules across rows and tables, each with the name discrepancies.csv uses."""

from __future__ import annotations

from schemas.rules import (
    cohort_sizes,
    counts,
    cuts,
    decided,
    estimates,
    forms,
    intervals,
    members,
    order,
    planned_analyses,
    plausible,
    printed_estimates,
    references,
    reporting,
    reports,
    screened,
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
    *printed_estimates.RULES,
    *cohort_sizes.RULES,
    *synthesis.RULES,
    *members.RULES,
    *decided.RULES,
    *plausible.RULES,
    *work.RULES,
    *planned_analyses.RULES,
    *source_status.RULES,
    *reporting.RULES,
    *screened.RULES,
    *signs.RULES,
)

__all__ = ["RULES", "Finding", "Records", "Row", "Rule", "unaccepted_findings"]
