"""What all models of the evidence share: text is coerced, no unknown column passes."""

from __future__ import annotations

import pandera.pandas as pa


class TableModel(pa.DataFrameModel):
    """A table whose columns are all named here, its text cells turned into typed values."""

    class Config:
        """Pandera's settings: coerce the text, allow no other column."""

        coerce = True
        strict = True
