"""Cohorts as tables print them: what an event row is called, grouped and written as a share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.rounding import format_value
from analysis.selection import present
from analysis.wording import SECONDARY_MARK, fit_format
from publishing.cells import forms_of, measure_of, row_of
from publishing.cohorts import short_label
from publishing.table import Cell
from publishing.workbench import Workbench

CILTA, IDE = "Cilta-cel, trials", "Ide-cel, trials"
OTHER = "Other BCMA-directed products"
PRACTICE = "Registries and routine practice"
POOLS = "Label pools"
ELSE = "Other targets, two targets or donor cells"
BISPECIFIC = "Bispecific antibodies (context, not a comparison)"
CONTROL = "Control arms"
META = "Published meta-analyses"
GROUPS = (CILTA, IDE, OTHER, PRACTICE, POOLS, ELSE, CONTROL, BISPECIFIC, META)
SETTINGS = {
    "registry": PRACTICE,
    "real_world": PRACTICE,
    "label_pool": POOLS,
    "meta_analysis": META,
}
PARTS = ("legend-2-xian", "legend-2-3site")  # sites of a trial that is reported whole
USUAL_POPULATIONS = ("infused", "treated", "pooled")
INTERVAL_NOTE = (
    "In brackets: exact confidence interval, where a count is known; then patients with the event "
    "of all counted. The sign ≈ marks a count computed from a printed percentage."
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
    """Latest rows of these events over whole cohorts, missing cells as None."""
    frame = bench.evidence.adverse_events
    chosen = frame[
        frame["event"].isin(events) & (frame["latest"] == "yes") & ~frame["arm_id"].isin(PARTS)
    ]
    return [
        {str(name): present(cell) for name, cell in record.items()}
        for record in chosen.to_dict("records")
    ]


def cohort_of(bench: Workbench, arm_id: str) -> str:
    """The short label, or the study with the treatment where its name does not say it."""
    if short := short_label(bench, arm_id):
        return short
    arms = bench.evidence.arms
    arm = arms[arms["arm_id"] == arm_id].iloc[0]
    studies = bench.evidence.studies.set_index("study_id")["name"]
    name, label = str(studies[arm["study_id"]]), str(arm["label"])
    several = (arms["study_id"] == arm["study_id"]).sum() > 1
    return f"{name}, {label}" if several or label.split(",", maxsplit=1)[0] not in name else name


def group_of(bench: Workbench, arm_id: str) -> str:
    """The part of a table a cohort belongs to."""
    arm = row_of(bench, f"arms:{arm_id}")
    setting = str(row_of(bench, f"studies:{arm['study_id']}")["setting"])
    product = row_of(bench, f"products:{arm['product_id']}")
    if product["class"] == "bispecific_antibody":
        return BISPECIFIC
    if arm["role"] == "control":
        return CONTROL
    if setting in SETTINGS:
        return SETTINGS[setting]
    if product["target"] != "BCMA" or product["origin"] == "allogeneic":
        return ELSE
    return {"cilta-cel": CILTA, "ide-cel": IDE}.get(str(arm["product_id"]), OTHER)


def format_of(bench: Workbench, row: dict[str, Any], table: str = "adverse_events") -> str:
    """As many decimals as the source prints, one where nobody had the event."""
    if row["events"] == 0:
        return "percent1"
    texts = bench.evidence.texts[table]
    printed = str(texts.loc[texts["row_id"] == row["row_id"], "percent"].iloc[0])
    return "percent1" if "." in printed else "percent0"


def share_cell(bench: Workbench, row: dict[str, Any] | None, table: str = "adverse_events") -> Cell:
    """`84% (76 to 90); 107/128` from a row, or as much of it as the source prints."""
    if row is None:
        return Cell()
    reference = f"{table}:{row['row_id']}"
    text = percent_text(bench, row, table) + interval_text(bench, row, table)
    if row["events"] is not None and row["n"] is not None:
        sign = "≈" if counted(row) else ""
        text += f"; {sign}{row['events']}/{row['n']}"
    elif row["n"] is not None:
        text += f"; n = {row['n']}"
    return Cell(text + mark_of(row), row=reference)


def percent_text(bench: Workbench, row: dict[str, Any], table: str = "adverse_events") -> str:
    """The share: as printed where the count was computed from it, else from the count."""
    reference = f"{table}:{row['row_id']}"
    name = fit_format(measure_of(bench, reference), format_of(bench, row, table))
    if counted(row) and row["percent"] is not None:
        return format_value(float(row["percent"]), name)
    return forms_of(bench, reference, name).value


def interval_text(bench: Workbench, row: dict[str, Any], table: str = "adverse_events") -> str:
    """` (76 to 90)`, or nothing where there is no count."""
    forms = forms_of(bench, f"{table}:{row['row_id']}", format_of(bench, row, table))
    return f" ({forms.limits})" if forms.limits else ""


def counted(row: dict[str, Any]) -> bool:
    """Whether the count was computed from the percentage, and not printed."""
    return "events" in str(row["derived"] or "").split("+")


def mark_of(row: dict[str, Any]) -> str:
    """The mark of a figure read in a secondary source, or nothing."""
    return SECONDARY_MARK if row["verification"] == "secondary" else ""


def counting_of(row: dict[str, Any]) -> str:
    """Who counted, within which time, and on whom where not on the infused or treated."""
    population = str(row["population"] or "")
    on = "" if population in USUAL_POPULATIONS else f"of {population}"
    return ", ".join(part for part in (row["definition"], row["window"], on) if part)


def lines_of(bench: Workbench, rows: Sequence[dict[str, Any]], key: str) -> list[Line]:
    """One line a cohort and counting; `key` is the column whose values are set side by side."""
    lines: dict[tuple[str, ...], Line] = {}
    for row in rows:
        counting = counting_of(row)
        name = (row["arm_id"], counting)
        if name not in lines:
            arm = row["arm_id"]
            lines[name] = Line(group_of(bench, arm), cohort_of(bench, arm), counting, {})
        lines[name].rows[row[key]] = row
    return sorted(lines.values(), key=lambda line: (GROUPS.index(line.group), line.label))
