"""Certainty of every topic, computed once for the documents of one kernel."""

from __future__ import annotations

from analysis.certainty import Rating, compute_ratings
from report.workbench import Workbench

_kept: dict[int, tuple[Workbench, tuple[Rating, ...]]] = {}


def ratings_of(bench: Workbench) -> tuple[Rating, ...]:
    """Certainty of every topic of review.yml."""
    if id(bench) not in _kept:
        _kept[id(bench)] = (bench, compute_ratings(bench.analyses))
    return _kept[id(bench)][1]
