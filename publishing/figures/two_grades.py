"""Two grades of one event side by side: a line a cohort, readable without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import model_validator

from publishing.displays.labels import Labelled, LabelledSpecification
from publishing.displays.specification import FigureSpecification, Part, Specification
from publishing.figures.drawn_rows import arm_title, hide_left, shown_text, value_of
from publishing.figures.forest_drawing import LINE, WIDTH
from publishing.printing.cells import measure_of
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import FAINT, FILL, INK, PAPER
from schemas.typed_yaml import WrongError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

    from analysis.review_data import ReviewData

MARKS = (("s", FILL, 0.14, 1.06), ("o", PAPER, -0.14, 1.28))  # sign, face, shift, place of the text


class GradePair(Labelled):
    """A line: its rows of the `first` and of the `second` grade, of which one may be missing."""

    single: ClassVar = True
    first: str = ""
    second: str = ""

    @model_validator(mode="after")
    def _has_rows(self) -> Self:
        if not self.first and not self.second:
            raise WrongError("has no row", "`first`, `second` or both", "name the rows it draws")
        return self

    def rows(self, display: Specification) -> tuple[str, str]:
        """Both rows."""
        return self.first, self.second


class Group(Part):
    """Lines below a `title`."""

    title: str
    lines: tuple[GradePair, ...]


class Band(Labelled):
    """A shaded range between the values of two rows, explained by `label`."""

    single: ClassVar = True
    label: str
    start: str
    end: str

    def rows(self, display: Specification) -> tuple[str, str]:
        """Both rows."""
        return self.start, self.end


class TwoGrades(LabelledSpecification, FigureSpecification):
    """`grades` explains squares and circles, `heads` stand above the texts beside them."""

    kind: Literal["two-grades"]
    grades: tuple[str, str]
    heads: tuple[str, str]
    xlabel: str
    band: Band | None = None
    groups: tuple[Group, ...]

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and its rows line by line."""
        count = sum(1 + len(group.lines) for group in self.groups)
        y = count
        height = LINE * (count + 1) + 1.05
        drawing = blank_drawing(WIDTH, height)
        axes = drawing.add_axes((0.36, 0.55 / height, 0.42, 1 - 1.05 / height))
        if self.band:
            ends = [value_of(data, row) for row in self.band.rows(self)]
            axes.axvspan(*ends, facecolor=FAINT, linewidth=0, label=self.band.label, zorder=0)
        for group in self.groups:
            _write(axes, -0.86, y, group.title, fontweight="semibold")
            for at, line in enumerate(group.lines):
                _draw_line(data, axes, y - at - 1, line)
            y -= 1 + len(group.lines)
        self._finish(axes, count)
        lines = [line for group in self.groups for line in group.lines]
        return drawing, tuple(row for line in lines for row in line.rows(self) if row)

    def _finish(self, axes: Axes, count: int) -> None:
        for (sign, face, _, x), name, head in zip(MARKS, self.grades, self.heads, strict=True):
            edge = FILL if face == FILL else INK
            axes.plot([], [], sign, markersize=6, markerfacecolor=face, markeredgecolor=edge,
                      label=name)  # fmt: skip
            _write(axes, x, count + 0.95, head, fontweight="semibold")
        axes.set(xlim=(0, 100), ylim=(0.3, count + 1.1))
        hide_left(axes)
        axes.set_xlabel(self.xlabel)
        axes.legend(loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=3, columnspacing=1.2)


def _write(axes: Axes, x: float, y: float, text: str, fontweight: str = "normal") -> None:
    axes.text(x, y, text, transform=axes.get_yaxis_transform(), va="center", fontsize=9,
              fontweight=fontweight)  # fmt: skip


def _draw_line(data: ReviewData, axes: Axes, y: float, line: GradePair) -> None:
    _write(axes, -0.86, y, arm_title(data, line.first or line.second, line.label))
    for row, (sign, face, shift, x) in zip((line.first, line.second), MARKS, strict=True):
        if not row:
            _write(axes, x, y, "–")
            continue
        measure = measure_of(data, row)
        if measure.lower is not None and measure.upper is not None:
            ends = [measure.lower, measure.upper]
            axes.plot(ends, [y + shift] * 2, color=INK, linewidth=0.9)
        axes.plot([value_of(data, row)], [y + shift], sign, markersize=5.5, markerfacecolor=face,
                  markeredgecolor=INK, markeredgewidth=0.8, zorder=3)  # fmt: skip
        _write(axes, x, y, shown_text(data, row, "share"))
