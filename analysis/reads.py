"""Notes what is read of a review while something is computed or drawn, by name.

`claims:x` is a record, `rows:selector` the rows that a selector finds, `table:x` a whole table,
`synthesis:x` a result; names without a colon are whole parts (`review`, `settings`, `documents`).
Whoever keeps what was made keeps the names with it: it is old when one of them changes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar, cast

Value = TypeVar("Value")
_noting: list[set[str] | None] = [None]
_pieces: list[list[str]] = []


def note_read(name: str) -> None:
    """Somebody reads this."""
    noted = _noting[-1]
    if noted is not None:
        noted.add(name)


def is_noting() -> bool:
    """Whether anybody notes what is read now."""
    return _noting[-1] is not None


def begin_noting() -> None:
    """Note anew what is read from now on."""
    _noting[:] = [set()]


def noted_so_far() -> list[str]:
    """What was read since then, sorted."""
    names = _noting[0] or set()
    return sorted(names - _within_others(names))


def begin_pieces() -> None:
    """Note anew, piece by piece, what is read from now on."""
    _pieces.clear()
    begin_noting()


def next_piece(_: object = None) -> None:
    """Another piece of code begins, or nothing follows."""
    _pieces.append(noted_so_far())
    begin_noting()


def noted_by_piece() -> list[list[str]]:
    """What each piece read."""
    return _pieces[1:]


@contextmanager
def noted() -> Iterator[set[str]]:
    """The names of what is read meanwhile; whoever notes already notes it too."""
    names: set[str] = set()
    _noting.append(names)
    try:
        yield names
    finally:
        _noting.pop()
        names -= _within_others(names)
        note_all(names)


def _within_others(names: set[str]) -> set[str]:
    """Parts of what was read whole: a cell of a row, an item of a mapping."""
    return {name for name in names if name.rpartition(":")[0] in names}


def note_all(names: Iterable[str]) -> None:
    """Somebody reads all of these."""
    noting = _noting[-1]
    if noting is not None:
        noting.update(names)


class Once(dict[Hashable, tuple[Any, frozenset[str]]]):
    """What is computed once for several readers, each of which notes what was read for it."""

    def of(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """The value of a key."""
        if key not in self:
            with noted() as names:
                value = compute()
            self[key] = value, frozenset(names)
        found, read = self[key]
        note_all(read)
        return cast("Value", found)


@contextmanager
def noted_as(name: str) -> Iterator[None]:
    """What is read meanwhile goes by one name."""
    note_read(name)
    with covered():
        yield


@contextmanager
def covered() -> Iterator[None]:
    """What is read meanwhile stands behind a name that was noted already."""
    _noting.append(None)
    try:
        yield
    finally:
        _noting.pop()


def watched(value: Value, notes: Mapping[str, str], **others: object) -> Value:
    """The same object, which notes when an attribute of `notes` is read, by the name given there.

    `others` stand in place of attributes that must be watched themselves.
    """
    kind: Any = type(value)

    class Watched(kind):  # type: ignore[misc]
        def __getattribute__(self, name: str) -> Any:
            if name in notes:
                note_read(notes[name])
            return super().__getattribute__(name)

    made = object.__new__(Watched)
    made.__dict__.update(value.__dict__)
    made.__dict__.update(others)
    return cast("Value", made)


class WatchedMapping(dict[str, Value]):
    """A mapping that notes each key it is asked for as `kind:key`, and a walk over it as `kind`."""

    __hash__ = None  # like any mapping

    def __init__(self, values: Mapping[str, Value], kind: str) -> None:
        with covered():
            super().__init__(values)
        self.kind = kind

    def __getitem__(self, key: str) -> Value:
        note_read(f"{self.kind}:{key}")
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        note_read(f"{self.kind}:{key}")
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key."""
        note_read(f"{self.kind}:{key}")
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:
        note_read(self.kind)
        return super().__iter__()

    def __reversed__(self) -> Iterator[str]:
        note_read(self.kind)
        return super().__reversed__()

    def __eq__(self, other: object) -> bool:
        note_read(self.kind)
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        note_read(self.kind)
        return super().__ne__(other)

    def __len__(self) -> int:
        note_read(self.kind)
        return super().__len__()

    def __repr__(self) -> str:
        note_read(self.kind)
        return super().__repr__()

    def keys(self) -> Any:
        """Every key."""
        note_read(self.kind)
        return super().keys()

    def values(self) -> Any:
        """Every value."""
        note_read(self.kind)
        return super().values()

    def items(self) -> Any:
        """Every key with its value."""
        note_read(self.kind)
        return super().items()
