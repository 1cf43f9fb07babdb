"""Facts as they are printed, each with the place where: results, harms, delivery, baseline."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import Provenance


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
    spread: Series[pd.StringDtype] = fields.optional(fields.choice(choices.SPREADS))
    events: Series[pd.Int64Dtype] = fields.count()
    n: Series[pd.Int64Dtype] = fields.count(at_least=1)
    unit: Series[pd.StringDtype] = fields.text()


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
    mean: Series[pd.Float64Dtype] = fields.optional(fields.number())
    sd: Series[pd.Float64Dtype] = fields.optional(fields.number(0))
    percent: Series[pd.Float64Dtype] = fields.percent()
    ci_low: Series[pd.Float64Dtype] = fields.percent()
    ci_high: Series[pd.Float64Dtype] = fields.percent()
    ci_level: Series[pd.Float64Dtype] = fields.optional(fields.number(50, 99.9))
    ci_method: Series[pd.StringDtype] = fields.choice(choices.CI_METHODS, nullable=True)
    follow_up_months: Series[pd.Float64Dtype] = fields.number(at_least=0)
    data_cutoff: Series[pd.StringDtype] = fields.date()
    latest: Series[pd.StringDtype] = fields.choice(choices.YES_NO)
    dose: Series[pd.StringDtype] = fields.text()


class TimeToEvent(Provenance):
    """One printed estimate in the unit the row names, with its interval.

    Of a `range_median` or `quartile_median` the limits are the range or the quartiles of people,
    and no interval. `ci_level` is the level of the interval in percent; empty is 95. `p_value` is
    exact and two-sided, and stands in for an interval that is not printed. `hazards` says of a
    hazard ratio whether hazards were proportional, why, and in which source that is seen.
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
    ci_level: Series[pd.Float64Dtype] = fields.optional(fields.number(50, 99.9))
    p_value: Series[pd.Float64Dtype] = fields.optional(fields.number(0, 1))
    not_reached: Series[pd.StringDtype] = fields.choice(choices.NOT_REACHED, nullable=True)
    unit: Series[pd.StringDtype] = fields.choice(choices.UNITS)
    adjusted: Series[pd.StringDtype] = fields.text()
    hazards: Series[pd.StringDtype] = fields.optional(fields.choice(choices.HAZARDS))
    hazards_reason: Series[pd.StringDtype] = fields.optional(fields.text())
    hazards_citekey: Series[pd.StringDtype] = fields.optional(fields.text())
    follow_up_months: Series[pd.Float64Dtype] = fields.number(at_least=0)
    data_cutoff: Series[pd.StringDtype] = fields.date()
    latest: Series[pd.StringDtype] = fields.choice(choices.YES_NO)
    n: Series[pd.Int64Dtype] = fields.count(at_least=1)


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


class Regulatory(Provenance):
    """One decision or label statement."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    date: Series[pd.StringDtype] = fields.date()
    date_note: Series[pd.StringDtype] = fields.text()
    authority: Series[pd.StringDtype] = fields.term()
    product_id: Series[pd.StringDtype] = fields.slug(nullable=True)
    action: Series[pd.StringDtype] = fields.choice(choices.ACTIONS)
    indication: Series[pd.StringDtype] = fields.text()
    statement: Series[pd.StringDtype] = fields.text()
