"""Retracted sources that stay behind a claim, each with its reason."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from pandera.typing import Series

from schemas import fields
from schemas.loading import load_table
from schemas.model import TableModel
from schemas.tables import Table


class SourceAcceptances(TableModel):
    """One retracted source that reviewers decided to keep, and why."""

    citekey: Series[pd.StringDtype] = fields.citekey()
    reason: Series[pd.StringDtype] = fields.text(nullable=False)
    accepted_by: Series[pd.StringDtype] = fields.text(nullable=False)
    accepted_on: Series[pd.StringDtype] = fields.date(nullable=False)


TABLE = Table("source_acceptances", SourceAcceptances, key=("citekey",))


def load_source_acceptances(root: Path) -> pd.DataFrame:
    """Accepted sources; raises ReviewError with every problem of the table."""
    return load_table(root, TABLE)
