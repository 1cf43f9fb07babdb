"""Everything the documents draw on, computed once: evidence, syntheses, ledger."""

from __future__ import annotations

import hashlib
import pickle
import sys
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from analysis.claims import Claim, collect_claims, selector_problems
from analysis.conclusions import evaluate_conclusions
from analysis.content import LOCK
from analysis.ledger import Ledger, compute_ledger, is_sealed
from analysis.robustness import Analyses
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


def find_root(start: Path | None = None) -> Path:
    """The folder of the project: the nearest one above that holds `_quarto.yml`."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "_quarto.yml").exists():
            return folder
    raise ReviewError(f"no _quarto.yml in {here} or above; run this from the project's folder")


@cache
def load_review_data(root: Path) -> ReviewData:
    """Validate, synthesise and compute; ReviewError lists every problem found.

    Documents run in kernels, so the result is kept under _build/, named by the hash of
    everything it is computed from: files, program, locked packages and interpreter. A damaged
    one is computed anew.
    """
    kept = root / "_build" / f"review-data-{_inputs_hash(root)}.pickle"
    if (found := _kept(kept)) is not None:
        return found
    data = compute_review_data(root)
    _keep(kept, data)
    return data


def compute_review_data(root: Path) -> ReviewData:
    """The same, computed anew."""
    evidence, claims = load_inputs(root)
    syntheses = compute_syntheses(evidence)
    analyses = Analyses(evidence, syntheses)
    ledger = compute_ledger(evidence, claims, syntheses, analyses)
    conclusions = evaluate_conclusions(evidence.review.conclusions, ledger.records)
    ledger = replace(ledger, conclusions=conclusions)
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
        *sorted((root / "schemas").rglob("*.py")),
        *sorted((root / "analysis").rglob("*.py")),
        *sorted((root / "analysis").rglob("*.yml")),
        root / LOCK,
    ]
    digest = hashlib.sha256(f"{root} {sys.version}".encode())
    for path in filter(Path.is_file, inputs):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def forget_kept(root: Path) -> None:
    """Take away what was kept, so that all is computed anew."""
    load_review_data.cache_clear()
    for kept in (root / "_build").glob("review-data-*.pickle"):
        kept.unlink()


def _kept(path: Path) -> ReviewData | None:
    """What was kept, or None where it is not, byte for byte and record for record.

    A file that was altered is named; it is computed anew.
    """
    if not path.exists():
        return None
    if (data := _read_kept(path)) is None:
        print(f"note: {path.name} was damaged or altered; computed anew", file=sys.stderr)
    return data


def _read_kept(path: Path) -> ReviewData | None:
    try:
        digest, _, payload = path.read_bytes().partition(b"\n")
        if digest != _digest(payload):
            return None
        data = pickle.loads(payload)
        whole = all(map(is_sealed, data.ledger.records.values()))
    except Exception:  # unpickling runs what was written: it may raise anything
        return None
    return data if whole and isinstance(data, ReviewData) else None


def _digest(payload: bytes) -> bytes:
    return hashlib.sha256(payload).hexdigest().encode()


def _keep(path: Path, data: ReviewData) -> None:
    path.parent.mkdir(exist_ok=True)
    for stale in path.parent.glob("review-data-*.pickle"):
        stale.unlink(missing_ok=True)
    part = path.with_suffix(".part")
    payload = pickle.dumps(data)
    part.write_bytes(_digest(payload) + b"\n" + payload)
    part.replace(path)
