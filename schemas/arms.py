"""Cohorts: the groups of people whose results are reported together."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import fields
from schemas.model import TableModel
from schemas.tables import Table


class Arms(TableModel):
    """One cohort; each size is the largest seen in any report of that population.

    `short_label` names the cohort where study and label together would not fit.
    """

    arm_id: Series[pd.StringDtype] = fields.identifier()
    study_id: Series[pd.StringDtype] = fields.slug()
    label: Series[pd.StringDtype] = fields.text(nullable=False)
    short_label: Series[pd.StringDtype] = fields.text()
    product_id: Series[pd.StringDtype] = fields.slug(nullable=True)
    role: Series[pd.StringDtype] = fields.term()
    n_randomised: Series[pd.Int64Dtype] = fields.count()
    n_treated: Series[pd.Int64Dtype] = fields.optional_count()
    n_evaluable: Series[pd.Int64Dtype] = fields.count()
    n_pooled: Series[pd.Int64Dtype] = fields.optional_count()
    citekey: Series[pd.StringDtype] = fields.citekey(nullable=True)
    note: Series[pd.StringDtype] = fields.text()


TABLE = Table("arms", Arms)
