"""Certainty: topics by their domains, the written thresholds, and the words of each level."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.certainty import DOMAINS
from analysis.certainty_wording import LEVELS, MARKERS
from analysis.measures import label_of
from analysis.natural import plain_words
from analysis.review_data import ReviewData
from publishing.displays.lines import Line, LineTable, line
from publishing.printing.analysis_cells import analysis_cell, ratings_of
from publishing.tables.summary_of_findings import cell, rated
from schemas.certainty import Thresholds
from schemas.rounding import significant


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
