"""Figures of the chapter on comparison: forests of pooled response, and what others published."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analysis.syntheses import Cohort
from publishing.cohorts import (
    cite,
    cite_rows,
    claim_text,
    plain,
    short_name,
    study_name,
)
from publishing.figure import Figure, save
from publishing.figures.estimates import estimate_of, estimate_of_claim, heading
from publishing.figures.forest import Estimate, draw_forest
from publishing.workbench import Workbench

SENSITIVITY = (
    ("two-lines", "Two prior lines admitted"),
    ("evaluable", "Only evaluable patients reported"),
    ("exposure-not-required", "Exposure to all classes not required"),
)
PUBLISHED = (
    ("Overall response", "overall_response", "orr"),
    ("Complete response or better", "complete_response_or_better", "cr"),
)
META_ARMS = (
    "meta-xiang2020", "meta-roex2020", "meta-yang2021", "meta-ijms2024", "meta-hematology2026",
)  # fmt: skip
INDIRECT = (
    ("Cilta-cel against ide-cel", (
        ("maic-cilta-ide-2026.pfs.hr", "Weighted trials: progression"),
        ("maic-cilta-ide-2026.os.hr", "Weighted trials: death"),
        ("de-registry.pfs.hr", "German registry: progression"),
    )),
    ("CAR-T against standard care, external control", (
        ("itc-ide-mammoth.pfs.hr", "Ide-cel: progression"),
        ("itc-ide-mammoth.os.hr", "Ide-cel: death"),
        ("itc-cilta-flatiron.pfs.hr", "Cilta-cel: progression"),
        ("itc-cilta-flatiron.os.hr", "Cilta-cel: death"),
    )),
    ("Against antibody-drug conjugates, one centre", (
        ("mayo-bdt.pfs.hr.car-t", "CAR-T: progression"),
        ("mayo-bdt.os.hr.car-t", "CAR-T: death"),
        ("mayo-bdt.pfs.hr.tce", "Bispecific antibody: progression"),
        ("mayo-bdt.os.hr.tce", "Bispecific antibody: death"),
    )),
    ("Randomised, for reference: KarMMa-3", (
        ("karmma-3.pfs.hr.30m", "Ide-cel: progression"),
        ("karmma-3.os.hr.30m", "Ide-cel: death"),
    )),
)  # fmt: skip


def render_orr_forest(bench: Workbench) -> Figure:
    """Overall response of the primary synthesis, and of the cohorts each sensitivity adds."""
    return _forest(bench, "orr", "Overall response", "orr-forest")


def render_cr_forest(bench: Workbench) -> Figure:
    """Complete response or better of the primary synthesis, and what each sensitivity adds."""
    return _forest(bench, "cr", "Complete response or better", "cr-forest")


def _forest(bench: Workbench, outcome: str, words: str, name: str) -> Figure:
    primary = f"pooled.{outcome}.primary"
    members = bench.syntheses[f"{outcome}.primary"].overall.cohorts
    lines = [heading("Primary: population of the question, infused")]
    lines += _cohorts(bench, members)
    lines += [
        _pooled(bench, primary, "Pooled, binomial-normal"),
        _pooled(bench, f"{primary}.second", "Pooled, inverse variance", prediction=""),
    ]
    used = [cohort.row for cohort in members]
    for suffix, title in SENSITIVITY:
        added = _added(bench, f"{outcome}.{suffix}", members)
        used += [cohort.row for cohort in added]
        claim = f"pooled.{outcome}.{suffix}"
        lines += [heading(title), *_cohorts(bench, added)]
        lines.append(_pooled(bench, claim, "Primary and these, pooled"))
    drawing = draw_forest(
        lines,
        xlabel=f"{words}, percent",
        limits=(0, 102),
        text_heading="Percent (95% interval)  n/N",
    )
    save(bench.root, name, drawing)
    return Figure(name, _forest_alt(bench, words, primary), _forest_caption(bench, primary, used))


def _forest_alt(bench: Workbench, words: str, primary: str) -> str:
    return (
        f"Forest plot of {words.lower()}. The cohorts of the primary synthesis scatter widely; "
        f"they pool to {plain(bench, primary, 'ci')}, and the prediction interval runs from "
        f"{plain(bench, f'{primary}.prediction')}. Adding cohorts with two prior lines, with "
        "evaluable denominators, or without required exposure moves the pooled value less than "
        "the cohorts differ."
    )


def _forest_caption(bench: Workbench, primary: str, used: Sequence[str]) -> str:
    return (
        "Squares: cohorts with exact intervals, larger for more patients. Diamonds: pooled by the "
        f"binomial-normal model, {claim_text(bench, primary, 'ci')} for the primary synthesis, "
        "with its prediction interval as a dashed line, "
        f"{claim_text(bench, f'{primary}.prediction')}; below it the second model, "
        f"{claim_text(bench, f'{primary}.second', 'ci')}. Each later block adds its cohorts to "
        f"those of the primary synthesis. ‡ read in a secondary source. {cite_rows(bench, used)}"
    )


def _cohorts(bench: Workbench, cohorts: Sequence[Cohort]) -> list[Estimate]:
    largest = max((cohort.n or 0 for cohort in cohorts), default=1) or 1
    ordered = sorted(cohorts, key=lambda cohort: (cohort.product_id, cohort.arm_id))
    return [
        estimate_of(
            bench,
            cohort.row,
            f"  {short_name(bench, cohort.arm_id)}",
            weight=(cohort.n or 0) / largest,
        )
        for cohort in ordered
    ]


def _added(bench: Workbench, synthesis: str, members: Sequence[Cohort]) -> list[Cohort]:
    known = {cohort.arm_id for cohort in members}
    return [c for c in bench.syntheses[synthesis].overall.cohorts if c.arm_id not in known]


def _pooled(bench: Workbench, claim: str, label: str, *, prediction: str | None = None) -> Estimate:
    name = f"{claim}.prediction" if prediction is None else prediction
    record = bench.ledger[name] if name else None
    ends = None
    if record is not None and record.lower is not None and record.upper is not None:
        ends = (record.lower, record.upper)
    return estimate_of_claim(bench, claim, f"  {label}", kind="pooled", prediction=ends)


def render_published(bench: Workbench) -> Figure:
    """Our pooled values beside those of published meta-analyses."""
    lines: list[Estimate] = []
    used = []
    for title, outcome, short in PUBLISHED:
        lines.append(heading(title))
        for suffix, words in (("primary", "Ours, primary"), ("all-bcma", "Ours, widest")):
            lines.append(_pooled(bench, f"pooled.{short}.{suffix}", words))
        for arm in META_ARMS:
            reference = _meta_row(bench, arm, outcome)
            if reference:
                used.append(reference)
                label = f"  {study_name(bench, arm).removesuffix(' meta-analysis')}"
                lines.append(estimate_of(bench, reference, label, kind="published"))
    drawing = draw_forest(
        lines, xlabel="Percent", limits=(0, 102), text_heading="Percent (95% interval)"
    )
    save(bench.root, "published", drawing)
    ours = ("pooled.orr.primary", "pooled.orr.all-bcma")
    return Figure(
        "published",
        alt=(
            "Our pooled overall response, "
            f"{plain(bench, ours[0], 'ci')} in the primary synthesis and "
            f"{plain(bench, ours[1], 'ci')} in the widest, beside published values that run from "
            f"{plain(bench, 'orr.meta.range')}, and the same for complete response."
        ),
        caption=(
            f"Pooled values of this review (diamonds; widest: {claim_text(bench, ours[1], 'ci')}) "
            "and of published meta-analyses (open diamonds, with an interval where one was "
            "printed). The published analyses share cohorts with one another and with ours, and "
            f"some admit other targets. {cite(bench, ours[0])}; published: "
            f"{cite_rows(bench, used)}"
        ),
    )


def _meta_row(bench: Workbench, arm: str, outcome: str) -> str:
    table = bench.evidence.outcomes
    found = table[(table["arm_id"] == arm) & (table["outcome"] == outcome)]
    return f"outcomes:{found['row_id'].iloc[0]}" if len(found) else ""


def render_indirect(bench: Workbench) -> Figure:
    """Hazard ratios of indirect and non-randomised comparisons, with the randomised trial."""
    lines: list[Estimate] = []
    used = []
    for title, rows in INDIRECT:
        lines.append(heading(title))
        for row_id, label in rows:
            used.append(f"time_to_event:{row_id}")
            lines.append(estimate_of(bench, used[-1], f"  {label}", "ratio2"))
    drawing = draw_forest(
        lines,
        xlabel="Hazard ratio, logarithmic; below 1 favours the treatment named first",
        limits=(0.1, 2),
        logarithmic=True,
        reference=1,
        text_heading="Ratio (95% interval)",
    )
    save(bench.root, "indirect", drawing)
    return Figure(
        "indirect",
        alt=(
            "Hazard ratios of comparisons that are not randomised lie below one: cilta-cel "
            "against ide-cel after weighting "
            f"{plain(bench, 'hr.pfs.maic-cilta-ide', 'ci')} for progression or death. The "
            "randomised trial, for reference, gives "
            f"{plain(bench, 'hr.pfs.karmma-3', 'ci')} for progression or death and "
            f"{plain(bench, 'hr.os.karmma-3', 'ci')} for death."
        ),
        caption=(
            "Hazard ratios as printed. Every block but the last is indirect or not randomised, "
            "and unanchored; a square without a line had no interval in what was read. "
            f"Progression stands for progression or death. {cite_rows(bench, used)}"
        ),
    )


FIGURES: dict[str, Callable[[Workbench], Figure]] = {
    "orr-forest": render_orr_forest,
    "cr-forest": render_cr_forest,
    "published": render_published,
    "indirect": render_indirect,
}
