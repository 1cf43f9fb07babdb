"""Figures of the chapter on efficacy."""

from __future__ import annotations

from collections.abc import Callable

from publishing.cohorts import (
    cite_rows,
    claim_text,
    cohort_name,
    latest_time,
    plain,
    short_name,
)
from publishing.figure import Figure, save
from publishing.figures.estimates import estimate_of, heading
from publishing.figures.forest import Estimate, draw_forest
from publishing.workbench import Workbench

MRD_ROWS = (
    ("Threshold 1 in 100,000", (
        ("cartitude-1.mrd-1e-5.12m", "CARTITUDE-1, with a sample, first"),
        ("cartitude-1.mrd-1e-5.21m", "CARTITUDE-1, with a sample, later"),
        ("fumanba-1.mrd-1e-5", "FUMANBA-1, infused"),
        ("karmma.mrd-1e-5.complete-responders", "KarMMa, complete responders"),
        ("lummicar-1-ph1.mrd-1e-5.complete-responders", "LUMMICAR-1, complete responders"),
        ("c-car088.mrd-1e-5.complete-responders", "C-CAR088, complete responders"),
    )),
    ("With complete response as well", (
        ("karmma.mrd-cr", "KarMMa, infused"),
        ("karmma.mrd-cr.leukapheresed", "KarMMa, leukapheresed"),
        ("karmma-3.ide.mrd-cr.interim", "KarMMa-3 ide-cel, randomised"),
        ("legend-2.mrd-cr", "LEGEND-2, infused"),
    )),
    ("Lasting twelve months or more", (
        ("cartitude-1.sustained-mrd.33m", "CARTITUDE-1, with a sample"),
        ("cartitude-1.sustained-mrd-cr.33m", "the same, with complete response"),
    )),
    ("Other thresholds and definitions", (
        ("crb-401.mrd-1e-4", "CRB-401, responders, 1 in 10,000"),
        ("cartitude-1.mrd.leukapheresed.21m", "CARTITUDE-1, leukapheresed, unstated"),
    )),
)  # fmt: skip
MEDIAN_ARMS = (
    ("Trials in the population of the question", (
        "cartitude-1", "karmma", "anito-ph1", "bms-986354",
    )),
    ("Two prior lines admitted", (
        "karmma-3.ide", "cartbcma-hcb-01", "cartbcma-hcb-01.extended",
    )),
    ("Exposure to all classes not required, or not known", (
        "legend-2", "crb-401", "fumanba-1", "lummicar-1-ph1", "nci-fhvh33", "li2021-bcma",
    )),
    ("After another BCMA-directed therapy", ("cartitude-2c",)),
    ("Registry", ("cibmtr-ide",)),
    ("Control arm, standard regimens", ("karmma-3.standard",)),
)  # fmt: skip


def render_mrd(bench: Workbench) -> Figure:
    """Every MRD result with the denominator it was counted on."""
    lines: list[Estimate] = []
    used = []
    for title, rows in MRD_ROWS:
        lines.append(heading(title))
        for row_id, label in rows:
            used.append(f"outcomes:{row_id}")
            lines.append(estimate_of(bench, used[-1], f"  {label}"))
    drawing = draw_forest(
        lines,
        xlabel="Percent MRD negative, of the denominator named at the left",
        limits=(0, 102),
        text_heading="Percent (95% interval)  n/N",
    )
    save(bench.root, "mrd", drawing)
    return Figure(
        "mrd",
        alt=(
            "MRD negativity grouped by threshold and condition. In CARTITUDE-1 it is "
            f"{plain(bench, 'mrd.cilta')} of patients with a sample and "
            f"{plain(bench, 'mrd.cilta.leukapheresed')} of everyone leukapheresed; in KarMMa "
            f"{plain(bench, 'mrd-cr.ide')} of the infused had MRD negativity with complete "
            f"response, which is {plain(bench, 'mrd.ide.complete-responders')} of complete "
            "responders."
        ),
        caption=(
            "MRD negativity with exact intervals, grouped by threshold and condition, each with "
            "its own denominator. One cohort appears several times on purpose: "
            f"{claim_text(bench, 'mrd.cilta')} and "
            f"{claim_text(bench, 'mrd.cilta.leukapheresed')} describe the same trial. "
            f"‡ read in a secondary source. {cite_rows(bench, used)}"
        ),
    )


def render_pfs_median(bench: Workbench) -> Figure:
    """Median progression-free survival of every cohort that prints one."""
    lines: list[Estimate] = []
    used = []
    for title, arms in MEDIAN_ARMS:
        lines.append(heading(title))
        for arm in arms:
            reference = latest_time(bench, arm, "progression_free_survival")
            used.append(reference)
            lines.append(estimate_of(bench, reference, f"  {short_name(bench, arm)}", "months1"))
    drawing = draw_forest(
        lines,
        xlabel="Median progression-free survival, months",
        limits=(0, 48),
        text_heading="Months (95% interval)",
    )
    save(bench.root, "pfs-median", drawing)
    return Figure(
        "pfs-median",
        alt=(
            "Median progression-free survival by cohort, grouped by population: cilta-cel in "
            f"CARTITUDE-1 {plain(bench, 'pfs.median.cilta')}, ide-cel in KarMMa "
            f"{plain(bench, 'pfs.median.ide')}, ide-cel in KarMMa-3 "
            f"{plain(bench, 'pfs.median.karmma-3.ide')} and its control arm "
            f"{plain(bench, 'pfs.median.karmma-3.standard')}."
        ),
        caption=(
            "Median progression-free survival as printed. An arrow means that the upper limit was "
            "not reached or not printed; a square without a line had no interval. ‡ read in a "
            "secondary source. The groups are different populations. "
            f"{cite_rows(bench, used)}"
        ),
    )


def render_prior_lines(bench: Workbench) -> Figure:
    """Patients after exactly three lines beside those after four or more."""
    plan = (
        ("Any response", "orr", ("cartitude-1", "karmma")),
        ("Complete response or better", "cr", ("karmma",)),
    )
    lines: list[Estimate] = []
    used = []
    for title, outcome, arms in plan:
        lines.append(heading(title))
        for arm in arms:
            for suffix, words in (("3-lines", "exactly three"), ("4-lines", "four or more")):
                used.append(f"outcomes:{arm}.{outcome}.{suffix}")
                label = f"  {cohort_name(bench, arm)}: {words}"
                lines.append(estimate_of(bench, used[-1], label))
    drawing = draw_forest(
        lines,
        xlabel="Percent of infused patients",
        limits=(0, 102),
        text_heading="Percent (95% interval)  n/N",
    )
    save(bench.root, "prior-lines", drawing)
    return Figure(
        "prior-lines",
        alt=(
            "Response after exactly three prior lines and after four or more, with wide intervals "
            f"for the small groups: CARTITUDE-1 {plain(bench, 'orr.cilta.3-lines', 'ci')} and "
            f"{plain(bench, 'orr.cilta.4-lines', 'ci')}; KarMMa "
            f"{plain(bench, 'orr.ide.3-lines', 'ci')} and {plain(bench, 'orr.ide.4-lines', 'ci')}."
        ),
        caption=(
            "Response by number of prior lines in the two trials that report it, infused "
            "patients, exact intervals. Subgroups, not randomised groups. ‡ read in a secondary "
            f"source. {cite_rows(bench, used)}"
        ),
    )


FIGURES: dict[str, Callable[[Workbench], Figure]] = {
    "mrd": render_mrd,
    "pfs-median": render_pfs_median,
    "prior-lines": render_prior_lines,
}
