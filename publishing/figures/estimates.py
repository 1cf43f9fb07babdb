"""Lines of forest plots from evidence rows and claims."""

from __future__ import annotations

from typing import Any

from analysis.selection import present
from publishing.cells import forms_of, measure_of
from publishing.cohorts import fraction
from publishing.figures.forest import Estimate
from publishing.workbench import Workbench


def estimate_of(
    bench: Workbench, reference: str, label: str, name: str = "percent1", **options: Any
) -> Estimate:
    """One line of a forest plot from one evidence row."""
    measure = measure_of(bench, reference)
    text = forms_of(bench, reference, name).unmarked
    return Estimate(
        label=label,
        value=_float(measure.value),
        lower=measure.lower,
        upper=measure.upper,
        text=f"{text}  {fraction(measure)}".rstrip(),
        secondary=measure.verification == "secondary",
        **options,
    )


def estimate_of_claim(bench: Workbench, claim_id: str, label: str, **options: Any) -> Estimate:
    """One line of a forest plot from one claim."""
    record = bench.ledger[claim_id]
    return Estimate(
        label=label,
        value=record.value,
        lower=record.lower,
        upper=record.upper,
        text=record.forms.unmarked,
        **options,
    )


def heading(text: str) -> Estimate:
    """A line of a forest plot that only carries words."""
    return Estimate(label=text, kind="heading")


def _float(value: Any) -> float | None:
    return None if present(value) is None else float(value)
