"""Makes tables and figures while noting what they ask of the ledger and the evidence.

A figure is not set as SVG here: its marks and texts are written instead, which takes a
fraction of the time and changes exactly when the picture does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from matplotlib.collections import Collection as Marks
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

from analysis.reads import WatchedMapping, covered
from analysis.review_data import Computed, ReviewData
from analysis.selection import logging_rows
from publishing.displays.specification import FigureSpecification
from publishing.printing.figure import Figure, in_style

Value = TypeVar("Value")


@dataclass
class AccessLog:
    """Claims, evidence rows (`table:key`) and syntheses that something asked for by name."""

    claims: set[str] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)
    syntheses: set[str] = field(default_factory=set)


class LoggedMapping(WatchedMapping[Value]):
    """A mapping that notes each key it is asked for, here too."""

    def __init__(self, values: Mapping[str, Value], kind: str, noted: set[str]) -> None:
        super().__init__(values, kind)
        self.noted = noted

    def __getitem__(self, key: str) -> Value:
        self.noted.add(key)
        return super().__getitem__(key)

    def values(self) -> Any:
        """All values: every key was asked for."""
        self.noted.update(self)
        return super().values()


@contextmanager
def logging_access(data: ReviewData) -> Iterator[tuple[ReviewData, AccessLog]]:
    """Review data that notes what is asked of it."""
    accessed = AccessLog()
    with covered():
        records = LoggedMapping(data.ledger.records, "claims", accessed.claims)
        syntheses = LoggedMapping(data.syntheses, "synthesis", accessed.syntheses)
        kind = type(data.analyses)
        analyses = kind(data.evidence, syntheses)  # nothing kept: what is asked is seen
        ledger = replace(data.ledger, records=records)
        traced = replace(data, ledger=ledger, computed=Computed(lambda: analyses))
    with logging_rows(accessed.rows):
        yield traced, accessed


@dataclass(frozen=True)
class TracedFigure:
    """A figure's texts, its marks, and what it asked for."""

    figure: Figure
    marks: str
    accessed: AccessLog


def draw(data: ReviewData, display: FigureSpecification) -> TracedFigure:
    """Draw one figure and note what it asked for."""
    with logging_access(data) as (traced, accessed):
        figure, marks = sketch(traced, display)
    return TracedFigure(figure, marks, accessed)


def sketch(data: ReviewData, display: FigureSpecification) -> tuple[Figure, str]:
    """A figure and its marks, a line a mark; nothing is written."""
    drawing, rows = display.draw(data)
    with in_style():  # ticks take their style when they are looked at
        marks = "\n".join(describe_marks(drawing))
    return display.words(data, rows), marks


def describe_marks(drawing: Drawing) -> Iterator[str]:
    """Every mark of a drawing with its position, shape and text."""
    for artist in drawing.findobj(lambda item: isinstance(item, Text | Line2D | Patch | Marks)):
        if isinstance(artist, Text):
            yield f"text {artist.get_text()!r} at {_plain(artist.get_position())}"
        elif isinstance(artist, Line2D):
            style = (artist.get_marker(), _plain(artist.get_markersize()), artist.get_linestyle())
            yield f"line {_plain(artist.get_xydata())} {style} {artist.get_color()}"
        elif isinstance(artist, Patch):
            place = (
                _plain(artist.get_path().vertices),
                _plain(artist.get_patch_transform().get_matrix()),
            )
            yield f"patch {place} {artist.get_hatch()} {artist.get_facecolor()}"
        elif isinstance(artist, Marks):
            paths = [_plain(path.vertices) for path in artist.get_paths()]
            yield f"marks {_plain(artist.get_offsets())} {paths}"


def _plain(values: Any) -> Any:
    """Numbers at ten significant digits: what is left differs between machines."""
    return [f"{value:.10g}" if isinstance(value, float) else str(value)
            for value in np.asarray(values, dtype=object).ravel()]  # fmt: skip
