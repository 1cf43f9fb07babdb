"""Studies, registries, label pools and published syntheses."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel
from schemas.tables import Table


class Studies(TableModel):
    """One study, register, pool of a label or published synthesis."""

    study_id: Series[pd.StringDtype] = fields.identifier()
    name: Series[pd.StringDtype] = fields.text(nullable=False)
    registry_ids: Series[pd.StringDtype] = fields.text()
    phase: Series[pd.StringDtype] = fields.choice(choices.PHASES, nullable=True)
    design: Series[pd.StringDtype] = fields.text()
    setting: Series[pd.StringDtype] = fields.term()
    randomised: Series[pd.StringDtype] = fields.choice(choices.YES_NO)
    blinding: Series[pd.StringDtype] = fields.text()
    regions: Series[pd.StringDtype] = fields.text()
    applicability: Series[pd.StringDtype] = fields.choice(choices.APPLICABILITY)
    comparator: Series[pd.StringDtype] = fields.text()
    primary_citekey: Series[pd.StringDtype] = fields.citekey()
    note: Series[pd.StringDtype] = fields.text()


TABLE = Table("studies", Studies)
