"""What people judged, drafts until a person signs: risk of bias, certainty, reporting."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel


class Appraisal(TableModel):
    """One judgement of one domain of a tool."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    study_id: Series[pd.StringDtype] = fields.slug()
    tool: Series[pd.StringDtype] = fields.choice(choices.TOOL_JUDGEMENTS)
    domain: Series[pd.StringDtype] = fields.text(nullable=False)
    outcome: Series[pd.StringDtype] = fields.text()
    judgement: Series[pd.StringDtype] = fields.text(nullable=False)
    reason: Series[pd.StringDtype] = fields.text(nullable=False)
    basis: Series[pd.StringDtype] = fields.text()
    status: Series[pd.StringDtype] = fields.choice(choices.STATUSES)
    judged_by: Series[pd.StringDtype] = fields.text()
    judged_on: Series[pd.StringDtype] = fields.date()


class Judgements(TableModel):
    """One judgement of one domain; a rate and a comparison are judged apart."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    topic: Series[pd.StringDtype] = fields.text(nullable=False)
    kind: Series[pd.StringDtype] = fields.choice(choices.JUDGEMENT_KINDS)
    outcome: Series[pd.StringDtype] = fields.text()
    start_level: Series[pd.StringDtype] = fields.choice(choices.CERTAINTY_LEVELS)
    domain: Series[pd.StringDtype] = fields.choice(choices.DOMAIN_JUDGEMENTS)
    judgement: Series[pd.StringDtype] = fields.text(nullable=False)
    reason: Series[pd.StringDtype] = fields.text(nullable=False)
    claims: Series[pd.StringDtype] = fields.text()
    status: Series[pd.StringDtype] = fields.choice(choices.STATUSES)
    judged_by: Series[pd.StringDtype] = fields.text()
    judged_on: Series[pd.StringDtype] = fields.date()


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
