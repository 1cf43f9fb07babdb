"""Keeps what each cell that shows a table or figure showed, with the files of the figure.

A document whose code must run again draws those alone that read what changed.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.kept import Keeping
from analysis.reads import Once
from publishing.manuscript.qmd import Cell
from publishing.render.executed import Shown

DRAWN = ("table", "figure")
FIGURE = "display:figures/"


@dataclass(frozen=True)
class KeptDisplays:
    """What cells of the review at `root` showed when they last ran."""

    root: Path
    keeping: Keeping
    _found: Once = field(default_factory=Once)

    def shown(self, cell: Cell) -> Shown | None:
        """What a cell would show again, its figure in place; None where it must run."""
        display = display_of(cell)
        if not display:
            return None
        record = self._found.of(display, lambda: self.keeping.kept(step_of(display), {}))
        return None if record is None else unpack(self.root, record)

    def keep(self, cell: Cell, shown: Shown, reads: Iterable[str]) -> None:
        """Keep what a cell showed that was run."""
        display, names = display_of(cell), set(reads)
        if display and names and self._found.get(display, (None,))[0] is None:
            self.keeping.keep(step_of(display), {}, names, pack(self.root, shown, names))


def step_of(display: str) -> str:
    """The step that shows `table x`."""
    return f"show {display}"


def display_of(cell: Cell) -> str:
    """`table x` of a cell that shows this table and does nothing else; else nothing."""
    match ast.parse(cell.code).body:
        case [ast.Expr(ast.Call(ast.Name(kind), [ast.Constant(str(name))], []))] if kind in DRAWN:
            return f"{kind} {name}"
    return ""


def pack(root: Path, shown: object, reads: Iterable[str]) -> bytes:
    """What was shown, and every file of each figure that was drawn: for paper, pages, its data."""
    names = [name.removeprefix(FIGURE) for name in reads if name.startswith(FIGURE)]
    figures = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for name in names
        for path in sorted((root / "figures").glob(f"{name}.*"))
    }
    return json.dumps({"shown": shown, "figures": figures}, ensure_ascii=False).encode()


def unpack(root: Path, record: bytes) -> list[Any]:
    """What was shown; the files of its figures are put in their place."""
    kept = json.loads(record)
    for name, picture in kept["figures"].items():
        _write(root / name, picture.encode())
    return list(kept["shown"])


def _write(path: Path, data: bytes) -> None:
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
