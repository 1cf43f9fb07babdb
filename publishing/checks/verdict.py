"""What `validate` said of a valid review, kept for as long as nothing it looked at changes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from analysis.kept import hash_files, keep, read_kept
from publishing.history.anchors import recorded_history

READ = ("evidence", "governance", "releases", "report", "_extensions")
PACKAGES = ("schemas", "analysis", "publishing")
LISTED = ("*.qmd", "_quarto*.yml", "locks/review.txt")
SETTINGS = ("QUARTO_PATH", "REVIEW_FONTS")  # of the environment
PROGRAMS = ("quarto", "ssh-keygen")


def verdict_path(root: Path) -> Path:
    """Where the verdict on the files as they stand is kept."""
    settings = (os.environ.get(name, "") for name in SETTINGS)
    programs = (shutil.which(name) or "" for name in PROGRAMS)
    digest = hash_files(
        root, _inputs(root), str(root), *recorded_history(root), *settings, *programs
    )
    return root / "_build" / f"verdict-{digest}.txt"


def read_verdict(path: Path) -> str | None:
    """What was said of these very files; None where nothing was, or where it was altered."""
    return read_kept(path, bytes.decode)


def keep_verdict(path: Path, said: str) -> None:
    """Keep what was said of a review without a problem."""
    keep(path, said.encode())


def _inputs(root: Path) -> Iterator[Path | str]:
    """Every file that a verdict may rest on: the review, and the program that reads it."""
    yield from (path for name in READ for path in _files(root / name))
    yield from program_files()
    yield from (path for pattern in LISTED for path in sorted(root.glob(pattern)))


def program_files() -> Iterator[str]:
    """Every file of the program that reads a review."""
    program = Path(__file__).parents[2]
    yield from (path for name in PACKAGES for path in _files(program / name))


def _files(folder: Path) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (os.path.join(place, name) for name in sorted(names))  # noqa: PTH118 - a thousand
