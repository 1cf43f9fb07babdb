"""How evidence was found and corrected: searches, records, leads, our own errors."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel


class Searches(TableModel):
    """One search or look-up: its text as it is to be run; no date means that it was not run."""

    search_id: Series[pd.StringDtype] = fields.identifier()
    kind: Series[pd.StringDtype] = fields.choice(choices.SEARCH_KINDS)
    database: Series[pd.StringDtype] = fields.text(nullable=False)
    platform: Series[pd.StringDtype] = fields.text(nullable=False)
    query: Series[pd.StringDtype] = fields.text(nullable=False)
    filters: Series[pd.StringDtype] = fields.text()
    run_on: Series[pd.StringDtype] = fields.date()
    run_by: Series[pd.StringDtype] = fields.text()
    results: Series[pd.Int64Dtype] = fields.count()
    note: Series[pd.StringDtype] = fields.text()


class Screening(TableModel):
    """One record and the decision on it, which two people make apart from each other.

    A record of an imported search names it in `search_id`; where it is the record of
    another row, `duplicate_of` names that row.
    """

    record_id: Series[pd.StringDtype] = fields.identifier()
    description: Series[pd.StringDtype] = fields.text()
    citekey: Series[pd.StringDtype] = fields.citekey(nullable=True)
    record_type: Series[pd.StringDtype] = fields.text(nullable=False)
    source: Series[pd.StringDtype] = fields.text()
    stage: Series[pd.StringDtype] = fields.text()
    decision: Series[pd.StringDtype] = fields.text(nullable=False)
    reason: Series[pd.StringDtype] = fields.text()
    search_id: Series[pd.StringDtype] = fields.slug(nullable=True)
    doi: Series[pd.StringDtype] = fields.text()
    pmid: Series[pd.StringDtype] = fields.text()
    duplicate_of: Series[pd.StringDtype] = fields.slug(nullable=True)
    first_by: Series[pd.StringDtype] = fields.text()
    first_decision: Series[pd.StringDtype] = fields.text()
    second_by: Series[pd.StringDtype] = fields.text()
    second_decision: Series[pd.StringDtype] = fields.text()


class Unverified(TableModel):
    """One lead and its status."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    topic: Series[pd.StringDtype] = fields.text(nullable=False)
    statement: Series[pd.StringDtype] = fields.text(nullable=False)
    status: Series[pd.StringDtype] = fields.text(nullable=False)
    related_rows: Series[pd.StringDtype] = fields.text()
    note: Series[pd.StringDtype] = fields.text()


class Corrections(TableModel):
    """One corrected cell a row: `row` is the identifier of the row in `table`."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    table: Series[pd.StringDtype] = fields.term()
    row: Series[pd.StringDtype] = fields.text(nullable=False)
    column: Series[pd.StringDtype] = fields.text(nullable=False)
    old_value: Series[pd.StringDtype] = fields.text()
    new_value: Series[pd.StringDtype] = fields.text()
    reason: Series[pd.StringDtype] = fields.text(nullable=False)
    citekey: Series[pd.StringDtype] = fields.citekey(nullable=True)
    date: Series[pd.StringDtype] = fields.date(nullable=False)
