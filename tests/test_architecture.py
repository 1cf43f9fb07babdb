"""The map of the house is true: what it names is there, and its list of rooms is the packages'.

Run as a program it writes the list of rooms anew.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
MAP = ROOT / "docs" / "architecture.md"
TOPS = "schemas|analysis|publishing|report|evidence|docs|governance|locks|_extensions"
PLACE = re.compile(rf"`((?:{TOPS})/[\w./-]*)`")
ROOMS = re.compile(r"(?<=<!-- rooms: )(.*?-->\n)(.*?)(?=<!-- /rooms -->)", re.DOTALL)


def layers() -> Iterator[str]:
    """The rooms of publishing, from the top."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    inner = next(item for item in contracts if item.get("containers") == ["publishing"])
    for layer in inner["layers"]:
        yield from layer.split(" | ")


def rooms() -> Iterator[str]:
    """Every package, from the top of the imports to their foot, with the packages in it."""
    tops = ["publishing", *(f"publishing/{name}" for name in layers()), "analysis", "schemas"]
    for top in tops:
        yield top
        if top != "publishing":
            yield from sorted(
                path.parent.relative_to(ROOT).as_posix()
                for path in (ROOT / top).rglob("*/__init__.py")
            )


def table_of_rooms() -> str:
    lines = ["| room | holds |", "|---|---|"]
    for room in rooms():
        place = ROOT / room / "__init__.py"
        if place.is_file():
            said = ast.get_docstring(ast.parse(place.read_text(encoding="utf-8"))) or ""
            first = " ".join(said.split("\n\n")[0].split())
            lines.append(f"| `{room}/` | {first} |")
    return "\n".join(lines) + "\n"


def test_every_place_on_the_map_is_there() -> None:
    places = PLACE.findall(MAP.read_text(encoding="utf-8"))
    assert len(places) > 40
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_the_list_of_rooms_is_that_of_the_packages() -> None:
    found = ROOMS.search(MAP.read_text(encoding="utf-8"))
    assert found, "the map has a list of rooms"
    assert found[2] == table_of_rooms()


def test_every_package_is_a_room() -> None:
    known = {f"{room}/__init__.py" for room in rooms()}
    found = {
        path.relative_to(ROOT).as_posix()
        for top in ("schemas", "analysis", "publishing")
        for path in (ROOT / top).rglob("__init__.py")
    }
    assert found == {place for place in known if (ROOT / place).is_file()}


if __name__ == "__main__":
    text = MAP.read_text(encoding="utf-8")
    MAP.write_text(ROOMS.sub(lambda m: m[1] + table_of_rooms(), text), encoding="utf-8")
