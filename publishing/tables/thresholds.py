"""The written thresholds of imprecision and inconsistency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.measures import label_of
from analysis.review_data import ReviewData
from publishing.displays.lines import Line, LineTable
from publishing.printing.analysis_cells import analysis_cell
from schemas.certainty import Thresholds
from schemas.rounding import significant

TERMS = ("outcome", "endpoint", "event", "delivery")


class ThresholdsTable(LineTable):
    """A line an outcome. Columns show `outcome`, `values` or `reason`.

    `words` hold the unit after a value of each measure: percent, ratio, months.
    """

    SHOWS = ("outcome", "values", "reason")
    WORDS = ("percent", "ratio", "months")
    kind: Literal["thresholds"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The thresholds in the order of the protocol."""
        for item in data.evidence.review.certainty.thresholds:
            key = f"thresholds.{item.outcome}.{item.measure}"
            unit = self.word(item.measure)
            texts = {
                "outcome": _label(data, item),
                "values": ", ".join(f"{significant(value)}{unit}" for value in item.values),
                "reason": item.reason,
            }
            yield "", {name: analysis_cell(text, key) for name, text in texts.items()}


def _label(data: ReviewData, item: Thresholds) -> str:
    plain = item.outcome.replace("_", " ")
    labels = (label_of(data.evidence, kind, item.outcome) for kind in TERMS)
    label = next((text for text in labels if text != plain), plain)
    return label[:1].upper() + label[1:]
