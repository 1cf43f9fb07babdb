"""How a claim came about, in words a methodologist can follow with a pencil."""

from __future__ import annotations

from analysis.ledger import Ledger, Record
from analysis.measures import INTERVALS
from analysis.rounding import split_format
from analysis.selection import select_rows, written
from schemas.evidence import Evidence
from schemas.problems import count_of
from schemas.rounding import fixed, significant

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
        f"  value      {_arithmetic(record)}{_number(record.value)}",
        *_interval(record),
        f"  rounded    {_rounding(record)}: {record.forms.plain}",
        *([f"  cut-off    {record.cut_off}"] if record.cut_off else []),
        f"  certainty  {record.certainty or 'not judged for this figure'}",
        f"  checked    {record.verification.replace('_', ' ') or 'does not apply'}",
        f"  hash       {record.hash}",
        "",
        f"  Evidence ({count_of(len(record.rows), 'row')})",
    ]  # fmt: skip
    for reference in record.rows:
        lines += explain_row(evidence, ledger, reference)
    others = ledger.sharing(record)
    lines += ["", f"  Other claims on these rows: {', '.join(others) or 'none'}"]
    return "\n".join(lines)


def _arithmetic(record: Record) -> str:
    """The division a reader can repeat, where the value is that of one count."""
    counted = record.events is not None and record.n and record.unit == "percent"
    if not counted or record.value is None or record.cohorts:
        return ""
    exact = 100 * (record.events or 0) / (record.n or 1)
    same = abs(exact - record.value) < 1e-9
    return f"100 × {record.events} / {record.n} = " if same else ""


def _interval(record: Record) -> list[str]:
    if not record.interval:
        return []
    estimated = record.interval in INTERVALS
    name = "interval" if estimated else "quartiles" if record.interval == "quartiles" else "range"
    level = f", {fixed(100 * record.level, 0)}% {record.interval}" if estimated else ""
    return [f"  {name:<10} {_number(record.lower)} to {_number(record.upper)}{level}"]


def _rounding(record: Record) -> str:
    if record.format in ("text", "date"):
        return f"as {record.format}"
    return f"half up, {count_of(split_format(record.format)[1], 'decimal')} at most"


def explain_row(evidence: Evidence, ledger: Ledger, reference: str) -> list[str]:
    """One evidence row: its cells as written, where they are printed, how they were checked."""
    (selection,) = select_rows(evidence, reference)
    row = selection.only()
    filled = [name for name in SHOWN if row.get(name) is not None]
    figures = ", ".join(f"{name} {written(evidence, reference, name)}" for name in filled)
    lines = [
        f"    evidence/{selection.table}.csv  {reference.split(':', 1)[1]}",
        *([f"      {figures}"] if figures else []),
    ]
    if row.get("citekey"):
        where = f"{row['citekey']}, {row.get('locator') or 'place not recorded'}"
        derived = f"; computed, not printed: {row['derived']}" if row.get("derived") else ""
        lines.append(f"      printed in {where} ({row.get('verification')}){derived}")
        lines.append(f"      checked by {row.get('checked_by') or 'nobody yet'}")
    if row.get("citekey") in ledger.sources:
        lines.append(f"      {row['citekey']}: {ledger.sources[row['citekey']].words}")
    if row.get("note"):
        lines.append(f"      note: {row['note']}")
    return lines


def _number(value: float | None) -> str:
    return "none" if value is None else significant(value, 10)
