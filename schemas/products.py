"""What was given: products and regimens, with the names that readers may search for."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import fields
from schemas.model import TableModel
from schemas.tables import Table


class Products(TableModel):
    """One product; names inside a cell are separated by " | "."""

    product_id: Series[pd.StringDtype] = fields.identifier()
    generic_name: Series[pd.StringDtype] = fields.text()
    brand_names: Series[pd.StringDtype] = fields.text()
    code_names: Series[pd.StringDtype] = fields.text()
    class_: Series[pd.StringDtype] = fields.term(column="class")
    target: Series[pd.StringDtype] = fields.text()
    note: Series[pd.StringDtype] = fields.text()


TABLE = Table("products", Products)
