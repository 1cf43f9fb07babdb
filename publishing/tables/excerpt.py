"""An excerpt of another table: the same lines, without some of its columns."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from analysis.review_data import ReviewData
from publishing.displays.specification import TableName, TableSpecification
from publishing.printing.table import Table


class Excerpt(TableSpecification):
    """The table `of` without the columns whose titles are in `without`, with its own notes."""

    kind: Literal["excerpt"]
    of: TableName
    without: tuple[str, ...]

    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""
        whole = self.displays.tables[self.of].make(data)
        kept = [at for at, column in enumerate(whole.columns) if column.label not in self.without]
        return replace(
            whole,
            name=self.id,
            columns=tuple(whole.columns[at] for at in kept),
            rows=tuple(tuple(row[at] for at in kept) for row in whole.rows),
            notes=self.noted(data),
        )
