"""Outcomes that are counted or measured: the figures that are printed and pooled."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.provenance import Provenance
from schemas.tables import Table


class Outcomes(Provenance):
    """One printed proportion; percentages and their interval on the scale 0 to 100.

    `ci_level` is the level of the interval in percent; empty is 95. `mean` and `sd` are those
    of an outcome that is measured, in `n` people and the vocabulary's unit.
    """

    row_id: Series[pd.StringDtype] = fields.identifier()
    study_id: Series[pd.StringDtype] = fields.slug()
    arm_id: Series[pd.StringDtype] = fields.slug()
    population: Series[pd.StringDtype] = fields.term()
    subgroup: Series[pd.StringDtype] = fields.text()
    outcome: Series[pd.StringDtype] = fields.term()
    events: Series[pd.Int64Dtype] = fields.count()
    n: Series[pd.Int64Dtype] = fields.count(at_least=1)
    mean: Series[pd.Float64Dtype] = fields.optional_number()
    sd: Series[pd.Float64Dtype] = fields.optional_number(0)
    percent: Series[pd.Float64Dtype] = fields.percent()
    ci_low: Series[pd.Float64Dtype] = fields.percent()
    ci_high: Series[pd.Float64Dtype] = fields.percent()
    ci_level: Series[pd.Float64Dtype] = fields.optional_number(50, 99.9)
    ci_method: Series[pd.StringDtype] = fields.choice(choices.CI_METHODS, nullable=True)
    follow_up_months: Series[pd.Float64Dtype] = fields.number(at_least=0)
    data_cutoff: Series[pd.StringDtype] = fields.date()
    latest: Series[pd.StringDtype] = fields.choice(choices.YES_NO)
    dose: Series[pd.StringDtype] = fields.text()


TABLE = Table("outcomes", Outcomes)
