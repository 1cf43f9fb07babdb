"""The flow of records: how many were considered, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from analysis.rounding import format_number
from publishing.displays.labels import Labelled, LabelledSpecification
from publishing.displays.specification import FigureSpecification
from publishing.figures.forest_drawing import WIDTH
from publishing.printing.cells import evidence_rows
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import FAINT, INK, PAPER, QUIET

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

    from analysis.review_data import ReviewData

TALL, FITTING = 4.1, 3  # inches, and the outcomes of one column that fit in them
TOP, FIRST, SECOND, HEIGHT, GAP = 0.91, 0.7, 0.5, 0.13, 0.03  # shares of that height and the width


class Box(Labelled):
    """Records that meet `where`, counted below a `label`."""

    label: str
    where: str

    def rows(self, display: Flow) -> tuple[str]:
        """The records."""
        return (f"{display.table}[{self.where}]",)


class Flow(LabelledSpecification, FigureSpecification):
    """A column a kind of record, in it the count of each outcome that a record of it has.

    `head` stands above all columns.
    """

    kind: Literal["flow"]
    table: str
    head: str
    columns: tuple[Box, ...]
    outcomes: tuple[Box, ...]

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing; it counts rows and prints none."""
        below = [self._outcomes(data, column) for column in self.columns]
        beyond = max(0, max(len(texts) for texts in below) - FITTING) * HEIGHT
        width = 0.99 / len(self.columns)
        drawing = blank_drawing(WIDTH, TALL * (1 + beyond))
        axes = drawing.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, 1), ylim=(-beyond, 1))
        axes.set_axis_off()
        _box(axes, 0.5, TOP, self.head, 0.96, FAINT)
        for at, (column, texts) in enumerate(zip(self.columns, below, strict=True)):
            x = 0.005 + (at + 0.5) * width
            _arrow(axes, x, TOP, FIRST)
            text = f"{column.label}\n{self._count(data, column.where)}"
            _box(axes, x, FIRST, text, width - GAP, PAPER)
            _arrow(axes, x, FIRST, SECOND)
            for place, words in enumerate(texts):  # one stack: each record is in one of them
                _box(axes, x, SECOND - place * HEIGHT, words, width - GAP, PAPER)
        return drawing, ()

    def _outcomes(self, data: ReviewData, column: Box) -> list[str]:
        """Words and count of every outcome that a record of this kind has."""
        counts = [(outcome.label, self._count(data, column.where, outcome.where))
                  for outcome in self.outcomes]  # fmt: skip
        return [f"{label}\n{count}" for label, count in counts if count != "0"]

    def _count(self, data: ReviewData, *conditions: str) -> str:
        rows = evidence_rows(data, f"{self.table}[{', '.join(conditions)}]")
        return format_number(len(rows), 0)


def _arrow(axes: Axes, x: float, upper: float, lower: float) -> None:
    ends = (x, lower + HEIGHT / 2), (x, upper - HEIGHT / 2)
    axes.annotate("", *ends, arrowprops={"arrowstyle": "->", "color": QUIET})


def _box(axes: Axes, x: float, y: float, text: str, breadth: float, fill: str) -> None:
    from matplotlib.patches import Rectangle

    corner = (x - breadth / 2, y - HEIGHT / 2)
    axes.add_patch(
        Rectangle(corner, breadth, HEIGHT, facecolor=fill, edgecolor=QUIET, linewidth=0.8)
    )
    axes.text(x, y, text, ha="center", va="center", color=INK, linespacing=1.5)
