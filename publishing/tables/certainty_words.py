"""The words of each level of certainty: those for patients beside those for clinicians."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.certainty_wording import LEVELS, MARKERS
from analysis.natural import plain_words
from analysis.review_data import ReviewData
from publishing.displays.lines import Line, LineTable


class CertaintyWords(LineTable):
    """A line a level, highest first. Columns show `phrase` (plain language), `level` or `marker`.

    The word `unmarked` stands where a level has no marker.
    """

    SHOWS = ("phrase", "level", "marker")
    WORDS = ("unmarked",)
    kind: Literal["certainty-words"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The lines, highest level first."""
        phrases = plain_words(data.evidence).certainty
        for level in reversed(LEVELS):
            marker = MARKERS[level] or self.word("unmarked")
            yield "", {"phrase": phrases[level], "level": level, "marker": marker}
