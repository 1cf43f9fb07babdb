"""Kinds of column, so that each table says in one word what a cell may hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandera.pandas as pa

from schemas.patterns import CITEKEY, DATE, SLUG, TERM


def optional(kind: Any) -> Any:
    """The same in a column that a file may leave out: its cells are then empty."""
    kind.nullable, kind.metadata = True, {"optional": True}
    return kind


def _form(pattern: str, nullable: bool, column: str | None = None, *, unique: bool = False) -> Any:
    return pa.Field(nullable=nullable, str_matches=f"^(?:{pattern})$", alias=column, unique=unique)


def identifier() -> Any:
    """The row's own identifier: a slug that occurs once in the table."""
    return _form(SLUG, nullable=False, unique=True)


def slug(nullable: bool = False) -> Any:
    """The identifier of a row of another table."""
    return _form(SLUG, nullable)


def term(nullable: bool = False, column: str | None = None) -> Any:
    """A term of the vocabulary: a slug that may hold underscores.

    `column` is the column's name where Python reserves it.
    """
    return _form(TERM, nullable, column)


def citekey(nullable: bool = False, *, unique: bool = False) -> Any:
    """The key of an entry of references.bib, as reference managers write it."""
    return _form(CITEKEY, nullable, unique=unique)


def text(nullable: bool = True, *, unique: bool = False) -> Any:
    """Free text."""
    return pa.Field(nullable=nullable, unique=unique)


def date(nullable: bool = True) -> Any:
    """A date as YYYY, YYYY-MM or YYYY-MM-DD."""
    return _form(DATE, nullable)


def choice(values: Iterable[str], nullable: bool = False) -> Any:
    """One of a closed list of words."""
    return pa.Field(nullable=nullable, isin=list(values))


def count(nullable: bool = True, at_least: int = 0) -> Any:
    """A whole number of people."""
    return pa.Field(nullable=nullable, ge=at_least)


def percent(nullable: bool = True) -> Any:
    """A share on the scale 0 to 100."""
    return pa.Field(nullable=nullable, ge=0, le=100)


def number(at_least: float | None = None, at_most: float | None = None) -> Any:
    """Any number within bounds, if any, in the unit the row names."""
    return pa.Field(nullable=True, ge=at_least, le=at_most)
