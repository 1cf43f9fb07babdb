"""The format of the pages: files that Quarto looks for in a review, and the program brings."""

from __future__ import annotations

import shutil
from pathlib import Path

from analysis.kept import hash_files

EXTENSION = Path("_extensions") / "review"
PROGRAM = Path(__file__).parents[2]
MARK = "PLACED"  # in a folder that the program may replace: a review's own has none


def place_extension(root: Path) -> None:
    """Put the program's files into a review that has none of its own, or older or damaged ones."""
    place, ours = root / EXTENSION, PROGRAM / EXTENSION
    mark = place / MARK
    if place.exists() and not mark.exists():
        return
    state = _state_of(ours)
    if mark.exists() and _state_of(place) == state:
        return
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(ours, place, ignore=shutil.ignore_patterns(MARK))
    mark.write_text(state, encoding="utf-8")


def is_of_program(root: Path) -> bool:
    """Whether a review has the format as the program brings it, file by file."""
    return _state_of(root / EXTENSION) == _state_of(PROGRAM / EXTENSION)


def _state_of(folder: Path) -> str:
    return hash_files(folder, sorted(path for path in folder.rglob("*") if path.name != MARK))
