"""Cells and figure texts made from ledger records, evidence rows and prose that names them."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any

from analysis.ledger import Record
from analysis.measures import Measure
from analysis.review_data import ReviewData
from analysis.selection import SelectionError, select_rows
from analysis.statistics import compute_proportion, compute_time_to_event, format_date
from analysis.wording import FormatError, Forms, check_format, compose_forms
from publishing.printing.table import Cell, cell_of
from schemas.evidence import Evidence
from schemas.problems import ReviewError

ROWS_SHOWN = 4  # rows or sources of a claim named in a cell; the attached ledger has them all
COMPUTE = {
    "outcomes": compute_proportion,
    "adverse_events": compute_proportion,
    "time_to_event": compute_time_to_event,
}


def measure_of(data: ReviewData, reference: str) -> Measure:
    """The measure of one evidence row, `table:row_id`, by the statistic of its table."""
    return measure_in(data.evidence, reference)


def measure_in(evidence: Evidence, reference: str) -> Measure:
    """The same of evidence from which nothing was computed yet."""
    selections = select_rows(evidence, reference)
    table = selections[0].table
    row = selections[0].only()
    counted = row.get("events") is not None or row.get("percent") is not None
    compute = COMPUTE.get(table) or (compute_proportion if counted else compute_time_to_event)
    return compute(evidence, selections)


def misfit(evidence: Evidence, reference: str, name: str) -> str:
    """What is wrong with a format for a row; nothing of a row that is not there, or is wrong."""
    try:
        measure = measure_in(evidence, reference)
    except (SelectionError, ReviewError, KeyError, ValueError, ArithmeticError):
        return ""  # told of the row itself
    try:
        check_format(measure, name)
    except FormatError as error:
        return f"{error}, that of {reference}; write {error.expected}"
    return ""


def forms_of(data: ReviewData, reference: str, name: str = "percent1") -> Forms:
    """Every printed form of one evidence row in a named format."""
    return compose_forms(measure_of(data, reference), name)


def row_cell(data: ReviewData, reference: str, name: str = "percent1", form: str = "ci") -> Cell:
    """A cell that prints one evidence row; an empty reference gives an empty cell."""
    if not reference:
        return Cell()
    return Cell(getattr(forms_of(data, reference, name), form), row=reference)


def claim_cell(data: ReviewData, claim_id: str, form: str = "plain") -> Cell:
    """A cell that prints one form of a claim."""
    return Cell(data.ledger[claim_id].printed(form), claim=claim_id)


def source_cell(*citekeys: str) -> Cell:
    """A cell that cites sources, each once."""
    return Cell(citekeys=tuple(dict.fromkeys(key for key in citekeys if key)))


def citekeys_of(data: ReviewData, *references: str) -> tuple[str, ...]:
    """The sources of several evidence rows, each once."""
    keys = [key for reference in references if reference
            for key in measure_of(data, reference).citekeys]  # fmt: skip
    return tuple(dict.fromkeys(keys))


def row_of(data: ReviewData, reference: str) -> dict[str, Any]:
    """One evidence row as a dictionary, missing cells as None."""
    (selection,) = select_rows(data.evidence, reference)
    return selection.only()


def evidence_rows(data: ReviewData, selector: str) -> list[tuple[str, dict[str, Any]]]:
    """Reference and cells of every row a selector finds, missing cells as None."""
    return [
        (reference, record)
        for selection in select_rows(data.evidence, selector)
        for reference, record in zip(selection.references, selection.records, strict=True)
    ]


def row_cells(record: Record) -> Cell:
    """The first rows under a claim, each leading to its own entry, and how many more there are."""
    own = f"ledger:{record.id}"
    parts: list[Cell | str] = []
    for reference in record.rows[:ROWS_SHOWN]:
        table, _, name = reference.partition(":")
        parts += [", "] if parts else []
        parts += [Cell(name, row=own, to=f"row-{table}-{name}")]
    if len(record.rows) > ROWS_SHOWN:
        parts += [" ", Cell(f"and {len(record.rows) - ROWS_SHOWN} more", row=own)]
    return cell_of(*parts) if parts else Cell()


PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def named_in(row: Mapping[str, Any], claims: Container[str]) -> list[str]:
    """Rows and claims that `source_says` names; braces in any other text are plain text."""
    found = PLACEHOLDER.findall(str(row.get("source_says") or ""))
    return [name for name in map(str.strip, found) if ":" in name or name in claims]


def fill(data: ReviewData, text: str) -> str:
    """Replace `{table:row}` and `{claim}` by the figures they name; other braces stay."""

    def figure(match: re.Match[str]) -> str:
        name = match[1].strip()
        known = ":" in name or name in data.ledger
        return _figure(data, name) if known else match[0]

    return PLACEHOLDER.sub(figure, text)


def _figure(data: ReviewData, name: str) -> str:
    if name in data.ledger:
        return data.ledger[name].forms.full
    row = row_of(data, name)
    if name.startswith("regulatory:"):
        return format_date(str(row["date"])) if row["date"] else str(row["date_note"] or "")
    counted = row.get("events") is not None or row.get("percent") is not None
    unit = "percent" if counted else str(row.get("unit") or "number")
    digits = 2 if unit == "ratio" else 1
    return forms_of(data, name, f"{unit}{digits}").ci
