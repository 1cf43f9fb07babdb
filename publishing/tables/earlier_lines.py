"""The table of the chapter on earlier lines: both arms of both trials."""

from __future__ import annotations

from collections.abc import Callable

from publishing.cells import citekeys_of, row_cell, source_cell
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench

KARMMA = "KarMMa-3: ide-cel against a standard regimen"
CARTITUDE = "CARTITUDE-4: cilta-cel against PVd or DPd"
LINES = (
    (KARMMA, "Overall response", "outcomes", "percent0", "karmma-3.ide.orr.30m",
     "karmma-3.standard.orr.30m", ""),
    (KARMMA, "Complete response or better", "outcomes", "percent0", "karmma-3.ide.cr.30m",
     "karmma-3.standard.cr.30m", ""),
    (KARMMA, "Median progression-free survival", "time_to_event", "months1",
     "karmma-3.ide.pfs.median.30m", "karmma-3.standard.pfs.median.30m", "karmma-3.pfs.hr.30m"),
    (KARMMA, "Median overall survival", "time_to_event", "months1",
     "karmma-3.ide.os.median.30m", "karmma-3.standard.os.median.30m", "karmma-3.os.hr.30m"),
    (CARTITUDE, "Overall response", "outcomes", "percent1", "cartitude-4.cilta.orr.33m",
     "cartitude-4.standard.orr.33m", ""),
    (CARTITUDE, "Complete response or better", "outcomes", "percent1", "cartitude-4.cilta.cr.33m",
     "cartitude-4.standard.cr.33m", ""),
    (CARTITUDE, "MRD-negative at 1 in 100,000", "outcomes", "percent1",
     "cartitude-4.cilta.mrd-1e-5.15m", "cartitude-4.standard.mrd-1e-5.15m", ""),
    (CARTITUDE, "Progression-free at 30 months", "time_to_event", "percent1",
     "cartitude-4.cilta.pfs.30m", "cartitude-4.standard.pfs.30m", "cartitude-4.pfs.hr.33m"),
    (CARTITUDE, "Alive at 30 months", "time_to_event", "percent1",
     "cartitude-4.cilta.os.30m", "cartitude-4.standard.os.30m", "cartitude-4.os.hr.33m"),
)  # fmt: skip


def render_earlier(bench: Workbench) -> Table:
    """Both arms beside each other, with the hazard ratio where there is one."""
    rows = []
    for _, label, table, name, treated, control, ratio in LINES:
        references = [f"{table}:{treated}", f"{table}:{control}"]
        hazard = f"time_to_event:{ratio}" if ratio else ""
        rows.append(
            [
                Cell(label, row=references[0]),
                row_cell(bench, references[0], name),
                row_cell(bench, references[1], name),
                row_cell(bench, hazard, "ratio2"),
                source_cell(*citekeys_of(bench, *references, hazard)),
            ]
        )
    return table_of(
        "earlier",
        [
            Column("Outcome", width=20),
            Column("CAR-T arm", "right", 17),
            Column("Control arm", "right", 17),
            Column("Hazard ratio", "right", 16),
            Column("Source", width=14),
        ],
        rows,
        groups=[line[0] for line in LINES],
        notes=["All randomised patients. ‡ rests on a secondary source."],
    )


TABLES: dict[str, Callable[[Workbench], Table]] = {"earlier": render_earlier}
