"""Reads the specifications of a review: one YAML file a display, under report/.

`report/tables/<id>.yml` is a table, `report/figures/<id>.yml` a figure. `kind` names the class
that draws it; all other keys are that class's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from analysis.kept import hash_files
from publishing.displays.specification import (
    Displays,
    FigureSpecification,
    Specification,
    TableSpecification,
)
from publishing.figures.kinds import FIGURE_KINDS
from publishing.tables.kinds import TABLE_KINDS
from schemas.nearest import nearest
from schemas.problems import Problem, ReviewError
from schemas.strict_yaml import line_of, lines_of, load_with_nodes, reason_of
from schemas.typed_yaml import KeyProblem, read_typed

TABLES, FIGURES = "report/tables", "report/figures"
Kind = TypeVar("Kind", bound=Specification)


def load_displays(root: Path) -> Displays:
    """Tables and figures by name; ReviewError lists every problem of all of them."""
    displays = list_displays(root)
    folders: Iterable[Folder[Any]] = (displays.tables, displays.figures)
    if problems := [problem for folder in folders for problem in folder.problems()]:
        raise ReviewError(problems)
    return displays


def list_displays(root: Path) -> Listed:
    """The same of a review in which nothing is wrong: each is read when it is asked for."""
    files = (path for folder in (TABLES, FIGURES) for path in sorted((root / folder).glob("*.yml")))
    return _listed(root, hash_files(root, files))


@cache
def _listed(root: Path, _: str) -> Listed:
    """The displays of the files as they stand."""
    tables, figures = Folder(root, TABLES, TABLE_KINDS), Folder(root, FIGURES, FIGURE_KINDS)
    displays = Listed(tables, figures)
    tables.displays = figures.displays = displays
    return displays


class Folder(Mapping[str, Kind]):
    """The specifications of a folder by name; ReviewError where one that is asked for is wrong."""

    displays: Displays | None = None  # of a review; tables of the package alone have none

    def __init__(self, root: Path, folder: str, kinds: Mapping[str, type[Kind]]) -> None:
        self.root, self.kinds = root, kinds
        self.paths = {path.stem: path for path in sorted((root / folder).glob("*.yml"))}
        self.found: dict[str, tuple[Kind | None, list[Problem]]] = {}

    def __getitem__(self, name: str) -> Kind:
        found, problems = self._read(name)
        if found is None:
            raise ReviewError(problems)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def __contains__(self, name: object) -> bool:
        return name in self.paths

    def problems(self) -> Iterator[Problem]:
        """Every problem of all of them."""
        for name in self:
            yield from self._read(name)[1]

    def _read(self, name: str) -> tuple[Kind | None, list[Problem]]:
        if name not in self.found:
            path = self.paths[name]
            file = path.relative_to(self.root).as_posix()
            self.found[name] = _read(path.read_text("utf-8"), file, self.kinds, self.displays)
        return self.found[name]


@dataclass(frozen=True, eq=False)
class Listed(Displays):
    """Displays that know their folders."""

    tables: Folder[TableSpecification]
    figures: Folder[FigureSpecification]


def _read(
    text: str, file: str, kinds: Mapping[str, type[Kind]], displays: Displays | None
) -> tuple[Kind | None, list[Problem]]:
    try:
        said, node = load_with_nodes(text)
    except yaml.YAMLError as error:
        return None, [KeyProblem(file, row=str(line_of(error) or ""), what=reason_of(error))]
    problems: list[Problem] = []
    model = _kind_of(said, file, kinds, problems)
    if model is None:
        return None, problems
    found, wrong = read_typed(text, model, file)
    return found and found.placed(file, dict(lines_of(node)), displays), wrong


def _kind_of(
    said: Any, file: str, kinds: Mapping[str, type[Kind]], problems: list[Problem]
) -> type[Kind] | None:
    kind = said.get("kind") if isinstance(said, dict) else None
    if isinstance(kind, str) and kind in kinds:
        return kinds[kind]
    problems.append(
        Problem(
            file,
            column="kind",
            what=f"the kind is {kind!r}",
            expected="one of " + ", ".join(sorted(kinds)),
            action=nearest(str(kind), kinds, "give the kind in the first line"),
        )
    )
    return None
