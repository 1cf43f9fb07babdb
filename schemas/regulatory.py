"""What authorities decided, when, and in which words."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.provenance import Provenance
from schemas.tables import Table


class Regulatory(Provenance):
    """One decision or label statement."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    date: Series[pd.StringDtype] = fields.date()
    date_note: Series[pd.StringDtype] = fields.text()
    authority: Series[pd.StringDtype] = fields.term()
    product_id: Series[pd.StringDtype] = fields.slug(nullable=True)
    action: Series[pd.StringDtype] = fields.choice(choices.ACTIONS)
    indication: Series[pd.StringDtype] = fields.text()
    statement: Series[pd.StringDtype] = fields.text()


TABLE = Table("regulatory", Regulatory)
