"""Retracted sources that stay behind a claim, each with its reason."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import fields
from schemas.model import TableModel
from schemas.tables import Table


class SourceAcceptances(TableModel):
    """One retracted source that reviewers decided to keep, and why."""

    citekey: Series[pd.StringDtype] = fields.citekey(unique=True)
    reason: Series[pd.StringDtype] = fields.text(nullable=False)
    accepted_by: Series[pd.StringDtype] = fields.text(nullable=False)
    accepted_on: Series[pd.StringDtype] = fields.date(nullable=False)


TABLE = Table("source_acceptances", SourceAcceptances)
