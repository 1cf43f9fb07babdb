"""Figures of the chapter on patient selection: extramedullary disease."""

from __future__ import annotations

from collections.abc import Callable

from publishing.cells import forms_of, measure_of
from publishing.document import ClaimText
from publishing.figure import Figure, save
from publishing.figures.forest import Estimate, draw_forest
from publishing.workbench import Workbench

EXTRAMEDULLARY = (
    ("Median progression-free survival", ""),
    ("with extramedullary disease", "zanwar-emd.emd.pfs.median"),
    ("without", "zanwar-emd.no-emd.pfs.median"),
    ("Median overall survival", ""),
    ("with extramedullary disease", "zanwar-emd.emd.os.median"),
    ("without", "zanwar-emd.no-emd.os.median"),
)


def render_extramedullary(bench: Workbench) -> Figure:
    """Median survival after ide-cel with and without extramedullary disease."""
    estimates = [_estimate(bench, label, name) for label, name in EXTRAMEDULLARY]
    drawing = draw_forest(estimates, xlabel="Months", limits=(0, 30))
    save(bench.root, "extramedullary", drawing)
    names = ("pfs.median.emd-ide", "pfs.median.no-emd-ide", "os.median.emd-ide",
             "os.median.no-emd-ide")  # fmt: skip
    text = {name: bench.ledger[name].forms.plain for name in names}
    return Figure(
        "extramedullary",
        alt=(
            "Median survival after ide-cel in an observational cohort. Progression-free survival "
            f"was {text['pfs.median.emd-ide']} with extramedullary disease and "
            f"{text['pfs.median.no-emd-ide']} without; overall survival was "
            f"{text['os.median.emd-ide']} and {text['os.median.no-emd-ide']}."
        ),
        caption=(
            "Ide-cel in routine practice, by extramedullary disease at entry; medians with the "
            "printed intervals, which were not read for overall survival. Adjusted hazard ratio "
            f"for progression or death: {ClaimText(bench.ledger['hr.pfs.emd-ide'], 'ci')}. "
            "Observational, within one treatment. [@zanwar2024]"
        ),
    )


def _estimate(bench: Workbench, label: str, name: str) -> Estimate:
    if not name:
        return Estimate(label, kind="heading")
    measure = measure_of(bench, f"time_to_event:{name}")
    text = forms_of(bench, f"time_to_event:{name}", "months1").short
    return Estimate(
        f"   {label}",
        float(measure.value or 0),
        measure.lower,
        measure.upper,
        text=text,
        weight=0.4,
    )


FIGURES: dict[str, Callable[[Workbench], Figure]] = {
    "extramedullary": render_extramedullary,
}
