"""Forest plots as journals print them: columns of words, then the plot, cut to its data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pydantic import model_validator

from analysis.rounding import format_number
from analysis.wording import SECONDARY_MARK
from analysis.words import say
from publishing.displays.specification import Part
from publishing.printing.figure import blank_drawing, in_style, text_width
from publishing.printing.palette import FILL, INK, PAPER, QUIET, SOFT
from schemas.rounding import significant
from schemas.typed_yaml import WrongError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing
    from matplotlib.ticker import MaxNLocator

WIDTH = 7.2  # inches: the text width of both outputs
LINE = 0.215  # inches a row
APART = 0.2  # inches between two columns
ROOM = 0.02  # of the axis, beyond its first and last mark
FARTHEST = 10  # times the outermost value: a limit beyond is told by an arrow
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


class Axis(Part):
    """The scale beside the lines: its title, its ends, and a dotted line at `reference`.

    Without `limits` it is cut to what is drawn. `ticks` stand in place of the usual steps.
    """

    title: str
    limits: tuple[float, float] | None = None
    logarithmic: bool = False
    reference: float | None = None
    ticks: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _runs_upwards(self) -> Axis:
        if self.limits is None:
            return self
        low, high = self.limits
        if low >= high:
            raise WrongError("the scale has no length", "the lower limit before the upper one")
        if self.logarithmic and low <= 0:
            raise WrongError("a logarithmic scale has no zero", "limits above 0")
        if beyond := [tick for tick in self.ticks if not low <= tick <= high]:
            what = f"the scale has no place for the tick {significant(beyond[0])}"
            raise WrongError(what, "ticks within the limits")
        return self


class ForestHeadings(Part):
    """What stands above the columns: the count, the value with its interval, and the weight."""

    count: str = ""
    value: str = ""
    weight: str = ""


@dataclass(frozen=True)
class Estimate:
    """One line of a forest plot. `kind` is cohort, pooled, published, prediction, heading or note.

    Between `label` and mark stand `count`, `text` and `share`; `weight`, 0 to 1, is the size of
    the mark, whose colour and symbol are `mark`.
    """

    label: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    text: str = ""
    count: str = ""
    share: str = ""
    kind: str = "cohort"
    weight: float = 1.0
    mark: tuple[str, str] = (FILL, "s")
    secondary: bool = False

    @property
    def name(self) -> str:
        """The label, with its mark where the source is a secondary one."""
        return self.label + (SECONDARY_MARK if self.secondary else "")

    @property
    def face(self) -> str:
        """How heavy its words are."""
        return "semibold" if self.kind in ("heading", "pooled") else "normal"


@dataclass(frozen=True)
class Columns:
    """Where the columns end or begin, and the plot begins, in inches from the left."""

    count: float
    text: float
    share: float
    plot: float


def draw_forest(estimates: Sequence[Estimate], axis: Axis, heads: ForestHeadings) -> Drawing:
    """Draw the estimates from top to bottom; values on the scale of the axis."""
    head = Estimate("", text=heads.value, count=heads.count, share=heads.weight, kind="heading")
    with in_style():
        height = LINE * (len(estimates) + 1) + 0.75
        columns = _columns([head, *estimates])
        drawing = blank_drawing(WIDTH, height)
        left = columns.plot / WIDTH
        axes = drawing.add_axes((left, 0.55 / height, 0.985 - left, 1 - 0.85 / height))
        limits = axis.limits or _limits(estimates, axis)
        _frame(axes, len(estimates), axis, limits)
        for y, estimate in zip(range(len(estimates), 0, -1), estimates, strict=True):
            _write(axes, columns, y, estimate)
            _draw(axes, y, estimate, limits)
        _write(axes, columns, len(estimates) + 0.95, head)
        axes.plot([-left / (0.985 - left), 1], [len(estimates) + 0.5] * 2, color=SOFT,
                  linewidth=0.7, transform=axes.get_yaxis_transform(), clip_on=False)  # fmt: skip
    return drawing


def with_prediction(
    pooled: Estimate,
    reach: tuple[float, float] | None,
    text: str,
    tau2: str = "",
    i2: str = "",
) -> Iterator[Estimate]:
    """A pooled value; below it its prediction interval, named, and how far cohorts differ."""
    yield pooled
    before = " " * (len(pooled.label) - len(pooled.label.lstrip()))
    if reach is not None:
        label = before + say("figures.prediction")
        yield Estimate(label, None, *reach, text=text, kind="prediction")
    if tau2 and i2:
        yield Estimate(before + say("figures.heterogeneity", tau2=tau2, i2=i2), kind="note")


def share_text(weight: float) -> str:
    """A weight in percent, as all forests print it."""
    return f"{format_number(weight, 1)}%"


def _columns(lines: Sequence[Estimate]) -> Columns:
    """Every column as wide as its widest text; headings and notes run on beyond theirs."""

    def widest(texts: Sequence[tuple[str, str]], size: float) -> float:
        found = max((text_width(text, size, face) for text, face in texts), default=0.0)
        return found + APART if found else 0.0

    named = [(line.name, line.face) for line in lines if line.kind not in ("heading", "note")]
    count = widest(named, 9.5) + widest([(line.count, line.face) for line in lines], 9)
    counted = max(count - APART, 0.0)
    text = counted + APART
    share = text + widest([(line.text, line.face) for line in lines], 9)
    ends = share + widest([(line.share, line.face) for line in lines], 9)
    return Columns(counted, text, max(ends - APART, share), max(ends, share))


def _steps() -> MaxNLocator:
    """Whole steps of an axis."""
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10])


def _limits(estimates: Sequence[Estimate], axis: Axis) -> tuple[float, float]:
    """The ends of an axis that is cut to its data: whole steps, and room for the marks."""
    values = [line.value for line in estimates if line.value is not None] or [1.0]
    values += [] if axis.reference is None else [axis.reference]
    ends = [end for line in estimates for end in (line.lower, line.upper) if end is not None]
    low, high = min(values + ends), max(values + ends)
    if axis.logarithmic:
        low, high = max(low, min(values) / FARTHEST), min(high, max(values) * FARTHEST)
        return low / 1.15, high * 1.15
    ticks = _steps().tick_values(low, high)
    first, last = float(ticks[0]), float(ticks[-1])
    room = ROOM * (last - first)
    return first - room * (first >= low), last + room


def _frame(axes: Axes, rows: int, axis: Axis, limits: tuple[float, float]) -> None:
    low, high = limits
    if axis.logarithmic:
        axes.set_xscale("log")
    if axis.logarithmic or axis.ticks:
        ticks = [tick for tick in axis.ticks or TICKS if low <= tick <= high]
        axes.set_xticks(ticks, [significant(tick) for tick in ticks])
        axes.minorticks_off()
    else:
        axes.xaxis.set_major_locator(_steps())
    axes.set_xlim(low, high)
    axes.set_ylim(0.3, rows + 0.9)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(axis.title)
    if axis.reference is not None:
        axes.axvline(axis.reference, color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)), zorder=0)


def _write(axes: Axes, columns: Columns, y: float, item: Estimate) -> None:
    """The words of a line, each in its column."""
    colour = QUIET if item.kind in ("note", "prediction") else INK
    for text, inches, align, size in (
        (item.name, 0.0, "left", 9.5),
        (item.count, columns.count, "right", 9.0),
        (item.text, columns.text, "left", 9.0),
        (item.share, columns.share, "right", 9.0),
    ):
        if text:
            axes.text(
                (inches - columns.plot) / (0.985 * WIDTH - columns.plot), y, text,
                transform=axes.get_yaxis_transform(), fontweight=item.face, ha=align,
                va="center", fontsize=size, color=colour,
            )  # fmt: skip


def _draw(axes: Axes, y: float, item: Estimate, limits: tuple[float, float]) -> None:
    if item.kind == "prediction" and item.lower is not None and item.upper is not None:
        low, high = np.clip([item.lower, item.upper], *limits)
        axes.plot([low, high], [y, y], color=INK, linewidth=1, linestyle=(0, (4, 2)), zorder=1)
    if item.value is None:
        return
    if item.kind == "pooled" and item.lower is not None and item.upper is not None:
        xs = [item.lower, item.value, item.upper, item.value]
        axes.fill(xs, [y, y + 0.28, y, y - 0.28], color=INK, zorder=3)
        return
    _draw_interval(axes, y, item, item.value, limits)


def _draw_interval(
    axes: Axes, y: float, item: Estimate, value: float, limits: tuple[float, float]
) -> None:
    colour, symbol = (INK, "D") if item.kind == "published" else item.mark
    if item.lower is not None:
        end = limits[1] if item.upper is None else min(item.upper, limits[1])
        axes.plot([max(item.lower, limits[0]), end], [y, y], color=colour, linewidth=1.1, zorder=2)
        if item.upper is None or item.upper > limits[1]:
            axes.plot([end], [y], ">", color=colour, markersize=4, clip_on=False, zorder=2)
        if item.lower < limits[0]:
            axes.plot([limits[0]], [y], "<", color=colour, markersize=4, clip_on=False, zorder=2)
    is_open = item.kind == "published"
    axes.plot(
        [value], [y], symbol, markersize=5 if is_open else 3.5 + 4.5 * float(np.sqrt(item.weight)),
        markerfacecolor=PAPER if is_open else colour, markeredgecolor=colour, markeredgewidth=0.8,
        zorder=4,
    )  # fmt: skip
