"""What kinds of figures share: which row is drawn, how it is named and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, Self

from pydantic import model_validator

from analysis.selection import SelectionError, select_rows
from publishing.cells import evidence_rows, forms_of, measure_of, row_of
from publishing.cohorts import short_name
from publishing.displays.specification import FigureSpecification, Part
from publishing.shares import mark_of, percent_text
from schemas.typed_yaml import WrongError

if TYPE_CHECKING:
    from publishing.workbench import Workbench

Shown = Literal["fraction", "count", "count and share", "share", "number"]


class Cut(Part):
    """A band, series or lane: the rows of one `arm`, or those that meet `where`, or both.

    `label` names it; without one it bears the name of its arm.
    """

    label: str = ""
    arm: str = ""
    where: str = ""

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if not self.label and not self.arm:
            raise WrongError("has no name", "a label, or an arm that has one", "add `label:`")
        return self

    @property
    def condition(self) -> str:
        """What a row must meet, as a selector says it."""
        return ", ".join(filter(None, (self.arm and f"arm_id={self.arm}", self.where)))

    def title(self, bench: Workbench) -> str:
        """How it is named in the figure."""
        return self.label or short_name(bench, self.arm)


class CutFigure(FigureSpecification):
    """A figure of the rows of `table` that meet `where`, cut into bands, series or lanes.

    Of several `populations` the first that has a row is drawn.
    """

    table: str
    where: str = ""
    populations: tuple[str, ...] = ()

    def cuts(self) -> Iterator[tuple[str, Cut]]:
        """Place and cut of all bands, series or lanes; a kind that has any says which."""
        yield from ()

    def select(self, *conditions: str) -> str:
        """The selector of the rows that meet these conditions too."""
        return f"{self.table}[{', '.join(filter(None, (self.where, *conditions)))}]"

    def find(self, bench: Workbench, *conditions: str) -> str:
        """The one row that meets the conditions; empty where there is none."""
        for population in self.populations or ("",):
            selector = self.select(*conditions, population and f"population={population}")
            found = [reference for reference, _ in evidence_rows(bench, selector)]
            if len(found) > 1:
                raise SelectionError(
                    f"{self.id}: {selector} finds {', '.join(found)}; one is drawn"
                )
            if found:
                return found[0]
        return ""

    def names(self) -> Iterator[tuple[str, str]]:
        """What is cited or told, each arm, and the rows of each cut."""
        yield from super().names()
        yield from ((place, f"arms:{cut.arm}") for place, cut in self.cuts() if cut.arm)
        yield from ((place, self.select(cut.condition)) for place, cut in self.cuts())

    def labels(self) -> Iterator[tuple[str, str, str]]:
        """Each label that replaces the name of an arm."""
        for place, cut in self.cuts():
            if cut.arm and cut.label:
                yield f"{place}.label", cut.label, f"arms:{cut.arm}"


def only_row(bench: Workbench, selector: str) -> str:
    """The one row that a selector finds; SelectionError for none or many."""
    (selection,) = select_rows(bench.evidence, selector)
    selection.only()
    return selection.references[0]


def arm_title(bench: Workbench, reference: str, label: str = "") -> str:
    """The label, or the name of the arm that a row belongs to."""
    return label or short_name(bench, str(row_of(bench, reference)["arm_id"]))


def value_of(bench: Workbench, reference: str) -> float:
    """Where a row is drawn."""
    return float(measure_of(bench, reference).value or 0)


def shown_text(bench: Workbench, reference: str, shown: Shown) -> str:
    """What stands beside a row: 95/97, 95 of 97, 95 of 97 (97.9%), 97.9% or 97.9."""
    if shown == "number":
        return forms_of(bench, reference).bare
    measure, row = measure_of(bench, reference), row_of(bench, reference)
    counted = measure.events is not None and measure.n is not None
    if shown == "fraction":
        return f"{measure.events}/{measure.n}" if counted else ""
    count = f"{measure.events} of {measure.n}" if counted else ""
    if shown == "count":
        return count
    share = percent_text(bench, row, reference.partition(":")[0])
    if shown == "count and share" and count:
        share = f"{count} ({share})"
    return share + mark_of(row)


def listed(references: Sequence[str]) -> tuple[str, ...]:
    """The rows that are there."""
    return tuple(reference for reference in references if reference)
