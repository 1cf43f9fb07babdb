"""Tables on earlier BCMA-directed therapy and on treatment after relapse."""

from __future__ import annotations

from collections.abc import Callable

from publishing.cells import citekeys_of, row_cell, source_cell
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench

COLUMNS = (
    Column("Treatment and patients", width=24),
    Column("Responded", "right", 16),
    Column("Median progression-free survival", "right", 16),
    Column("Median overall survival", "right", 14),
    Column("Source", width=14),
)
SEQUENCING = (
    ("Cilta-cel after antibody-drug conjugate or bispecific antibody",
     "outcomes:cartitude-2c.orr", "time_to_event:cartitude-2c.pfs.median", ""),
    ("CAR-T, no earlier BCMA-directed therapy (Mayo)",
     "outcomes:mayo-bdt.car-t.orr.no-prior-bcma",
     "time_to_event:mayo-bdt.car-t.pfs.median.no-prior-bcma", ""),
    ("CAR-T, earlier BCMA-directed therapy (Mayo)",
     "outcomes:mayo-bdt.car-t.orr.prior-bcma",
     "time_to_event:mayo-bdt.car-t.pfs.median.prior-bcma", ""),
    ("Teclistamab, no earlier BCMA-directed therapy (US)",
     "outcomes:dima-2025.orr.no-prior-bcma",
     "time_to_event:dima-2025.pfs.median.no-prior-bcma", ""),
    ("Teclistamab, earlier BCMA-directed therapy (US)",
     "outcomes:dima-2025.orr.prior-bcma", "time_to_event:dima-2025.pfs.median.prior-bcma", ""),
    ("CAR-T, triple-class refractory (one centre)",
     "outcomes:ba-tcr.car-t.orr", "time_to_event:ba-tcr.car-t.pfs.median",
     "time_to_event:ba-tcr.car-t.os.median"),
    ("Bispecific antibody, triple-class refractory (one centre)",
     "outcomes:ba-tcr.bispecific.orr", "time_to_event:ba-tcr.bispecific.pfs.median",
     "time_to_event:ba-tcr.bispecific.os.median"),
)  # fmt: skip
SALVAGE = (
    ("First salvage regimen, two institutions", "outcomes:salvage-2023.orr.first",
     "time_to_event:salvage-2023.pfs.median.first",
     "time_to_event:salvage-2023.os-from-relapse.median"),
    ("First salvage regimen, second series", "outcomes:salvage-2024.orr.first", "",
     "time_to_event:salvage-2024.os-from-relapse.median"),
    ("Later T-cell-engaging therapy", "outcomes:salvage-2023.orr.later-tce", "", ""),
    ("Talquetamab after CAR-T", "outcomes:monumental-1.prior-tcr.orr.prior-car-t", "", ""),
    ("Talquetamab after a bispecific antibody",
     "outcomes:monumental-1.prior-tcr.orr.prior-bispecific", "", ""),
    ("Talquetamab after any T-cell redirection", "outcomes:monumental-1.prior-tcr.orr",
     "time_to_event:monumental-1.prior-tcr.pfs.median", ""),
)  # fmt: skip

Line = tuple[str, str, str, str]


def _rows(bench: Workbench, lines: tuple[Line, ...]) -> list[list[Cell]]:
    return [
        [
            Cell(label),
            row_cell(bench, response, form="full") if response else Cell(),
            row_cell(bench, median, "months1"),
            row_cell(bench, survival, "months1"),
            source_cell(*citekeys_of(bench, response, median, survival)),
        ]
        for label, response, median, survival in lines
    ]


def render_sequencing(bench: Workbench) -> Table:
    """With and without earlier BCMA-directed therapy."""
    notes = ["A percentage without a count is printed without its denominator."]
    return table_of("sequencing", COLUMNS, _rows(bench, SEQUENCING), notes=notes)


def render_salvage(bench: Workbench) -> Table:
    """Treatment after relapse; survival from relapse where it is given."""
    notes = ["Overall survival is counted from relapse in both salvage series."]
    return table_of("salvage", COLUMNS, _rows(bench, SALVAGE), notes=notes)


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "sequencing": render_sequencing,
    "salvage": render_salvage,
}
