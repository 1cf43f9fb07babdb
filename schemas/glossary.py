"""Terms in plain language and for clinicians: documents explain a word from here alone."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import fields
from schemas.model import TableModel
from schemas.tables import Table


class Glossary(TableModel):
    """One term; `reading_grade` is the school grade its plain wording needs."""

    term: Series[pd.StringDtype] = fields.text(nullable=False, unique=True)
    abbreviation: Series[pd.StringDtype] = fields.text()
    plain_language: Series[pd.StringDtype] = fields.text(nullable=False)
    clinician_definition: Series[pd.StringDtype] = fields.text()
    reading_grade: Series[pd.Float64Dtype] = fields.number()


TABLE = Table("glossary", Glossary)
