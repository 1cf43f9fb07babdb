"""Adverse events by grade: harms stand beside benefits, counted in whom and how it is said."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.provenance import Provenance
from schemas.tables import Table


class AdverseEvents(Provenance):
    """One printed count or percentage of people with an event."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    study_id: Series[pd.StringDtype] = fields.slug()
    arm_id: Series[pd.StringDtype] = fields.slug()
    population: Series[pd.StringDtype] = fields.term()
    subgroup: Series[pd.StringDtype] = fields.text()
    event: Series[pd.StringDtype] = fields.term()
    grade: Series[pd.StringDtype] = fields.term()
    serious: Series[pd.StringDtype] = fields.choice(choices.YES, nullable=True)
    window: Series[pd.StringDtype] = fields.text()
    events: Series[pd.Int64Dtype] = fields.count()
    n: Series[pd.Int64Dtype] = fields.count(at_least=1)
    percent: Series[pd.Float64Dtype] = fields.percent()
    definition: Series[pd.StringDtype] = fields.text()
    follow_up_months: Series[pd.Float64Dtype] = fields.number(at_least=0)
    data_cutoff: Series[pd.StringDtype] = fields.date()
    latest: Series[pd.StringDtype] = fields.choice(choices.YES_NO)


TABLE = Table("adverse_events", AdverseEvents)
