"""What the settings of a book may be, so that none of them stops a build or leads out of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from publishing.manuscript.context import line_problem
from schemas.bibliography import FILE as BIBLIOGRAPHY
from schemas.nearest import nearest
from schemas.problems import Problem

EXTENSIONS = "_extensions/"
Fits = Callable[[Path, Any], bool]


def _pattern(pattern: str) -> Fits:
    return lambda root, value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _one(only: object) -> Fits:
    return lambda root, value: value == only and type(value) is type(only)


def _is_file(root: Path, value: Any) -> bool:
    """Whether it is a file of the review, or will be once the extension is put beside it."""
    if not isinstance(value, str):
        return False
    if value.startswith(EXTENSIONS) and not (root / EXTENSIONS).exists():
        return True
    path = (root / value).resolve()
    return path.is_file() and path.is_relative_to(root.resolve())


def _is_below(root: Path, value: Any) -> bool:
    """Whether it is a folder below that of the review."""
    parts = PurePosixPath(value).parts if isinstance(value, str) else ()
    return bool(parts) and parts[0] != "/" and ".." not in parts


def _any(root: Path, value: Any) -> bool:
    """What is checked where it is read, or is for Quarto alone."""
    return True


FREE = (_any, "")
YES, NO = (_one(True), "true"), (_one(False), "false")
SETTINGS: Mapping[str, tuple[Fits, str]] = {
    "audience": (_pattern(r".*\S.*"), "for whom the edition is, a line of text"),
    "bibliography": (_one(BIBLIOGRAPHY), BIBLIOGRAPHY),
    "book.appendices": FREE,
    "book.chapters": FREE,
    "book.output-file": (_pattern(r"\w[\w .-]*"), "a name of letters, digits, '.', '-' and '_'"),
    "book.sidebar": FREE,
    "book.site-url": (_pattern(r"https?://[^\s\"'<>]+"), "an address that begins with https://"),
    "book.title": (_pattern(r".*\S.*"), "a line of text"),
    "csl": (_is_file, "a file of the review"),
    "execute.echo": NO,
    "execute.freeze": NO,
    "execute.warning": FREE,
    "fontsize": (_pattern(r"([89]|1[0-4])(\.\d+)?pt"), "a size from 8pt to 14pt"),
    "format.review-html": (_one("default"), "default"),
    "format.review-typst.font-paths": FREE,
    "link-citations": (lambda root, value: isinstance(value, bool), "true or false"),
    "nocite": (_pattern(r"[\s\S]*@[\s\S]*"), "citations such as '@*'"),
    "number-sections": YES,
    "plain": FREE,
    "profile": FREE,
    "project.execute-dir": (_one("project"), "project"),
    "project.output-dir": (_is_below, "a folder below that of the review, such as _site"),
    "project.type": (_one("book"), "book"),
    "sheets": FREE,
}
"""What a build serves or hands over, by its place, with what it must be."""


def setting_problems(root: Path, file: str, settings: Mapping[str, Any]) -> Iterator[Problem]:
    """Each setting of one file that nothing reads, or that is not what it must be."""
    for place, value in _places(settings):
        if place in SETTINGS:
            fits, expected = SETTINGS[place]
            if not fits(root, value):
                yield line_problem(file, 0, f"{place} is {value!r}", "correct it", expected)
            continue
        inner = [name for name in SETTINGS if name.startswith(f"{place}.")]
        if inner:
            what, action = f"{place} is {value!r}", f"give {' or '.join(inner)}"
            yield line_problem(file, 0, what, action, "settings by name")
        else:
            what = f"{place} changes nothing: the build does not read it, even if Quarto alone does"
            yield line_problem(file, 0, what, nearest(place, SETTINGS, "take it out"))


def _places(settings: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Each setting with its place, as deep as settings are read."""
    for key, value in settings.items():
        place = f"{above}{key}"
        holds_more = any(name.startswith(f"{place}.") for name in SETTINGS)
        if isinstance(value, dict) and holds_more:
            yield from _places(value, f"{place}.")
        else:
            yield place, value
