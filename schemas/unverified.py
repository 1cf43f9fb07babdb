"""Statements nobody could verify: they reach no statistic."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import fields
from schemas.model import TableModel
from schemas.tables import Table


class Unverified(TableModel):
    """One lead and its status."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    topic: Series[pd.StringDtype] = fields.text(nullable=False)
    statement: Series[pd.StringDtype] = fields.text(nullable=False)
    status: Series[pd.StringDtype] = fields.text(nullable=False)
    related_rows: Series[pd.StringDtype] = fields.text()
    note: Series[pd.StringDtype] = fields.text()


TABLE = Table("unverified", Unverified)
