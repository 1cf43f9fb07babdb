"""Figures of the chapter on safety: harms by cohort and by who counted them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from publishing.cells import measure_of, row_of
from publishing.document import Citation, ClaimText
from publishing.figure import Figure, save
from publishing.figures.forest import Estimate, draw_forest
from publishing.shares import interval_text, percent_text
from publishing.workbench import Workbench

AE = "adverse_events"

CYTOPENIA_ROWS = (
    ("Neutropenia", ""),
    ("CARTITUDE-1, cilta-cel", "cartitude-1.neutropenia.g3"),
    ("US coded records, cilta-cel", "trinetx.cilta.neutropenia.g3"),
    ("CRB-401, ide-cel", "crb-401.neutropenia.g3"),
    ("US coded records, ide-cel", "trinetx.ide.neutropenia.g3"),
    ("KarMMa, ide-cel: grade unclear", "karmma.neutropenia.not-stated"),
    ("KarMMa, second digest", "karmma.neutropenia.not-stated.digest"),
    ("Anaemia", ""),
    ("CARTITUDE-1, cilta-cel", "cartitude-1.anaemia.g3"),
    ("CRB-401, ide-cel", "crb-401.anaemia.g3"),
    ("KarMMa, ide-cel: grade unclear", "karmma.anaemia.not-stated"),
    ("KarMMa, second digest", "karmma.anaemia.not-stated.digest"),
    ("Thrombocytopenia", ""),
    ("CARTITUDE-1, cilta-cel", "cartitude-1.thrombocytopenia.g3"),
    ("CRB-401, ide-cel", "crb-401.thrombocytopenia.g3"),
    ("KarMMa, ide-cel: grade unclear", "karmma.thrombocytopenia.not-stated"),
    ("KarMMa, second digest", "karmma.thrombocytopenia.not-stated.digest"),
    ("Leukopenia and lymphopenia", ""),
    ("CARTITUDE-1, leukopenia", "cartitude-1.leukopenia.g3"),
    ("CRB-401, leukopenia", "crb-401.leukopenia.g3"),
    ("CARTITUDE-1, lymphopenia", "cartitude-1.lymphopenia.g3"),
)


def render_cytopenia(bench: Workbench) -> Figure:
    """Severe cytopenia by lineage and product; KarMMa as open marks because its grade is open."""
    estimates = [_estimate(bench, label, name) for label, name in CYTOPENIA_ROWS]
    drawing = draw_forest(
        estimates, xlabel="Patients with grade 3 or higher (%)", limits=(0, 100),
        text_heading="Share (interval)",
    )  # fmt: skip
    save(bench.root, "cytopenia", drawing)
    text = _plain(bench, "neutropenia.g3.cilta", "thrombocytopenia.g3.cilta",
                  "neutropenia.g3.crb-401", "neutropenia.grade-unresolved.ide",
                  "neutropenia.grade-unresolved.ide.digest")  # fmt: skip
    return Figure(
        "cytopenia",
        alt=(
            "Cytopenia of grade 3 or higher by lineage. Neutropenia was recorded in "
            f"{text['neutropenia.g3.cilta']} with cilta-cel in CARTITUDE-1 and "
            f"{text['neutropenia.g3.crb-401']} with ide-cel in CRB-401; thrombocytopenia in "
            f"{text['thrombocytopenia.g3.cilta']} in CARTITUDE-1. Open marks: two digests of "
            f"KarMMa give neutropenia as {text['neutropenia.grade-unresolved.ide']} and "
            f"{text['neutropenia.grade-unresolved.ide.digest']}, of a grade that is not settled."
        ),
        caption=(
            "Severe cytopenia by lineage. Filled squares: grade 3 or higher, with exact "
            "confidence intervals. Open diamonds: KarMMa, where the grade of the printed figures "
            f"is not settled (neutropenia {_claim(bench, 'neutropenia.grade-unresolved.ide')} and "
            f"{_claim(bench, 'neutropenia.grade-unresolved.ide.digest')} in two digests). "
            f"{_cited(bench, CYTOPENIA_ROWS)}"
        ),
    )


COURSE_ROWS = (
    ("Ide-cel, US routine practice: any lineage", ""),
    ("day 7", "soc-ide-early.cytopenia.g3.day-7"),
    ("day 30", "soc-ide-early.cytopenia.g3.day-30"),
    ("day 90", "soc-ide-early.cytopenia.g3.day-90"),
    ("Ide-cel, KarMMa-3", ""),
    ("any lineage, first three months", "karmma-3.ide.cytopenia.g3.3m"),
    ("prolonged neutropenia", "karmma-3.ide.prolonged-neutropenia.g3"),
    ("prolonged thrombocytopenia", "karmma-3.ide.prolonged-thrombocytopenia.g3"),
    ("Academic product, one Chinese centre", ""),
    ("neutropenia at one month", "zju-141.neutropenia.g3.1m"),
    ("anaemia at one month", "zju-141.anaemia.g3.1m"),
    ("thrombocytopenia at one month", "zju-141.thrombocytopenia.g3.1m"),
)


def render_course(bench: Workbench) -> Figure:
    """How long severe cytopenia lasts, where a source says so."""
    estimates = [_estimate(bench, label, name) for label, name in COURSE_ROWS]
    drawing = draw_forest(
        estimates, xlabel="Patients with cytopenia of grade 3 or higher (%)", limits=(0, 100)
    )
    save(bench.root, "cytopenia-course", drawing)
    text = _plain(bench, "cytopenia.g3.day-7.ide", "cytopenia.g3.day-30.ide",
                  "cytopenia.g3.day-90.ide", "prolonged-neutropenia.karmma-3")  # fmt: skip
    return Figure(
        "cytopenia-course",
        alt=(
            "Severe cytopenia over time after ide-cel in routine practice: "
            f"{text['cytopenia.g3.day-7.ide']} at day 7, {text['cytopenia.g3.day-30.ide']} at day "
            f"30 and {text['cytopenia.g3.day-90.ide']} at day 90. In KarMMa-3 prolonged "
            f"neutropenia was counted in {text['prolonged-neutropenia.karmma-3']}."
        ),
        caption=(
            "Severe cytopenia after the first weeks. Intervals are drawn only where a count is "
            "known; the day-by-day percentages come without denominators. Still present at day "
            f"ninety in routine practice: {_claim(bench, 'cytopenia.g3.day-90.ide')}. "
            f"{_cited(bench, COURSE_ROWS)}"
        ),
    )


def _estimate(bench: Workbench, label: str, name: str) -> Estimate:
    if not name:
        return Estimate(label, kind="heading")
    measure = measure_of(bench, f"{AE}:{name}")
    row = row_of(bench, f"{AE}:{name}")
    return Estimate(
        f"   {label}",
        float(measure.value or 0),
        measure.lower,
        measure.upper,
        text=percent_text(bench, row) + interval_text(bench, row),
        kind="published" if row["grade"] == "not_stated" else "cohort",
        weight=0.4,
        secondary=row["verification"] == "secondary",
    )


def _plain(bench: Workbench, *claims: str) -> dict[str, str]:
    return {name: bench.ledger[name].forms.plain for name in claims}


def _claim(bench: Workbench, name: str) -> str:
    return str(ClaimText(bench.ledger[name]))


def _cited(bench: Workbench, rows: Sequence[tuple[str, ...]]) -> str:
    names = [name for row in rows for name in row[1:] if name]
    keys = dict.fromkeys(str(row_of(bench, f"{AE}:{name}")["citekey"]) for name in names)
    return str(Citation(tuple(keys)))


FIGURES: dict[str, Callable[[Workbench], Figure]] = {
    "cytopenia": render_cytopenia,
    "cytopenia-course": render_course,
}
