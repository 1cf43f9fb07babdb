"""How treatment reached people: waiting, attrition, dose, crossover."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import fields
from schemas.provenance import Provenance
from schemas.tables import Table


class Delivery(Provenance):
    """One printed proportion, or a value with its printed range."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    study_id: Series[pd.StringDtype] = fields.slug()
    arm_id: Series[pd.StringDtype] = fields.slug()
    population: Series[pd.StringDtype] = fields.term(nullable=True)
    subgroup: Series[pd.StringDtype] = fields.text()
    measure: Series[pd.StringDtype] = fields.term()
    events: Series[pd.Int64Dtype] = fields.count()
    n: Series[pd.Int64Dtype] = fields.count(at_least=1)
    percent: Series[pd.Float64Dtype] = fields.percent()
    value: Series[pd.Float64Dtype] = fields.number()
    low: Series[pd.Float64Dtype] = fields.number()
    high: Series[pd.Float64Dtype] = fields.number()
    unit: Series[pd.StringDtype] = fields.text()


TABLE = Table("delivery", Delivery)
