"""Every figure by name, from the module of its chapter."""

from __future__ import annotations

from collections.abc import Callable

from publishing.figure import Figure
from publishing.figures import (
    comparison,
    earlier_lines,
    efficacy,
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
    **sequencing.FIGURES,
    **earlier_lines.FIGURES,
    **standard_care.FIGURES,
    **robustness.FIGURES,
}
