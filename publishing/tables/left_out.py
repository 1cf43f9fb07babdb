"""The cohorts that a synthesis leaves out, each with the reason."""

from __future__ import annotations

from typing import Literal

from analysis.review_data import ReviewData
from publishing.displays.specification import ColumnHead, SynthesisName, TableSpecification
from publishing.printing.cohort_names import cohort_name
from publishing.printing.table import Cell, Table, table_of


class LeftOut(TableSpecification):
    """A line a cohort that `synthesis` leaves out: its name, and why."""

    kind: Literal["left-out"]
    synthesis: SynthesisName
    columns: tuple[ColumnHead, ColumnHead]

    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""
        excluded = data.syntheses[self.synthesis].excluded
        name = f"syntheses:{self.synthesis}"
        return table_of(
            self.id,
            [column.column() for column in self.columns],
            [[Cell(cohort_name(data, arm)), Cell(reason, row=name)] for arm, reason in excluded],
            notes=self.noted(data),
        )
