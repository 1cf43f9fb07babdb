"""Claims as a table, outcomes down, what each says across; and conclusions with their rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from analysis.conclusions import EvaluatedConclusion, Verdict
from analysis.ledger import certainty_of, graded
from analysis.review_data import ReviewData
from publishing.displays.lines import Line, LineTable, ShownColumn, line
from publishing.displays.placeholders import claims_in, fill_cell
from publishing.displays.specification import Part
from publishing.printing.cells import claim_cell, source_cell
from publishing.printing.table import Cell, cell_of
from schemas.typed_yaml import WrongError

WRITTEN = ("cell", "certainty_words")


class ClaimsRow(Part):
    """One line. `cells` fills the columns that show `cell` or `sure`, in their order.

    A cell prints claims as `{claim}` or `{claim|form}`. `certainty` is the topic under which the
    certainty was judged, or several topics, each with the word that tells them apart.
    """

    cells: tuple[str, ...]
    certainty: str | dict[str, str] = Field(default_factory=dict)

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims of the line in the order of its cells, each once."""
        return tuple(dict.fromkeys(name for cell in self.cells for name in claims_in(cell)))

    @property
    def topics(self) -> Mapping[str, str]:
        """Each topic by the word that tells it apart."""
        return {"": self.certainty} if isinstance(self.certainty, str) else self.certainty

    def level(self, data: ReviewData) -> str:
        """The certainty: once where all topics have the same, else one by one."""
        levels = {name: graded(certainty_of(data.evidence, topic))
                  for name, topic in self.topics.items()}  # fmt: skip
        if len(set(levels.values())) <= 1:
            return "".join(set(levels.values()))
        return ", ".join(f"{level} ({name})" for name, level in levels.items())

    def certainty_words(self, data: ReviewData, text: str) -> Cell:
        """A text with how sure its claims are: once where it is the same, else one by one."""
        found = {data.ledger[claim].forms.certainty_words: claim for claim in self.claims}
        told = [
            part
            for name in found.values()
            for part in ("; ", claim_cell(data, name, "certainty_words"))
        ]
        return cell_of(f"{text}: ", *told[1:])


class ClaimsGroup(Part):
    """Lines under one heading."""

    title: str = ""
    rows: tuple[ClaimsRow, ...]


class ClaimsTable(LineTable):
    """Lines in groups. A column shows `cell` (as written), `sure`, `certainty` or `sources`.

    `sure` prints what is written and then how sure the claims of the line are. A line without
    topic has the word `unjudged`.
    """

    SHOWS = (*WRITTEN, "certainty", "sources")
    kind: Literal["claims"]
    groups: tuple[ClaimsGroup, ...]

    @model_validator(mode="after")
    def _fills_its_columns(self) -> Self:
        wanted = sum(column.show in WRITTEN for column in self.columns)
        for at, group in enumerate(self.groups):
            for number, row in enumerate(group.rows):
                if len(row.cells) != wanted:
                    what = f"has {len(row.cells)} cells"
                    place = ("groups", at, "rows", number, "cells")
                    raise WrongError(what, f"{wanted}, one a column that shows {WRITTEN}", at=place)
        return self

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The lines in the order written."""
        for group in self.groups:
            for row in group.rows:
                yield group.title, self._shown(data, row)

    def key(self, at: int, column: ShownColumn) -> str:
        """Columns that are written are told apart by their place."""
        return str(at) if column.show in WRITTEN else column.show

    def _shown(self, data: ReviewData, row: ClaimsRow) -> dict[str, Cell | str]:
        cited = (key for name in row.claims for key in data.ledger[name].citekeys)
        shown: dict[str, Cell | str] = {
            "certainty": row.level(data) or self.words.get("unjudged", ""),
            "sources": source_cell(*cited),
        }
        written = [(at, column) for at, column in enumerate(self.columns) if column.show in WRITTEN]
        for (at, column), text in zip(written, row.cells, strict=True):
            told = row.certainty_words if column.show == "certainty_words" else fill_cell
            shown[self.key(at, column)] = told(data, text)
        return shown

    def names(self) -> Iterator[tuple[str, str]]:
        """The claims that are printed and the topics whose certainty is told."""
        yield from super().names()
        for at, group in enumerate(self.groups, 1):
            for number, row in enumerate(group.rows, 1):
                place = f"groups.{at}.rows.{number}.certainty"
                yield from ((place, f"judgements[topic={name}]") for name in row.topics.values())


PREFIX = "conclusions"


class Conclusions(LineTable):
    """Every conclusion in the order of the protocol. Columns show `id`, `sentence` or `rule`."""

    SHOWS = ("id", "sentence", "rule")
    kind: Literal["conclusions"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """A line a conclusion."""
        for evaluated in data.ledger.conclusions:
            yield line(
                id=evaluated.id,
                sentence=sentence_cell(data, evaluated),
                rule=rule_cell(data, evaluated),
            )


def sentence_cell(data: ReviewData, evaluated: EvaluatedConclusion) -> Cell:
    """The sentence, its numbers as claims."""
    return fill_cell(data, f"{evaluated.conclusion.sentence}.")


def rule_cell(data: ReviewData, evaluated: EvaluatedConclusion) -> Cell:
    """The conditions one after the other, each with the claim it read."""
    parts: list[Cell | str] = []
    for verdict in evaluated.verdicts:
        parts += [*(["; "] if parts else []), *_condition(data, evaluated.id, verdict)]
    return cell_of(*parts)


def _condition(data: ReviewData, name: str, verdict: Verdict) -> list[Cell | str]:
    condition = verdict.condition
    text = Cell(condition.text, row=f"{PREFIX}:{name}")
    if condition.part in ("certainty", "words"):
        return [text]
    return [text, " (", claim_cell(data, condition.claim, "ci"), ")"]
