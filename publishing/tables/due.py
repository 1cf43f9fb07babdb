"""What is due, computed against the date evidence was taken to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.due import REASONS, sources_due
from analysis.review_data import ReviewData
from analysis.rounding import format_number
from analysis.statistics import format_date
from publishing.displays.lines import Line, LineTable, line
from publishing.printing.cells import source_cell
from publishing.printing.table import Cell


class DueReasons(LineTable):
    """A line a reason. Columns show `why`, `sources`, `rows`; the word `on` is the last note."""

    SHOWS = ("why", "sources", "rows")
    WORDS = ("on $date",)
    kind: Literal["due-reasons"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """For each reason the sources and rows it holds for."""
        due = sources_due(data.evidence, data.ledger)
        for reason, words in REASONS.items():
            held = [item.reasons[reason] for item in due if reason in item.reasons]
            counts = {"sources": len(held), "rows": sum(map(len, held))}
            cells = {what: Cell(format_number(count, 0), row=f"due:{reason}")
                     for what, count in counts.items()}  # fmt: skip
            yield "", {"why": words, **cells}

    def noted(self, data: ReviewData) -> tuple[str, ...]:
        """The notes, and the date."""
        date = format_date(data.evidence.review.evidence_to)
        return (*super().noted(data), self.word("on", date=date))


class DueIntervals(LineTable):
    """A line a kind of source. Columns show `source` and `months` until it is read again."""

    SHOWS = ("source", "months")
    kind: Literal["due-intervals"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The kinds that the evidence has, soonest first."""
        months = data.evidence.review.review_months
        kinds = {item.source_type for item in sources_due(data.evidence, data.ledger)}
        for kind in sorted(kinds, key=lambda kind: (months[kind], kind)):
            told = Cell(str(months[kind]), row=f"due:{kind}")
            yield "", {"source": self.word(kind).replace("_", " "), "months": told}


class DueSources(LineTable):
    """A line a source. Columns show `source`, `rows`, `checked`, `by` and `why` it is due.

    `words` hold a short word for each reason, and `not due`.
    """

    SHOWS = ("source", "rows", "checked", "by", "why")
    WORDS = (*REASONS, "not due")
    kind: Literal["due"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """Every source with evidence rows, in the order in which they are due."""
        for item in sources_due(data.evidence, data.ledger):
            why = "; ".join(self.word(reason) for reason in item.reasons)
            yield line(
                source=source_cell(item.citekey),
                rows=Cell(str(len(item.rows)), row=f"due:{item.citekey}"),
                checked=Cell(str(item.checked), row=f"due:{item.citekey}"),
                by=format_date(item.review_by),
                why=why or self.word("not due"),
            )
