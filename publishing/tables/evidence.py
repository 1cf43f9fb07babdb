"""The evidence as it stands in the tables, row by row, compact enough to print."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from analysis.measures import POPULATIONS, label_of
from analysis.rounding import format_number
from analysis.selection import present
from publishing.cells import source_cell
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench

CHECKED = {
    "full_text": "full text",
    "abstract_or_label": "abstract or label",
    "company_or_conference": "company or meeting",
    "secondary": "secondary‡",
}
GRADES = {
    "any": "any grade",
    "3_or_higher": "grade 3 or higher",
    "5": "fatal",
    "1_2": "grade 1 or 2",
    "not_stated": "grade not stated",
}
COUNTING = ("paper", "regulator", "label", "digest", "coded records")
COLUMNS = (
    Column("Row", width=15),
    Column("What, in whom", width=24),
    Column("Figure", "right", 11),
    Column("As printed", "right", 13),
    Column("Follow-up", "right", 8),
    Column("Source", width=13),
    Column("Read in", width=10, choices=True),
)


def render_rows(bench: Workbench, table: str, kind: str) -> Table:
    """One fact table, grouped by study."""
    frame: pd.DataFrame = getattr(bench.evidence, table)
    names = bench.evidence.studies.set_index("study_id")["name"]
    order = {study: index for index, study in enumerate(bench.evidence.studies["study_id"])}
    records = [
        {str(name): present(value) for name, value in record.items()}
        for record in frame.to_dict("records")
    ]
    records.sort(key=lambda row: order[row["study_id"]])
    return table_of(
        table.replace("_", "-"),
        COLUMNS,
        [_row(bench, table, kind, row) for row in records],
        groups=[str(names[row["study_id"]]) for row in records],
        explore="study",
    )


def _row(bench: Workbench, table: str, kind: str, row: dict[str, Any]) -> list[Cell]:
    follow_up = row.get("follow_up_months")
    reference = f"{table}:{row['row_id']}"
    return [
        Cell(row["row_id"], anchor=f"row-{table}-{row['row_id']}"),
        Cell(describe_row(bench, kind, row), row=reference),
        Cell(figure_of(row), row=reference),
        Cell(printed_of(row), row=reference),
        Cell() if follow_up is None else Cell(f"{number(follow_up)} mo", row=reference),
        source_cell(row["citekey"]),
        Cell(CHECKED.get(row["verification"], "")),
    ]


def describe_row(bench: Workbench, kind: str, row: dict[str, Any]) -> str:
    """What a row measures and in whom, in words."""
    what = label_of(bench.evidence, kind, str(row[kind if kind in row else "measure"]))
    extras = [
        _grade(row.get("grade")),
        str(row.get("measure") or "").replace("_", " ") if kind == "endpoint" else "",
        f"at {number(row['time_months'])} months" if row.get("time_months") is not None else "",
        row.get("window") or "",
        _definition(row.get("definition") or ""),
        POPULATIONS.get(str(row["population"]), str(row["population"] or "")),
        row.get("subgroup") or "",
        f"against {row['comparator_arm_id']}" if row.get("comparator_arm_id") else "",
    ]
    return ", ".join([what, *(text for text in extras if text)])


def _definition(words: str) -> str:
    return f"counted by {words}" if words in COUNTING else words


def _grade(grade: str | None) -> str:
    return GRADES.get(grade or "", "")


def figure_of(row: dict[str, Any]) -> str:
    """The count, or the value in its unit."""
    if row.get("events") is not None and row.get("n") is not None:
        return f"{row['events']} of {row['n']}"
    if row.get("value") is not None:
        unit = {"percent": "%", "months": " mo", "days": " d"}.get(str(row.get("unit")), "")
        return number(row["value"]) + unit
    if "value" in str(row.get("not_reached") or "").split("+"):
        return "not reached"
    return f"n = {row['n']}" if row.get("n") is not None else ""


def printed_of(row: dict[str, Any]) -> str:
    """The percentage and interval as the source prints them."""
    low, high = row.get("ci_low", row.get("low")), row.get("ci_high", row.get("high"))
    percent = "" if row.get("percent") is None else f"{number(row['percent'])}%"
    if low is None:
        return percent
    upper = "not reached" if high is None else number(high)
    return f"{percent} ({number(low)} to {upper})".strip()


def number(value: float) -> str:
    """A figure with the decimals it has."""
    text = f"{float(value):.10g}"
    return format_number(float(value), len(text.partition(".")[2]))


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "outcomes": partial(render_rows, table="outcomes", kind="outcome"),
    "time-to-event": partial(render_rows, table="time_to_event", kind="endpoint"),
    "adverse-events": partial(render_rows, table="adverse_events", kind="event"),
    "delivery": partial(render_rows, table="delivery", kind="delivery"),
}
