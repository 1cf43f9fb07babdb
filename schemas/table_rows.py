"""Rows of a table as plain cells, looked up by key or condition without a frame a row.

Cells are kept beside the frame, so that who asks for rows of what was kept needs no Pandas.
"""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import pandas as pd

Derived = TypeVar("Derived")


def present(value: Any) -> Any:
    """A cell's value, None where it is missing."""
    import pandas as pd

    return None if value is pd.NA or pd.isna(value) else value


def _plain(series: Any) -> list[Any]:
    found: list[Any] = series.to_numpy(object, na_value=None).tolist()
    return found


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


class TableRows:
    """The rows of a frame by position; each column is read when it is first asked for."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame: pd.DataFrame | None = frame
        self._packed = b""
        self.names = [str(name) for name in frame.columns]
        self._made: dict[tuple[str, str], Any] = {}

    def __getstate__(self) -> dict[str, Any]:
        """What is kept: every cell, and the frame for those who ask for it."""
        made = {("cells", name): self.cells(name) for name in self.names}
        own = {"_frame": None, "_packed": pickle.dumps(self.frame), "_made": made}
        return {**own, "names": self.names, "places": self.places}

    @property
    def frame(self) -> pd.DataFrame:
        """The whole table."""
        if self._frame is None:
            self._frame = pickle.loads(self._packed)
        return self._frame

    @cached_property
    def places(self) -> list[int]:
        """Where each row stands in its file: the row of a spreadsheet."""
        found: list[int] = self.frame.index.tolist()
        return found

    def __len__(self) -> int:
        return len(self.places)

    def _kept(self, kind: str, column: str, make: Callable[[], Derived]) -> Derived:
        if (kind, column) not in self._made:
            self._made[kind, column] = make()
        found: Derived = self._made[kind, column]
        return found

    def cells(self, column: str) -> list[Any]:
        """The cells of a column, None where they are missing."""
        return self._kept("cells", column, lambda: _plain(self.frame[column]))

    def texts(self, column: str) -> list[str]:
        """The cells of a column as text, empty where they are missing."""
        return self._kept("texts", column, lambda: [*map(_text, self.cells(column))])

    def cell(self, position: int, column: str) -> Any:
        """One cell, None where it is missing; KeyError where there is no such column."""
        return self.cells(column)[position]

    def take(self, positions: Sequence[int]) -> pd.DataFrame:
        """Some rows as a frame."""
        return self.frame.take(list(positions))

    def at(self, column: str, value: Any) -> Sequence[int]:
        """Positions of the rows that hold a value in a column, in table order."""
        return self._kept("at", column, lambda: self._positions(column)).get(value, ())

    def _positions(self, column: str) -> dict[Any, list[int]]:
        found: dict[Any, list[int]] = defaultdict(list)
        for position, value in enumerate(self.cells(column)):
            found[value].append(position)
        return dict(found)

    def record(self, position: int) -> dict[str, Any]:
        """A row as its cells by their column, None where they are missing."""
        return {name: self.cells(name)[position] for name in self.names}

    def all(self) -> list[dict[str, Any]]:
        """Every row."""
        columns = [self.cells(name) for name in self.names]
        return [dict(zip(self.names, row, strict=True)) for row in zip(*columns, strict=True)]

    def records(self, column: str, value: Any) -> list[dict[str, Any]]:
        """Every row that holds a value in a column."""
        return [self.record(position) for position in self.at(column, value)]

    def forget(self, column: str) -> None:
        """Read a column anew: a cell of it was changed."""
        for kind in ("cells", "texts", "at"):
            self._made.pop((kind, column), None)
