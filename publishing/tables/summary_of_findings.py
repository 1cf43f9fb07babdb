"""Summary of findings: what each topic amounts to, how certain it is, and what may be said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from analysis.certainty import Rating, TopicEvidence
from analysis.findings import amounts_of, is_benefit, word_finding
from analysis.registry import statistic_of
from analysis.review_data import ReviewData
from analysis.rounding import format_number
from publishing.displays.lines import Line, LineTable
from publishing.displays.specification import Part
from publishing.printing.analysis_cells import analysis_cell, ask, ratings_of
from publishing.printing.cells import citekeys_of, claim_cell, source_cell
from publishing.printing.cohort_names import value_cell
from publishing.printing.table import Cell

DIGITS = {"months": (1, " months"), "ratio": (2, ""), "points": (1, ""), "number": (1, "")}
"""Decimals of a result, and what follows it, by its unit; a percentage has none."""


class FindingRow(Part):
    """A line whose certainty nobody judged: its title and the rows of both arms.

    `said` stands where the other topics say what may be said.
    """

    title: str
    treated: str
    other: str = ""
    said: str = ""


class FindingGroup(Part):
    """The topics of one kind under a heading: all, or those that `benefit` and `start` choose.

    `rows` are lines written out, after the topics.
    """

    title: str
    topics: Literal["rate", "comparative", "none"] = "none"
    benefit: bool | None = None
    start: tuple[Literal["high", "moderate", "low", "very low"], ...] = ()
    rows: tuple[FindingRow, ...] = ()

    def holds(self, data: ReviewData, rating: Rating) -> bool:
        """Whether a topic stands in this group."""
        if rating.kind != self.topics or (self.start and rating.start not in self.start):
            return False
        return self.benefit in (None, is_benefit(data.evidence.review.certainty, rating))


class SummaryOfFindings(LineTable):
    """Topics in groups. Columns show `topic`, `patients`, `value`, `prediction`, `effect`,
    `absolute` (what a hazard ratio amounts to at the control arm's rate, by the claim that says
    so), `treated` and `other` (the arms), `level`, `said`, `sources`."""

    SHOWS = ("topic", "patients", "value", "prediction", "effect", "absolute", "treated", "other",
             "level", "said", "sources")  # fmt: skip
    WORDS = ("cohort", "cohorts")
    kind: Literal["summary-of-findings"]
    groups: tuple[FindingGroup, ...]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The groups, each with its topics in the order of the protocol."""
        ratings = rated(data, *(group.topics for group in self.groups))
        for group in self.groups:
            for rating in ratings:
                if group.holds(data, rating):
                    yield group.title, self._topic(data, rating)
            for row in group.rows:
                yield group.title, _written(data, row)

    def names(self) -> Iterator[tuple[str, str]]:
        """The rows that are written out."""
        yield from super().names()
        for at, group in enumerate(self.groups, 1):
            for line, row in enumerate(group.rows, 1):
                place = f"groups.{at}.rows.{line}"
                yield from ((place, name) for name in (row.treated, row.other) if name)

    def _topic(self, data: ReviewData, rating: Rating) -> dict[str, Cell | str]:
        compared = rating.kind == "comparative" and not (rating.body and rating.body.synthesis)
        shown = _comparison(data, rating) if compared else self._pooled(rating)
        return {
            "topic": cell(rating.topic.title, rating),
            "level": cell(rating.drafted, rating),
            "said": cell(word_finding(rating), rating),
            **shown,
        }

    def _pooled(self, rating: Rating) -> dict[str, Cell | str]:
        body = rating.body
        digits, unit = DIGITS.get(body.unit, (0, "")) if body else (0, "")
        value, interval, prediction = amounts_of(body, digits)
        told = f"{value}{unit} ({interval})" if interval else value
        return {
            "patients": cell(self._who(body) if body else rating.topic.note, rating),
            "value": cell(told, rating),
            "effect": cell(told, rating),
            "prediction": cell(prediction, rating),
            "sources": source_cell(*(body.citekeys if body else ())),
        }

    def _who(self, body: TopicEvidence) -> str:
        count = len(body.studies)
        cohorts = f"{count} {self.word('cohort' if count == 1 else 'cohorts')}"
        patients = "" if body.patients is None else f", {format_number(body.patients, 0)}"
        return f"{cohorts}{patients} {body.population.replace('_', '-')}".strip()


def _comparison(data: ReviewData, rating: Rating) -> dict[str, Cell | str]:
    topic = rating.topic
    arms = [value_cell(data, name) for name in topic.absolute] or [Cell(), Cell()]
    named = [name for name in (topic.evidence, *topic.absolute) if name]
    told = value_cell(data, topic.evidence) if topic.evidence else cell(topic.note, rating)
    sources = source_cell(*citekeys_of(data, *named))
    shown = {"absolute": _absolute(data, rating), "treated": arms[0], "other": arms[1]}
    return {"effect": told, "sources": sources, **shown}


def _absolute(data: ReviewData, rating: Rating) -> Cell:
    """The claim of the topic's hazard ratio at its control arm's rate; empty where none is made."""
    wanted = {f"{rating.topic.evidence} | {control}" for control in rating.topic.absolute[1:]}
    for record in data.ledger.records.values():
        if record.selector in wanted and statistic_of(record.statistic).compares:
            return claim_cell(data, record.id, "full")
    return Cell()


def _written(data: ReviewData, row: FindingRow) -> dict[str, Cell | str]:
    return {
        "topic": row.title,
        "treated": value_cell(data, row.treated),
        "other": value_cell(data, row.other),
        "said": row.said,
        "sources": source_cell(*citekeys_of(data, row.treated, row.other)),
    }


def cell(text: str, rating: Rating) -> Cell:
    """A cell that prints a figure or words of a topic."""
    return analysis_cell(text, f"certainty.{rating.topic.topic}")


def rated(data: ReviewData, *kinds: str) -> Sequence[Rating]:
    """Ratings of these kinds, or all; the evidence rows of each are asked for."""
    found = [rating for rating in ratings_of(data.analyses) if not kinds or rating.kind in kinds]
    ask(data, *(f"certainty.{rating.topic.topic}" for rating in found))
    return found
