"""Claims as points with their intervals, several a line: benefit and harm on one scale."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, model_validator

from publishing.displays.specification import FigureSpecification, Part
from publishing.figures.drawn_rows import hide_left
from publishing.figures.product_marks import mark_of_product
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import INK, QUIET
from schemas.typed_yaml import WrongError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

    from analysis.ledger import Record
    from analysis.review_data import ReviewData

LINE = 0.33  # inches a line
APART = 0.17  # between the points of a line, in lines
OTHER = (QUIET, "*")


class ClaimsLine(Part):
    """A line: its label, and a claim a series; an empty one has no point."""

    label: str
    claims: tuple[str, ...]


class ClaimsGroup(Part):
    """Lines below a title."""

    title: str
    lines: tuple[ClaimsLine, ...]


class Series(Part):
    """What a point of each line stands for: the `label`, and the product that gives its mark.

    A series without a product, such as other care, has a quiet mark of its own.
    """

    label: str
    product: str = ""

    def mark(self, data: ReviewData) -> tuple[str, str]:
        """Its colour and symbol."""
        return mark_of_product(data, self.product) if self.product else OTHER


class ClaimsBeside(FigureSpecification):
    """A point a series on each line, with its interval; values stand at the right.

    `width` is that of the drawing in inches, `left` the part of it that the words take.
    """

    kind: Literal["claims-beside"]
    draws: ClassVar = "intervals"
    series: tuple[Series, ...]
    groups: tuple[ClaimsGroup, ...]
    xlabel: str
    limits: tuple[float, float] = (0, 100)
    width: float = Field(default=7.2, ge=3, le=7.2)
    left: float = Field(default=0.36, gt=0, lt=0.7)

    @model_validator(mode="after")
    def _a_claim_a_series(self) -> Self:
        for at, group in enumerate(self.groups):
            for number, line in enumerate(group.lines):
                if len(line.claims) != len(self.series):
                    place = ("groups", at, "lines", number, "claims")
                    what = f"has {len(line.claims)} claims"
                    raise WrongError(what, f"{len(self.series)}, one a series", at=place)
        return self

    def names(self) -> Iterator[tuple[str, str]]:
        """The claims that are drawn or told, and the products."""
        yield from super().names()
        products = (series.product for series in self.series)
        yield from (("series", f"products:{name}") for name in products if name)
        for group in self.groups:
            for line in group.lines:
                yield from (("groups", f"claims:{name}") for name in line.claims if name)

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and the rows of its claims line by line."""
        count = sum(1 + len(group.lines) for group in self.groups)
        height = LINE * count + 0.95
        drawing = blank_drawing(self.width, height)
        axes = drawing.add_axes((self.left, 0.48 / height, 0.96 - self.left, 1 - 0.8 / height))
        y = count
        for group in self.groups:
            _name(axes, y, group.title, self.left, bold=True)
            for at, line in enumerate(group.lines, start=1):
                _name(axes, y - at, line.label, self.left)
                self._draw(data, axes, y - at, line)
            y -= 1 + len(group.lines)
        self._finish(data, axes, count)
        shown = [name for group in self.groups for line in group.lines for name in line.claims]
        return drawing, tuple(row for name in shown if name for row in data.ledger[name].rows)

    def _draw(self, data: ReviewData, axes: Axes, y: float, line: ClaimsLine) -> None:
        beside = zip(line.claims, self.series, strict=True)
        points = [(data.ledger[name], series.mark(data)) for name, series in beside if name]
        for at, (record, mark) in enumerate(points):
            place = y + ((len(points) - 1) / 2 - at) * 2 * APART
            _point(axes, place, record, mark, self.limits[1])

    def _finish(self, data: ReviewData, axes: Axes, count: int) -> None:
        for series in self.series:
            colour, symbol = series.mark(data)
            axes.plot([], [], symbol, color=colour, markersize=6, label=series.label)
        axes.set(xlim=self.limits, ylim=(0.4, count + 0.6))
        hide_left(axes)
        axes.set_xlabel(self.xlabel)
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(self.series),
                    columnspacing=1.2, handletextpad=0.3, borderaxespad=0.1)  # fmt: skip


def _name(axes: Axes, y: float, text: str, labels: float, *, bold: bool = False) -> None:
    left = -labels / (0.96 - labels)
    axes.text(left, y, text, transform=axes.get_yaxis_transform(), va="center", fontsize=9.5,
              fontweight="semibold" if bold else "normal", color=INK)  # fmt: skip


def _point(axes: Axes, y: float, record: Record, mark: tuple[str, str], last: float) -> None:
    """A point with its interval and its value: at the right, or at the left where that is full."""
    colour, symbol = mark
    value = float(record.value or 0)
    ends = (value, value)
    if record.lower is not None and record.upper is not None:
        ends = (record.lower, record.upper)
        axes.plot(ends, [y, y], color=colour, linewidth=1.4, zorder=2)
    axes.plot([value], [y], symbol, color=colour, markersize=5.5, zorder=3)
    right = ends[1] < 0.88 * last
    axes.annotate(
        record.forms.plain, (ends[right], y), xytext=(5 if right else -5, 0), color=INK,
        textcoords="offset points", fontsize=8.5, ha="left" if right else "right", va="center",
    )  # fmt: skip
