"""Pairs of cohorts that share people, or may: no synthesis counts a person twice."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel
from schemas.tables import Table


class Overlaps(TableModel):
    """One pair; `choice` is needed when sharing is only possible."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    arm_a: Series[pd.StringDtype] = fields.slug()
    arm_b: Series[pd.StringDtype] = fields.slug()
    relation: Series[pd.StringDtype] = fields.choice(choices.RELATIONS)
    reason: Series[pd.StringDtype] = fields.text(nullable=False)
    choice: Series[pd.StringDtype] = fields.choice(choices.OVERLAP_CHOICES, nullable=True)
    citekey: Series[pd.StringDtype] = fields.citekey(nullable=True)


TABLE = Table("overlaps", Overlaps)
