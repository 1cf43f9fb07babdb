"""What every specification of a table or figure holds, whatever its kind.

A specification is a YAML file of the review. Its kind is a class of this package: the fields
are the keys a writer may give, `make` draws them from the evidence and the ledger.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import Field, PrivateAttr, model_validator

from analysis.reads import note_read
from analysis.selection import TooFewError
from analysis.words import say
from publishing.displays.placeholders import (
    EXPECTED,
    claims_in,
    fill_markdown,
    fill_plain,
    stray_brace,
    wrong_form,
)
from publishing.printing.figure import Figure, blank_drawing, in_style, save
from publishing.printing.rows_in_words import rows_as_csv
from publishing.printing.table import Cell, Column, Table, table_of
from schemas.strict_yaml import nearest_line
from schemas.typed_yaml import Path, WrongError, YamlModel, dotted

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

    from analysis.review_data import ReviewData
    from schemas.evidence import Evidence


FILLED = ("title", "caption", "alt", "notes")  # elsewhere `{}` is the place of a cell


@dataclass(frozen=True)
class Names:
    """Said of the type of a key: it holds the name of a synthesis, of an analysis, of a table."""

    kind: str


SynthesisName = Annotated[str, Names("synthesis")]
SubgroupsName = Annotated[str, Names("subgroups")]
MultiverseName = Annotated[str, Names("multiverse")]
FamilyName = Annotated[str, Names("family")]
TableName = Annotated[str, Names("tables")]
TermName = Annotated[str, Names("vocabulary")]


class Part(YamlModel):
    """A part of a specification: its keys are fixed, and it never changes once read."""


class Specification(Part, ABC):
    """A table or figure as its file states it.

    `fills` are the placeholders that its kind fills itself; all others are claims.
    """

    fills: ClassVar[frozenset[str]] = frozenset()

    kind: str
    _file: str = PrivateAttr(default="")
    _lines: Mapping[str, int] = PrivateAttr(default_factory=dict)
    _displays: Displays | None = PrivateAttr(default=None)

    def placed(self, file: str, lines: Mapping[str, int], displays: Displays | None = None) -> Self:
        """The same, knowing its file, the lines of its keys, and the displays it is one of."""
        found = self.model_copy()
        found._file, found._lines, found._displays = file, lines, displays
        return found

    @property
    def displays(self) -> Displays:
        """Every display of the review, for one that shows what others show."""
        note_read("settings")
        if self._displays is None:
            raise ValueError(f"{self._file or self.kind} was read alone, without other displays")
        return self._displays

    @property
    def id(self) -> str:
        """The name of its file, by which documents ask for it."""
        return PurePosixPath(self._file).stem

    @property
    def file(self) -> str:
        """The file it was read from, below the project."""
        return self._file

    def line_of(self, place: str) -> int:
        """The line of a key, or of the nearest one above it."""
        return nearest_line(self._lines, place) or 1

    @model_validator(mode="after")
    def _forms_are_known(self) -> Self:
        for path, text in _texts(self.model_dump(exclude={"kind"}), ()):
            if wrong := wrong_form(text):
                raise WrongError(wrong, at=path)
            if stray := stray_brace(text, pattern=path[0] not in FILLED):
                raise WrongError(f"has a brace that names no claim: {stray}", EXPECTED, at=path)
        return self

    def texts(self) -> Iterator[tuple[str, str]]:
        """Place and text of everything in it that a reader reads as prose."""
        for path, text in _texts(self.model_dump(exclude={"kind"}), ()):
            yield dotted(path), text

    def names(self) -> Iterator[tuple[str, str]]:
        """Place and name of what it asks for: `claims:x`, `arms:x`, `outcomes:x`, `synthesis:x`.

        Of the protocol also `subgroups:x`, `regression:x` and `multiverse:x`. A kind adds what
        its own keys name, so that `validate` finds what is not there undrawn.
        """
        for place, text in self.texts():
            named = (name for name in claims_in(text) if name not in self.fills)
            yield from ((place, f"claims:{name}") for name in named)
        for key, kind in _naming_keys(type(self)):
            held = getattr(self, key)
            if isinstance(held, str):
                yield from [(key, f"{kind}:{held}")] if held else []
            else:
                yield from ((f"{key}.{at}", f"{kind}:{name}") for at, name in enumerate(held, 1))

    def unclear(self, evidence: Evidence) -> Iterator[tuple[str, str]]:
        """Place and words where one row is printed or drawn, and the evidence has several."""
        yield from ()

    def misfits(self, evidence: Evidence) -> Iterator[tuple[str, str]]:
        """Place and words where a row is printed in a format of another unit."""
        yield from ()

    def labels(self) -> Iterator[tuple[str, str, str]]:
        """Place, label and row (reference or selector) of every label beside evidence.

        A kind whose keys give labels yields them, so that no label names another study.
        """
        yield from ()


@cache
def _naming_keys(specification: type[Specification]) -> tuple[tuple[str, str], ...]:
    """Keys whose type is a name, or a list of names, with the kind of what they name."""
    found = []
    for key, field in specification.model_fields.items():
        inner = (note for one in get_args(field.annotation) for note in get_args(one)[1:])
        kinds = [note.kind for note in (*field.metadata, *inner) if isinstance(note, Names)]
        found += [(key, kind) for kind in kinds]
    return tuple(found)


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, (*path, str(name)))
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from _texts(inner, (*path, at))


class ColumnHead(Part):
    """Head of a column: words, alignment and width relative to the others.

    `choices` offers the words of its cells as a filter, where the table can be explored.
    """

    title: str
    align: Literal["left", "right", "center"] = "left"
    width: int = Field(default=10, ge=1)
    choices: bool = False

    def column(self) -> Column:
        """The head as the table prints it."""
        return Column(self.title, self.align, self.width, self.choices)


class TableSpecification(Specification):
    """A table. `notes` stand under it and may print claims: `{claim}` or `{claim|form}`.

    A `listing` prints the evidence as it stands: no cell is in use because it stands there.
    `on_paper` says where a table is read that is too long for the PDF, in place of its rows.
    """

    follows_releases: ClassVar[bool] = False
    """Whether it lists what changed since a release, which may be any cell of the evidence."""
    notes: tuple[str, ...] = ()
    listing: bool = False
    on_paper: str = ""

    @abstractmethod
    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""

    def filled(
        self,
        data: ReviewData,
        heads: Iterable[ColumnHead],
        rows: Iterable[Sequence[Cell | str]],
        groups: Sequence[str] = (),
        **more: Any,
    ) -> Table:
        """The table of these rows under these heads, with its notes; `groups` may be all empty."""
        columns, grouped = [head.column() for head in heads], groups if any(groups) else ()
        return table_of(self.id, columns, rows, groups=grouped, notes=self.noted(data), **more)

    def noted(self, data: ReviewData) -> tuple[str, ...]:
        """The notes with their claims filled in."""
        return tuple(fill_plain(data, note, keep_marks=True) for note in self.notes)


class FigureSpecification(Specification):
    """A figure. Title, caption and alternative text print claims by `{claim}` or `{claim|form}`.

    The title says in a sentence what the picture shows; it stands before the caption.
    In a caption `{sources}` cites all that is drawn and `{sources|claim}` what a claim rests on.
    """

    title: str = ""
    caption: str
    alt: str
    # What stands for each row that is shown, for the proof of the picture.
    draws: ClassVar[Literal["intervals", "values", "people", "cohorts", "analysis"]] = "intervals"

    @abstractmethod
    def drawing(self, data: ReviewData) -> tuple[Drawing, Iterable[str]]:
        """The drawing, and the evidence rows (`table:row`) it shows, in reading order."""

    def draw(self, data: ReviewData) -> tuple[Drawing, Iterable[str]]:
        """The same in the style of the figures."""
        with in_style():
            if not len(data.evidence.rows["studies"]):
                return in_words(say("figures.nothing_yet"))
            try:
                return self.drawing(data)
            except TooFewError as error:
                return in_words(str(error))

    def filled(self, data: ReviewData) -> Mapping[str, str]:
        """What stands for the placeholders that the kind fills; it may print claims itself."""
        return {}

    def make(self, data: ReviewData) -> Figure:
        """The figure; its picture is written to figures/<id>.svg, its rows to <id>.csv."""
        return self.finish(data, *self.draw(data))

    def finish(self, data: ReviewData, drawing: Drawing, rows: Iterable[str]) -> Figure:
        """The figure of a drawing, saved, with its words."""
        shown = tuple(rows)
        figure = self.words(data, shown)
        table = "" if self.draws == "people" else rows_as_csv(data, shown)
        save(data.root, figure, drawing, self.draws, table)
        return figure

    def words(self, data: ReviewData, rows: Iterable[str]) -> Figure:
        """Caption and alternative text with their claims, and the sources of the rows shown."""
        title = f"**{self.title}** " if self.title else ""
        alt, caption = self.alt, f"{title}{self.caption}"
        for name, words in self.filled(data).items():
            alt, caption = (text.replace(f"{{{name}}}", words) for text in (alt, caption))
        return Figure(
            self.id,
            alt=fill_plain(data, alt),
            caption=fill_markdown(data, caption, rows),
        )


def in_words(text: str) -> tuple[Drawing, tuple[str, ...]]:
    """What a figure shows that cannot be drawn yet: why, and no evidence row."""
    drawing = blank_drawing(7.2, 0.8)
    drawing.text(0.02, 0.5, text, va="center")
    return drawing, ()


@dataclass(frozen=True, eq=False)
class Displays:
    """Every table and figure of a review, by name."""

    tables: Mapping[str, TableSpecification]
    figures: Mapping[str, FigureSpecification]

    def __iter__(self) -> Iterator[Specification]:
        yield from self.tables.values()
        yield from self.figures.values()
