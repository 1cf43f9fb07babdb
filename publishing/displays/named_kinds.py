"""Classes by the name that a specification gives; each is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TypeVar

from publishing.displays.specification import Specification

Kind = TypeVar("Kind", bound=Specification)


class Kinds(Mapping[str, type[Kind]]):
    """The kinds of a package: for each name the module in it and the class, `module.Class`."""

    def __init__(self, package: str, places: Mapping[str, str]) -> None:
        self.package, self.places = package, places

    def __getitem__(self, name: str) -> type[Kind]:
        module, _, kind = self.places[name].partition(".")
        found: type[Kind] = getattr(import_module(f"{self.package}.{module}"), kind)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def __contains__(self, name: object) -> bool:
        return name in self.places
