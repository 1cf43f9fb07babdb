"""Sentences that a rule of wording would refuse and that stand, each with its reason."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel
from schemas.tables import Table


class WordingExceptions(TableModel):
    """One exception: the rule, the document, words of the sentence, why it stands."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    rule: Series[pd.StringDtype] = fields.choice(choices.WORDING_RULES)
    file: Series[pd.StringDtype] = fields.text(nullable=False)
    text: Series[pd.StringDtype] = fields.text(nullable=False)
    reason: Series[pd.StringDtype] = fields.text(nullable=False)


TABLE = Table("wording_exceptions", WordingExceptions)
