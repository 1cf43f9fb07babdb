"""Tables of the chapter on safety: events by cohort and by who counted them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.selection import present
from analysis.wording import SECONDARY_MARK
from report.cells import claim_cell, forms_of, row_cell, source_cell
from report.table import Cell, Column, Table, table_of
from report.workbench import Workbench

CILTA, IDE = "Cilta-cel, trials", "Ide-cel, trials"
OTHER = "Other BCMA-directed products"
PRACTICE = "Registries and routine practice"
POOLS = "Label pools"
ELSE = "Other targets, two targets or donor cells"
BISPECIFIC = "Bispecific antibodies (context, not a comparison)"
CONTROL = "Control arms"
GROUPS = (CILTA, IDE, OTHER, PRACTICE, POOLS, ELSE, CONTROL, BISPECIFIC)
INTERVAL_NOTE = (
    "In brackets: exact 95% interval, where the source prints or implies a count; "
    "then patients with the event of all counted."
)
MARK_NOTE = f"{SECONDARY_MARK} read in a secondary source."


@dataclass(frozen=True)
class Line:
    """One cohort under one way of counting: its rows by grade, in the order of the table."""

    group: str
    label: str
    counting: str
    rows: dict[str, dict[str, Any]]


def event_rows(bench: Workbench, *events: str) -> list[dict[str, Any]]:
    """Latest rows of these events, missing cells as None."""
    frame = bench.evidence.adverse_events
    chosen = frame[frame["event"].isin(events) & (frame["latest"] == "yes")]
    return [
        {str(name): present(cell) for name, cell in record.items()}
        for record in chosen.to_dict("records")
    ]


def cohort_of(bench: Workbench, row: dict[str, Any]) -> str:
    """Study with the arm's treatment: `CARTITUDE-1, cilta-cel`."""
    arms = bench.evidence.arms.set_index("arm_id")["label"]
    studies = bench.evidence.studies.set_index("study_id")["name"]
    study, arm = str(studies[row["study_id"]]), str(arms[row["arm_id"]])
    name = study.split(" (", maxsplit=1)[0].split(", ", maxsplit=1)[0]
    return name if arm in name else f"{name}, {arm}"


def group_of(bench: Workbench, row: dict[str, Any]) -> str:
    """The part of a table a cohort belongs to."""
    arm = bench.evidence.arms.set_index("arm_id").loc[row["arm_id"]]
    setting = bench.evidence.studies.set_index("study_id").loc[row["study_id"], "setting"]
    product = bench.evidence.products.set_index("product_id").loc[arm["product_id"]]
    if product["class"] == "bispecific_antibody":
        return BISPECIFIC
    if arm["role"] == "control":
        return CONTROL
    by_setting = {"registry": PRACTICE, "real_world": PRACTICE, "label_pool": POOLS}
    if setting in by_setting:
        return by_setting[setting]
    if product["target"] != "BCMA" or product["origin"] == "allogeneic":
        return ELSE
    return {"cilta-cel": CILTA, "ide-cel": IDE}.get(str(arm["product_id"]), OTHER)


def format_of(row: dict[str, Any]) -> str:
    """As many decimals as the source prints: none for 84, one for 76.1."""
    percent = row["percent"]
    return "percent0" if percent is None or float(percent).is_integer() else "percent1"


def share_cell(bench: Workbench, row: dict[str, Any] | None, table: str = "adverse_events") -> Cell:
    """`84% (76 to 90); 107/128` from a row, or as much of it as the source prints."""
    if row is None:
        return Cell()
    reference = f"{table}:{row['row_id']}"
    forms = forms_of(bench, reference, format_of(row))
    mark = SECONDARY_MARK if row["verification"] == "secondary" else ""
    text = forms.ci.removesuffix(SECONDARY_MARK).replace("95% CI ", "")
    if row["events"] is not None and row["n"] is not None:
        text += f"; {row['events']}/{row['n']}"
    elif row["n"] is not None:
        text += f"; n = {row['n']}"
    return Cell(text + mark, row=reference)


def lines_of(bench: Workbench, rows: Sequence[dict[str, Any]], key: str) -> list[Line]:
    """One line a cohort and counting; `key` is the column whose values are set side by side."""
    lines: dict[tuple[str, ...], Line] = {}
    for row in rows:
        counting = counting_of(row)
        name = (row["arm_id"], counting)
        if name not in lines:
            lines[name] = Line(group_of(bench, row), cohort_of(bench, row), counting, {})
        lines[name].rows[row[key]] = row
    return sorted(lines.values(), key=lambda line: (GROUPS.index(line.group), line.label))


def counting_of(row: dict[str, Any]) -> str:
    """Who counted, and within which time."""
    return ", ".join(part for part in (row["definition"], row["window"]) if part)


def render_graded(
    bench: Workbench, name: str, events: Sequence[str], keep: Sequence[str] = GROUPS
) -> Table:
    """Any grade and grade 3 or higher of one event, a line a cohort and counting."""
    rows = [
        row
        for row in event_rows(bench, *events)
        if row["grade"] in ("any", "3_or_higher") and not row["serious"]
        and bench_setting(bench, row) != "meta_analysis"
    ]  # fmt: skip
    lines = [line for line in lines_of(bench, rows, "grade") if line.group in keep]
    return table_of(
        name,
        [
            Column("Cohort", width=13),
            Column("Counting", width=8),
            Column("Any grade", width=12),
            Column("Grade 3 or higher", width=12),
            Column("Source", width=11),
        ],
        [_graded_cells(bench, line) for line in lines],
        groups=[line.group for line in lines],
        notes=[INTERVAL_NOTE, MARK_NOTE],
    )


def bench_setting(bench: Workbench, row: dict[str, Any]) -> str:
    """The setting of a row's study."""
    return str(bench.evidence.studies.set_index("study_id").loc[row["study_id"], "setting"])


def _graded_cells(bench: Workbench, line: Line) -> list[Cell]:
    keys = [row["citekey"] for row in line.rows.values()]
    return [
        Cell(line.label),
        Cell(line.counting),
        share_cell(bench, line.rows.get("any")),
        share_cell(bench, line.rows.get("3_or_higher")),
        source_cell(*keys),
    ]


def render_crs(bench: Workbench) -> Table:
    """Cytokine release syndrome of every cohort."""
    return render_graded(bench, "crs", ["cytokine_release_syndrome"])


def render_infection(bench: Workbench) -> Table:
    """Infection of any kind, by cohort."""
    return render_graded(bench, "infection", ["infection"])


NEUROLOGICAL = {
    "neurotoxicity_any": "Any neurotoxicity",
    "icans": "ICANS",
    "delayed_neurotoxicity": "Delayed, any",
    "parkinsonism": "Parkinsonism",
    "cranial_nerve_palsy": "Cranial nerve palsy",
}


def render_neurotoxicity(bench: Workbench) -> Table:
    """Every kind of neurological event, grouped by kind."""
    cells, groups = [], []
    for event, heading in NEUROLOGICAL.items():
        rows = [
            row
            for row in event_rows(bench, event)
            if row["grade"] in ("any", "3_or_higher")
            and bench_setting(bench, row) != "meta_analysis"
        ]
        for line in lines_of(bench, rows, "grade"):
            if line.group != ELSE:
                cells.append(_graded_cells(bench, line))
                groups.append(heading)
    return table_of(
        "neurotoxicity",
        [
            Column("Cohort", width=13),
            Column("Counting", width=8),
            Column("Any grade", width=12),
            Column("Grade 3 or higher", width=12),
            Column("Source", width=11),
        ],
        cells,
        groups=groups,
        notes=[
            "Products with other targets are in the evidence tables.",
            INTERVAL_NOTE,
            MARK_NOTE,
        ],
    )


LINEAGES = ("neutropenia", "anaemia", "thrombocytopenia", "leukopenia", "lymphopenia")
GRADES = {
    "3_or_higher": "Grade 3 or higher",
    "not_stated": "Grade not settled",
    "any": "Any grade",
}


def render_cytopenia(bench: Workbench) -> Table:
    """Blood counts by lineage: severe, unsettled and of any grade, a line a cohort."""
    cells, groups = [], []
    for grade, heading in GRADES.items():
        rows = [row for row in event_rows(bench, *LINEAGES) if row["grade"] == grade]
        for line in lines_of(bench, rows, "event"):
            if line.group != ELSE:
                cells.append(_lineage_cells(bench, line))
                groups.append(heading)
    return table_of(
        "cytopenia",
        [
            Column("Cohort", width=12),
            Column("Patients", align="right", width=5),
            *(Column(lineage.capitalize(), align="right", width=7) for lineage in LINEAGES),
            Column("Source", width=9),
        ],
        cells,
        groups=groups,
        notes=["An empty cell: not found in the sources read.", MARK_NOTE],
    )


def _lineage_cells(bench: Workbench, line: Line) -> list[Cell]:
    rows = list(line.rows.values())
    sizes = {row["n"] for row in rows if row["n"] is not None}
    counting = f" ({line.counting})" if line.counting not in ("", "paper") else ""
    return [
        Cell(line.label + counting),
        Cell(" or ".join(str(size) for size in sorted(sizes))),
        *(_percent_cell(bench, line.rows.get(lineage)) for lineage in LINEAGES),
        source_cell(*(row["citekey"] for row in rows)),
    ]


def _percent_cell(bench: Workbench, row: dict[str, Any] | None) -> Cell:
    if row is None:
        return Cell()
    return row_cell(bench, f"adverse_events:{row['row_id']}", format_of(row), "plain")


GRAVE = {
    "hlh_mas": "HLH/MAS",
    "cytopenia_needing_haematopoietic_rescue": "Cytopenia that needed haematopoietic rescue",
    "second_primary_malignancy": "Second primary malignancy",
    "secondary_myeloid_malignancy": "Myeloid malignancy among them",
    "treatment_related_death": "Treatment-related death, as the investigators judged",
    "fatal_adverse_reaction": "Fatal adverse reaction, as the regulator or label counts",
    "non_relapse_mortality": "Non-relapse mortality",
}


def render_grave(bench: Workbench) -> Table:
    """Rare but grave events, grouped by event, fatal ones named."""
    cells, groups = [], []
    for event, heading in GRAVE.items():
        rows = sorted(
            event_rows(bench, event),
            key=lambda row: (GROUPS.index(group_of(bench, row)), cohort_of(bench, row)),
        )
        cells += [_grave_cells(bench, row) for row in rows]
        groups += [heading] * len(rows)
    return table_of(
        "grave",
        [
            Column("Cohort", width=14),
            Column("What was counted", width=9),
            Column("Share", width=13),
            Column("Follow-up", width=8),
            Column("Source", width=11),
        ],
        cells,
        groups=groups,
        notes=[
            "Follow-up: median, in months, where the source prints it.",
            INTERVAL_NOTE,
            MARK_NOTE,
        ],
    )


def _grave_cells(bench: Workbench, row: dict[str, Any]) -> list[Cell]:
    kind = "fatal" if row["grade"] == "5" else "all" if not row["serious"] else "serious"
    follow_up = row["follow_up_months"]
    months = "" if follow_up is None else f"{float(follow_up):g}"
    return [
        Cell(cohort_of(bench, row)),
        Cell(", ".join(part for part in (kind, counting_of(row)) if part)),
        share_cell(bench, row),
        Cell(months, row=f"adverse_events:{row['row_id']}" if months else ""),
        source_cell(row["citekey"]),
    ]


@dataclass(frozen=True)
class Pool:
    """An event with its syntheses and the published figures printed beside them."""

    heading: str
    syntheses: tuple[str, ...]
    published: tuple[str, ...] = ()


POOLED = (
    Pool(
        "Cytokine release syndrome, any grade",
        ("crs-any.primary", "crs-any.all-bcma", "crs-any.registries"),
        ("meta-roex2020.crs.any", "meta-hematology2026.crs.any"),
    ),
    Pool(
        "Cytokine release syndrome, grade 3 or higher",
        ("crs-g3.primary", "crs-g3.regulator", "crs-g3.all-bcma"),
        ("meta-yang2021.crs.g3", "meta-ijms2024.crs.g3", "meta-hematology2026.crs.g3"),
    ),
    Pool(
        "Any neurotoxicity, any grade",
        ("neurotoxicity-any.primary", "neurotoxicity-any.all-bcma"),
        ("meta-roex2020.neurotoxicity.any",),
    ),
    Pool(
        "Any neurotoxicity, grade 3 or higher",
        ("neurotoxicity-g3.primary", "neurotoxicity-g3.all-bcma"),
        (
            "meta-yang2021.neurotoxicity.g3",
            "meta-ijms2024.neurotoxicity.g3",
            "meta-hematology2026.neurotoxicity.g3",
        ),
    ),
    Pool("ICANS, any grade", ("icans-any.all-bcma", "icans-any.registries")),
    Pool(
        "Infection, any grade",
        ("infection-any.primary", "infection-any.all-bcma"),
        ("meta-hematology2026.infection.any",),
    ),
    Pool(
        "Infection, grade 3 or higher",
        ("infection-g3.primary", "infection-g3.all-bcma"),
        ("meta-hematology2026.infection.g3",),
    ),
    Pool("Non-relapse mortality", ("non-relapse-mortality.registries",)),
)


def render_pooled(bench: Workbench) -> Table:
    """Both models of each synthesis, with published pooled figures under them."""
    cells, groups = [], []
    for pool in POOLED:
        rows = [_synthesis_cells(bench, name) for name in pool.syntheses]
        rows += [_published_cells(bench, name) for name in pool.published]
        cells += rows
        groups += [pool.heading] * len(rows)
    return table_of(
        "pooled-toxicity",
        [
            Column("Synthesis", width=13),
            Column("Events", width=9),
            Column("First model", width=9),
            Column("Prediction", width=7),
            Column("I²", align="right", width=4),
            Column("Second model", width=9),
            Column("Source", width=9),
        ],
        cells,
        groups=groups,
        notes=[
            "First model: binomial-normal by maximum likelihood. Second model: inverse variance on "
            "the logit scale with REML and Hartung-Knapp intervals. In brackets: 95% interval.",
            "Published figures contain the same trials; they are shown beside ours and not pooled.",
            f"{MARK_NOTE} For a synthesis: at least one member was.",
        ],
    )


def _synthesis_cells(bench: Workbench, name: str) -> list[Cell]:
    synthesis = bench.syntheses[name]
    label = Cell(synthesis.definition.title.split(": ", 1)[-1].capitalize())
    if synthesis.overall.first is None:
        count = f"{len(synthesis.overall.cohorts)} cohorts: too few to pool"
        return [label, Cell(count), Cell(), Cell(), Cell(), Cell(), Cell("this review")]
    return [
        label,
        claim_cell(bench, f"pooled.{name}", "n"),
        _model_cell(bench, f"pooled.{name}"),
        claim_cell(bench, f"pooled.{name}.prediction"),
        claim_cell(bench, f"pooled.{name}.i2"),
        _model_cell(bench, f"pooled.{name}.second"),
        Cell("this review"),
    ]


def _model_cell(bench: Workbench, claim_id: str) -> Cell:
    return Cell(bench.ledger[claim_id].forms.ci.replace("95% CI ", ""), claim=claim_id)


def _published_cells(bench: Workbench, name: str) -> list[Cell]:
    (row,) = [
        record
        for record in event_rows(
            bench, "cytokine_release_syndrome", "neurotoxicity_any", "infection"
        )
        if record["row_id"] == name
    ]
    return [
        Cell("Published meta-analysis"),
        Cell(),
        share_cell(bench, row),
        Cell(),
        Cell(),
        Cell(),
        source_cell(row["citekey"]),
    ]


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "cytopenia": render_cytopenia,
    "crs": render_crs,
    "neurotoxicity": render_neurotoxicity,
    "infection": render_infection,
    "grave": render_grave,
    "pooled-toxicity": render_pooled,
}
