"""Tables whose lines are computed: a column says by `show` which part of a line it prints."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from string import Template
from typing import ClassVar, Protocol, Self

from pydantic import Field, model_validator

from analysis.review_data import ReviewData
from publishing.displays.specification import ColumnHead, TableSpecification
from publishing.printing.table import Cell, Table
from schemas.nearest import nearest
from schemas.typed_yaml import WrongError

Line = tuple[str, Mapping[str, Cell | str]]
"""The group a line stands in, and its cells by what they show."""


def line(group: str = "", /, **cells: Cell | str) -> Line:
    """A line by what its cells show."""
    return group, cells


class ShownColumn(ColumnHead):
    """A column: its head, and which part of a line it shows."""

    show: str


class Shows(Protocol):
    """A column that says what it shows."""

    @property
    def show(self) -> str:
        """Its name."""
        ...


def one_address(columns: Sequence[Shows], address: str) -> None:
    """Raise WrongError where two columns show the address that other places lead to."""
    found = [at for at, column in enumerate(columns) if column.show == address]
    if len(found) > 1:
        what = f"shows {address!r}, as an earlier column does: it is what others lead to"
        raise WrongError(what, "one such column", "take it out", ("columns", found[1], "show"))


class LineTable(TableSpecification):
    """A table of lines. `words` gives the words for what the analysis only codes.

    In some words `$name` stands for what is computed. `explore` names what a group is, where
    the page offers to filter and sort.
    """

    SHOWS: ClassVar[tuple[str, ...]]
    WORDS: ClassVar[tuple[str, ...]] = ()
    """Codes that need words, each followed by the names its words may hold: `few $number`."""
    ADDRESS: ClassVar[str] = ""
    """What a column shows that other places lead to, if any does."""
    columns: tuple[ShownColumn, ...] = Field(min_length=1)
    words: dict[str, str] = Field(default_factory=dict)
    explore: str = ""

    @property
    def offered(self) -> Sequence[str]:
        """What its columns may show."""
        return self.SHOWS

    @model_validator(mode="after")
    def _shows_what_there_is(self) -> Self:
        for at, column in enumerate(self.columns):
            if column.show not in self.offered:
                expected = "one of " + ", ".join(self.offered)
                action = nearest(column.show, self.offered, "choose one of them")
                raise WrongError(f"is {column.show!r}", expected, action, ("columns", at, "show"))
        return self

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        """What an entry is led to by stands once on a page."""
        one_address(self.columns, self.ADDRESS)
        return self

    @model_validator(mode="after")
    def _has_its_words(self) -> Self:
        for code, *names in (wanted.split(" $") for wanted in self.WORDS):
            if code not in self.words:
                raise WrongError(f"lacks {code!r}", action="add it", at=("words",))
            found = Template(self.words[code]).get_identifiers()
            if strange := [name for name in found if name not in names]:
                what = f"holds ${strange[0]}"
                expected = ", ".join(f"${name}" for name in names) or "no such name"
                raise WrongError(what, expected, at=("words", code))
        return self

    @abstractmethod
    def lines(self, data: ReviewData) -> Iterable[Line]:
        """The lines in order."""

    def shown(self, data: ReviewData) -> Sequence[ShownColumn]:
        """The columns."""
        return self.columns

    def key(self, at: int, column: ShownColumn) -> str:
        """The name by which a line holds the cell of a column."""
        return column.show

    def stands_on(self, data: ReviewData) -> Iterable[str]:
        """Evidence rows that decide which lines there are, or words that print no figure."""
        return ()

    def nothing(self, data: ReviewData) -> str:
        """What the table says where it has no line."""
        return ""

    def word(self, code: str, **computed: object) -> str:
        """The words for a code, what is computed filled in; the code where it has no words."""
        words = self.words.get(code, code)
        return Template(words).safe_substitute(computed) if computed else words

    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""
        columns, lines = self.shown(data), list(self.lines(data))
        keys = [self.key(at, column) for at, column in enumerate(columns)]
        groups = [group for group, _ in lines]
        rows = [[cells.get(key, "") for key in keys] for _, cells in lines]
        if not rows and (nothing := self.nothing(data)):
            rows = [[nothing, *[""] * (len(columns) - 1)]]
        decided = self.stands_on(data)
        return self.filled(data, columns, rows, groups, stands_on=decided, explore=self.explore)
