"""Medians, landmark rates, ratios and mean changes."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.provenance import Provenance
from schemas.tables import Table


class TimeToEvent(Provenance):
    """One printed estimate in the unit the row names, with its interval.

    `ci_level` is the level of the interval in percent; empty is 95. `p_value` is exact and
    two-sided, and stands in for an interval that is not printed. `hazards` says of a hazard
    ratio whether hazards were proportional, why, and in which source that is seen.
    """

    row_id: Series[pd.StringDtype] = fields.identifier()
    study_id: Series[pd.StringDtype] = fields.slug()
    arm_id: Series[pd.StringDtype] = fields.slug()
    comparator_arm_id: Series[pd.StringDtype] = fields.slug(nullable=True)
    population: Series[pd.StringDtype] = fields.term()
    subgroup: Series[pd.StringDtype] = fields.text()
    endpoint: Series[pd.StringDtype] = fields.term()
    measure: Series[pd.StringDtype] = fields.choice(choices.MEASURES)
    time_months: Series[pd.Float64Dtype] = fields.number(at_least=0)
    value: Series[pd.Float64Dtype] = fields.number()
    ci_low: Series[pd.Float64Dtype] = fields.number()
    ci_high: Series[pd.Float64Dtype] = fields.number()
    ci_level: Series[pd.Float64Dtype] = fields.optional_number(50, 99.9)
    p_value: Series[pd.Float64Dtype] = fields.optional_number(0, 1)
    not_reached: Series[pd.StringDtype] = fields.choice(choices.NOT_REACHED, nullable=True)
    unit: Series[pd.StringDtype] = fields.choice(choices.UNITS)
    adjusted: Series[pd.StringDtype] = fields.text()
    hazards: Series[pd.StringDtype] = fields.optional_choice(choices.HAZARDS)
    hazards_reason: Series[pd.StringDtype] = fields.optional_text()
    hazards_citekey: Series[pd.StringDtype] = fields.optional_text()
    follow_up_months: Series[pd.Float64Dtype] = fields.number(at_least=0)
    data_cutoff: Series[pd.StringDtype] = fields.date()
    latest: Series[pd.StringDtype] = fields.choice(choices.YES_NO)
    n: Series[pd.Int64Dtype] = fields.count(at_least=1)


TABLE = Table("time_to_event", TimeToEvent)
