"""Syntheses of the protocol, one a row: their size, both models, how far their cohorts differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Literal

from pydantic import Field

from analysis.cohorts import UNITS
from analysis.pooling import Pooled
from analysis.review_data import ReviewData
from analysis.rounding import fit_digits, format_number
from analysis.syntheses import Synthesis
from analysis.wording import format_end
from publishing.displays.specification import (
    ColumnHead,
    SynthesisName,
    TableSpecification,
    TermName,
)
from publishing.printing.cells import row_of, source_cell
from publishing.printing.cohort_names import value_cell
from publishing.printing.table import Cell, Table, cell_of


def _patients(item: Synthesis) -> str:
    sizes = [cohort.n for cohort in item.overall.cohorts]
    return "" if None in sizes else format_number(sum(filter(None, sizes)), 0)


def _digits(item: Synthesis) -> int:
    return 2 if UNITS[item.definition.measure] == "ratio" else 1


def _interval(item: Synthesis, pooled: Pooled | None) -> str:
    if pooled is None:
        return ""
    unit = "%" if UNITS[item.definition.measure] == "percent" else ""
    return _figure(item, unit, pooled.value, pooled.lower, pooled.upper)


def _figure(
    item: Synthesis, unit: str, value: float, lower: float | None, upper: float | None
) -> str:
    digits = fit_digits(_digits(item), value, (lower, upper), percent=unit == "%")
    shown = f"{format_number(value, digits)}{unit}"
    if lower is None or upper is None:
        return shown
    return f"{shown} ({format_number(lower, digits)} to {format_number(upper, digits)})"


def _marginal(item: Synthesis) -> str:
    first = item.overall.first
    return "" if first is None or first.marginal is None else _figure(item, "%", *first.marginal)


def _prediction(item: Synthesis, pooled: Pooled | None) -> str:
    if pooled is None or pooled.prediction_lower is None or pooled.prediction_upper is None:
        return ""
    limits = (pooled.prediction_lower, pooled.prediction_upper)
    if UNITS[item.definition.measure] == "percent":
        return " to ".join(format_end(limit, _digits(item)) for limit in limits)
    return " to ".join(format_number(limit, _digits(item)) for limit in limits)


def _i2(item: Synthesis) -> str:
    first = item.overall.first
    return "" if first is None or first.i2 is None else f"{format_number(first.i2, 0)}%"


def _tau2(item: Synthesis) -> str:
    return "" if item.overall.first is None else format_number(item.overall.first.tau2, 2)


FIGURES: Mapping[str, Callable[[Synthesis], str]] = {
    "cohorts": lambda item: str(len(item.overall.cohorts)),
    "patients": _patients,
    "first": lambda item: _interval(item, item.overall.first),
    "marginal": _marginal,
    "bayesian": lambda item: _interval(item, item.overall.bayesian),
    "second": lambda item: _interval(item, item.overall.second),
    "prediction": lambda item: _prediction(item, item.overall.first),
    "bayesian_prediction": lambda item: _prediction(item, item.overall.bayesian),
    "i2": _i2,
    "tau2": _tau2,
}


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
        headings = [heading for heading, _ in rows]
        return self.filled(data, self.columns, [row for _, row in rows], headings)

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
