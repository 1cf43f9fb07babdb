"""Syntheses of the protocol, one a row: their size, both models, how far their cohorts differ."""

from __future__ import annotations

from itertools import groupby
from typing import Literal

from pydantic import Field

from analysis.review_data import ReviewData
from analysis.syntheses import Synthesis
from publishing.displays.specification import (
    ColumnHead,
    SynthesisName,
    TableSpecification,
    TermName,
)
from publishing.printing.cells import row_of, source_cell
from publishing.printing.cohort_names import value_cell
from publishing.printing.table import Cell, Table, cell_of, table_of
from publishing.tables.synthesis_figures import FIGURES

CLAIMS = {"first": "", "marginal": ".marginal", "second": ".second", "bayesian": ".bayesian",
          "prediction": ".prediction", "bayesian_prediction": ".bayesian.prediction",
          "i2": ".i2", "tau2": ".tau2", "cohorts": ".cohorts", "patients": ".patients"}  # fmt: skip
Part = Literal["title", "name", "source", "first", "marginal", "second", "bayesian", "prediction",
               "bayesian_prediction", "i2", "tau2", "cohorts", "patients"]  # fmt: skip


class SynthesisColumn(ColumnHead):
    """A column: what it shows of a synthesis, and what `then` stands beside it where there is.

    `title` is that of the protocol, `name` the title after its colon, `source` who pooled.
    `first` and `second` are the two models, `marginal` is the mean over cohorts by the first,
    `bayesian` the sensitivity analysis, `bayesian_prediction` where it expects a new cohort;
    `prediction`, `i2` and `tau2` belong to the first,
    `cohorts` and `patients` are its size; claims are printed in this `form`. `joined` is how the
    second part follows the first, with `{}` for it. `few` stands in the cell of a synthesis that
    is not pooled, with `{}` for its cohorts; `published` marks the column of the figures of other
    authors.
    """

    show: Part
    then: Part | None = None
    joined: str = "; {}"
    form: Literal["unmarked", "short", "plain", "n"] = "unmarked"
    few: str = ""
    published: bool = False

    @property
    def worded(self) -> bool:
        """Whether it has words, and no figure."""
        return self.show not in CLAIMS


class Syntheses(TableSpecification):
    """The syntheses in `ids`, or all of these `outcomes`, or all; in the order of the protocol.

    `claimed` leaves out those that no claim states. `group` puts them under their role, in the
    words of `roles`, or under the first half of their title. Figures are those of the claims
    or, for `figures: syntheses`, those of the synthesis itself. `published` names rows for what
    other authors pooled, by the list of each synthesis; `own` says that the others are ours.
    """

    kind: Literal["syntheses"]
    ids: tuple[SynthesisName, ...] = ()
    outcomes: tuple[TermName, ...] = ()
    claimed: bool = False
    group: Literal["title", "role"] = "title"
    roles: dict[str, str] = Field(default_factory=dict)
    figures: Literal["claims", "syntheses"] = "claims"
    published: str = ""
    own: str = ""
    columns: tuple[SynthesisColumn, ...]

    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""
        rows: list[tuple[str, list[Cell]]] = []
        for heading, found in groupby(self._chosen(data), self._heading):
            members = list(found)
            rows += [(heading, self._row(data, item)) for item in members]
            pooled = [name for item in members for name in item.definition.published]
            for reference in dict.fromkeys(pooled if self.published else ()):
                rows.append((heading, self._published(data, reference)))
        return table_of(
            self.id,
            [column.column() for column in self.columns],
            [row for _, row in rows],
            groups=[heading for heading, _ in rows],
            notes=self.noted(data),
        )

    def _chosen(self, data: ReviewData) -> list[Synthesis]:
        chosen = [
            item for name, item in data.syntheses.items()
            if (not self.ids or name in self.ids)
            and (not self.outcomes or item.definition.outcome in self.outcomes)
            and (not self.claimed or f"pooled.{name}" in data.ledger)
        ]  # fmt: skip
        if self.group == "role":
            chosen.sort(key=lambda item: list(self.roles).index(item.definition.role))
        return chosen

    def _heading(self, item: Synthesis) -> str:
        if self.group == "role":
            return self.roles[item.definition.role]
        return item.definition.title.partition(": ")[0]

    def _row(self, data: ReviewData, item: Synthesis) -> list[Cell]:
        name = item.definition.id
        pooled = self.figures == "syntheses" or f"pooled.{name}" in data.ledger
        return [
            self._cell(data, item, column) if pooled or column.worded else _few(item, column.few)
            for column in self.columns
        ]

    def _cell(self, data: ReviewData, item: Synthesis, column: SynthesisColumn) -> Cell:
        first = self._part(data, item, column.show, column.form)
        second = self._part(data, item, column.then, column.form) if column.then else Cell()
        if not second.text:
            return first
        before, _, after = column.joined.partition("{}")
        return cell_of(first, before, second, *filter(None, [after]))

    def _part(self, data: ReviewData, item: Synthesis, part: str, form: str) -> Cell:
        name = f"syntheses:{item.definition.id}"
        title = item.definition.title
        if part == "source":
            return Cell(self.own)
        if part not in CLAIMS:
            words = title if part == "title" else title.split(": ", 1)[-1]
            return Cell(words[:1].upper() + words[1:], row=name)
        if self.figures == "syntheses":
            return Cell(FIGURES[part](item), row=name)
        claim = f"pooled.{item.definition.id}{CLAIMS[part]}"
        if claim not in data.ledger:
            return Cell()
        return Cell(getattr(data.ledger[claim].forms, form), claim=claim)

    def _published(self, data: ReviewData, reference: str) -> list[Cell]:
        cited = source_cell(str(row_of(data, reference)["citekey"]))
        words = {"title": Cell(self.published), "name": Cell(self.published), "source": cited}
        return [
            value_cell(data, reference) if column.published else words.get(column.show, Cell())
            for column in self.columns
        ]


def _few(item: Synthesis, words: str) -> Cell:
    if not words:
        return Cell()
    text = words.replace("{}", str(len(item.overall.cohorts)))
    return Cell(text, row=f"syntheses:{item.definition.id}")
