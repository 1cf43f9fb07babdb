"""What other programs read: R that recomputes, and tables for GRADEpro, RevMan and cards."""

from __future__ import annotations

from pathlib import Path

from analysis.review_data import ReviewData
from publishing.site.exports.r_script import (
    FOLDER,
    SUITE,
    fill,
    script_of,
    script_path,
)
from publishing.site.exports.review_tables import (
    findings_csv,
    results_csv,
    results_json,
    study_results_csv,
)
from publishing.site.exports.synthesis_data import cohorts_csv, methods_of, results_of

LEDGER_SCHEMA = Path(__file__).with_name("ledger.schema.json")
"""The shape of ledger.json."""


def exports_of(data: ReviewData) -> dict[str, str]:
    """Every file by its place in the site; the same text for the same review."""
    review = data.evidence.review
    files = {
        SUITE: fill("recompute"),
        "results.csv": results_csv(data.ledger),
        "results.json": results_json(data.ledger),
        "findings.csv": findings_csv(data),
        "study-results.csv": study_results_csv(data),
    }
    for name, item in data.syntheses.items():
        about = f'Synthesis {name} of "{review.title}", version {review.version}'
        files[f"{FOLDER}/{name}.csv"] = cohorts_csv(item)
        files[script_path(name)] = script_of(item, methods_of(item), results_of(item), about)
    return files
