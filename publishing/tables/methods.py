"""Tables of the methods chapter: protocol, syntheses, agreement, what is missing."""

from __future__ import annotations

from collections.abc import Callable

from analysis.rounding import fit_digits, format_number
from analysis.syntheses import Pooled, Synthesis
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench

ROLES = {
    "primary": "Primary",
    "sensitivity": "Sensitivity (labelled)",
    "context": "Context",
}


def render_syntheses(bench: Workbench) -> Table:
    """Every synthesis of the protocol with its cohorts, patients and two models."""
    ordered = sorted(
        bench.syntheses.values(), key=lambda item: list(ROLES).index(item.definition.role)
    )
    return table_of(
        "syntheses",
        [
            Column("Synthesis", width=32),
            Column("Cohorts", "right", 7),
            Column("Patients", "right", 8),
            Column("First model", "right", 15),
            Column("Prediction", "right", 13),
            Column("Second model", "right", 15),
            Column("I²", "right", 6),
        ],
        [_synthesis_row(item) for item in ordered],
        groups=[ROLES[item.definition.role] for item in ordered],
        notes=[
            "First model: binomial-normal by maximum likelihood for proportions, inverse variance "
            "for rates, medians and ratios. Second: inverse-variance logit, REML, Hartung-Knapp. "
            "A dash: fewer cohorts than the protocol pools, or no second model for this measure.",
        ],
    )


def _synthesis_row(item: Synthesis) -> list[Cell]:
    group = item.overall
    name = f"syntheses:{item.definition.id}"
    patients = [cohort.n for cohort in group.cohorts]
    total = "" if None in patients else format_number(sum(filter(None, patients)), 0)
    unit = "%" if item.definition.measure in ("proportion", "landmark") else ""
    digits = 2 if item.definition.measure == "ratio" else 1
    first, second = group.first, group.second
    return [
        Cell(item.definition.title, row=name),
        Cell(str(len(group.cohorts)), row=name),
        Cell(total, row=name),
        Cell(_interval(first, digits, unit), row=name),
        Cell(_prediction(first, digits), row=name),
        Cell(_interval(second, digits, unit), row=name),
        Cell(
            "" if first is None or first.i2 is None else f"{format_number(first.i2, 0)}%", row=name
        ),
    ]


def _interval(pooled: Pooled | None, digits: int, unit: str) -> str:
    if pooled is None:
        return ""
    limits = (pooled.lower, pooled.upper)
    digits = fit_digits(digits, pooled.value, limits, percent=unit == "%")
    value, lower, upper = (
        format_number(x, digits) for x in (pooled.value, pooled.lower, pooled.upper)
    )
    return f"{value}{unit} ({lower} to {upper})"


def _percent(pooled: Pooled | None) -> str:
    return "" if pooled is None or pooled.i2 is None else f"{format_number(pooled.i2, 0)}%"


def _prediction(pooled: Pooled | None, digits: int) -> str:
    if pooled is None or pooled.prediction_lower is None or pooled.prediction_upper is None:
        return ""
    low, high = pooled.prediction_lower, pooled.prediction_upper
    return f"{format_number(low, digits)} to {format_number(high, digits)}"


TABLES: dict[str, Callable[[Workbench], Table]] = {"syntheses": render_syntheses}
