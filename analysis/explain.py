"""How a claim came about, in words a methodologist can follow with a pencil."""

from __future__ import annotations

from typing import Any

from analysis.ledger import Ledger, Record
from analysis.selection import present, select_rows
from schemas.evidence import Evidence

SHOWN = (
    "study_id", "arm_id", "population", "subgroup", "outcome", "event", "grade", "endpoint",
    "measure", "time_months", "events", "n", "percent", "value", "ci_low", "ci_high",
    "not_reached", "unit", "follow_up_months", "data_cutoff",
)  # fmt: skip


def explain_record(evidence: Evidence, ledger: Ledger, record: Record) -> str:
    """The derivation of one claim, from the place in the paper to the printed text."""
    lines = [
        f"{record.id}: {record.forms.full}",
        "",
        f"  computed   {record.statistic} of {record.selector}",
        f"  how        {record.method}",
        f"  value      {_number(record.value)}"
        + (f"   interval {_number(record.lower)} to {_number(record.upper)} ({record.interval})"
           if record.interval else ""),
        f"  printed    as {record.format}: {record.forms.plain}",
        f"  certainty  {record.certainty or 'not judged for this figure'}",
        f"  checked    {record.verification.replace('_', ' ') or 'does not apply'}",
        f"  hash       {record.hash}",
        "",
        f"  Evidence ({len(record.rows)} rows)",
    ]  # fmt: skip
    for reference in record.rows:
        lines += explain_row(evidence, reference)
    others = ledger.sharing(record)
    lines += ["", f"  Other claims on these rows: {', '.join(others) or 'none'}"]
    return "\n".join(lines)


def explain_row(evidence: Evidence, reference: str) -> list[str]:
    """One evidence row: its figures, where they are printed and how they were checked."""
    (selection,) = select_rows(evidence, reference)
    row: dict[str, Any] = {
        str(name): present(value) for name, value in selection.rows.iloc[0].to_dict().items()
    }
    figures = ", ".join(f"{name} {row[name]}" for name in SHOWN if row.get(name) is not None)
    lines = [
        f"    evidence/{selection.table}.csv  {reference.split(':', 1)[1]}",
        f"      {figures}",
    ]
    if row.get("citekey"):
        where = f"{row['citekey']}, {row.get('locator') or 'place not recorded'}"
        derived = f"; computed, not printed: {row['derived']}" if row.get("derived") else ""
        lines.append(f"      printed in {where} ({row.get('verification')}){derived}")
        lines.append(f"      checked by {row.get('checked_by') or 'nobody yet'}")
    if row.get("note"):
        lines.append(f"      note: {row['note']}")
    return lines


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.10g}"
