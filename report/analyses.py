"""The analyses beside the protocol, computed once for the documents of one kernel."""

from __future__ import annotations

from analysis.certainty import Rating, compute_ratings
from analysis.robustness import Analyses
from report.workbench import Workbench

_kept: dict[int, tuple[Workbench, Analyses]] = {}
_ratings: dict[int, tuple[Rating, ...]] = {}


def analyses_of(bench: Workbench) -> Analyses:
    """The analyses of this workbench."""
    if id(bench) not in _kept:
        _kept[id(bench)] = (bench, Analyses(bench.evidence, bench.syntheses))
    return _kept[id(bench)][1]


def ratings_of(bench: Workbench) -> tuple[Rating, ...]:
    """Certainty of every topic."""
    analyses = analyses_of(bench)
    if id(bench) not in _ratings:
        _ratings[id(bench)] = compute_ratings(analyses)
    return _ratings[id(bench)]
