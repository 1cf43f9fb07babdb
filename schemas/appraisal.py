"""Risk of bias of each study: drafts until a person signs."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel
from schemas.tables import Table


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


TABLE = Table("appraisal", Appraisal)
