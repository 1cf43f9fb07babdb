"""Figure of the chapter on standard care: every setting on one page, labelled."""

from __future__ import annotations

from collections.abc import Callable

from publishing.cohorts import (
    cite_rows,
    claim_text,
    latest_outcome,
    plain,
    short_name,
)
from publishing.figure import Figure, save
from publishing.figures.estimates import estimate_of, heading
from publishing.figures.forest import Estimate, draw_forest
from publishing.workbench import Workbench

LANDSCAPE = (
    ("CAR-T in trials, population of the question", (
        "cartitude-1", "karmma", "bms-986354", "anito-ph1", "immagine-1",
    )),
    ("CAR-T in trials, two prior lines admitted", ("karmma-3.ide", "cartbcma-hcb-01")),
    ("CAR-T in routine practice", (
        "soc-cilta-us", "cibmtr-ide", "de-registry.cilta", "de-registry.ide",
    )),
    ("Bispecific antibodies in trials", (
        "majestec-1", "magnetismm-3", "monumental-1.qw", "monumental-1.q2w",
    )),
    ("Bispecific antibody in routine practice", ("razzo-tec",)),
    ("Control arm, two to four prior lines", ("karmma-3.standard",)),
    ("Standard care", ("locommotion", "mammoth")),
)  # fmt: skip


def render_landscape(bench: Workbench) -> Figure:
    """Overall response in every setting; labelled as no comparison."""
    lines: list[Estimate] = []
    used = []
    for title, arms in LANDSCAPE:
        lines.append(heading(title))
        for arm in arms:
            used.append(latest_outcome(bench, arm, "overall_response"))
            lines.append(estimate_of(bench, used[-1], f"  {short_name(bench, arm)}"))
    drawing = draw_forest(
        lines,
        xlabel="Overall response, percent (not a comparison)",
        limits=(0, 102),
        text_heading="Percent (95% interval)  n/N",
    )
    save(bench.root, "landscape", drawing)
    return Figure(
        "landscape",
        alt=(
            "Overall response by setting, without any adjustment: standard care in LocoMMotion "
            f"{plain(bench, 'orr.locommotion')}, the bispecific antibody teclistamab "
            f"{plain(bench, 'orr.teclistamab')}, ide-cel in KarMMa {plain(bench, 'orr.ide')}, "
            f"cilta-cel in CARTITUDE-1 {plain(bench, 'orr.cilta')}."
        ),
        caption=(
            "Not a comparison. Overall response with exact intervals, by setting. Denominators "
            "differ: infused patients for CAR-T, except in KarMMa-3 (randomised) and iMMagine-1 "
            "(evaluable), and treated patients elsewhere. Standard care in the closest cohort was "
            f"followed by a response in {claim_text(bench, 'orr.locommotion', 'ci')}. "
            f"‡ read in a secondary source. {cite_rows(bench, used)}"
        ),
    )


FIGURES: dict[str, Callable[[Workbench], Figure]] = {"landscape": render_landscape}
