"""Proof that figures hang on their evidence: change a cell, and watch what moves.

Every evidence cell that carries a figure is changed in turn. Exactly the claims, tables and
figures that declare it may move, and those that declare its row must. Nothing is rendered.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import TypeVar

from analysis.claims import load_claims
from analysis.review_data import load_review_data
from publishing.checks.mutation.observed import take_baseline
from publishing.checks.mutation.prove import Artefact, Proof, Prover, by_declaration
from publishing.documents.catalogue import load_displays

__all__ = ["Proof", "Prover", "load_prover", "prove", "write_unused"]
Progress = Callable[[str], None]
T = TypeVar("T")
GROUPS, ROWS = 25, 4  # that a worker is given at a time: a row of many syntheses takes long


@cache
def load_prover(root: Path) -> Prover:
    """The project with everything made once, ready to be changed."""
    data = load_review_data(root)
    claims = load_claims(root / "report" / "claims.csv")
    displays = load_displays(root)
    # A table of what changed may change with any cell: that is what it is for.
    tables = {n: table.make for n, table in displays.tables.items() if not table.follows_releases}
    baseline = take_baseline(data, claims, tables, displays.figures)
    return Prover(baseline, tables, displays.figures)


def prove(root: Path, progress: Progress, workers: int | None = None, every: int = 1) -> Proof:
    """The whole proof: every claim, table and figure, and the cells of each `every`th row."""
    prover = load_prover(root)
    tables = load_displays(root).tables
    proof = Proof(listings=frozenset(name for name, table in tables.items() if table.listing))
    progress(f"{len(prover.cells)} evidence cells, {len(prover.artefacts)} artefacts")
    rows = list(dict.fromkeys(cell.reference for cell in prover.cells))[::every]
    with ProcessPoolExecutor(workers or os.cpu_count() or 1) as pool:
        groups = by_declaration(prover.artefacts)
        for part in _in_chunks(pool, _prove_artefacts, root, groups, GROUPS):
            proof.add(part)
        progress(f"nothing undeclared may move: {len(proof.undeclared)} findings")
        for number, part in enumerate(_in_chunks(pool, _prove_rows, root, rows, ROWS), start=1):
            proof.add(part)
            if number % 25 == 0:
                progress(f"{proof.cells} of {len(prover.cells)} cells changed")
    return proof


def _in_chunks(
    pool: ProcessPoolExecutor,
    check: Callable[[Path, Sequence[T]], Proof],
    root: Path,
    every: Sequence[T],
    size: int,
) -> Iterator[Proof]:
    """What each part of these finds, part by part in their order."""
    chunks = [every[at : at + size] for at in range(0, len(every), size)]
    return pool.map(check, [root] * len(chunks), chunks)


def _prove_artefacts(root: Path, groups: Sequence[Sequence[Artefact]]) -> Proof:
    proof = Proof()
    load_prover(root).check_undeclared([one for group in groups for one in group], proof)
    return proof


def _prove_rows(root: Path, rows: Sequence[str]) -> Proof:
    proof = Proof()
    load_prover(root).check_declared(rows, proof)
    return proof


def write_unused(root: Path, proof: Proof) -> Path:
    """List every cell on which nothing depends, and those that only a listing prints."""
    path = root / "_build" / "unused-evidence.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["row", "column", "used_by"])
        writer.writerows((cell.reference, cell.column, "nothing") for cell in proof.unused)
        writer.writerows((cell.reference, cell.column, "a listing") for cell in proof.only_listed)
    return path.relative_to(root)
