"""Cells about an earlier release: what stood in it is marked with it."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.changes import Changes, NumberChange, Reason
from analysis.review_data import ReviewData
from publishing.history.releases import load_release
from publishing.printing.claims_in_words import Describer
from publishing.printing.table import Cell, cell_of

PREFIX = "releases"
SHOWN = 3  # reasons or rows named in a cell; changes.json has them all


def before_and_now(changes: Changes, change: NumberChange) -> dict[str, Cell | str]:
    """The claim in the earlier release and today."""
    now = Cell(change.now, claim=change.id) if change.now else Cell()
    return {"before": past_cell(changes, "claim", change.id, change.before), "now": now}


def _row(changes: Changes, row: str, detail: str = "") -> Cell:
    table, _, name = row.partition(":")
    shown = f"{table.replace('_', ' ')}: {name}"
    return past_cell(changes, "row", row, f"{shown} ({detail})" if detail else shown)


def past_cell(changes: Changes, kind: str, name: str, text: str) -> Cell:
    """A text that stands in the earlier release, marked with it; an empty one stays empty."""
    place = f"{kind}/{name}" if name else kind
    return Cell(text, row=f"{PREFIX}:{changes.before}/{place}") if text else Cell()


def title_cell(
    describer: Describer, data: ReviewData, changes: Changes, change: NumberChange
) -> Cell:
    """What a claim is about; of one that is gone, from its rows, as far as they are kept."""
    if change.now:
        title = describer.describe(data.ledger[change.id]).title
        return Cell(title, row=f"ledger:{change.id}")
    past = load_release(data.root, changes.before).records[change.id]
    if title := describer.title_of(past.rows, past.statistic):
        return past_cell(changes, "row", past.rows[0], title)
    return past_cell(changes, "claim", change.id, change.id)


def rows_cell(changes: Changes, rows: Sequence[str], others: str) -> Cell:
    """The first of some evidence rows; `others` says that there are more."""
    return _listed([[_row(changes, row)] for row in rows], ", ", others)


def reasons_cell(changes: Changes, reasons: Sequence[Reason], method: str, others: str) -> Cell:
    """The first of some reasons; `method` says that a method moved the number."""
    told: list[list[Cell | str]] = [
        [f"{reason.kind} ", _row(changes, reason.row, reason.detail)]
        if reason.row
        else [reason.detail or method]
        for reason in reasons
    ]
    return _listed(told, "; ", others)


def _listed(told: Sequence[Sequence[Cell | str]], between: str, others: str) -> Cell:
    shown = [part for parts in told[:SHOWN] for part in (between, *parts)][1:]
    more = [f" {others}"] if len(told) > SHOWN else []
    return cell_of(*shown, *more) if shown else Cell()
