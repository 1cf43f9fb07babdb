"""Tables of the chapter on efficacy: products, one trial's history, dose, other products."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analysis.rounding import format_number
from publishing.cells import citekeys_of, forms_of, row_of, source_cell
from publishing.cohorts import (
    POPULATIONS,
    counted_cell,
    follow_up_cell,
    latest_outcome,
    latest_time,
    printed_format,
    value_cell,
    value_cells,
)
from publishing.table import Cell, Column, Table, cell_of, table_of
from publishing.tables import summary
from publishing.workbench import Workbench

MILLION = 1e6
RESPONSE, COMPLETE = "overall_response", "complete_response_or_better"
PROGRESSION_FREE = "progression_free_survival"
MARK_NOTE = "‡ Read in a secondary source."
INTERVAL_NOTE = (
    "In brackets: confidence intervals, exact for counts of patients, as printed for survival."
)
EMPTY_NOTE = "A dash: not found in the sources read, or not reported."
TARGET = "Population of the question"
TWO_LINES = "Two prior lines admitted"
NOT_REQUIRED = "Exposure to all three classes not required"
NOT_KNOWN = "Required exposure not known"
HEADLINE = (
    (TARGET, "cartitude-1", "infused"),
    (TARGET, "cartitude-1", "leukapheresed"),
    (TARGET, "karmma", "infused"),
    (TARGET, "karmma", "leukapheresed"),
    (TARGET, "bms-986354", "infused"),
    (TARGET, "anito-ph1", "infused"),
    (TARGET, "immagine-1", "evaluable"),
    (TWO_LINES, "karmma-3.ide", "randomised"),
    (TWO_LINES, "cartbcma-hcb-01", "infused"),
    (NOT_REQUIRED, "fumanba-1", "infused"),
    (NOT_REQUIRED, "lummicar-1-ph1", "evaluable"),
)
OTHERS = (
    (TARGET, ("bms-986354", "anito-ph1", "immagine-1")),
    (TWO_LINES, ("cartbcma-hcb-01", "cartbcma-hcb-01.extended")),
    (NOT_REQUIRED, ("fumanba-1", "lummicar-1-ph1", "legend-2", "nci-bcma")),
    (
        NOT_KNOWN,
        (
            "ct103a-ph1", "lummicar-2", "c-car088", "crb-402", "nci-fhvh33", "upenn-bcma",
            "li2021-bcma",
        ),
    ),
)  # fmt: skip
HISTORY = (
    ("orr.12m", "scr.12m", "mrd-1e-5.12m", ("pfs.12m",), ("os.12m",)),
    ("orr.18m", "scr.18m.regulator", "", ("pfs.18m",), ("os.18m",)),
    ("", "scr.18m.meeting", "", (), ()),
    ("orr.21m", "scr.21m", "mrd-1e-5.21m", ("pfs.24m",), ("os.24m",)),
    ("orr.27m", "scr.27m", "", ("pfs.27m",), ("os.27m",)),
    ("", "", "", ("pfs.36m", "pfs.median.33m"), ("os.36m",)),
    ("", "", "", (), ("os.median.61m",)),
)
DOSES = ("150e6", "300e6", "450e6", "")


def render_headline(bench: Workbench) -> Table:
    """Response and median progression-free survival of each product's main cohorts."""
    columns = [
        Column("Trial and product", width=14),
        Column("Follow-up, months", "right", 6),
        Column("Overall response", width=11),
        Column("Complete response or better", width=11),
        Column("Median progression-free survival", width=11),
        Column("Source", width=10),
    ]
    return table_of(
        "headline",
        columns,
        [_headline_row(bench, arm, population) for _, arm, population in HEADLINE],
        groups=[group for group, _, _ in HEADLINE],
        notes=[
            "Leukapheresed rows show the responders of the infused row over everyone whose cells "
            "were collected; follow-up is that of the response.",
            EMPTY_NOTE,
            INTERVAL_NOTE,
            MARK_NOTE,
        ],
    )


def _headline_row(bench: Workbench, arm: str, population: str) -> Sequence[Cell]:
    response = latest_outcome(bench, arm, RESPONSE, (population,))
    complete = latest_outcome(bench, arm, COMPLETE, (population,))
    survival = latest_time(bench, arm, PROGRESSION_FREE, populations=(population, "infused"))
    survival = "" if population == "leukapheresed" else survival
    return [
        counted_cell(bench, arm, response),
        follow_up_cell(bench, response),
        *value_cells(bench, response, complete, survival),
    ]


def render_cartitude_1(bench: Workbench) -> Table:
    """Every report of CARTITUDE-1, with what it counted."""
    columns = [
        Column("Follow-up, months", "right", 6),
        Column("Overall response", width=9),
        Column("Stringent complete response", width=10),
        Column("MRD negative", width=10),
        Column("Progression-free", width=11),
        Column("Alive", width=11),
        Column("Source", width=9),
    ]
    return table_of(
        "cartitude-1",
        columns,
        [_history_row(bench, *row) for row in HISTORY],
        notes=[
            "Two rows share a follow-up: one is the count of the regulator, the other that of a "
            "meeting report.",
            "MRD at one cell in one hundred thousand, of patients with an evaluable sample.",
            INTERVAL_NOTE,
            MARK_NOTE,
        ],
    )


def _history_row(
    bench: Workbench, orr: str, scr: str, mrd: str, pfs: Sequence[str], os: Sequence[str]
) -> Sequence[Cell]:
    outcomes = [f"outcomes:cartitude-1.{name}" if name else "" for name in (orr, scr, mrd)]
    times = [
        [f"time_to_event:cartitude-1.{name}" for name in names] for names in (pfs, os)
    ]  # fmt: skip
    used = [name for name in (*outcomes, *times[0], *times[1]) if name]
    return [
        follow_up_cell(bench, used[0]),
        *(value_cell(bench, name) for name in outcomes),
        *(_times_cell(bench, names) for names in times),
        source_cell(*citekeys_of(bench, *used)),
    ]  # fmt: skip


def _times_cell(bench: Workbench, references: Sequence[str]) -> Cell:
    """Landmark rates and medians of one report, each with its time in words."""
    parts: list[Cell | str] = []
    for reference in references:
        row = row_of(bench, reference)
        words = forms_of(bench, reference, printed_format(bench, reference)).short
        months = row.get("time_months")
        when = f"{format_number(months, 0)} months:" if months else "median"
        parts += ["; "] if parts else []
        parts.append(Cell(f"{when} {words}", row=reference))
    return cell_of(*parts)


def render_ide_dose(bench: Workbench) -> Table:
    """KarMMa by target dose."""
    columns = [
        Column("Target dose, million cells", width=8),
        Column("Overall response", width=11),
        Column("Complete response or better", width=11),
        Column("Median progression-free survival", width=11),
        Column("Median duration of response", width=11),
        Column("Source", width=10),
    ]
    return table_of(
        "ide-dose",
        columns,
        [_dose_row(bench, dose) for dose in DOSES],
        notes=[
            "Patients were not randomised between doses. Response is from an early release and "
            "complete response from a later cut.",
            EMPTY_NOTE,
            INTERVAL_NOTE,
            MARK_NOTE,
        ],
    )


def _dose_row(bench: Workbench, dose: str) -> Sequence[Cell]:
    suffix = f".{dose}" if dose else ""
    response, complete = f"outcomes:karmma.orr{suffix}", f"outcomes:karmma.cr{suffix}"
    survival = _known(bench, f"karmma.pfs.median{suffix}")
    duration = _known(bench, f"karmma.dor.median{suffix or '.24m'}")
    label = Cell(format_number(float(dose) / MILLION, 0), row=response) if dose else Cell("all")
    return [
        label,
        *value_cells(bench, response, complete, survival, duration),
    ]


def _known(bench: Workbench, row_id: str) -> str:
    table = bench.evidence.time_to_event
    return f"time_to_event:{row_id}" if (table["row_id"] == row_id).any() else ""


def render_other_products(bench: Workbench) -> Table:
    """BCMA-directed products other than the two approved in the United States."""
    columns = [
        Column("Trial and product", width=15),
        Column("Overall response", width=11),
        Column("Complete response or better", width=11),
        Column("Median progression-free survival", width=11),
        Column("Source", width=10),
    ]
    plan = [(group, arm) for group, arms in OTHERS for arm in arms]
    return table_of(
        "other-products",
        columns,
        [response_row(bench, arm) for _, arm in plan],
        groups=[group for group, _ in plan],
        notes=[EMPTY_NOTE, INTERVAL_NOTE, MARK_NOTE],
    )


def response_row(bench: Workbench, arm: str) -> Sequence[Cell]:
    """Name, population, response, complete response, median progression-free survival, source."""
    response = latest_outcome(bench, arm, RESPONSE, POPULATIONS)
    population = str(row_of(bench, response)["population"])
    complete = latest_outcome(bench, arm, COMPLETE, (population,))
    survival = latest_time(bench, arm, PROGRESSION_FREE)
    return [
        counted_cell(bench, arm, response),
        *value_cells(bench, response, complete, survival),
    ]


TABLES: dict[str, Callable[[Workbench], Table]] = {
    **summary.TABLES,
    "headline": render_headline,
    "cartitude-1": render_cartitude_1,
    "ide-dose": render_ide_dose,
    "other-products": render_other_products,
}
