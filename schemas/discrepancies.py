"""Sources that disagree with themselves or with each other."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.loading import load_table
from schemas.model import TableModel
from schemas.tables import Table


class Discrepancies(TableModel):
    """One accepted disagreement: the rule it breaks, on the rows it names."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    table: Series[pd.StringDtype] = fields.choice((*choices.FACT_TABLES, "judgements"))
    rows: Series[pd.StringDtype] = fields.text(nullable=False)
    rule: Series[pd.StringDtype] = fields.choice(choices.ACCEPTABLE_RULES)
    printed: Series[pd.StringDtype] = fields.text()
    recomputed: Series[pd.StringDtype] = fields.text()
    reason: Series[pd.StringDtype] = fields.text(nullable=False)
    citekey: Series[pd.StringDtype] = fields.citekey(nullable=True)


TABLE = Table("discrepancies", Discrepancies)


def load_discrepancies(root: Path) -> pd.DataFrame:
    """Accepted disagreements; raises ReviewError with every problem of the table."""
    return load_table(root, TABLE)
