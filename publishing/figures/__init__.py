"""Every figure by name, from the module of its chapter."""

from __future__ import annotations

from collections.abc import Callable

from publishing.figure import Figure
from publishing.figures import (
    comparison,
    earlier_lines,
    efficacy,
    labels,
    pitfalls,
    reporting,
    robustness,
    safety,
    selection,
    sequencing,
    standard_care,
)
from publishing.workbench import Workbench

FIGURES: dict[str, Callable[[Workbench], Figure]] = {
    **efficacy.FIGURES,
    **comparison.FIGURES,
    **safety.FIGURES,
    **selection.FIGURES,
    **labels.FIGURES,
    **sequencing.FIGURES,
    **earlier_lines.FIGURES,
    **standard_care.FIGURES,
    **pitfalls.FIGURES,
    **reporting.FIGURES,
    **robustness.FIGURES,
}
