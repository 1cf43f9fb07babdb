"""Tables of the chapter on labels: decisions and indications as the regulatory rows hold them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis.selection import present
from analysis.statistics import format_date
from analysis.wording import SECONDARY_MARK
from publishing.cells import row_of, source_cell
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench

QUESTION_LINES = 3  # prior lines named by the question of the review

REGIONS = {
    "fda": "United States (FDA)",
    "ec": "European Union",
    "ema": "European Union",
    "swissmedic": "Switzerland",
    "mhlw": "Japan",
    "nmpa": "China",
    "aemps": "Spain",
    "cda": "Canada",
    "nice": "England",
}
STEPS = {
    "approval": "Approval",
    "approval_expanded": "Extension",
    "label_change": "Label change",
    "boxed_warning": "Boxed warning",
    "refusal_to_file": "Refusal to file",
    "committee_vote": "Committee",
    "rems_removed": "REMS ended",
    "label_text": "Label text",
    "reimbursement": "Reimbursement",
    "communication": "Communication",
}
INDICATIONS = (
    "ide-cel.fda.2024",
    "cilta-cel.us-label.2026-07",
    "ide-cel.ec.2024",
    "cilta-cel.ec.extension",
    "ide-cel.swissmedic.label",
    "cilta-cel.swissmedic.label",
    "ide-cel.mhlw.2023",
    "eque-cel.nmpa.2023",
    "zevor-cel.nmpa.2024",
    "ari0002h.aemps.2024",
    "cilta-cel.cda.pg0302",
    "cilta-cel.cda.pg0361",
)
WHOLE_CLASS = "Whole class"
COMPARATORS = ("bispecific_antibody",)


def render_history(bench: Workbench) -> Table:
    """Every dated decision and warning, by region and date; label texts are in the other table."""
    rows = [row for row in _decisions(bench) if row["action"] != "label_text"]
    regions = list(dict.fromkeys(REGIONS.values()))
    rows.sort(key=lambda row: (regions.index(region_of(row)), str(row["date"] or "9999")))
    return table_of(
        "regulatory-history",
        [
            Column("Date", width=8),
            Column("Product", width=7),
            Column("Step", width=8),
            Column("Prior lines", align="right", width=4),
            Column("What is recorded", width=20),
            Column("Source", width=10),
        ],
        [_history_cells(bench, row) for row in rows],
        groups=[region_of(row) for row in rows],
        notes=[
            "Prior lines: the minimum that the decision or text names, where it was read.",
            f"{SECONDARY_MARK} read in a secondary source.",
        ],
    )


def _history_cells(bench: Workbench, row: dict[str, Any]) -> list[Cell]:
    reference = f"regulatory:{row['row_id']}"
    return [
        Cell(date_of(row), row=reference),
        Cell(product_of(bench, row)),
        Cell(STEPS[row["action"]]),
        Cell(_lines(row), row=reference),
        Cell(_marked(row, "statement"), row=reference),
        source_cell(row["citekey"]),
    ]


def render_indications(bench: Workbench) -> Table:
    """The newest indication read for each product and region, beside the question."""
    rows = [row_of(bench, f"regulatory:{name}") for name in INDICATIONS]
    return table_of(
        "indications",
        [
            Column("Product", width=7),
            Column("Indication as read", width=24),
            Column("Date", width=8),
            Column("Against the question", width=9),
            Column("Source", width=10),
        ],
        [_indication_cells(bench, row) for row in rows],
        groups=[region_of(row) for row in rows],
        notes=[
            "Against the question: how the minimum number of prior lines compares with the three "
            "of the question; other conditions are in the indication.",
            f"{SECONDARY_MARK} read in a secondary source.",
        ],
    )


def _indication_cells(bench: Workbench, row: dict[str, Any]) -> list[Cell]:
    reference = f"regulatory:{row['row_id']}"
    return [
        Cell(product_of(bench, row)),
        Cell(_marked(row, "indication"), row=reference),
        Cell(date_of(row), row=reference),
        Cell(against_question(row["minimum_prior_lines"])),
        source_cell(row["citekey"]),
    ]


def against_question(lines: int | None) -> str:
    """How a label's minimum number of prior lines relates to that of the question."""
    if lines is None:
        return "Number of lines not read"
    if lines == QUESTION_LINES:
        return "Same number of lines"
    return "Starts at fewer lines" if lines < QUESTION_LINES else "Starts at more lines"


def _decisions(bench: Workbench) -> list[dict[str, Any]]:
    """Rows on CAR-T products; a comparator's approval is left to its own chapter."""
    classes = bench.evidence.products.set_index("product_id")["class"]
    frame = bench.evidence.regulatory
    rows = [
        {str(name): present(cell) for name, cell in record.items()}
        for record in frame.to_dict("records")
    ]
    return [row for row in rows if classes.get(row["product_id"], "") not in COMPARATORS]


def region_of(row: dict[str, Any]) -> str:
    """The region an authority decides for."""
    return REGIONS[row["authority"]]


def product_of(bench: Workbench, row: dict[str, Any]) -> str:
    """The short name of the product, or the whole class."""
    if not row["product_id"]:
        return WHOLE_CLASS
    codes = bench.evidence.products.set_index("product_id")["code_names"]
    name = str(row["product_id"])
    return name if "cel" in name else str(codes[name])


def date_of(row: dict[str, Any]) -> str:
    """The date in words, or the note that stands for it."""
    return format_date(str(row["date"])) if row["date"] else str(row["date_note"] or "not dated")


def _lines(row: dict[str, Any]) -> str:
    lines = row["minimum_prior_lines"]
    return "" if lines is None else str(int(lines))


def _marked(row: dict[str, Any], column: str) -> str:
    mark = SECONDARY_MARK if row["verification"] == "secondary" else ""
    return f"{row[column] or ''}{mark}"


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "regulatory-history": render_history,
    "indications": render_indications,
}
