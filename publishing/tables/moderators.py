"""Subgroups and regressions: whether syntheses differ by what their cohorts are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.moderators import Comparison, Level
from analysis.review_data import ReviewData
from analysis.robustness_measures import format_p
from analysis.rounding import format_number
from publishing.displays.lines import Line, LineTable
from publishing.displays.specification import SynthesisName
from publishing.printing.analysis_cells import amount_of, analysis_cell, ask, unit_of
from publishing.printing.cells import citekeys_of, source_cell
from publishing.printing.cohort_names import value_cell
from publishing.printing.table import Cell
from schemas.robustness import RegressionDefinition


class Subgroups(LineTable):
    """Every subgroup analysis of the protocol, a group an analysis.

    Columns show `level`, `cohorts`, `patients`, `first` and `second` (the pooled value by each
    model) and `test`. Groups of one cohort are only counted: `alone` says so, with `$number`.
    Last come the published figures of the `published` syntheses, under the word `published`.
    """

    SHOWS = ("level", "cohorts", "patients", "first", "second", "test")
    WORDS = ("alone $number", "published")
    kind: Literal["subgroups"]
    published: tuple[SynthesisName, ...] = ()

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The analyses of the protocol, then the published figures."""
        for definition in data.evidence.review.robustness.subgroups:
            key = f"subgroups.{definition.id}"
            ask(data, key)
            comparison = data.analyses.comparison(definition.id)
            kept = _kept(comparison)
            unit = unit_of(data.syntheses[definition.syntheses[0]])
            for at, level in enumerate(kept):
                yield definition.title, _line(key, level, unit, "" if at else _verdict(comparison))
            if alone := len(comparison.levels) - len(kept):
                told = analysis_cell(self.word("alone", number=alone), key)
                yield definition.title, {"level": told}
        for name in self.published:
            yield from ((self.word("published"), line) for line in _published(data, name))


def _kept(comparison: Comparison) -> list[Level]:
    """All groups that the protocol names; else those of two cohorts or more."""
    if comparison.definition.groups:
        return list(comparison.levels)
    return [level for level in comparison.levels if len(level.cohorts) > 1]


def _verdict(comparison: Comparison) -> str:
    p_value = comparison.p_value
    return comparison.reason if p_value is None else f"p = {format_p(p_value)}"


def _line(key: str, level: Level, unit: str, verdict: str) -> dict[str, Cell]:
    texts = {
        "level": level.name,
        "cohorts": str(len(level.cohorts)),
        "patients": format_number(level.patients, 0),
        "first": "" if level.first is None else amount_of(unit, *level.first),
        "second": "" if level.second is None else amount_of(unit, *level.second),
        "test": verdict,
    }
    return {what: analysis_cell(text, f"{key}/{level.name}") for what, text in texts.items()}


def _published(data: ReviewData, name: str) -> Iterator[dict[str, Cell | str]]:
    definition = data.syntheses[name].definition
    for reference in definition.published:
        yield {
            "level": definition.title.partition(": ")[0],
            "first": value_cell(data, reference),
            "test": source_cell(*citekeys_of(data, reference)),
        }


class Regressions(LineTable):
    """A line an analysis. Columns show `analysis`, `cohorts`, `missing`, `slope`, `p`, `share`.

    `missing` counts the cohorts that cannot enter; where nothing could be fitted `slope` says
    why; `share` is the part of the variance that is explained.
    """

    SHOWS = ("analysis", "cohorts", "missing", "slope", "p", "share")
    kind: Literal["regressions"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The analyses in the order of the protocol."""
        for definition in data.evidence.review.robustness.regressions:
            yield "", _regression(data, definition)


def _regression(data: ReviewData, definition: RegressionDefinition) -> dict[str, Cell | str]:
    name, key = definition.id, f"regression.{definition.id}"
    ask(data, key)
    found = data.analyses.regression(name)
    line: dict[str, Cell | str] = {
        "analysis": definition.title,
        "cohorts": analysis_cell(str(len(found.cohorts)), key),
        "missing": analysis_cell(str(found.missing), key),
    }
    if found.fit is None:
        return {**line, "slope": analysis_cell(found.reason, key)}
    slope, p = data.ledger[f"slope.{name}"], data.ledger[f"slope-p.{name}"]
    share = "" if found.fit.r2 is None else f"{format_number(found.fit.r2, 0)}%"
    return {
        **line,
        "slope": Cell(slope.forms.ci, claim=slope.id),
        "p": Cell(p.forms.plain, claim=p.id),
        "share": analysis_cell(share, key),
    }
