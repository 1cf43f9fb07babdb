"""What registers of publications say of each source: written by `nox -s sources`."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel
from schemas.tables import Table


class SourceStatus(TableModel):
    """The state of one source: clean, flagged, or unchecked with the reason.

    `finding` and `notice` are lists of the same length, separated by " | ": what was found
    and the DOI (or PMID) of each notice. `register` names who said so. A source without a
    row is unchecked.
    """

    citekey: Series[pd.StringDtype] = fields.citekey(unique=True)
    state: Series[pd.StringDtype] = fields.choice(choices.SOURCE_STATES)
    finding: Series[pd.StringDtype] = fields.text()
    notice: Series[pd.StringDtype] = fields.text()
    register: Series[pd.StringDtype] = fields.text()
    checked_on: Series[pd.StringDtype] = fields.date()
    reason: Series[pd.StringDtype] = fields.text()


TABLE = Table("source_status", SourceStatus)
