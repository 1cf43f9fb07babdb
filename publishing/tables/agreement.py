"""How many pinned values of other packages the statistics reproduce; the tests keep it true."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Literal

from analysis import formulae
from analysis.review_data import ReviewData
from publishing.displays.specification import ColumnHead, TableSpecification
from publishing.printing.table import Cell, Table, table_of

PINNED = Path(formulae.__file__).with_name("agreement.csv")
"""Part of the package, and of no review."""


class Agreement(TableSpecification):
    """A line a kind of statistic: its name, the values that agree, and all that were compared."""

    kind: Literal["agreement"]
    columns: tuple[ColumnHead, ColumnHead, ColumnHead]

    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""
        with PINNED.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return table_of(
            self.id,
            [column.column() for column in self.columns],
            [
                [
                    Cell(row["kind"]),
                    *(
                        Cell(row[name], row=f"agreement:{row['kind']}")
                        for name in row
                        if name != "kind"
                    ),
                ]
                for row in rows
            ],
            notes=self.noted(data),
        )
