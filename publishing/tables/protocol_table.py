"""How each synthesis is computed, the conventions of all, and the cohorts that one leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.review_data import ReviewData
from analysis.syntheses import Synthesis
from publishing.displays.lines import Line, LineTable
from publishing.displays.specification import ColumnHead, SynthesisName, TableSpecification
from publishing.printing.analysis_cells import analysis_cell
from publishing.printing.cohort_names import cohort_name
from publishing.printing.protocol_words import words_of_protocol
from publishing.printing.table import Cell, Table


class ProtocolTable(LineTable):
    """A line a synthesis. Columns show its `title`, `measure`, the `first` and `second` model,
    the `prediction` interval of the first, and what is done with cells of zero (`zeros`).

    `words` name measures and what is done with zeros; `as they are` where nothing is.
    """

    SHOWS = ("title", "measure", "first", "second", "prediction", "zeros")
    WORDS = ("as they are",)
    kind: Literal["protocol"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The syntheses in the order of the protocol."""
        for item in data.syntheses.values():
            yield "", self._line(item)

    def _line(self, item: Synthesis) -> dict[str, Cell | str]:
        key = f"protocol.{item.definition.id}"
        zeros = getattr(item.conventions.models.first, "zero_cells", "") or "as they are"
        told = words_of_protocol(item)
        return {
            "title": Cell(item.definition.title, row=f"syntheses:{item.definition.id}"),
            "measure": self.word(item.definition.measure),
            **{name: analysis_cell(text, key) for name, text in told.items()},
            "zeros": self.word(zeros),
        }


class ConventionsTable(LineTable):
    """A line a convention of review.yml. Columns show its `name` and its `text`."""

    SHOWS = ("name", "text")
    kind: Literal["conventions"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The conventions in the order written."""
        for key, text in data.evidence.review.conventions.items():
            name = key.replace("_", " ")
            yield "", {"name": name[:1].upper() + name[1:], "text": text}


class LeftOut(TableSpecification):
    """A line a cohort that `synthesis` leaves out: its name, and why."""

    kind: Literal["left-out"]
    synthesis: SynthesisName
    columns: tuple[ColumnHead, ColumnHead]

    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""
        excluded = data.syntheses[self.synthesis].excluded
        name = f"syntheses:{self.synthesis}"
        rows = [[Cell(cohort_name(data, arm)), Cell(why, row=name)] for arm, why in excluded]
        return self.filled(data, self.columns, rows)
