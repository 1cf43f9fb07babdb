"""Proof of pictures that have no scale: people of a hundred, boxes with counts, lights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from analysis.rounding import format_number
from publishing.documents.proof.objections import objections
from publishing.figures.flow import Box, Flow
from publishing.figures.icon_array import HUNDRED, IconArray, Picture
from publishing.figures.risk_of_bias import ANSWERS, GRAVEST, SIGNS, Panel, RiskOfBias
from publishing.printing.cells import evidence_rows
from publishing.printing.palette import FILL, HARM, PAPER
from schemas.choices import TOOL_ITEMS
from schemas.rounding import round_half_up

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

    from analysis.review_data import ReviewData

CLOSE = 1e-6


@objections.register(IconArray)
def _people(display: IconArray, data: ReviewData, drawing: Drawing) -> Iterator[str]:
    pictures = [picture for row in display.rows for picture in row]
    *every, key = drawing.axes
    for picture, axes in zip(pictures, every, strict=True):
        yield from _picture(data, picture, axes)
    colours = (FILL, PAPER, PAPER)  # of the last, those struck out, the line tells
    meant = [*zip(colours, display.key, strict=False)]
    meant += [(HARM, display.harm)] if display.harm else []
    drawn = [(colour, _place(y)) for colour, places in _coloured(key) for y in places[:, 1]]
    said = {text.get_text(): _place(text.get_position()[1]) for text in key.texts}
    for colour, words in meant:
        if (to_hex(colour), said.get(words)) not in drawn:
            yield f"the key has no mark of its colour beside “{words}”"


def _picture(data: ReviewData, picture: Picture, axes: Axes) -> Iterator[str]:
    """People filled, people in all, struck out, and the number and title above them."""
    record, drawn = data.ledger[picture.claim], list(_coloured(axes))
    filled = sum(len(places) for colour, places in drawn if colour == to_hex(picture.colour))
    if record.value is None or not _counts(record.value, filled):
        yield f"{picture.claim} is {record.forms.plain}, and {filled} people are filled"
    if (people := sum(len(places) for _, places in drawn)) != HUNDRED:
        yield f"{picture.claim}: {people} people are drawn"
    out = len(axes.lines)
    reached = data.ledger[picture.reached].value if picture.reached else HUNDRED
    if reached is None or not _counts(reached, HUNDRED - out):
        yield f"{picture.claim}: {out} people are struck out, and {picture.reached} is {reached}"
    said = [text.get_text() for text in axes.texts]
    for words in (f"{filled} of {HUNDRED}", picture.title.strip()):
        if words not in said:
            yield f"{picture.claim}: above it stands no “{words}”"


def _coloured(axes: Axes) -> Iterator[tuple[str, np.ndarray]]:
    """The marks of each colour with their places, [k, 2]."""
    for marks in axes.collections:
        (colour, *_) = np.asarray(marks.get_facecolor(), dtype=float).reshape(-1, 4).tolist()
        yield to_hex(tuple(colour)), np.asarray(marks.get_offsets(), dtype=float)


def _counts(value: float, people: int) -> bool:
    """Whether so many of a hundred are a share; all of them only where it is all."""
    most = HUNDRED if value == HUNDRED else HUNDRED - 1
    return abs(people - min(value, most)) <= 0.5 + CLOSE


@objections.register(Flow)
def _boxes(display: Flow, data: ReviewData, drawing: Drawing) -> Iterator[str]:
    """In each column its kind with its count, below it each outcome that has one, in a box."""
    (axes,) = drawing.axes
    drawn, boxes = _boxed(axes)
    counted = [tuple(_column(display, data, column)) for column in display.columns]
    columns = [tuple(text for text in column if text != display.head) for column in drawn]
    for lacking in Counter(counted) - Counter(columns):
        yield f"no column of boxes says {', '.join(lacking)}".replace("\n", " ")
    if not any(column[0] == display.head for column in drawn):
        yield f"above the boxes stands no “{display.head}”"
    if boxes != 1 + sum(map(len, counted)) or boxes != sum(map(len, drawn)):
        yield "a box stands for nothing that the figure counts"


def _boxed(axes: Axes) -> tuple[list[list[str]], int]:
    """What the boxes of each column say, from the top down, and how many boxes there are."""
    centres = [box.get_center() for box in axes.patches if isinstance(box, Rectangle)]
    boxes = {(_place(x), _place(y)) for x, y in centres}
    said: dict[float, list[str]] = {}
    for text in sorted(axes.texts, key=lambda text: -text.get_position()[1]):
        x, y = map(_place, text.get_position())
        if text.get_text() and (x, y) in boxes:
            said.setdefault(x, []).append(text.get_text())
    return list(said.values()), len(boxes)


def _column(display: Flow, data: ReviewData, column: Box) -> Iterator[str]:
    """The texts of a column: its kind, and each outcome that a record of it has."""
    yield f"{column.label}\n{format_number(_count(display, data, column.where), 0)}"
    for outcome in display.outcomes:
        if count := _count(display, data, column.where, outcome.where):
            yield f"{outcome.label}\n{format_number(count, 0)}"


def _count(display: Flow, data: ReviewData, *conditions: str) -> int:
    return len(evidence_rows(data, f"{display.table}[{', '.join(conditions)}]"))


@objections.register(RiskOfBias)
def _lights(display: RiskOfBias, data: ReviewData, drawing: Drawing) -> Iterator[str]:
    for panel, axes in zip(display.panels, drawing.axes, strict=True):
        judged = _judged(data, panel)
        drawn = _drawn_lights(axes)
        for (study, item), found in judged.items():
            sign, face, _ = SIGNS[found]
            if drawn.pop((study, item), None) != (sign, to_hex(face)):
                yield f"{study}, {item}: no light says {found}"
        yield from (f"{study}, {item}: a light stands for no judgement" for study, item in drawn)


def _judged(data: ReviewData, panel: Panel) -> dict[tuple[str, str], str]:
    """The gravest judgement of each item, by study and the item's short name."""
    studies = dict(
        zip(data.evidence.studies["study_id"], data.evidence.studies["name"], strict=True)
    )
    short = dict(zip(TOOL_ITEMS[panel.tool], panel.items, strict=False))
    found: dict[tuple[str, str], str] = {}
    for _, row in evidence_rows(data, f"appraisal[tool={panel.tool}]"):
        item = max(
            (one for one in short if str(row["domain"]).startswith(one)), key=len, default=""
        )
        if item:
            place = (str(studies[row["study_id"]]), short[item])
            both = (found.get(place, GRAVEST[0]), ANSWERS[row["judgement"]])
            found[place] = max(both, key=GRAVEST.index)
    return found


def _drawn_lights(axes: Axes) -> dict[tuple[str, str], tuple[str, str]]:
    """Sign and colour of each light by the words left of it and above it."""
    texts = [(*text.get_position(), text.get_text()) for text in axes.texts]
    lights = [(float(x), float(y), line) for line in axes.lines
              for x, y in np.asarray(line.get_xydata(), dtype=float)]  # fmt: skip
    columns = {x for x, _, _ in lights}
    names = {y: text for x, y, text in texts if x not in columns}
    top = max((y for x, y, _ in texts if x in columns), default=0.0)
    heads = {x: text for x, y, text in texts if y == top and x in columns}
    signs = {(x, y): text for x, y, text in texts}
    return {
        (names.get(y, ""), heads.get(x, "")): (
            signs.get((x, y), ""),
            to_hex(line.get_markerfacecolor()),
        )
        for x, y, line in lights
    }


def _place(place: float) -> float:
    """A place in a drawing, to be compared with another that was computed otherwise."""
    return float(round_half_up(place, 6))
