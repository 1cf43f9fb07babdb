"""Reporting standards as checklists: where each item is reported, or why it is not."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel
from schemas.tables import Table


class Reporting(TableModel):
    """One item of a standard; `place` lists sections, separated by " | "."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    standard: Series[pd.StringDtype] = fields.slug()
    item: Series[pd.StringDtype] = fields.text()
    section: Series[pd.StringDtype] = fields.text(nullable=False)
    topic: Series[pd.StringDtype] = fields.text(nullable=False)
    state: Series[pd.StringDtype] = fields.choice(choices.REPORTING_STATES)
    place: Series[pd.StringDtype] = fields.text()
    reason: Series[pd.StringDtype] = fields.text()


TABLE = Table("reporting", Reporting)
