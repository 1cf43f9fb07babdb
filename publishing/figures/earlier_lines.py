"""Figures of the chapter on earlier lines."""

from __future__ import annotations

from collections.abc import Callable

from publishing.cells import measure_of
from publishing.figure import Figure, save
from publishing.figures.drawing import draw_bars
from publishing.figures.forest import Estimate, draw_forest
from publishing.workbench import Workbench

DEATHS = (
    ("Any cause", "death"),
    ("Myeloma or its complication", "death-progression"),
    ("Adverse event", "death-adverse-event"),
    ("Other or unknown", "death-other"),
    ("Before any study treatment", "death-before-treatment"),
    ("After study treatment", "death-after-treatment"),
)
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


def render_early_deaths(bench: Workbench) -> Figure:
    """Deaths within six months of randomisation, by cause and arm."""
    series = []
    texts = []
    for name, arm in (("Ide-cel arm", "ide"), ("Standard regimens", "standard")):
        measures = [
            measure_of(bench, f"adverse_events:karmma-3.{arm}.{what}.g5.6m") for _, what in DEATHS
        ]
        series.append((name, [float(m.value) for m in measures if m.value is not None]))
        texts.append([f"{m.events} of {m.n}" for m in measures])
    drawing = draw_bars(
        [label for label, _ in DEATHS],
        series,
        xlabel="Patients of the arm, %",
        limit=16,
        texts=texts,
    )
    save(bench.root, "early-deaths", drawing)
    forms = {arm: bench.ledger[f"death.6m.karmma-3.{arm}"].forms for arm in ("ide", "standard")}
    alt = (
        f"Within six months of randomisation {forms['ide'].plain} of the ide-cel arm and "
        f"{forms['standard'].plain} of the control arm had died; deaths before any study "
        "treatment occurred in the ide-cel arm alone."
    )
    caption = (
        "Deaths within six months of randomisation in KarMMa-3, as a share of all patients "
        "randomised to the arm [@ailawadhi2024]. The first bar pair is the total; causes and "
        "timing split the same deaths in two ways."
    )
    return Figure("early-deaths", alt, caption)


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
    "early-deaths": render_early_deaths,
    "randomised-hazard-ratios": render_randomised_hazard_ratios,
}
