"""Reads `_quarto.yml`: which documents make the book, in which order and part."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from report.render.context import line_problem
from schemas.problems import Problem, ReviewError

PROJECT_FILE = "_quarto.yml"


@dataclass(frozen=True)
class Chapter:
    """One document of the book; `part` is the title of the part it stands in, if any."""

    path: str
    part: str = ""

    @property
    def page(self) -> str:
        """Path of its HTML page in the site."""
        return self.path.removesuffix(".qmd") + ".html"


@dataclass(frozen=True)
class Book:
    """The documents in reading order and the metadata the engines share."""

    chapters: tuple[Chapter, ...]
    metadata: dict[str, Any]


def _chapters(entries: list[Any], part: str = "") -> list[Chapter]:
    found: list[Chapter] = []
    for entry in entries:
        if isinstance(entry, str):
            found.append(Chapter(entry, part))
        elif isinstance(entry, dict) and set(entry) == {"part", "chapters"} and not part:
            found += _chapters(entry["chapters"], str(entry["part"]))
        else:
            raise ReviewError(
                [line_problem(PROJECT_FILE, 0, f"book.chapters holds {entry!r}",
                              "name a .qmd file, or a part with a title and its chapters")]
            )  # fmt: skip
    return found


def load_book(root: Path) -> Book:
    """Read the book of the project at `root`; raises ReviewError when it cannot be used."""
    try:
        text = (root / PROJECT_FILE).read_text(encoding="utf-8")
        settings = yaml.safe_load(text)
        entries = settings["book"]["chapters"]
    except FileNotFoundError as error:
        raise ReviewError(f"{root / PROJECT_FILE} is missing") from error
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ReviewError(f"{PROJECT_FILE} cannot be read as a Quarto book: {error}") from error
    book = Book(tuple(_chapters(entries)), settings)
    problems = check_book(root, book)
    if problems:
        raise ReviewError(problems)
    return book


def check_book(root: Path, book: Book) -> list[Problem]:
    """Every chapter exists and is named once; every document stands in the book."""
    paths = [chapter.path for chapter in book.chapters]
    problems = [
        line_problem(PROJECT_FILE, 0, f"the chapter {path} does not exist", "write it or remove it")
        for path in paths
        if not (root / path).is_file()
    ]
    problems += [
        line_problem(PROJECT_FILE, 0, f"the chapter {path} is listed twice", "keep one")
        for path in sorted({path for path in paths if paths.count(path) > 1})
    ]
    folders = [root, *(root / Path(path).parent for path in paths)]
    present = {
        file.relative_to(root).as_posix() for place in folders for file in place.glob("*.qmd")
    }
    problems += [
        line_problem(path, 0, "the document is in no chapter list", f"name it in {PROJECT_FILE}")
        for path in sorted(present - set(paths))
    ]
    if "appendices" in book.metadata["book"]:
        problems.append(line_problem(PROJECT_FILE, 0, "book.appendices is not supported",
                                     "make them chapters of a last part"))  # fmt: skip
    if not paths or paths[0] != "index.qmd":
        problems.append(line_problem(PROJECT_FILE, 0, "the first chapter is not index.qmd",
                                     "a Quarto book needs its home page at the root"))  # fmt: skip
    return problems
