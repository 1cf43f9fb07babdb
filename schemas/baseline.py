"""Who the people were at entry: what makes cohorts comparable or not."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.provenance import Provenance
from schemas.tables import Table


class Baseline(Provenance):
    """One characteristic of a cohort: a median or mean, a percentage or a count.

    `low` and `high` are a range unless `spread` says that they are quartiles, or the mean less
    and plus one standard deviation.
    """

    row_id: Series[pd.StringDtype] = fields.identifier()
    study_id: Series[pd.StringDtype] = fields.slug()
    arm_id: Series[pd.StringDtype] = fields.slug()
    population: Series[pd.StringDtype] = fields.term(nullable=True)
    characteristic: Series[pd.StringDtype] = fields.term()
    statistic: Series[pd.StringDtype] = fields.choice(choices.BASELINE_STATISTICS)
    value: Series[pd.Float64Dtype] = fields.number()
    low: Series[pd.Float64Dtype] = fields.number()
    high: Series[pd.Float64Dtype] = fields.number()
    spread: Series[pd.StringDtype] = fields.optional_choice(choices.SPREADS)
    events: Series[pd.Int64Dtype] = fields.count()
    n: Series[pd.Int64Dtype] = fields.count(at_least=1)
    unit: Series[pd.StringDtype] = fields.text()


TABLE = Table("baseline", Baseline)
