"""Audit of the article this review replaces: what of it held, figure by figure."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel
from schemas.tables import Table


class ArticleClaims(TableModel):
    """One statement of the article; `source_says` takes its figures from rows, in braces."""

    claim_id: Series[pd.StringDtype] = fields.identifier()
    section: Series[pd.StringDtype] = fields.text()
    article_statement: Series[pd.StringDtype] = fields.text()
    article_value: Series[pd.StringDtype] = fields.text()
    article_reference: Series[pd.StringDtype] = fields.text()
    verdict: Series[pd.StringDtype] = fields.choice(choices.VERDICTS)
    source_says: Series[pd.StringDtype] = fields.text()
    evidence_rows: Series[pd.StringDtype] = fields.text()
    citekeys: Series[pd.StringDtype] = fields.text()
    note: Series[pd.StringDtype] = fields.text()


TABLE = Table("article_claims", ArticleClaims)
