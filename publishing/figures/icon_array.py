"""Pictures of a hundred people: filled figures had the event, outlined ones did not.

Good and harm have colours of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import model_validator

from analysis.ledger import Record
from analysis.review_data import ReviewData
from publishing.displays.placeholders import claims_in
from publishing.displays.specification import FigureSpecification, Part
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import FILL, HARM, INK, PAPER, QUIET
from schemas.rounding import round_half_up
from schemas.typed_yaml import WrongError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing
    from matplotlib.path import Path

SIDE = 10  # people in a row, and rows
HUNDRED = SIDE * SIDE
CELL = 1.45  # inches: the width of one picture; two side by side fill a telephone, unshrunk
HEAD, LINE = 0.32, 0.15  # inches above a picture: for its count, and for each line of its title
OUT = "struck out"  # in a key, in place of a colour
SIZE = 48.0  # of a person, in square points


@dataclass(frozen=True)
class People:
    """One picture: its title, how many are filled, and how many of the rest were left out."""

    title: str
    count: int
    left_out: int = 0
    colour: str = FILL


class Picture(Part):
    """A hundred people: those whom `claim` counts are filled.

    Those whom `reached` does not count never came so far, and are struck out. `tone` is the colour
    of those filled.
    """

    title: str
    claim: str
    reached: str = ""
    tone: Literal["good", "harm"] = "good"

    @property
    def colour(self) -> str:
        """The colour of those filled."""
        return HARM if self.tone == "harm" else FILL

    def people(self, data: ReviewData) -> People:
        """The picture with its numbers."""
        left_out = HUNDRED - people_of(data.ledger[self.reached]) if self.reached else 0
        count = people_of(data.ledger[self.claim])
        return People(self.title.strip(), count, left_out, self.colour)


class IconArray(FigureSpecification):
    """Rows of pictures; `key` explains filled, outlined and, where it is drawn, struck out.

    `harm` explains those filled in the colour of harm.
    """

    kind: Literal["icon-array"]
    draws: ClassVar = "people"
    key: tuple[str, ...]
    harm: str = ""
    rows: tuple[tuple[Picture, ...], ...]

    @model_validator(mode="after")
    def _tells_what_it_draws(self) -> Self:
        drawn = {name for row in self.rows for picture in row
                 for name in (picture.claim, picture.reached) if name}  # fmt: skip
        for place in ("caption", "alt"):
            if untold := drawn - set(claims_in(getattr(self, place))):
                what = f"does not print {', '.join(sorted(untold))}, which the pictures draw"
                expected = "the claim of every picture"
                raise WrongError(what, expected, "print it there as `{claim}`", at=(place,))
        return self

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing; the caption cites its sources by claim."""
        pictures = [[picture.people(data) for picture in row] for row in self.rows]
        shown = [name for row in self.rows for picture in row
                 for name in (picture.reached, picture.claim) if name]  # fmt: skip
        rows = [row for name in shown for row in data.ledger[name].rows]
        return draw_people(pictures, key=self.key, harm=self.harm), tuple(rows)

    def names(self) -> Iterator[tuple[str, str]]:
        """The claims that are drawn or told."""
        yield from super().names()
        for row in self.rows:
            for picture in row:
                yield from (
                    ("rows", f"claims:{name}") for name in (picture.claim, picture.reached) if name
                )


def people_of(record: Record) -> int:
    """How many of every hundred people a record counts, half up; all only where it is all.

    Raises ValueError for a record that is no share, or one so small that a hundred hides it.
    """
    if record.unit != "percent" or record.value is None or not 1 <= record.value <= HUNDRED:
        raise ValueError(f"{record.id} cannot be shown as people of a hundred")
    count = int(round_half_up(record.value, 0))
    return count if record.value == HUNDRED else min(count, HUNDRED - 1)


@cache
def _person() -> Path:
    """A head over a body, about one high."""
    from matplotlib.path import Path

    head = Path.circle((0.0, 0.33), 0.165)
    body = Path(
        [(-0.27, -0.5), (-0.27, -0.05), (-0.27, 0.12), (0.0, 0.12), (0.27, 0.12),
         (0.27, -0.05), (0.27, -0.5), (-0.27, -0.5)],
        [Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE3, Path.CURVE3, Path.CURVE3,
         Path.LINETO, Path.CLOSEPOLY],
    )  # fmt: skip
    return Path.make_compound_path(head, body)


def draw_people(
    rows: Sequence[Sequence[People]], *, key: tuple[str, ...], harm: str = ""
) -> Drawing:
    """Rows of pictures, each a hundred people on the same scale.

    `key` explains filled, outlined and, where it has a third part, struck out.
    """
    columns = max(len(row) for row in rows)
    explained = [*zip((FILL, PAPER, OUT), key, strict=False), *([(HARM, harm)] if harm else [])]
    foot = 0.1 + 0.22 * len(explained)
    lines = max(people.title.count("\n") + 1 for row in rows for people in row)
    tall = CELL + HEAD + LINE * lines
    height = len(rows) * tall + foot
    drawing = blank_drawing(CELL * columns, height)
    for at, row in enumerate(rows):
        for place, people in enumerate(row):
            bottom = foot + (len(rows) - at - 1) * tall
            axes = drawing.add_axes((place / columns, bottom / height, 1 / columns, CELL / height))
            _draw(axes, people)
    _draw_key(drawing, explained, foot / height)
    return drawing


def _frame(axes: Axes) -> None:
    axes.set_xlim(-1.0, SIDE)
    axes.set_ylim(-1.0, SIDE)
    axes.set_axis_off()


def _draw(axes: Axes, people: People) -> None:
    _frame(axes)
    places = np.array([(at % SIDE, SIDE - 1 - at // SIDE) for at in range(HUNDRED)], dtype=float)
    kept = HUNDRED - people.left_out
    filled, open_, out = np.split(places, [people.count, max(kept, people.count)])
    _scatter(axes, filled, people.colour, people.colour)
    _scatter(axes, open_, PAPER, QUIET)
    _scatter(axes, out, PAPER, QUIET)
    for x, y in out:
        axes.plot([x - 0.36, x + 0.36], [y - 0.42, y + 0.42], color=INK, linewidth=0.8)
    _write(axes, f"{people.count} of {HUNDRED}", 1, fontsize=10.5, fontweight="semibold")
    _write(axes, people.title, 16, fontsize=9.5, linespacing=0.95)


def _write(axes: Axes, words: str, above: float, **style: Any) -> None:
    """Words in the middle, so many points above the picture."""
    axes.annotate(
        words, xy=((SIDE - 1) / 2, SIDE - 0.4), xytext=(0, above), textcoords="offset points",
        ha="center", va="bottom", color=INK, **style,
    )  # fmt: skip


def _scatter(axes: Axes, places: np.ndarray, face: str, edge: str) -> None:
    if len(places):
        axes.scatter(
            places[:, 0], places[:, 1], s=SIZE, marker=_person(), facecolors=face, edgecolors=edge,
            linewidths=0.8,
        )  # fmt: skip


def _draw_key(drawing: Drawing, key: Sequence[tuple[str, str]], height: float) -> None:
    axes = drawing.add_axes((0.0, 0.0, 1.0, height))
    axes.set_xlim(0, 1)
    axes.set_ylim(-len(key) + 0.4, 0.6)
    axes.set_axis_off()
    for line, (colour, words) in enumerate(key):
        face = PAPER if colour == OUT else colour
        _scatter(axes, np.array([[0.05, -line]]), face, QUIET if face == PAPER else face)
        if colour == OUT:
            axes.plot([0.035, 0.065], [-line - 0.34, -line + 0.34], color=INK, linewidth=1.1)
        axes.text(0.1, -line, words, va="center", fontsize=9, color=INK)
