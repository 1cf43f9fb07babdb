"""The format of the pages: files that Quarto looks for in a review, and the program brings."""

from __future__ import annotations

import shutil
from pathlib import Path

from analysis.kept import hash_files

EXTENSION = Path("_extensions") / "review"
PROGRAM = Path(__file__).parents[2]
MARK = "PLACED"  # in a folder that the program may replace: a review's own has none


def place_extension(root: Path) -> None:
    """Put the program's files into a review that has none of its own, or older ones."""
    place, ours = root / EXTENSION, PROGRAM / EXTENSION
    mark = place / MARK
    if place.exists() and not mark.exists():
        return
    state = hash_files(ours, sorted(ours.rglob("*")))
    if mark.exists() and mark.read_text(encoding="utf-8") == state:
        return
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(ours, place, ignore=shutil.ignore_patterns(MARK))
    mark.write_text(state, encoding="utf-8")
