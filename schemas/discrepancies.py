"""Sources that disagree with themselves or with each other."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel
from schemas.tables import Table


class Discrepancies(TableModel):
    """One accepted disagreement: the rule it breaks, on the rows it names."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    table: Series[pd.StringDtype] = fields.choice((*choices.FACT_TABLES, "arms", "judgements"))
    rows: Series[pd.StringDtype] = fields.text(nullable=False)
    rule: Series[pd.StringDtype] = fields.choice(choices.ACCEPTABLE_RULES)
    printed: Series[pd.StringDtype] = fields.text()
    recomputed: Series[pd.StringDtype] = fields.text()
    reason: Series[pd.StringDtype] = fields.text(nullable=False)
    citekey: Series[pd.StringDtype] = fields.citekey(nullable=True)


TABLE = Table("discrepancies", Discrepancies)
