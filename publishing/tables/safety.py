"""Tables of the chapter on safety: events by cohort and by who counted them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from publishing.cells import claim_cell, source_cell
from publishing.shares import (
    BISPECIFIC,
    ELSE,
    GROUPS,
    INTERVAL_NOTE,
    MARK_NOTE,
    META,
    Line,
    cohort_of,
    counting_of,
    event_rows,
    group_of,
    lines_of,
    mark_of,
    percent_text,
    share_cell,
)
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench

GRADED = ("any", "3_or_higher")
GRADED_COLUMNS = (
    Column("Cohort", width=13),
    Column("Counting", width=8),
    Column("Any grade", width=12),
    Column("Grade 3 or higher", width=12),
    Column("Source", width=10),
)


def graded_lines(bench: Workbench, event: str, leave_out: Sequence[str]) -> list[Line]:
    """Lines of one event by grade, without the groups that stand elsewhere."""
    rows = [
        row for row in event_rows(bench, event) if row["grade"] in GRADED and not row["serious"]
    ]
    return [line for line in lines_of(bench, rows, "grade") if line.group not in leave_out]


def graded_cells(bench: Workbench, line: Line) -> list[Cell]:
    """Cohort, counting, any grade, grade 3 or higher, source."""
    keys = [row["citekey"] for row in line.rows.values()]
    first = f"adverse_events:{next(iter(line.rows.values()))['row_id']}"
    return [
        Cell(line.label),
        Cell(line.counting, row=first) if line.counting else Cell(),
        share_cell(bench, line.rows.get("any")),
        share_cell(bench, line.rows.get("3_or_higher")),
        source_cell(*keys),
    ]


def _render_graded(bench: Workbench, name: str, event: str, leave_out: Sequence[str]) -> Table:
    lines = graded_lines(bench, event, leave_out)
    return table_of(
        name,
        GRADED_COLUMNS,
        [graded_cells(bench, line) for line in lines],
        groups=[line.group for line in lines],
        notes=[INTERVAL_NOTE, MARK_NOTE],
    )


def render_crs(bench: Workbench) -> Table:
    """Cytokine release syndrome of every CAR-T cohort."""
    return _render_graded(bench, "crs", "cytokine_release_syndrome", (BISPECIFIC, META))


def render_infection(bench: Workbench) -> Table:
    """Infection of any kind, with control arms and bispecific antibodies for context."""
    return _render_graded(bench, "infection", "infection", (META,))


NEUROLOGICAL = {
    "neurotoxicity_any": "Neurotoxicity of any kind",
    "icans": "ICANS",
    "delayed_neurotoxicity": "Delayed neurotoxicity of any kind",
    "parkinsonism": "Parkinsonism (movement and neurocognitive events)",
    "cranial_nerve_palsy": "Cranial nerve palsy",
}


def render_neurotoxicity(bench: Workbench) -> Table:
    """Every kind of neurological event of BCMA-directed products, grouped by kind."""
    found = [
        (heading, line)
        for event, heading in NEUROLOGICAL.items()
        for line in graded_lines(bench, event, (BISPECIFIC, ELSE, META))
    ]
    return table_of(
        "neurotoxicity",
        GRADED_COLUMNS,
        [graded_cells(bench, line) for _, line in found],
        groups=[heading for heading, _ in found],
        notes=["Products with other targets are in the evidence tables.", INTERVAL_NOTE, MARK_NOTE],
    )


LINEAGES = {
    "neutropenia": "Neutrophils",
    "anaemia": "Red cells",
    "thrombocytopenia": "Platelets",
    "leukopenia": "White cells",
    "lymphopenia": "Lymphocytes",
}
GRADES = {
    "3_or_higher": "Grade 3 or higher",
    "not_stated": "Grade not settled",
    "any": "Any grade",
}


def render_cytopenia(bench: Workbench) -> Table:
    """Blood counts by lineage: severe, unsettled and of any grade, a line a cohort."""
    found = []
    for grade, heading in GRADES.items():
        rows = [row for row in event_rows(bench, *LINEAGES) if row["grade"] == grade]
        lines = lines_of(bench, rows, "event")
        found += [(heading, line) for line in lines if line.group not in (ELSE, BISPECIFIC)]
    return table_of(
        "cytopenia",
        [
            Column("Cohort (patients)", width=14),
            *(Column(heading, align="right", width=7) for heading in LINEAGES.values()),
            Column("Source", width=9),
        ],
        [_lineage_cells(bench, line) for _, line in found],
        groups=[heading for heading, _ in found],
        notes=[
            "Columns name the cells that were low: neutropenia, anaemia, thrombocytopenia, "
            "leukopenia, lymphopenia. A dash: not found in the sources read.",
            MARK_NOTE,
        ],
    )


def _lineage_cells(bench: Workbench, line: Line) -> list[Cell]:
    rows = list(line.rows.values())
    sizes = sorted({int(row["n"]) for row in rows if row["n"] is not None})
    details = [line.counting] if line.counting not in ("", "paper") else []
    details += [" or ".join(map(str, sizes))] if sizes else []
    label = f"{line.label} ({', '.join(details)})" if details else line.label
    return [
        Cell(label, row=f"adverse_events:{rows[0]['row_id']}" if details else ""),
        *(_percent_cell(bench, line.rows.get(lineage)) for lineage in LINEAGES),
        source_cell(*(row["citekey"] for row in rows)),
    ]


def _percent_cell(bench: Workbench, row: dict[str, Any] | None) -> Cell:
    if row is None:
        return Cell()
    return Cell(percent_text(bench, row) + mark_of(row), row=f"adverse_events:{row['row_id']}")


GRAVE = {
    "hlh_mas": "HLH/MAS",
    "cytopenia_needing_haematopoietic_rescue": "Cytopenia that needed haematopoietic rescue",
    "second_primary_malignancy": "Second primary malignancy",
    "secondary_myeloid_malignancy": "Myeloid malignancy among them",
    "treatment_related_death": "Treatment-related death",
    "fatal_adverse_reaction": "Fatal adverse reaction, as the regulator or label counts",
    "non_relapse_mortality": "Non-relapse mortality",
}


def render_grave(bench: Workbench) -> Table:
    """Rare but grave events, grouped by event, fatal ones named."""
    found = []
    for event, heading in GRAVE.items():
        rows = sorted(
            event_rows(bench, event),
            key=lambda row: (
                GROUPS.index(group_of(bench, row["arm_id"])),
                cohort_of(bench, row["arm_id"]),
            ),
        )
        found += [(heading, row) for row in rows]
    return table_of(
        "grave",
        [
            Column("Cohort", width=14),
            Column("What was counted", width=9),
            Column("Share", width=13),
            Column("Follow-up", align="right", width=6),
            Column("Source", width=10),
        ],
        [_grave_cells(bench, row) for _, row in found],
        groups=[heading for heading, _ in found],
        notes=[
            "Follow-up: median, in months, where the source prints it.",
            INTERVAL_NOTE,
            MARK_NOTE,
        ],
    )


def _grave_cells(bench: Workbench, row: dict[str, Any]) -> list[Cell]:
    kind = "fatal" if row["grade"] == "5" else "serious" if row["serious"] else "all"
    follow_up = row["follow_up_months"]
    months = "" if follow_up is None else f"{float(follow_up):g}"
    reference = f"adverse_events:{row['row_id']}"
    return [
        Cell(cohort_of(bench, row["arm_id"])),
        Cell(", ".join(part for part in (kind, counting_of(row)) if part), row=reference),
        share_cell(bench, row),
        Cell(months, row=reference if months else ""),
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
            "the logit scale with REML and Hartung-Knapp intervals. In brackets: the interval.",
            "Published figures contain the same trials; they are shown beside ours and not pooled.",
            f"{MARK_NOTE} For a synthesis: at least one member was.",
        ],
    )


def _synthesis_cells(bench: Workbench, name: str) -> list[Cell]:
    synthesis = bench.syntheses[name]
    title = synthesis.definition.title.split(": ", 1)[-1]
    label = Cell(title[0].upper() + title[1:])
    if synthesis.overall.first is None:
        count = f"{len(synthesis.overall.cohorts)} cohorts: too few to pool"
        size = Cell(count, row=f"syntheses:{name}")
        return [label, size, Cell(), Cell(), Cell(), Cell(), Cell("this review")]
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
    return Cell(bench.ledger[claim_id].forms.short, claim=claim_id)


def _published_cells(bench: Workbench, name: str) -> list[Cell]:
    events = ("cytokine_release_syndrome", "neurotoxicity_any", "infection")
    (row,) = [record for record in event_rows(bench, *events) if record["row_id"] == name]
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
