"""Results that are named one by one: a row names the evidence behind each of its columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from analysis.measures import label_of
from analysis.review_data import ReviewData
from analysis.rounding import format_number
from publishing.displays.specification import ColumnHead, Part, TableSpecification
from publishing.printing.cells import citekeys_of, forms_of, misfit, row_of, source_cell
from publishing.printing.cohort_names import follow_up_cell, printed_format
from publishing.printing.table import Cell, Table, cell_of
from schemas.evidence import Evidence
from schemas.typed_yaml import WrongError

FORMAT = r"^((percent|months|days|points|ratio|number)[0-9])?$"


class ResultColumn(ColumnHead):
    """A column: the results of a row under the name `result`, or what `show` says of the row.

    A result is printed in this `form`, by default value and interval, and in this `format`, by
    default as fine as printed in the source; several are `joined`. Its `time` stands before each
    (`18 months: 81%`) or after the last one (`81% at 18 months`).
    Of the first result of a row, `follow-up` is its median follow-up, `adjusted` what it is
    adjusted for (or the word `none`), and `measure` its endpoint and, in these `words`, its
    measure. `linked` lets the label lead to it.
    """

    show: Literal["result", "label", "follow-up", "adjusted", "measure", "sources"] = "result"
    result: str = ""
    form: Literal["short", "ci", "full", "plain", "n"] = "short"
    format: str = Field(default="", pattern=FORMAT)
    time: Literal["none", "before", "after"] = "none"
    joined: str = "; "
    none: str = ""
    words: dict[str, str] = Field(default_factory=dict)
    linked: bool = False


class ResultRow(Part):
    """A row: its label, and a `table:row` of the evidence (or several) for each result."""

    label: str = ""
    results: dict[str, str | tuple[str, ...]] = Field(min_length=1)

    def of(self, result: str) -> tuple[str, ...]:
        """The evidence rows under one name."""
        found = self.results.get(result, ())
        return (found,) if isinstance(found, str) else found

    @property
    def all(self) -> tuple[str, ...]:
        """All evidence rows in the order written."""
        return tuple(reference for name in self.results for reference in self.of(name))


class ResultGroup(Part):
    """Rows under one heading."""

    title: str = ""
    rows: tuple[ResultRow, ...]


class Results(TableSpecification):
    """Rows in groups, as written."""

    kind: Literal["results"]
    groups: tuple[ResultGroup, ...]
    columns: tuple[ResultColumn, ...]

    @model_validator(mode="after")
    def _has_a_column_for_each(self) -> Self:
        known = [column.result for column in self.columns if column.show == "result"]
        for at, group in enumerate(self.groups):
            for line, row in enumerate(group.rows):
                for name in row.results:
                    if name not in known:
                        place = ("groups", at, "rows", line, "results", name)
                        raise WrongError("no column prints it", f"one of {', '.join(known)}",
                                         at=place)  # fmt: skip
        return self

    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""
        plan = [(group.title, row) for group in self.groups for row in group.rows]
        rows = [[_cell(data, column, row) for column in self.columns] for _, row in plan]
        return self.filled(data, self.columns, rows, [title for title, _ in plan])

    def names(self) -> Iterator[tuple[str, str]]:
        """Claims and the evidence rows."""
        yield from super().names()
        for at, group in enumerate(self.groups, 1):
            for line, row in enumerate(group.rows, 1):
                place = f"groups.{at}.rows.{line}.results"
                for name in row.results:
                    yield from ((f"{place}.{name}", reference) for reference in row.of(name))

    def misfits(self, evidence: Evidence) -> Iterator[tuple[str, str]]:
        """The format of each column, for each row that it prints."""
        rows = [row for group in self.groups for row in group.rows]
        for at, column in enumerate(self.columns, 1):
            for reference in [one for row in rows for one in row.of(column.result)]:
                if column.format and (wrong := misfit(evidence, reference, column.format)):
                    yield f"columns.{at}.format", wrong

    def labels(self) -> Iterator[tuple[str, str, str]]:
        """Each label, with every evidence row of its line."""
        for at, group in enumerate(self.groups, 1):
            for line, row in enumerate(group.rows, 1):
                if row.label:
                    yield f"groups.{at}.rows.{line}.label", row.label, " | ".join(row.all)


def _cell(data: ReviewData, column: ResultColumn, row: ResultRow) -> Cell:
    if column.show == "result":
        return _results_cell(data, column, row.of(column.result))
    if column.show == "label":
        return Cell(row.label, row=row.all[0] if column.linked else "")
    if column.show == "sources":
        return source_cell(*citekeys_of(data, *row.all))
    if column.show == "follow-up":
        return follow_up_cell(data, row.all[0])
    first = row_of(data, row.all[0])
    if column.show == "adjusted":
        return Cell(str(first["adjusted"] or column.none))
    measure = str(first["measure"])
    endpoint = label_of(data.evidence, "endpoint", str(first["endpoint"]))
    return Cell(f"{endpoint}, {column.words.get(measure, measure)}")


def _results_cell(data: ReviewData, column: ResultColumn, references: tuple[str, ...]) -> Cell:
    parts: list[Cell | str] = []
    for reference in references:
        text = _text(data, column, reference)
        if column.time == "after" and reference == references[-1]:
            text += f" at {_time(data, reference)}" if _time(data, reference) else ""
        if column.time == "before":
            text = (
                f"{_time(data, reference)}: {text}" if _time(data, reference) else f"median {text}"
            )
        parts += [column.joined] if parts else []
        parts.append(Cell(text, row=reference))
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Cell) else cell_of(*parts)


def _text(data: ReviewData, column: ResultColumn, reference: str) -> str:
    name = column.format or printed_format(data, reference)
    text: str = getattr(forms_of(data, reference, name), column.form)
    return text


def _time(data: ReviewData, reference: str) -> str:
    months = row_of(data, reference).get("time_months")
    return f"{format_number(months, 0)} months" if months else ""
