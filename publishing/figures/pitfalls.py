"""Figure of the chapter on pitfalls: one trial, two numbers."""

from __future__ import annotations

from collections.abc import Callable

from publishing.cells import forms_of, measure_of
from publishing.cohorts import cite_rows, plain
from publishing.figure import Figure, save
from publishing.figures.drawing import Pair, draw_pairs
from publishing.workbench import Workbench

COUNTED_TWICE = (
    ("CARTITUDE-1 stringent CR", "outcomes:cartitude-1.scr.18m.meeting",
     "outcomes:cartitude-1.scr.18m.regulator", "meeting; regulator"),
    ("KarMMa response", "outcomes:karmma.orr", "outcomes:karmma.orr.evaluable",
     "paper; regulator"),
    ("CARTIFAN-1 response", "outcomes:cartifan-1.orr", "outcomes:cartifan-1.orr.recap",
     "paper; meeting"),
    ("KarMMa-3 control response", "outcomes:karmma-3.standard.orr.30m",
     "outcomes:karmma-3.standard.orr.30m.release", "paper; release"),
    ("TriNetX ide-cel, alive at one year", "time_to_event:trinetx.ide.os.12m",
     "time_to_event:trinetx.ide.os.12m.summary", "abstract; summary"),
    ("KarMMa severe CRS", "adverse_events:karmma.crs.g3", "adverse_events:karmma.crs.g3.label",
     "paper; label"),
    ("CARTITUDE-1 severe CRS", "adverse_events:cartitude-1.crs.g3",
     "adverse_events:cartitude-1.crs.g3.regulator", "paper; regulator"),
    ("KarMMa neurotoxicity", "adverse_events:karmma.neurotoxicity.any",
     "adverse_events:karmma.neurotoxicity.any.label", "paper; label"),
    ("Teclistamab neurotoxicity", "adverse_events:majestec-1.neurotoxicity.any",
     "adverse_events:majestec-1.neurotoxicity.any.regulator", "paper; regulator"),
)  # fmt: skip


def render_counting(bench: Workbench) -> Figure:
    """Results for which two sources print two numbers."""
    pairs, used = [], []
    for label, first, second, sources in COUNTED_TWICE:
        used += [first, second]
        one, other = measure_of(bench, first), measure_of(bench, second)
        words = " and ".join(_bare(bench, reference) for reference in (first, second))
        pairs.append(
            Pair(label, float(one.value or 0), float(other.value or 0), f"{words} ({sources})")
        )
    drawing = draw_pairs(
        pairs, ("First source", "Second source"), xlabel="Percent", limits=(0, 102)
    )
    save(bench.root, "counting", drawing)
    return Figure(
        "counting",
        alt=(
            "Pairs of figures that two sources print for one result. Neurotoxicity with ide-cel "
            f"in KarMMa is {plain(bench, 'neurotoxicity.any.ide')} in the paper and "
            f"{plain(bench, 'neurotoxicity.any.ide.label')} in the label; stringent complete "
            f"response in CARTITUDE-1 is {plain(bench, 'scr.cilta.18m.meeting')} at a meeting and "
            f"{plain(bench, 'scr.cilta.18m.regulator')} for the regulator."
        ),
        caption=(
            "One result, two numbers: what two sources print for the same trial, with the sources "
            "named at the right in the order of the values. Some pairs differ by definition, some "
            "by the set of patients, and some have not been explained. CR, complete response; CRS, "
            f"cytokine release syndrome of grade three or higher. {cite_rows(bench, used)}"
        ),
    )


def _bare(bench: Workbench, reference: str) -> str:
    return forms_of(bench, reference).bare


FIGURES: dict[str, Callable[[Workbench], Figure]] = {"counting": render_counting}
