"""Figures of the chapter on earlier lines."""

from __future__ import annotations

from collections.abc import Callable

from publishing.cells import measure_of
from publishing.figure import Figure, save
from publishing.figures.forest import Estimate, draw_forest
from publishing.workbench import Workbench

RATIOS = (
    ("Progression or death", "", ""),
    ("KarMMa-3, first analysis", "karmma-3.pfs.hr.15m", "ide-cel"),
    ("KarMMa-3, final analysis", "karmma-3.pfs.hr.30m", "ide-cel"),
    ("CARTITUDE-4, first analysis", "cartitude-4.pfs.hr.15m", "cilta-cel"),
    ("CARTITUDE-4, later analysis", "cartitude-4.pfs.hr.33m", "cilta-cel"),
    ("Death", "", ""),
    ("KarMMa-3, final analysis", "karmma-3.os.hr.30m", "ide-cel"),
    ("CARTITUDE-4, first analysis", "cartitude-4.os.hr.15m", "cilta-cel"),
    ("CARTITUDE-4, later analysis", "cartitude-4.os.hr.33m", "cilta-cel"),
)


def _ratio(bench: Workbench, label: str, row: str, product: str) -> Estimate:
    if not row:
        return Estimate(label, kind="heading")
    measure = measure_of(bench, f"time_to_event:{row}")
    value = None if measure.value is None else float(measure.value)
    return Estimate(
        f"{label} ({product})",
        value,
        measure.lower,
        measure.upper,
        text=f"{value:.2f} ({measure.lower:.2f} to {measure.upper:.2f})",
        weight=0.4,
        secondary=measure.verification == "secondary",
    )


def render_randomised_hazard_ratios(bench: Workbench) -> Figure:
    """Hazard ratios of the two randomised trials at each analysis; not pooled."""
    drawing = draw_forest(
        [_ratio(bench, *line) for line in RATIOS],
        xlabel="Hazard ratio (below 1: fewer events with CAR-T)",
        limits=(0.15, 2),
        logarithmic=True,
        reference=1,
        text_heading="Ratio (95% interval)",
    )
    save(bench.root, "randomised-hazard-ratios", drawing)
    shown = ("hr.pfs.karmma-3", "hr.pfs.cartitude-4", "hr.os.karmma-3", "hr.os.cartitude-4")
    plain = {key: bench.ledger[key].forms.plain for key in shown}
    alt = (
        "Both trials found fewer progressions or deaths with CAR-T: hazard ratio "
        f"{plain['hr.pfs.karmma-3']} in KarMMa-3 and {plain['hr.pfs.cartitude-4']} in CARTITUDE-4. "
        f"For death the ratio is {plain['hr.os.karmma-3']} in KarMMa-3, with crossover, and "
        f"{plain['hr.os.cartitude-4']} in CARTITUDE-4."
    )
    caption = (
        "Hazard ratios of the two randomised trials at each analysis, by intention to treat "
        "[@rodriguezotero2023; @ailawadhi2024; @sanmiguel2023; @einsele2026]. "
        "The trials differ in population, comparator and crossover and are not pooled."
    )
    return Figure("randomised-hazard-ratios", alt, caption)


FIGURES: dict[str, Callable[[Workbench], Figure]] = {
    "randomised-hazard-ratios": render_randomised_hazard_ratios,
}
