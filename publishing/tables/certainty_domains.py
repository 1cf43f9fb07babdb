"""Domains of certainty, topic by topic: as drafted, as computed, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.certainty import DOMAINS
from analysis.review_data import ReviewData
from publishing.displays.lines import Line, LineTable, line
from publishing.printing.analysis_cells import ratings_of
from publishing.tables.summary_of_findings import cell, rated


class _Domains(LineTable):
    """Topics by their domains."""

    def stands_on(self, data: ReviewData) -> Iterator[str]:
        """Evidence rows whose figures decide what is computed of the topics."""
        for rating in rated(data):
            yield from rating.body.rows if rating.body is not None else ()


class CertaintyDomains(_Domains):
    """A topic a group of two lines. Columns show `basis`, a domain by its name, or `level`.

    Topics whose drafted level is another than the computed one come first, marked `apart`.
    `words` hold `drafted`, `computed`, `start` and `apart`, shorter words for judgements, and a
    note on topics whose drafted level is not what their drafted domains add up to: `departing`,
    or `agreeing` where there are none. It comes before the last of the other notes.
    """

    SHOWS = ("basis", *DOMAINS, "level")
    WORDS = ("drafted", "computed", "start", "apart", "departing $topics", "agreeing")
    kind: Literal["certainty-domains"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """Each topic as drafted, then as computed where there is something to compute from."""
        for rating in sorted(rated(data), key=lambda rating: not rating.departs):
            mark = f"; {self.word('apart')}" if rating.departs else ""
            group = f"{rating.topic.title} ({self.word('start')} {rating.start}{mark})"
            drafted = {name: rating.drafts[name].judgement for name in DOMAINS}
            yield group, self._line("drafted", drafted, rating.drafted)
            if rating.body is not None:
                computed = {item.domain: item.judgement for item in rating.suggestions}
                yield group, self._line("computed", computed, rating.suggested)

    def _line(self, basis: str, judged: dict[str, str], level: str) -> dict[str, str]:
        shown = {name: self.word(judgement) for name, judgement in judged.items()}
        return {"basis": self.word(basis), **shown, "level": level}

    def noted(self, data: ReviewData) -> tuple[str, ...]:
        """The notes, with the one on drafts that do not add up."""
        ratings = ratings_of(data.analyses)
        topics = [rating.topic.title for rating in ratings if rating.implied != rating.drafted]
        departing = self.word("departing", topics="; ".join(topics))
        told = departing if topics else self.word("agreeing")
        notes = super().noted(data)
        return (*notes[:-1], told, *notes[-1:])


class CertaintyOverrides(_Domains):
    """Where a draft departs from what is computed, topics whose levels part first.

    Columns show `domain`, `computed`, `drafted`. `words` name the domains.
    """

    SHOWS = ("domain", "computed", "drafted")
    WORDS = DOMAINS
    kind: Literal["certainty-overrides"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """A line a departure, with both reasons."""
        for rating in sorted(rated(data), key=lambda rating: not rating.departs):
            for computed, draft in rating.overrides:
                yield line(
                    rating.topic.title,
                    domain=self.word(computed.domain),
                    computed=cell(f"{computed.judgement}: {computed.reason}", rating),
                    drafted=cell(f"{draft.judgement}: {draft.reason}", rating),
                )
