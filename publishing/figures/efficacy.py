"""Figures of the chapter on efficacy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from publishing.cells import measure_of, row_of
from publishing.cohorts import (
    cite_rows,
    claim_text,
    cohort_name,
    fraction,
    latest_outcome,
    latest_time,
    plain,
    short_name,
)
from publishing.figure import Figure, save
from publishing.figures.drawing import Course, Pair, draw_bars, draw_courses, draw_pairs
from publishing.figures.estimates import estimate_of, heading
from publishing.figures.forest import Estimate, draw_forest
from publishing.workbench import Workbench

DEPTH = (
    "overall_response",
    "very_good_partial_response_or_better",
    "complete_response_or_better",
)
DEPTH_ARMS = (
    "cartitude-1", "karmma", "crb-401", "anito-ph1", "cartbcma-hcb-01", "lummicar-1-ph1",
    "c-car088", "crb-402",
)  # fmt: skip
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
PFS_ARMS = (
    "cartitude-1", "legend-2", "cartifan-1", "karmma-3.ide", "karmma-3.standard", "fumanba-1",
    "anito-ph1", "soc-cilta-us",
)  # fmt: skip
OS_ARMS = (
    "cartitude-1", "legend-2", "cartifan-1", "karmma", "lummicar-1-ph1",
    "cartbcma-hcb-01.extended",
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
PAIRS = (
    ("cartitude-1", "CARTITUDE-1: any response", "overall_response"),
    ("cartitude-1", "CARTITUDE-1: VGPR or better", DEPTH[1]),
    ("cartitude-1", "CARTITUDE-1: CR or better", DEPTH[2]),
    ("karmma", "KarMMa: any response", "overall_response"),
    ("karmma", "KarMMa: VGPR or better", DEPTH[1]),
    ("karmma", "KarMMa: CR or better", DEPTH[2]),
    ("karmma", "KarMMa: MRD negative and CR", "mrd_negative_and_complete_response"),
    ("cartbcma-hcb-01", "ARI0002h: any response (enrolled)", "overall_response"),
)
TIMES = (12, 18, 24, 27, 36, 60)


def render_depth(bench: Workbench) -> Figure:
    """Overall response, VGPR or better and CR or better, cohort by cohort."""
    names = ("Any response", "VGPR or better", "CR or better")
    rows = [[latest_outcome(bench, arm, outcome) for arm in DEPTH_ARMS] for outcome in DEPTH]
    series = [
        (name, [_value(bench, reference) for reference in references])
        for name, references in zip(names, rows, strict=True)
    ]
    texts = [[_fraction(bench, reference) for reference in references] for references in rows]
    labels = [short_name(bench, arm).replace(", ", "\n", 1) for arm in DEPTH_ARMS]
    drawing = draw_bars(labels, series, xlabel="Percent of patients", texts=texts, limit=112)
    save(bench.root, "depth", drawing)
    return Figure(
        "depth",
        alt=(
            "Bars for eight cohorts: any response, very good partial response or better, complete "
            f"response or better. CARTITUDE-1 with cilta-cel: {plain(bench, 'orr.cilta')}, "
            f"{plain(bench, 'vgpr.cilta')} and {plain(bench, 'cr.cilta')}; KarMMa with ide-cel: "
            f"{plain(bench, 'orr.ide')}, {plain(bench, 'vgpr.ide')} and {plain(bench, 'cr.ide')}."
        ),
        caption=(
            "Depth of response, one cohort a band, with counts; infused patients, or evaluable "
            "ones where only those were reported. Follow-up differs between cohorts, and depth "
            "can grow with it; this figure compares nothing. VGPR, very good partial response; CR, "
            f"complete response. {cite_rows(bench, [name for row in rows for name in row])}"
        ),
    )


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


def render_pfs_course(bench: Workbench) -> Figure:
    """Printed rates of progression-free survival over time."""
    return _courses(
        bench, "pfs-course", "progression_free_survival", PFS_ARMS, "Progression-free (%)",
        f"Progression-free survival falls in every cohort that prints several milestones: with "
        f"cilta-cel in CARTITUDE-1 from {plain(bench, 'pfs.12m.cilta')} at one year to "
        f"{plain(bench, 'pfs.36m.cilta')} at three; in KarMMa-3 it is "
        f"{plain(bench, 'pfs.18m.karmma-3.ide')} with ide-cel and "
        f"{plain(bench, 'pfs.18m.karmma-3.standard')} with standard regimens at eighteen months.",
        "Progression-free survival at the times that were printed. Infused patients, except "
        "KarMMa-3, which counts everyone randomised.",
    )  # fmt: skip


def render_os_course(bench: Workbench) -> Figure:
    """Printed rates of overall survival over time."""
    return _courses(
        bench, "os-course", "overall_survival", OS_ARMS, "Alive (%)",
        f"Overall survival with cilta-cel in CARTITUDE-1 falls from "
        f"{plain(bench, 'os.12m.cilta')} at one year to {plain(bench, 'os.36m.cilta')} at three; "
        f"with ide-cel in KarMMa it is {plain(bench, 'os.12m.ide')} at one year; in LEGEND-2 it "
        f"is {plain(bench, 'os.60m.lcar')} at five years.",
        "Overall survival of infused patients at the times that were printed.",
    )  # fmt: skip


def _courses(
    bench: Workbench, name: str, endpoint: str, arms: Sequence[str], ylabel: str, alt: str,
    caption: str,
) -> Figure:  # fmt: skip
    used: list[str] = []
    courses = [_course(bench, arm, endpoint, used) for arm in arms]
    save(bench.root, name, draw_courses(courses, ylabel=ylabel, last=66))
    limits = (
        "Vertical lines are printed intervals; points without one had none. Lines between points "
        "of a cohort guide the eye. Cohorts are shown together for reading, not for comparison."
    )
    return Figure(name, alt, f"{caption} {limits} {cite_rows(bench, used)}")


def _course(bench: Workbench, arm: str, endpoint: str, used: list[str]) -> Course:
    found = [(months, latest_time(bench, arm, endpoint, months)) for months in TIMES]
    kept = [(months, reference) for months, reference in found if reference]
    used += [reference for _, reference in kept]
    measures = [measure_of(bench, reference) for _, reference in kept]
    return Course(
        label=short_name(bench, arm).replace(", ", ",\n", 1),
        months=tuple(float(months) for months, _ in kept),
        values=tuple(float(measure.value or 0) for measure in measures),
        lower=tuple(measure.lower for measure in measures),
        upper=tuple(measure.upper for measure in measures),
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


def render_denominators(bench: Workbench) -> Figure:
    """The same responders over infused and over leukapheresed or enrolled patients."""
    pairs, used = [], []
    for arm, label, outcome in PAIRS:
        first = latest_outcome(bench, arm, outcome, ("infused",))
        second = latest_outcome(bench, arm, outcome, ("leukapheresed", "enrolled"))
        used += [first, second]
        infused, all_of_them = measure_of(bench, first), measure_of(bench, second)
        text = f"{fraction(infused)} and {fraction(all_of_them)}"
        pairs.append(Pair(label, float(infused.value or 0), float(all_of_them.value or 0), text))
    drawing = draw_pairs(
        pairs,
        ("Infused", "Leukapheresed or enrolled"),
        xlabel="Percent of patients",
        limits=(0, 103),
    )
    save(bench.root, "denominators", drawing)
    return Figure(
        "denominators",
        alt=(
            "Pairs of rates, over infused and over leukapheresed patients. The second is always "
            f"lower: any response in CARTITUDE-1 is {plain(bench, 'orr.cilta')} and "
            f"{plain(bench, 'orr.cilta.leukapheresed')}, in KarMMa {plain(bench, 'orr.ide')} and "
            f"{plain(bench, 'orr.ide.leukapheresed')}."
        ),
        caption=(
            "One numerator, two denominators. Filled: infused patients; open: everyone "
            "leukapheresed (for ARI0002h everyone enrolled). The counts stand at the right; where "
            "the cut-offs of a pair differ, the responders are the same. "
            f"{cite_rows(bench, used)}"
        ),
    )


def _value(bench: Workbench, reference: str) -> float | None:
    return float(measure_of(bench, reference).value or 0) if reference else None


def _fraction(bench: Workbench, reference: str) -> str:
    if not reference:
        return ""
    return f"{row_of(bench, reference)['events']}/{row_of(bench, reference)['n']}"


FIGURES: dict[str, Callable[[Workbench], Figure]] = {
    "depth": render_depth,
    "mrd": render_mrd,
    "pfs-course": render_pfs_course,
    "os-course": render_os_course,
    "pfs-median": render_pfs_median,
    "prior-lines": render_prior_lines,
    "denominators": render_denominators,
}
