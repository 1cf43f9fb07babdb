"""An item of a reporting standard says where it is, or why it is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.patterns import SEPARATOR
from schemas.rules.records import Finding, Records, Rule, find

RULE = "reporting"
NEEDED = {"reported": ("place",), "in_part": ("place", "reason"), "not_reported": ("reason",)}
SECTION = re.compile(r"sec-[a-z0-9-]+")


def check_reporting(records: Records) -> Iterator[Finding]:
    """A state has the place or the reason it needs and no other; places are sections."""
    for row in records["reporting"]:
        state = row["state"] or ""
        for column in ("place", "reason"):
            needed = column in NEEDED.get(state, (column,))
            if needed != bool(row[column]):
                what = "is empty" if needed else f"has {row[column]!r}"
                expected = f"{'a' if needed else 'no'} {column} for an item that is {state}"
                yield find(RULE, row, column, what, expected, "fill the cell, or change the state")
        for place in (row["place"] or "").split(SEPARATOR):
            if place and not SECTION.fullmatch(place):
                what = f"{place!r} is no section"
                yield find(RULE, row, "place", what, "identifiers such as sec-methods")


RULES = (
    Rule(RULE, "An item of a reporting standard says where it is, or why it is not there.",
         check_reporting, ("reporting",)),
)  # fmt: skip
