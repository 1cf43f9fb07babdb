"""Columns every fact carries: where it is printed, how well that was checked, by whom."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel


class Provenance(TableModel):
    """`derived` names what was computed rather than printed; empty means as printed.

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
    reread_on: Series[pd.StringDtype] = fields.optional_date()
    seen_at: Series[pd.StringDtype] = fields.text(nullable=False)
    corroborated_by: Series[pd.StringDtype] = fields.text()
    note: Series[pd.StringDtype] = fields.text()
