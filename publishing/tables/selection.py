"""Tables of the chapter on patient selection: who was treated, and who was lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from analysis.rounding import format_number, format_value, percentage
from analysis.selection import present
from publishing.cells import source_cell
from publishing.shares import (
    BISPECIFIC,
    ELSE,
    GROUPS,
    MARK_NOTE,
    META,
    PARTS,
    POOLS,
    cohort_of,
    group_of,
    mark_of,
    share_cell,
)
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench

CHARACTERISTICS = {
    "age": "Age",
    "prior_lines": "Prior lines",
    "triple_class_refractory": "Triple class",
    "extramedullary_disease": "EMD",
    "high_risk_cytogenetics": "High risk",
}
LEFT_OUT = (BISPECIFIC, ELSE, META, POOLS)
CLASSES = ("car_t", "conventional")
SECOND_COUNTS = ("cartitude-1.high-risk.evaluable",)  # the same feature on fewer patients


def render_baseline(bench: Workbench) -> Table:
    """Age, prior lines, refractoriness and risk of each CAR-T cohort and its controls."""
    arms: dict[str, dict[str, dict[str, Any]]] = {}
    for row in _rows(bench, "baseline"):
        wanted = row["characteristic"] in CHARACTERISTICS and row["row_id"] not in SECOND_COUNTS
        if wanted and _belongs(bench, row["arm_id"]):
            arms.setdefault(row["arm_id"], {})[row["characteristic"]] = row
    order = _ordered(bench, arms)
    return table_of(
        "baseline",
        [
            Column("Cohort (population, patients)", width=15),
            *(Column(label, align="right", width=7) for label in CHARACTERISTICS.values()),
            Column("Source", width=9),
        ],
        [_baseline_cells(bench, arm, arms[arm]) for arm in order],
        groups=[group_of(bench, arm) for arm in order],
        notes=[
            "Age in years and prior lines: median (range). Triple class: refractory to the three "
            "drug classes. EMD: extramedullary disease. High risk: by cytogenetics.",
            "A dash: not found in the sources read. Definitions of extramedullary disease "
            "and of high-risk cytogenetics differ between studies.",
            MARK_NOTE,
        ],
    )


def _baseline_cells(bench: Workbench, arm: str, rows: dict[str, dict[str, Any]]) -> list[Cell]:
    values = list(rows.values())
    return [
        _cohort_cell(bench, arm, values),
        *(_characteristic_cell(rows.get(name)) for name in CHARACTERISTICS),
        source_cell(*(row["citekey"] for row in values)),
    ]


def _cohort_cell(bench: Workbench, arm: str, rows: Sequence[dict[str, Any]]) -> Cell:
    """`CARTITUDE-1, cilta-cel (infused, 97)`; without a size where no source prints one."""
    name, population = cohort_of(bench, arm), rows[0]["population"]
    sized = [row for row in rows if row["n"] is not None]
    if not sized:
        return Cell(f"{name} ({population})")
    largest = max(sized, key=lambda row: int(row["n"]))
    return Cell(f"{name} ({population}, {largest['n']})", row=f"baseline:{largest['row_id']}")


def _characteristic_cell(row: dict[str, Any] | None) -> Cell:
    """`6 (3 to 18)` for a median, `87.6%` for a share."""
    if row is None:
        return Cell()
    reference = f"baseline:{row['row_id']}"
    if row["statistic"] == "median":
        text = _number(row["value"])
        if row["low"] is not None and row["high"] is not None:
            text += f" ({_number(row['low'])} to {_number(row['high'])})"
    elif row["value"] is not None:
        text = f"{_number(row['value'])}%"
    else:
        text = format_value(percentage(row["events"], row["n"]), "percent0")
    return Cell(text + mark_of(row), row=reference)


def _number(value: float) -> str:
    return format_number(value, 0 if float(value).is_integer() else 1)


STARTS = (
    "infused_of_leukapheresed",
    "infused_of_randomised",
    "infused_of_manufacturing_started",
    "infused_of_enrolled",
)
START_LABELS = {
    "infused_of_leukapheresed": "collected",
    "infused_of_randomised": "randomised",
    "infused_of_manufacturing_started": "manufacture started",
    "infused_of_enrolled": "enrolled",
}


def render_attrition(bench: Workbench) -> Table:
    """Infused of those collected, bridging therapy and days to infusion, a line a cohort."""
    arms: dict[str, dict[str, dict[str, Any]]] = {}
    for row in _rows(bench, "delivery"):
        arms.setdefault(row["arm_id"], {}).setdefault(row["measure"], row)
    arms = {arm: rows for arm, rows in arms.items() if any(start in rows for start in STARTS)}
    order = _ordered(bench, arms)
    return table_of(
        "attrition",
        [
            Column("Cohort", width=13),
            Column("Counted from", width=8),
            Column("Infused", width=13),
            Column("Bridging", width=11),
            Column("Days to infusion", align="right", width=6),
            Column("Source", width=9),
        ],
        [_attrition_cells(bench, arm, arms[arm]) for arm in order],
        groups=[group_of(bench, arm) for arm in order],
        notes=[
            "Infused and bridging: share, exact confidence interval, patients of all counted. "
            "Bridging in KarMMa-3 is counted on randomised patients. Days: median from "
            "leukapheresis.",
            "CARTITUDE-4: infused as study treatment.",
            MARK_NOTE,
        ],
    )


def _attrition_cells(bench: Workbench, arm: str, rows: dict[str, dict[str, Any]]) -> list[Cell]:
    start = next(name for name in STARTS if name in rows)
    shown = [rows[start], rows.get("bridging"), rows.get("days_leukapheresis_to_infusion")]
    return [
        Cell(cohort_of(bench, arm)),
        Cell(START_LABELS[start]),
        share_cell(bench, rows[start], "delivery"),
        share_cell(bench, rows.get("bridging"), "delivery"),
        _days_cell(rows.get("days_leukapheresis_to_infusion")),
        source_cell(*(row["citekey"] for row in shown if row is not None)),
    ]


def _days_cell(row: dict[str, Any] | None) -> Cell:
    if row is None:
        return Cell()
    return Cell(_number(row["value"]) + mark_of(row), row=f"delivery:{row['row_id']}")


def _rows(bench: Workbench, table: str) -> list[dict[str, Any]]:
    frame = getattr(bench.evidence, table)
    return [
        {str(name): present(cell) for name, cell in record.items()}
        for record in frame.to_dict("records")
    ]


def _belongs(bench: Workbench, arm_id: str) -> bool:
    arm = bench.evidence.arms.set_index("arm_id").loc[arm_id]
    product = bench.evidence.products.set_index("product_id").loc[arm["product_id"]]
    return (
        product["class"] in CLASSES
        and group_of(bench, arm_id) not in LEFT_OUT
        and arm_id not in PARTS
    )


def _ordered(bench: Workbench, arms: Sequence[str] | dict[str, Any]) -> list[str]:
    return sorted(arms, key=lambda arm: (GROUPS.index(group_of(bench, arm)), cohort_of(bench, arm)))


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "baseline": render_baseline,
    "attrition": render_attrition,
}
