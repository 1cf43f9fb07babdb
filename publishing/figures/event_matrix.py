"""Adverse events by product and grade: a line an event, a bar a share, its count beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import model_validator

from analysis.selection import select_rows
from publishing.displays.labels import Labelled, LabelledSpecification
from publishing.displays.specification import FigureSpecification, Part, Specification
from publishing.figures.drawn_rows import Shown, shown_text, value_of
from publishing.figures.forest_drawing import WIDTH
from publishing.figures.product_marks import mark_of_product
from publishing.printing.cells import row_of
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import FAINT, INK, QUIET
from schemas.typed_yaml import WrongError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

    from analysis.review_data import ReviewData
    from schemas.evidence import Evidence

LINE, HEAD, FOOT = 0.36, 0.52, 0.24  # inches of a line, above the first and below the last
LEFT, GAP = 0.265, 0.012  # of the width: the names, and what parts two columns
TEXT, BAR, THICK = 0.17, -0.24, 0.15  # of a line: where words and bar stand, how high a bar is
OTHER = "*"  # beside a share that is counted in a grade not named first
FORMS: tuple[Shown, Shown] = ("share", "fraction")  # what stands above a bar


class Grade(Part):
    """A column of each product: its `title`, and the grades in it, the usual one first."""

    title: str
    of: tuple[str, ...]


class Product(Part):
    """Columns of one `product` below a `title`."""

    title: str
    product: str


class Event(Labelled):
    """A line: the rows of each product, in the order of the products; each finds its own grade."""

    label: str
    counts: tuple[tuple[str, ...], ...]

    def rows(self, display: Specification) -> tuple[str, ...]:
        """The rows of all products."""
        return tuple(row for rows in self.counts for row in rows)


class EventMatrix(LabelledSpecification, FigureSpecification):
    """A matrix: `events` by `products`, each in the columns of its `grades`; `missing` where none.

    `other` explains the sign beside a share counted in another grade than the first of its column.
    """

    kind: Literal["event-matrix"]
    draws: ClassVar[Literal["values"]] = "values"
    grades: tuple[Grade, ...]
    products: tuple[Product, ...]
    events: tuple[Event, ...]
    missing: str = "–"
    other: str = ""

    @model_validator(mode="after")
    def _rows_for_each_product(self) -> Self:
        for at, event in enumerate(self.events):
            if len(event.counts) != len(self.products):
                expected = f"{len(self.products)} lists of rows, one a product"
                raise WrongError(f"has {len(event.counts)}", expected, at=("events", at, "counts"))
        return self

    def names(self) -> Iterator[tuple[str, str]]:
        """The rows, what is told, and the products."""
        yield from super().names()
        yield from (("products", f"products:{one.product}") for one in self.products)

    def unclear(self, evidence: Evidence) -> Iterator[tuple[str, str]]:
        """Each row that no column holds, and each that stands where another one does."""
        yield from super().unclear(evidence)
        for at, event in enumerate(self.events, start=1):
            for rows in event.counts:
                taken: dict[int, str] = {}
                for name in rows:
                    (found,) = select_rows(evidence, name)
                    column = self.column_of(str(found.rows["grade"].iloc[0]))
                    place = f"events.{at}.counts"
                    if column is None:
                        yield place, f"no column of `grades` holds the grade of {name}"
                    elif column in taken:
                        yield place, f"{taken[column]} and {name} stand in one column"
                    else:
                        taken[column] = name

    def column_of(self, grade: str) -> int | None:
        """The column of a product in which a grade stands."""
        return next((at for at, column in enumerate(self.grades) if grade in column.of), None)

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and its rows event by event."""
        height = HEAD + LINE * len(self.events) + FOOT
        drawing = blank_drawing(WIDTH, height)
        room = (1 - LEFT) / (len(self.products) * len(self.grades))
        for at, product in enumerate(self.products):
            left = LEFT + at * room * len(self.grades)
            colour, _ = mark_of_product(data, product.product)
            drawing.text(left + GAP, 1 - 0.12 / height, product.title, fontsize=9.5,
                         fontweight="semibold", va="center", color=colour)  # fmt: skip
            for column, grade in enumerate(self.grades):
                place = (left + column * room + GAP, FOOT / height, room - 2 * GAP)
                axes = drawing.add_axes((*place, LINE * len(self.events) / height))
                self._frame(axes, grade.title)
                self._draw(data, axes, at, column, colour)
        for at, event in enumerate(self.events):
            y = height - HEAD - LINE * (at + 0.5)
            drawing.text(0, y / height, event.label, fontsize=9.5, va="center", color=INK)
        if self.other:
            drawing.text(LEFT + GAP, 0.06 / height, f"{OTHER} {self.other}", fontsize=8,
                         color=QUIET)  # fmt: skip
        return drawing, tuple(row for event in self.events for row in event.rows(self))

    def _frame(self, axes: Axes, title: str) -> None:
        axes.set(xlim=(0, 100), ylim=(0.5, len(self.events) + 0.5), xticks=[], yticks=[])
        axes.set_title(title, fontsize=8.5, loc="left", color=QUIET)
        for side in axes.spines.values():
            side.set_visible(False)

    def _draw(self, data: ReviewData, axes: Axes, product: int, column: int, colour: str) -> None:
        for at, event in enumerate(self.events):
            y = len(self.events) - at
            shown = [
                (row, grade)
                for row in event.counts[product]
                if self.column_of(grade := str(row_of(data, row)["grade"])) == column
            ]
            if not shown:
                axes.text(0, y + TEXT, self.missing, fontsize=9, va="center", color=QUIET)
            for row, grade in shown:
                other = OTHER if grade != self.grades[column].of[0] else ""
                axes.plot((0, 100), (y + BAR, y + BAR), color=FAINT, linewidth=72 * LINE * THICK,
                          solid_capstyle="butt", zorder=0)  # fmt: skip
                axes.barh(y + BAR, value_of(data, row), height=THICK, color=colour)
                axes.text(0, y + TEXT, shown_text(data, row, "share") + other, fontsize=9,
                          fontweight="semibold", va="center", color=INK)  # fmt: skip
                axes.text(100, y + TEXT, shown_text(data, row, "fraction"), fontsize=8,
                          ha="right", va="center", color=QUIET)  # fmt: skip
