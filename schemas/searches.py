"""Searches that can be repeated: where, in which words, and whether they were run."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel
from schemas.tables import Table


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


TABLE = Table("searches", Searches)
