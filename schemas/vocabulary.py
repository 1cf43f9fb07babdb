"""The review's own terms: what a code of the evidence is called wherever it is printed."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel
from schemas.tables import Table


class Vocabulary(TableModel):
    """One term; `within` is the term whose people include this term's people.

    In a row of the kind synonym, `term` is what readers say (several phrases separated by ` | `)
    and `label` is the term they mean, one of several where they may mean each.
    Kinds such as authority or grade put the codes of other columns in words, in this order.
    A row of the kind not_covered names in `label` what the review leaves out, in `term` its words.
    """

    kind: Series[pd.StringDtype] = fields.choice(choices.TERM_KINDS)
    term: Series[pd.StringDtype] = fields.text(nullable=False)
    label: Series[pd.StringDtype] = fields.text(nullable=False)
    abbreviation: Series[pd.StringDtype] = fields.text()
    within: Series[pd.StringDtype] = fields.text()
    unit: Series[pd.StringDtype] = fields.text()
    order: Series[pd.Int64Dtype] = fields.count()
    definition: Series[pd.StringDtype] = fields.text()

    class Config(TableModel.Config):
        """A kind and its words name a row."""

        unique: ClassVar = ["kind", "term"]


TABLE = Table("vocabulary", Vocabulary)
