"""Figures of the chapter on safety: harms by cohort and by who counted them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from publishing.cells import measure_of, row_of
from publishing.document import Citation, ClaimText
from publishing.figure import Figure, save
from publishing.figures.drawing import Pair, draw_pairs
from publishing.figures.forest import Estimate, draw_forest
from publishing.figures.grades import AE, draw_two, share_of, two_of
from publishing.shares import interval_text, percent_text
from publishing.workbench import Workbench

CRS_ROWS = (
    ("Cilta-cel", "", ""),
    ("CARTITUDE-1, paper", "cartitude-1.crs.any", "cartitude-1.crs.g3"),
    ("CARTITUDE-1, regulator", "", "cartitude-1.crs.g3.regulator"),
    ("CARTITUDE-4", "cartitude-4.cilta.crs.any", ""),
    ("CARTIFAN-1", "cartifan-1.crs.any", "cartifan-1.crs.g3"),
    ("US routine practice", "soc-cilta-us.crs.any", "soc-cilta-us.crs.g3"),
    ("German registry", "de-registry.cilta.crs.any", ""),
    ("Ide-cel", "", ""),
    ("KarMMa, paper", "karmma.crs.any", "karmma.crs.g3"),
    ("KarMMa, label", "karmma.crs.any.label", "karmma.crs.g3.label"),
    ("KarMMa-3, regulator", "karmma-3.ide.crs.any", "karmma-3.ide.crs.g3"),
    ("CRB-401", "crb-401.crs.any", "crb-401.crs.g3"),
    ("US registry", "cibmtr-ide.crs.any", "cibmtr-ide.crs.g3"),
    ("German registry", "de-registry.ide.crs.any", ""),
    ("Other BCMA-directed products", "", ""),
    ("FUMANBA-1, eque-cel", "fumanba-1.crs.any", "fumanba-1.crs.g3"),
    ("LEGEND-2, LCAR-B38M", "legend-2.crs.any", "legend-2.crs.g3"),
    ("BMS-986354", "bms-986354.crs.any", "bms-986354.crs.g3"),
    ("C-CAR088", "c-car088.crs.any", "c-car088.crs.g3"),
    ("Single-centre series, China", "", "zju-141.crs.g3"),
)


def render_crs(bench: Workbench) -> Figure:
    """Cytokine release syndrome of any grade and of grade 3 or higher, by cohort and counting."""
    rows = [two_of(bench, *row) for row in CRS_ROWS]
    save(bench.root, "crs", draw_two(rows, xlabel="Patients with the event (%)"))
    text = _plain(bench, "crs.any.cilta", "crs.any.ide", "crs.g3.cilta", "crs.g3.ide",
                  "crs.g3.ide.label", "crs.g3.cartifan")  # fmt: skip
    return Figure(
        "crs",
        alt=(
            "Cytokine release syndrome by cohort. Any grade was recorded in "
            f"{text['crs.any.cilta']} with cilta-cel in CARTITUDE-1 and {text['crs.any.ide']} with "
            f"ide-cel in KarMMa. Grade 3 or higher was recorded in {text['crs.g3.cilta']} and "
            f"{text['crs.g3.ide']} by the papers, in {text['crs.g3.ide.label']} by the label of "
            f"ide-cel, and in {text['crs.g3.cartifan']} in CARTIFAN-1."
        ),
        caption=(
            "Cytokine release syndrome by cohort and counting, with exact confidence intervals; "
            "infused patients. Patients and grading differ between cohorts: no comparison of "
            f"products. Severe cases in KarMMa: {_claim(bench, 'crs.g3.ide')} in the paper, "
            f"{_claim(bench, 'crs.g3.ide.label')} in the label. {_cited(bench, CRS_ROWS)}"
        ),
    )


INFECTION_ROWS = (
    ("CAR-T", "", ""),
    ("CARTITUDE-1, cilta-cel", "cartitude-1.infection.any", "cartitude-1.infection.g3"),
    ("CARTITUDE-4, cilta-cel", "cartitude-4.cilta.infection.any", "cartitude-4.cilta.infection.g3"),
    ("KarMMa, ide-cel", "karmma.infection.any", "karmma.infection.g3"),
    ("KarMMa-3, ide-cel", "karmma-3.ide.infection.any", "karmma-3.ide.infection.g3"),
    ("CARTIFAN-1, cilta-cel", "cartifan-1.infection.any", "cartifan-1.infection.g3"),
    ("BMS-986354", "bms-986354.infection.any", "bms-986354.infection.g3"),
    ("US routine, ide-cel, 100 days", "soc-ide-early.infection.any", "soc-ide-early.infection.g3"),
    ("Bispecific antibodies", "", ""),
    ("MajesTEC-1, teclistamab", "majestec-1.infection.any", "majestec-1.infection.g3"),
    ("MagnetisMM-3, elranatamab", "magnetismm-3.infection.any", "magnetismm-3.infection.g3"),
    ("Talquetamab, weekly", "monumental-1.qw.infection.any", "monumental-1.qw.infection.g3"),
    ("Talquetamab, two-weekly", "monumental-1.q2w.infection.any", "monumental-1.q2w.infection.g3"),
)


def render_infection(bench: Workbench) -> Figure:
    """Infection after CAR-T and with bispecific antibodies, with the article's range shaded."""
    low = share_of(bench, "majestec-1.infection.g3")
    high = share_of(bench, "karmma.infection.any")
    band = (low.value, high.value, "range the article gave for CAR-T, grade 3 or 4")
    rows = [two_of(bench, *row) for row in INFECTION_ROWS]
    drawing = draw_two(rows, xlabel="Patients with an infection (%)", band=band)
    save(bench.root, "infection", drawing)
    text = _plain(bench, "infection.g3.pivotal.range", "infection.g3.teclistamab",
                  "infection.any.ide")  # fmt: skip
    return Figure(
        "infection",
        alt=(
            "Infections by cohort; not a comparison of treatments. Grade 3 or higher affected "
            f"{text['infection.g3.pivotal.range']} in four trials of licensed CAR-T products. The "
            "range that the article gave for severe infection after CAR-T, shaded, runs from the "
            f"severe infections of teclistamab ({text['infection.g3.teclistamab']}) to the "
            f"infections of any grade with ide-cel ({text['infection.any.ide']})."
        ),
        caption=(
            "Infections after CAR-T and with bispecific antibodies, with exact confidence "
            "intervals. **Not a comparison:** treatment, patients and follow-up differ. The "
            "shaded band is the range of the article; its ends are severe infection with "
            f"teclistamab, {_claim(bench, 'infection.g3.teclistamab')}, and infection of any grade "
            f"with ide-cel, {_claim(bench, 'infection.any.ide')}. {_cited(bench, INFECTION_ROWS)}"
        ),
    )


COUNTING_ROWS = (
    ("Neurotoxicity, KarMMa, any", "karmma.neurotoxicity.any", "karmma.neurotoxicity.any.label"),
    ("Neurotoxicity, KarMMa, grade ≥ 3", "karmma.neurotoxicity.g3",
     "karmma.neurotoxicity.g3.label"),
    ("Neurotoxicity, CARTITUDE-1, grade ≥ 3", "cartitude-1.neurotoxicity.g3",
     "cartitude-1.neurotoxicity.g3.regulator"),
    ("Neurotoxicity, MajesTEC-1, any", "majestec-1.neurotoxicity.any",
     "majestec-1.neurotoxicity.any.regulator"),
    ("ICANS, MajesTEC-1, any", "majestec-1.icans.any", "majestec-1.icans.any.regulator"),
    ("CRS, KarMMa, any", "karmma.crs.any", "karmma.crs.any.label"),
    ("CRS, KarMMa, grade ≥ 3", "karmma.crs.g3", "karmma.crs.g3.label"),
    ("CRS, CARTITUDE-1, grade ≥ 3", "cartitude-1.crs.g3", "cartitude-1.crs.g3.regulator"),
)  # fmt: skip


def render_counting(bench: Workbench) -> Figure:
    """The same trials counted by paper or digest, and by regulator or label."""
    pairs = []
    for label, first, second in COUNTING_ROWS:
        one, two = share_of(bench, first), share_of(bench, second)
        pairs.append(Pair(label, one.value, two.value, f"{one.text} → {two.text}"))
    names = ("paper or digest of it", "regulator or label")
    drawing = draw_pairs(pairs, names, xlabel="Patients with the event (%)", limits=(0, 100))
    save(bench.root, "neurotoxicity-counting", drawing)
    text = _plain(bench, "neurotoxicity.any.ide", "neurotoxicity.any.ide.label",
                  "neurotoxicity.any.teclistamab",
                  "neurotoxicity.any.teclistamab.regulator")  # fmt: skip
    return Figure(
        "neurotoxicity-counting",
        alt=(
            "One trial, two counts. Neurotoxicity of any grade in KarMMa is "
            f"{text['neurotoxicity.any.ide']} in the paper and "
            f"{text['neurotoxicity.any.ide.label']} in the label; in MajesTEC-1, a trial of a "
            f"bispecific antibody, {text['neurotoxicity.any.teclistamab']} in the paper and "
            f"{text['neurotoxicity.any.teclistamab.regulator']} by the regulator."
        ),
        caption=(
            "The same trial counted twice: by the paper and by the regulator or label. The "
            "two use different definitions. Neurotoxicity of any grade in "
            f"KarMMa: {_claim(bench, 'neurotoxicity.any.ide')} and "
            f"{_claim(bench, 'neurotoxicity.any.ide.label')}. {_cited(bench, COUNTING_ROWS)}"
        ),
    )


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
    "crs": render_crs,
    "infection": render_infection,
    "neurotoxicity-counting": render_counting,
    "cytopenia": render_cytopenia,
    "cytopenia-course": render_course,
}
