"""Records that were considered, and what became of them."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import fields
from schemas.model import TableModel
from schemas.tables import Table


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


TABLE = Table("screening", Screening)
