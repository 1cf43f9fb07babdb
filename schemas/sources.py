"""Where figures were read: one row a source, with the same citekeys as references.bib."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel
from schemas.tables import Table


class Sources(TableModel):
    """One source; lists inside a cell are separated by " | " or, in missing_fields, by "; "."""

    citekey: Series[pd.StringDtype] = fields.citekey(unique=True)
    source_type: Series[pd.StringDtype] = fields.choice(choices.SOURCE_TYPES)
    published: Series[pd.StringDtype] = fields.date()
    doi: Series[pd.StringDtype] = fields.text()
    pmid: Series[pd.StringDtype] = fields.text()
    registry_ids: Series[pd.StringDtype] = fields.text()
    article_reference: Series[pd.StringDtype] = fields.text()
    missing_fields: Series[pd.StringDtype] = fields.text()
    seen_at: Series[pd.StringDtype] = fields.text()
    note: Series[pd.StringDtype] = fields.text()


TABLE = Table("sources", Sources)
