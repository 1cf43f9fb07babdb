"""The table of pooled harms, with published figures beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from publishing.cells import claim_cell, row_of, source_cell
from publishing.shares import mark_of, share_text
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench

MARK_NOTE = "‡ read in a secondary source."


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
    row = row_of(bench, f"adverse_events:{name}")
    return [
        Cell("Published meta-analysis"),
        Cell(),
        Cell(share_text(bench, row) + mark_of(row), row=f"adverse_events:{name}"),
        Cell(),
        Cell(),
        Cell(),
        source_cell(row["citekey"]),
    ]


TABLES: dict[str, Callable[[Workbench], Table]] = {"pooled-toxicity": render_pooled}
