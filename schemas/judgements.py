"""Certainty of the evidence: drafts until a person signs."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel
from schemas.tables import Table


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


TABLE = Table("judgements", Judgements)
