"""The map of the house is true: what it names is there, and no room is left out."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
MAP = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACE = re.compile(r"`((?:schemas|analysis|publishing|report|evidence|docs)/[\w./-]*)`")


def test_every_place_on_the_map_is_there() -> None:
    places = PLACE.findall(MAP)
    assert len(places) > 20
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_every_room_of_the_package_is_on_the_map() -> None:
    rooms = {
        path.parent.relative_to(ROOT).as_posix()
        for path in (ROOT / "publishing").glob("*/__init__.py")
    }
    named = {place.rstrip("/") for place in PLACE.findall(MAP)}
    assert rooms - named == set()
