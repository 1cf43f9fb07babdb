"""What the protocol holds to in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.review_data import ReviewData
from publishing.displays.lines import Line, LineTable


class ConventionsTable(LineTable):
    """A line a convention of review.yml. Columns show its `name` and its `text`."""

    SHOWS = ("name", "text")
    kind: Literal["conventions"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The conventions in the order written."""
        for key, text in data.evidence.review.conventions.items():
            name = key.replace("_", " ")
            yield "", {"name": name[:1].upper() + name[1:], "text": text}
