"""The written thresholds of imprecision and inconsistency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.measures import label_of
from publishing.analysis_facts import analysis_cell
from publishing.displays.lines import Line, LineTable
from publishing.workbench import Workbench
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

    def lines(self, bench: Workbench) -> Iterator[Line]:
        """The thresholds in the order of the protocol."""
        for item in bench.evidence.review.certainty.thresholds:
            key = f"thresholds.{item.outcome}.{item.measure}"
            unit = self.word(item.measure)
            texts = {
                "outcome": _label(bench, item),
                "values": ", ".join(f"{significant(value)}{unit}" for value in item.values),
                "reason": item.reason,
            }
            yield "", {name: analysis_cell(text, key) for name, text in texts.items()}


def _label(bench: Workbench, item: Thresholds) -> str:
    plain = item.outcome.replace("_", " ")
    labels = (label_of(bench.evidence, kind, item.outcome) for kind in TERMS)
    label = next((text for text in labels if text != plain), plain)
    return label[:1].upper() + label[1:]
