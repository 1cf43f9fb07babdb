"""Everything the documents draw on, computed once: evidence, syntheses, ledger."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.claims import load_claims
from analysis.ledger import Ledger, compute_ledger
from analysis.syntheses import Synthesis, compute_syntheses
from schemas.evidence import Evidence, load_evidence
from schemas.problems import ReviewError


@dataclass(frozen=True)
class Workbench:
    """The validated evidence, every synthesis of the protocol, and the ledger."""

    root: Path
    evidence: Evidence
    syntheses: dict[str, Synthesis]
    ledger: Ledger


def find_root(start: Path | None = None) -> Path:
    """The folder of the project: the nearest one above that holds `_quarto.yml`."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "_quarto.yml").exists():
            return folder
    raise ReviewError(f"no _quarto.yml in {here} or above; run this from the project's folder")


@cache
def load_workbench(root: Path) -> Workbench:
    """Validate, synthesise and compute; ReviewError lists every problem found."""
    evidence = load_evidence(root)
    syntheses = compute_syntheses(evidence)
    ledger = compute_ledger(evidence, load_claims(root / "report" / "claims.csv"), syntheses)
    return Workbench(root, evidence, syntheses, ledger)
