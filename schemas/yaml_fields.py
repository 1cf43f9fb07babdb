"""Kinds of value in review.yml, so that each model says in one word what a key may hold."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field

from schemas.nearest import nearest
from schemas.patterns import DATE, SLUG, TERM, VERSION
from schemas.typed_yaml import WrongError

Items = TypeVar("Items", bound=tuple[Any, ...])


def _words(value: str) -> str:
    return " ".join(value.split())


def _date(value: str) -> str:
    try:
        if re.fullmatch(DATE, value):
            return datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise WrongError(f"is {value!r}", "a date as YYYY-MM-DD")


def one_of(known: Collection[str]) -> AfterValidator:
    """One of a closed list."""

    def check(value: str) -> str:
        if value not in known:
            action = nearest(value, known, "choose one of them")
            raise WrongError(f"is {value!r}", "one of " + ", ".join(known), action)
        return value

    return AfterValidator(check)


def _distinct(items: Items) -> Items:
    ids = [item.id for item in items]
    for at, name in enumerate(ids):
        if name in ids[:at]:
            what = f"the id is used {ids.count(name)} times"
            raise WrongError(what, "each id once", "give each a name of its own", at=(at,))
    return items


DISTINCT = AfterValidator(_distinct)
"""Each item of a list has an id of its own."""

Text = Annotated[str, AfterValidator(_words)]
Texts = tuple[Text, ...]
Date = Annotated[str, AfterValidator(_date)]
Slug = Annotated[str, Field(pattern=f"^(?:{SLUG})$")]
Term = Annotated[str, Field(pattern=f"^(?:{TERM})$")]
Version = Annotated[str, Field(pattern=f"^(?:{VERSION})$")]
Language = Annotated[str, Field(pattern="^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")]
Whole = Annotated[int, Field(ge=1)]
Percent = Annotated[float, Field(gt=0, le=100)]
