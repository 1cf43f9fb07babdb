"""Everything the documents draw on, computed once: evidence, syntheses, ledger."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from analysis.claims import Claim, collect_claims, selector_problems
from analysis.conclusions import evaluate_conclusions
from analysis.content import LOCK, program_folder
from analysis.kept import forget_steps, hash_files, keep, read_kept
from analysis.ledger import Ledger, compute_ledger, is_sealed
from analysis.robustness import Analyses
from analysis.snapshots import rows_kept
from analysis.syntheses import Synthesis, compute_syntheses
from schemas.evidence import Evidence, collect_problems
from schemas.problems import ReviewError


@dataclass(frozen=True)
class ReviewData:
    """The validated evidence, every synthesis of the protocol, and the ledger.

    `analyses` holds what the ledger computed beside the protocol.
    """

    root: Path
    evidence: Evidence
    syntheses: dict[str, Synthesis]
    ledger: Ledger
    analyses: Analyses


def describe_evidence(evidence: Evidence) -> str:
    """What was read, in one line."""
    figures = sum(
        len(getattr(evidence, name))
        for name in ("outcomes", "time_to_event", "adverse_events", "delivery", "baseline")
    )
    return f"{len(evidence.sources)} sources, {len(evidence.studies)} studies, {figures} figures"


@cache
def load_review_data(root: Path) -> ReviewData:
    """Validate, synthesise and compute; ReviewError lists every problem found.

    Documents run in kernels, so the result is kept under _build/, named by the hash of
    everything it is computed from: files, program, locked packages and interpreter. A damaged
    one is computed anew.
    """
    kept = root / "_build" / f"review-data-{_inputs_hash(root)}.pickle"
    if (found := read_kept(kept, _unpickled)) is not None:
        return replace(found, root=root)
    data = compute_review_data(root)
    keep(kept, pickle.dumps(data))
    return data


def compute_review_data(root: Path) -> ReviewData:
    """The same, computed anew."""
    evidence, claims = load_inputs(root)
    syntheses = compute_syntheses(evidence)
    analyses = Analyses(evidence, syntheses)
    ledger = compute_ledger(evidence, claims, syntheses, analyses)
    conclusions = evaluate_conclusions(evidence.review.conclusions, ledger.records)
    ledger = replace(ledger, conclusions=conclusions)
    rows_kept(evidence, analyses)
    return ReviewData(root, evidence, syntheses, ledger, analyses)


def load_inputs(root: Path) -> tuple[Evidence, tuple[Claim, ...]]:
    """Evidence and claims; ReviewError lists every problem of both in one run."""
    evidence, problems = collect_problems(root)
    claims, wrong = collect_claims(root / "report" / "claims.csv")
    if evidence is None or wrong:
        selectors = selector_problems(evidence, claims) if evidence else []
        raise ReviewError([*problems, *wrong, *selectors])
    return evidence, claims


def _inputs_hash(root: Path) -> str:
    inputs = [
        *sorted((root / "evidence").iterdir()),
        root / "report" / "claims.csv",
        *sorted((program_folder(root, "schemas") / "schemas").rglob("*.py")),
        *sorted((program_folder(root, "analysis") / "analysis").rglob("*.py")),
        *sorted((program_folder(root, "analysis") / "analysis").rglob("*.yml")),
        root / LOCK,
    ]
    return hash_files(root, inputs)


def forget_kept(root: Path) -> None:
    """Take away what was kept, so that all is computed anew."""
    load_review_data.cache_clear()
    forget_steps(root)
    for kept in (root / "_build").glob("review-data-*.pickle"):
        kept.unlink()


def _unpickled(payload: bytes) -> ReviewData | None:
    """The data of these bytes; None where they are none, or a record is not what was sealed."""
    try:
        data = pickle.loads(payload)
        whole = all(map(is_sealed, data.ledger.records.values()))
    except Exception:  # unpickling runs what was written: it may raise anything
        return None
    return data if whole and isinstance(data, ReviewData) else None
