"""Whoever looks at a watched mapping in any way is noted: else what was kept of it goes stale."""

from __future__ import annotations

import copy
import json
import operator
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from analysis.reads import WatchedMapping, noted

Row = WatchedMapping[Any]
ONE: dict[str, Callable[[Row], object]] = {
    "an item": lambda row: row["n"],
    "get": lambda row: row.get("n"),
    "in": lambda row: "n" in row,
    "a format": "{n}".format_map,
}
WHOLE: dict[str, Callable[[Row], object]] = {
    "dict": dict,
    "two stars": lambda row: {**row},
    "joined": lambda row: row | {"more": 1},
    "joined to another": lambda row: {"more": 1} | row,
    "equal": lambda row: row == {"n": 128},
    "another is equal": lambda row: operator.eq({"n": 128}, row),
    "not equal": lambda row: row != {"n": 128},
    "backwards": lambda row: list(reversed(row)),
    "copy": lambda row: row.copy(),
    "copy.copy": copy.copy,
    "JSON": json.dumps,
    "pickle": pickle.dumps,
    "a walk": list,
    "its size": len,
    "its words": repr,
    "keys": lambda row: row.keys(),
    "values": lambda row: row.values(),
    "items": lambda row: row.items(),
}


def read_by(look: Callable[[Row], object]) -> set[str]:
    with noted() as names:
        look(WatchedMapping({"n": 128}, "row"))
    return names


@pytest.mark.parametrize("way", ONE)
def test_one_item_is_noted(way: str) -> None:
    assert read_by(ONE[way]) == {"row:n"}


@pytest.mark.parametrize("way", WHOLE)
def test_a_look_at_all_is_noted_as_the_whole(way: str) -> None:
    assert read_by(WHOLE[way]) == {"row"}
