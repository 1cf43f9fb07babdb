"""Figures of the chapter on patient selection: who reaches infusion, and extramedullary disease."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.figure import Figure as Drawing

from publishing.cells import forms_of, measure_of, row_of
from publishing.document import Citation, ClaimText
from publishing.figure import SETTINGS, Figure, save
from publishing.figures.forest import LINE, WIDTH, Estimate, draw_forest
from publishing.palette import FILL, INK, PAPER
from publishing.shares import mark_of, percent_text
from publishing.workbench import Workbench

STEPS = (
    ("Kansas: referred, then collected", "outcomes:ku-access.leukapheresis"),
    ("CARTITUDE-1, cilta-cel", "delivery:cartitude-1.infused"),
    ("CARTITUDE-4, cilta-cel", "delivery:cartitude-4.cilta.infused.leukapheresed"),
    ("US routine practice, cilta-cel", "delivery:soc-cilta-us.infused"),
    ("KarMMa, ide-cel", "delivery:karmma.infused"),
    ("KarMMa-3, ide-cel", "delivery:karmma-3.ide.infused"),
    ("CARTBCMA-HCB-01, ARI0002h", "delivery:cartbcma-hcb-01.infused"),
    ("UPenn CART-BCMA (made, infused)", "delivery:upenn-bcma.infused"),
)


@dataclass(frozen=True)
class Step:
    """A share that went on to the next step, as drawn and as written."""

    label: str
    value: float
    text: str


def render_attrition(bench: Workbench) -> Figure:
    """Bars of those who went on, hatched for those who did not."""
    steps = [_step(bench, label, reference) for label, reference in STEPS]
    save(bench.root, "attrition", _draw_steps(steps))
    text = {
        name: bench.ledger[name].forms.n
        for name in ("leukapheresed.ku", "infused.cilta", "infused.ide", "infused.karmma-3")
    }
    keys = dict.fromkeys(str(row_of(bench, reference)["citekey"]) for _, reference in STEPS)
    return Figure(
        "attrition",
        alt=(
            "Patients lost on the way to infusion. In one centre "
            f"{text['leukapheresed.ku']} referred patients reached cell collection. Of those "
            f"collected, {text['infused.cilta']} were infused in CARTITUDE-1, "
            f"{text['infused.ide']} in KarMMa and {text['infused.karmma-3']} in KarMMa-3."
        ),
        caption=(
            "Who went on to the next step. The first bar is from referral to collection in one "
            "centre; the others from collection (for UPenn, from the start of manufacture) to "
            f"infusion. In CARTITUDE-1 {ClaimText(bench.ledger['infused.cilta'], 'n')} collected "
            f"patients were infused. CARTITUDE-4 counts infusion as study treatment. "
            f"{Citation(tuple(keys))}"
        ),
    )


def _step(bench: Workbench, label: str, reference: str) -> Step:
    measure = measure_of(bench, reference)
    row = row_of(bench, reference)
    table = reference.partition(":")[0]
    text = f"{measure.events} of {measure.n} ({percent_text(bench, row, table)}){mark_of(row)}"
    return Step(label, float(measure.value or 0), text)


def _draw_steps(steps: list[Step]) -> Drawing:
    with mpl.rc_context(SETTINGS):
        height = 1.25 * LINE * len(steps) + 1.05
        drawing = Drawing(figsize=(WIDTH, height))
        axes = drawing.add_axes((0.34, 0.5 / height, 0.42, 1 - 0.95 / height))
        for index, step in enumerate(steps):
            y = len(steps) - index
            axes.barh(y, step.value, height=0.62, color=FILL, edgecolor=INK, linewidth=0.7)
            axes.barh(y, 100 - step.value, left=step.value, height=0.62, color=PAPER,
                      edgecolor=INK, hatch="////", linewidth=0.7)  # fmt: skip
            axes.text(1.03, y, step.text, transform=axes.get_yaxis_transform(), va="center",
                      fontsize=9)  # fmt: skip
        axes.barh([-9], [0], color=FILL, edgecolor=INK, label="went on")
        axes.barh([-9], [0], color=PAPER, edgecolor=INK, hatch="////", label="did not")
        axes.set_xlim(0, 100)
        axes.set_ylim(0.4, len(steps) + 0.6)
        axes.set_yticks([len(steps) - i for i in range(len(steps))], [step.label for step in steps])
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("Patients (%)")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return drawing


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
    "attrition": render_attrition,
    "extramedullary": render_extramedullary,
}
