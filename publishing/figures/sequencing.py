"""Figures on earlier BCMA-directed therapy and on treatment after relapse."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from publishing.cells import measure_of
from publishing.figure import Figure, save
from publishing.figures.forest import Estimate, draw_forest
from publishing.workbench import Workbench

SEQUENCE = (
    ("CAR-T after other BCMA-directed therapy", "outcomes:cartitude-2c.orr"),
    ("CAR-T, Mayo: no earlier BCMA therapy", "outcomes:mayo-bdt.car-t.orr.no-prior-bcma"),
    ("CAR-T, Mayo: earlier BCMA therapy", "outcomes:mayo-bdt.car-t.orr.prior-bcma"),
    ("Teclistamab, US: no earlier BCMA therapy", "outcomes:dima-2025.orr.no-prior-bcma"),
    ("Teclistamab, US: earlier BCMA therapy", "outcomes:dima-2025.orr.prior-bcma"),
    ("Teclistamab, IMWG: no earlier BCMA therapy", "outcomes:imwg-tec.orr.no-prior-bcma"),
    ("Teclistamab, IMWG: earlier BCMA therapy", "outcomes:imwg-tec.orr.prior-bcma"),
)
SALVAGE = (
    ("First salvage, two institutions", "outcomes:salvage-2023.orr.first"),
    ("First salvage, second series", "outcomes:salvage-2024.orr.first"),
    ("Later T-cell engager", "outcomes:salvage-2023.orr.later-tce"),
    ("Talquetamab after CAR-T", "outcomes:monumental-1.prior-tcr.orr.prior-car-t"),
    ("Talquetamab after bispecific", "outcomes:monumental-1.prior-tcr.orr.prior-bispecific"),
)


def response_estimates(bench: Workbench, lines: Sequence[tuple[str, str]]) -> list[Estimate]:
    """Estimates of response for labelled evidence rows; open markers where no count is printed."""
    found = []
    for label, reference in lines:
        measure = measure_of(bench, reference)
        counted = measure.events is not None
        text = f"{measure.events} of {measure.n}" if counted else "no count printed"
        found.append(
            Estimate(
                label,
                None if measure.value is None else float(measure.value),
                measure.lower,
                measure.upper,
                text=text,
                kind="cohort" if counted else "published",
                weight=0.3,
                secondary=measure.verification == "secondary",
            )
        )
    return found


def render_sequencing_response(bench: Workbench) -> Figure:
    """Response with and without earlier BCMA-directed therapy."""
    drawing = draw_forest(
        response_estimates(bench, SEQUENCE),
        xlabel="Overall response, %",
        limits=(0, 100),
        text_heading="Responded",
    )
    save(bench.root, "sequencing-response", drawing)
    groups = ("dima.prior-bcma", "dima.no-prior-bcma", "mayo.prior-bcma", "mayo.no-prior-bcma")
    forms = {key: bench.ledger[f"orr.{key}"].forms for key in groups}
    alt = (
        "Response is lower after earlier BCMA-directed therapy in each cohort that reports both "
        f"groups: teclistamab {forms['dima.prior-bcma'].plain} against "
        f"{forms['dima.no-prior-bcma'].plain}, CAR-T {forms['mayo.prior-bcma'].plain} against "
        f"{forms['mayo.no-prior-bcma'].plain}. The groups were not randomised."
    )
    caption = (
        "Overall response with and without earlier BCMA-directed therapy, by cohort "
        "[@cohen2023c2c; @rees2024; @dima2025; @imwgtec2025]. Filled squares have a printed "
        "count and an exact interval; open diamonds are percentages printed without one. "
        "Not randomised and not adjusted."
    )
    return Figure("sequencing-response", alt, caption)


def render_salvage_response(bench: Workbench) -> Figure:
    """Response to treatment after relapse."""
    drawing = draw_forest(
        response_estimates(bench, SALVAGE),
        xlabel="Overall response, %",
        limits=(0, 100),
        text_heading="Responded",
    )
    save(bench.root, "salvage-response", drawing)
    ledger = bench.ledger
    alt = (
        f"First salvage regimens led to a response in {ledger['orr.salvage-2023'].forms.plain} and "
        f"{ledger['orr.salvage-2024'].forms.plain}; later T-cell engagers in "
        f"{ledger['orr.salvage-2023.later-tce'].forms.plain}, talquetamab after CAR-T in "
        f"{ledger['orr.talquetamab.prior-car-t'].forms.plain}, in selected patients."
    )
    caption = (
        "Response to treatment after relapse from BCMA-directed CAR-T, in different and selected "
        "groups of patients [@vanoekelen2023; @salvage2024; @chari2025]. Open diamonds are "
        "percentages printed without a count; ‡ marks a secondary source."
    )
    return Figure("salvage-response", alt, caption)


FIGURES: dict[str, Callable[[Workbench], Figure]] = {
    "sequencing-response": render_sequencing_response,
    "salvage-response": render_salvage_response,
}
