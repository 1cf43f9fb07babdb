"""What the settings of a book may be, so that none of them stops a build or leads out of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from publishing.manuscript.context import line_problem
from schemas.problems import Problem
from schemas.references import FILE as BIBLIOGRAPHY

EXTENSIONS = "_extensions/"
Fits = Callable[[Path, str], bool]


def _pattern(pattern: str) -> Fits:
    return lambda root, text: re.fullmatch(pattern, text) is not None


def _is_file(root: Path, text: str) -> bool:
    """Whether it is a file of the review, or will be once the extension is put beside it."""
    if text.startswith(EXTENSIONS) and not (root / EXTENSIONS).exists():
        return True
    path = (root / text).resolve()
    return path.is_file() and path.is_relative_to(root.resolve())


def _is_below(root: Path, text: str) -> bool:
    """Whether it is a folder below that of the review."""
    parts = PurePosixPath(text).parts
    return bool(parts) and parts[0] != "/" and ".." not in parts


SETTINGS: Mapping[str, tuple[Fits, str]] = {
    "audience": (_pattern(r".*\S.*"), "for whom the edition is, a line of text"),
    "bibliography": (lambda root, text: text == BIBLIOGRAPHY, BIBLIOGRAPHY),
    "book.output-file": (_pattern(r"\w[\w .-]*"), "a name of letters, digits, '.', '-' and '_'"),
    "book.site-url": (_pattern(r"https?://[^\s\"'<>]+"), "an address that begins with https://"),
    "book.title": (_pattern(r".*\S.*"), "a line of text"),
    "csl": (_is_file, "a file of the review"),
    "fontsize": (_pattern(r"\d+(\.\d+)?pt"), "a size such as 10pt"),
    "nocite": (_pattern(r"[\s\S]*@[\s\S]*"), "citations such as '@*'"),
    "project.output-dir": (_is_below, "a folder below that of the review, such as _site"),
}
"""What is read, by its place, with what it must be; texts all of them."""


def setting_problems(root: Path, file: str, settings: Mapping[str, Any]) -> Iterator[Problem]:
    """Each setting of one file that is given, and is not what it must be."""
    for place, (fits, expected) in SETTINGS.items():
        *above, key = place.split(".")
        held: Any = settings
        for name in above:
            held = held.get(name) if isinstance(held, dict) else None
        if not isinstance(held, dict) or key not in held:
            continue
        value = held[key]
        if not isinstance(value, str) or not fits(root, value):
            yield line_problem(file, 0, f"{place} is {value!r}", "correct it", expected)
