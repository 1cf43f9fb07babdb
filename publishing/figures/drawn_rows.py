"""What kinds of figures share: which row is drawn, how it is named and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, Self

from pydantic import model_validator

from analysis.selection import SelectionError, select_rows
from publishing.displays.labels import Labelled, LabelledSpecification, references_of
from publishing.displays.specification import FigureSpecification
from publishing.printing.cells import forms_of, measure_of, row_of
from publishing.printing.cohort_names import short_name
from publishing.printing.row_values import percent_text, secondary_mark
from schemas.typed_yaml import WrongError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.review_data import ReviewData
    from schemas.evidence import Evidence

Shown = Literal["fraction", "count", "count and share", "share", "number"]


class DrawnSeries(Labelled):
    """A band, series or lane: the rows of one `arm`, or those that meet `where`, or both."""

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

    def rows(self, display: SeriesFigure) -> tuple[str, ...]:
        """Its arm, and the rows of the figure that it leaves."""
        return self.arm and f"arms:{self.arm}", display.select(self.condition)

    def title(self, data: ReviewData) -> str:
        """How it is named in the figure."""
        return self.label or short_name(data, self.arm)


class SeriesFigure(LabelledSpecification, FigureSpecification):
    """A figure of the rows of `table` that meet `where`, cut into bands, series or lanes.

    Of several `populations` the first that has a row is drawn.
    """

    table: str
    where: str = ""
    populations: tuple[str, ...] = ()

    def select(self, *conditions: str) -> str:
        """The selector of the rows that meet these conditions too."""
        return f"{self.table}[{', '.join(filter(None, (self.where, *conditions)))}]"

    def cells(self, evidence: Evidence) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Place and conditions of everything for which one row is drawn."""
        yield from ()

    def unclear(self, evidence: Evidence) -> Iterator[tuple[str, str]]:
        """Each place for which several rows are there."""
        yield from super().unclear(evidence)
        for place, conditions in self.cells(evidence):
            try:
                self.find(evidence, *conditions)
            except SelectionError as error:
                yield place, str(error)

    def find(self, evidence: Evidence, *conditions: str) -> str:
        """The one row that meets the conditions; empty where there is none."""
        for population in self.populations or ("",):
            selector = self.select(*conditions, population and f"population={population}")
            found = references_of(evidence, selector)
            if len(found) > 1:
                raise SelectionError(f"{selector} finds {', '.join(found)}")
            if found:
                return found[0]
        return ""


def only_row(data: ReviewData, selector: str) -> str:
    """The one row that a selector finds; SelectionError for none or many."""
    (selection,) = select_rows(data.evidence, selector)
    selection.only()
    return selection.references[0]


def arm_title(data: ReviewData, reference: str, label: str = "") -> str:
    """The label, or the name of the arm that a row belongs to."""
    return label or short_name(data, str(row_of(data, reference)["arm_id"]))


def value_of(data: ReviewData, reference: str) -> float:
    """Where a row is drawn."""
    return float(measure_of(data, reference).value or 0)


def shown_text(data: ReviewData, reference: str, shown: Shown) -> str:
    """What stands beside a row: 95/97, 95 of 97, 95 of 97 (97.9%), 97.9% or 97.9."""
    if shown == "number":
        return forms_of(data, reference).bare
    measure, row = measure_of(data, reference), row_of(data, reference)
    counted = measure.events is not None and measure.n is not None
    if shown == "fraction":
        return f"{measure.events}/{measure.n}" if counted else ""
    count = f"{measure.events} of {measure.n}" if counted else ""
    if shown == "count":
        return count
    share = percent_text(data, row, reference.partition(":")[0])
    if shown == "count and share" and count:
        share = f"{count} ({share})"
    return share + secondary_mark(row)


def name_lines(axes: Axes, titles: Sequence[str]) -> None:
    """Titles at the left of horizontal lines, from top to bottom."""
    axes.set_yticks([len(titles) - at for at in range(len(titles))], titles)
    axes.tick_params(axis="y", length=0)


def hide_left(axes: Axes) -> None:
    """No axis at the left, where texts name the lines."""
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
