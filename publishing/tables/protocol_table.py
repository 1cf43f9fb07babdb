"""How each synthesis is computed, as the protocol has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.review_data import ReviewData
from analysis.syntheses import Synthesis
from publishing.displays.lines import Line, LineTable
from publishing.printing.analysis_cells import analysis_cell
from publishing.printing.protocol_words import words_of_protocol
from publishing.printing.table import Cell


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
