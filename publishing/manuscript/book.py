"""Reads `_quarto.yml` and its profiles: the editions of the book, and the documents of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from publishing.manuscript.book_settings import setting_problems
from publishing.manuscript.context import line_problem
from schemas.problems import Problem, ReviewError
from schemas.strict_yaml import line_of, load_yaml, reason_of

PROJECT_FILE = "_quarto.yml"
PDF_NAME = "review.pdf"
PLAIN = {"reading-grade": int, "questions": str}  # keys of `plain`, with the type of each
NAME = re.compile(r"[a-z][a-z0-9-]*")
DOCUMENT = re.compile(r"(?:\w[\w .-]*/)*\w[\w .-]*\.qmd")


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
    """One edition: its documents in reading order and the metadata the engines share.

    `edition` is the name of its Quarto profile, empty where the project has none; `audience`
    says for whom it is; `folder` is its place in the site, empty for the first edition.
    """

    chapters: tuple[Chapter, ...]
    metadata: dict[str, Any]
    edition: str = ""
    folder: str = ""

    @property
    def audience(self) -> str:
        """For whom the edition is, as the chooser says it."""
        return str(self.metadata.get("audience", self.edition.capitalize()))

    @property
    def plain(self) -> dict[str, Any]:
        """What holds for an edition for readers without training; empty for another."""
        given = self.metadata.get("plain")
        return dict(given) if isinstance(given, dict) else {}

    @property
    def file(self) -> str:
        """The file that lists its documents."""
        return profile_file(self.edition) if self.edition else PROJECT_FILE

    @property
    def pdf(self) -> str:
        """Path of its PDF in the site."""
        name = self.metadata["book"].get("output-file")
        return self.place(f"{name}.pdf" if name else PDF_NAME)

    def place(self, path: str) -> str:
        """Path in the whole site of a path in this edition."""
        return f"{self.folder}/{path}" if self.folder else path


def profile_file(edition: str) -> str:
    """The file of a profile, as Quarto names it."""
    return f"_quarto-{edition}.yml"


def load_book(root: Path, edition: str = "") -> Book:
    """Read one edition, the first when none is named."""
    return choose_books(load_books(root), [edition] if edition else [])[0]


def choose_books(books: Sequence[Book], editions: Iterable[str]) -> tuple[Book, ...]:
    """The books of these editions, all when none is named; ReviewError for an unknown one."""
    wanted = list(editions)
    known = [book.edition for book in books]
    for name in wanted:
        if name not in known:
            names = ", ".join(filter(None, known)) or "none: the project has no profiles"
            raise ReviewError(f"unknown edition {name}; expected one of {names}")
    return tuple(book for book in books if not wanted or book.edition in wanted)


def load_books(root: Path) -> tuple[Book, ...]:
    """Read every edition of the project at `root`; raises ReviewError when one cannot be used."""
    common = _settings(root, PROJECT_FILE)
    names = _profiles(common)
    books = _books(root, common, names) if names else (_book(common),)
    problems = [problem for book in books for problem in check_book(root, book)]
    problems += check_strays(root, books)
    if problems:
        raise ReviewError(problems)
    return books


@cache
def _said(text: str) -> Any:
    """The YAML of a file, which several ask for."""
    return load_yaml(text)


def _settings(root: Path, name: str) -> dict[str, Any]:
    try:
        settings = _said((root / name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _refusal(name, "is missing", "restore it from the repository") from error
    except yaml.YAMLError as error:
        what = f"cannot be read: {reason_of(error)}"
        raise _refusal(name, what, line=line_of(error) or 0) from error
    if not isinstance(settings, dict):
        raise _refusal(name, "holds no settings")
    if problems := list(setting_problems(root, name, settings)):
        raise ReviewError(problems)
    return settings


def _refusal(file: str, what: str, action: str = "", line: int = 0) -> ReviewError:
    return ReviewError([line_problem(file, line, what, action)])


def _profiles(common: dict[str, Any]) -> list[str]:
    """Names of the one group of profiles, the first of which Quarto takes by itself."""
    profile = common.get("profile", {})
    groups = profile.get("group", []) if isinstance(profile, dict) else None
    names = groups[0] if isinstance(groups, list) and groups and len(groups) == 1 else groups
    usable = isinstance(names, list) and all(
        isinstance(name, str) and NAME.fullmatch(name) for name in names
    )
    if not usable or set(profile) - {"group"}:
        action = "give one group of names: `profile: {group: [[clinician, patient]]}`"
        raise _refusal(PROJECT_FILE, "profile is not as this renderer reads it", action)
    return list(names or [])


def _books(root: Path, common: dict[str, Any], names: Sequence[str]) -> tuple[Book, ...]:
    merged = [_merge(common, _settings(root, profile_file(name))) for name in names]
    folders = [_folder(settings, name) for settings, name in zip(merged, names, strict=True)]
    found = []
    for name, settings, folder in zip(names, merged, folders, strict=True):
        if not folder.is_relative_to(folders[0]):
            what = f"output-dir {folder} is not inside {folders[0]}, that of {names[0]}"
            raise _refusal(profile_file(name), what, "name a folder inside it")
        place = folder.relative_to(folders[0]).as_posix()
        found.append(_book(settings, name, "" if place == "." else place))
    return tuple(found)


def _folder(settings: dict[str, Any], name: str) -> PurePosixPath:
    try:
        return PurePosixPath(settings["project"]["output-dir"])
    except (KeyError, TypeError) as error:
        action = "give a text under project: output-dir"
        raise _refusal(profile_file(name), "says no folder of its edition", action) from error


def _merge(common: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Merge as Quarto does: maps by key, lists one after the other, the profile's value wins."""
    merged = dict(common)
    for key, value in own.items():
        before = merged.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            merged[key] = _merge(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            merged[key] = before + [item for item in value if item not in before]
        else:
            merged[key] = value
    return merged


def _book(settings: dict[str, Any], edition: str = "", folder: str = "") -> Book:
    file = profile_file(edition) if edition else PROJECT_FILE
    try:
        entries = settings["book"]["chapters"]
        if not isinstance(entries, list):
            raise TypeError("a list of its chapters")
    except (KeyError, TypeError) as error:
        raise _refusal(file, f"cannot be read as a Quarto book: it lacks {error}") from error
    return Book(tuple(_chapters(entries, file)), settings, edition, folder)


def _chapters(entries: list[Any], file: str, part: str = "") -> list[Chapter]:
    found: list[Chapter] = []
    for entry in entries:
        if isinstance(entry, str):
            if not DOCUMENT.fullmatch(entry):
                what = f"book.chapters names {entry!r}"
                action = "name a .qmd file of the review by letters, digits, '.', '-' and '_'"
                raise _refusal(file, what, action)
            found.append(Chapter(entry, part))
        elif isinstance(entry, dict) and set(entry) == {"part", "chapters"} and not part:
            found += _chapters(entry["chapters"], file, str(entry["part"]))
        else:
            raise ReviewError(
                [line_problem(file, 0, f"book.chapters holds {entry!r}",
                              "name a .qmd file, or a part with a title and its chapters")]
            )  # fmt: skip
    return found


def check_book(root: Path, book: Book) -> list[Problem]:
    """Every chapter exists and is named once; the home page is at the root."""
    paths = [chapter.path for chapter in book.chapters]
    problems = [
        line_problem(book.file, 0, f"the chapter {path} does not exist", "write it or remove it")
        for path in paths
        if not (root / path).is_file()
    ]
    problems += [
        line_problem(book.file, 0, f"the chapter {path} is listed twice", "keep one")
        for path in sorted({path for path in paths if paths.count(path) > 1})
    ]
    types = {key: type(value) for key, value in book.plain.items()}
    if "plain" in book.metadata and types != PLAIN:
        action = f"give it {' and '.join(PLAIN)}, and nothing else"
        problems.append(line_problem(book.file, 0, "plain is not as it should be", action))
    if "appendices" in book.metadata["book"]:
        problems.append(line_problem(book.file, 0, "book.appendices is not supported",
                                     "make them chapters of a last part"))  # fmt: skip
    if not paths or paths[0] != "index.qmd":
        problems.append(line_problem(book.file, 0, "the first chapter is not index.qmd",
                                     "a Quarto book needs its home page at the root"))  # fmt: skip
    return problems


def check_strays(root: Path, books: Sequence[Book]) -> list[Problem]:
    """Every document stands in some edition."""
    paths = {chapter.path for book in books for chapter in book.chapters}
    found = [*root.glob("*.qmd"), *(root / "report").rglob("*.qmd")]
    present = {file.relative_to(root).as_posix() for file in found}
    files = " or ".join(sorted({book.file for book in books}))
    return [
        line_problem(path, 0, "the document is in no chapter list", f"name it in {files}")
        for path in sorted(present - paths)
    ]


def plain_documents(books: Iterable[Book]) -> frozenset[str]:
    """The documents that stand in editions for readers without training, and in no other."""
    held: dict[bool, set[str]] = {True: set(), False: set()}
    for book in books:
        held[bool(book.plain)] |= {chapter.path for chapter in book.chapters}
    return frozenset(held[True] - held[False])


def all_chapters(books: Iterable[Book]) -> list[Chapter]:
    """Every document of any edition once: the longest edition first, then what others add."""
    ordered = sorted(books, key=lambda book: -len(book.chapters))
    found: dict[str, Chapter] = {}
    for chapter in (chapter for book in ordered for chapter in book.chapters):
        found.setdefault(chapter.path, chapter)
    return list(found.values())
