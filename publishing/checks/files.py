"""Whether the files of a review are files at all, before anything reads what they say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from schemas.decoding import UTF_8_MARK, conflict_in
from schemas.problems import Problem, ReviewError

FOLDERS = ("evidence", "governance", "releases", "report")
AT_THE_ROOT = ("*.qmd", "_quarto*.yml")
TEXTS = (".qmd", ".yml", ".md")  # tables and the bibliography say themselves what they are saved in
FILES = (*TEXTS, ".csv", ".bib", ".json")
NEEDED = {  # of a board, with what each holds
    "governance/board.csv": "its head alone where nobody is appointed",
    "governance/disclaimer.md": "words of the board",
    "governance/editorial-policy.md": "words of the board",
    "governance/signoffs.csv": "its head alone where nobody decided",
}
PICTURES = ("*.svg", "*.png", "*.jpg")
READ = {  # what is read in a folder; of others below report/ documents and pictures
    "governance": ("board.csv", "signoffs.csv", "*.md"),
    "report": (
        "*.qmd",
        "asked.yml",
        "claims.csv",
        "cohort-groups.yml",
        "coverage.yml",
        "__main__.py",
        *PICTURES,
    ),
    "report/figures": ("*.yml",),
    "report/tables": ("*.yml",),
}  # fmt: skip
OF_DOCUMENTS = ("*.qmd", *PICTURES)
SAVE = "save it again with the encoding UTF-8 (in Notepad: Save As, Encoding: UTF-8)"


def check_files(root: Path) -> None:
    """Raise ReviewError for each file that is missing, a folder, a link astray or no text in UTF-8.

    A link may lead to another file of the review. One that leads out of it would print, on the
    machine that builds, what is not the review's.
    """
    home = root.resolve()
    problems = [problem for path in _files(root) if (problem := _fault(root, home, path))]
    if problems := [*problems, *_missing(root), *_unread(root)]:
        raise ReviewError(problems)


def _missing(root: Path) -> Iterator[Problem]:
    """Files of the board that are not there, or say nothing."""
    for file, expected in NEEDED.items():
        path = root / file
        if not os.path.lexists(path):
            yield Problem(file, "", "", "is missing", expected, "restore it from the repository")
        elif path.is_file() and not path.read_bytes().strip():
            yield Problem(file, "", "", "is empty", expected, "write it, or restore it")


def _unread(root: Path) -> Iterator[Problem]:
    """Files beside those that a review is made of: what they hold reaches nobody."""
    places = [root / "governance", root / "report"]
    places += sorted(path for path in (root / "report").rglob("[!._]*") if path.is_dir())
    for place in places:
        patterns = READ.get(place.relative_to(root).as_posix(), OF_DOCUMENTS)
        for path in sorted(place.glob("[!.~]*")):
            if path.is_file() and not any(fnmatchcase(path.name, one) for one in patterns):
                what, expected = "nothing reads this file", f"{', '.join(patterns)} alone"
                action = "save it under a name that is read, or move it out of this folder"
                yield Problem(path.relative_to(root).as_posix(), "", "", what, expected, action)


def _files(root: Path) -> Iterator[Path]:
    yield from (path for pattern in AT_THE_ROOT for path in sorted(root.glob(pattern)))
    for folder in FOLDERS:
        for place, folders, names in os.walk(root / folder):
            odd = [
                name for name in folders if name.endswith(FILES) or Path(place, name).is_symlink()
            ]
            yield from (Path(place, name) for name in sorted([*odd, *names]) if name[0] not in ".~")


def _fault(root: Path, home: Path, path: Path) -> Problem | None:
    """The first thing that keeps a file from being read as one of the review."""
    file = path.relative_to(root).as_posix()
    try:
        inside = path.resolve(strict=True).is_relative_to(home)
    except (OSError, RuntimeError):  # the latter where links lead to one another
        what = "is a link that leads to no file"
        return Problem(file, what=what, action="put the file itself here, or take the link out")
    if not inside:
        what = "is a link that leads out of the folder of the review"
        return Problem(file, what=what, action="put the file itself here")
    if path.is_dir():
        if path.is_symlink():
            return None
        return Problem(file, what="is a folder", expected="a file", action="rename or remove it")
    try:
        return _no_text(file, path.read_bytes()) if path.suffix in TEXTS else None
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        return Problem(file, what=what, action="check its permissions")


def _no_text(file: str, data: bytes) -> Problem | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Problem(file, what=f"line {line} is not UTF-8", action=SAVE)
    if data.startswith(UTF_8_MARK) and file.endswith(".qmd"):
        what = "begins with a byte order mark, which hides its front matter"
        return Problem(file, what=what, action=f"{SAVE}, not UTF-8 with BOM")
    if file.endswith(".md") and (conflict := conflict_in(text)):  # others are read line by line
        return Problem(file, what=f"line {conflict[0]} is {conflict[1]}")
    return None
