"""Reads the specifications of a review: one YAML file a display, under report/.

`report/tables/<id>.yml` is a table, `report/figures/<id>.yml` a figure. `kind` names the class
that draws it; all other keys are that class's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import yaml

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


@cache
def load_displays(root: Path) -> Displays:
    """Tables and figures by name; ReviewError lists every problem of all of them."""
    problems: list[Problem] = []
    tables: dict[str, TableSpecification] = {}
    figures: dict[str, FigureSpecification] = {}
    displays = Displays(MappingProxyType(tables), MappingProxyType(figures))
    tables.update(_read(root, TABLES, TABLE_KINDS, displays, problems))
    figures.update(_read(root, FIGURES, FIGURE_KINDS, displays, problems))
    if problems:
        raise ReviewError(problems)
    return displays


def _read(
    root: Path,
    folder: str,
    kinds: Mapping[str, type[Kind]],
    displays: Displays,
    problems: list[Problem],
) -> Iterator[tuple[str, Kind]]:
    for path in sorted((root / folder).glob("*.yml")):
        file = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        try:
            said, node = load_with_nodes(text)
        except yaml.YAMLError as error:
            problems.append(KeyProblem(file, row=str(line_of(error) or ""), what=reason_of(error)))
            continue
        model = _kind_of(said, file, kinds, problems)
        if model is None:
            continue
        found, wrong = read_typed(text, model, file)
        problems += wrong
        if found is not None:
            yield path.stem, found.placed(file, dict(lines_of(node)), displays)


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
