"""Which row of which cohort enters which synthesis, and why. It holds no figures."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel
from schemas.tables import Table


class Syntheses(TableModel):
    """One candidate cohort of a synthesis; a cohort left out says why.

    Where two arms are compared, `comparator_row` is the row of the other arm, in the same table.
    """

    row_id: Series[pd.StringDtype] = fields.identifier()
    synthesis_id: Series[pd.StringDtype] = fields.slug()
    arm_id: Series[pd.StringDtype] = fields.slug()
    evidence_table: Series[pd.StringDtype] = fields.choice(choices.FIGURE_TABLES, nullable=True)
    evidence_row: Series[pd.StringDtype] = fields.slug(nullable=True)
    comparator_row: Series[pd.StringDtype] = fields.optional_slug()
    include: Series[pd.StringDtype] = fields.choice(choices.YES_NO)
    reason: Series[pd.StringDtype] = fields.text()


TABLE = Table("syntheses", Syntheses)
