"""Records that were considered, and what became of them."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import fields
from schemas.model import TableModel
from schemas.tables import Table


class Screening(TableModel):
    """One record and the decision on it."""

    record_id: Series[pd.StringDtype] = fields.slug()
    description: Series[pd.StringDtype] = fields.text()
    citekey: Series[pd.StringDtype] = fields.citekey(nullable=True)
    record_type: Series[pd.StringDtype] = fields.text(nullable=False)
    source: Series[pd.StringDtype] = fields.text()
    stage: Series[pd.StringDtype] = fields.text()
    decision: Series[pd.StringDtype] = fields.text(nullable=False)
    reason: Series[pd.StringDtype] = fields.text()


TABLE = Table("screening", Screening, key=("record_id",))
