"""What models of the evidence share: text is coerced, no unknown column passes, facts say where."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas import choices, fields


class TableModel(pa.DataFrameModel):
    """A table whose columns are all named here, its text cells turned into typed values."""

    class Config:
        """Pandera's settings: coerce the text, allow no other column."""

        coerce = True
        strict = True


class Provenance(TableModel):
    """Columns every fact carries: where it is printed, how well that was checked, by whom.

    `derived` names what was computed rather than printed; empty means as printed.

    A row is checked by somebody who found its figure on another page than `seen_at`; who
    read the same page again writes the day in `reread_on`.
    """

    citekey: Series[pd.StringDtype] = fields.citekey()
    locator: Series[pd.StringDtype] = fields.text(nullable=False)
    verification: Series[pd.StringDtype] = fields.choice(choices.VERIFICATION)
    derived: Series[pd.StringDtype] = fields.choice(choices.DERIVED, nullable=True)
    extracted_by: Series[pd.StringDtype] = fields.text(nullable=False)
    checked_by: Series[pd.StringDtype] = fields.text()
    checked_on: Series[pd.StringDtype] = fields.date()
    reread_on: Series[pd.StringDtype] = fields.optional(fields.date())
    seen_at: Series[pd.StringDtype] = fields.text(nullable=False)
    corroborated_by: Series[pd.StringDtype] = fields.text()
    note: Series[pd.StringDtype] = fields.text()
