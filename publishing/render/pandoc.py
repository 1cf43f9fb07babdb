"""Calls Pandoc: reads all documents as one, resolves it, writes JSON pages and Typst."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from publishing.manuscript.context import line_problem
from publishing.render.chapter_body import ChapterBody, Heading
from schemas.problems import Problem, ReviewError

BOOK = "built-in.typ"  # the template of a PDF
PATHS = ("bibliography", "csl")
STAND_INS = "stand-ins.json"  # beside a resolved book: what stands in for each of its chapters
UTF8 = {"LC_ALL": "C.UTF-8"} if sys.platform == "linux" else {}  # else names of files are lost


def run_pandoc(arguments: Sequence[str], folder: Path) -> str:
    """Run Pandoc in `folder`; a warning is an error, for it would drop something in silence."""
    command = [_pandoc(), *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", check=False,
        env={**os.environ, **UTF8},
    )  # fmt: skip
    complaint = re.search(r"REVIEW\n(.*?)\nEND", done.stderr, re.DOTALL)
    if complaint:
        raise ReviewError([_located(text) for text in complaint[1].split("\n")])
    if done.returncode or "[WARNING]" in done.stderr:
        raise ReviewError(f"Pandoc could not set the documents: {done.stderr.strip()}")
    return done.stdout


@cache
def _pandoc() -> str:
    """The locked Pandoc, that of the wheel: `pypandoc` itself runs whatever it finds to compare."""
    spec = find_spec("pypandoc")
    places = spec.submodule_search_locations or [] if spec else []
    found = [shutil.which("pandoc", path=str(Path(place) / "files")) for place in places]
    if not any(found):
        raise ReviewError("Pandoc is not installed here: python -m nox -s review installs it")
    return next(filter(None, found))


def _located(text: str) -> Problem:
    path, _, what = text.partition(": ")
    return line_problem(path, 0, what)


def resolve_book(
    extension: Path,
    work: Path,
    sources: Sequence[Path],
    metadata: dict[str, Any],
    citations: bool = True,
) -> Path:
    """Read the documents as one, resolve cross-references and citations; path of the result.

    Paths are arguments: in metadata an apostrophe or underscores would be read as Markdown.
    Without `citations` they stay as they are written, for an engine that resolves them itself.
    """
    resolved = work / "book.json"
    filters = ("crossref", *(["citeproc"] if citations else []), "sheet")
    words = _resolving(extension, work, sources, metadata, filters)
    run_pandoc(["--to", "json", "--output", str(resolved), *words], work)
    return resolved


def set_pages(
    extension: Path, work: Path, sources: Sequence[Path], metadata: dict[str, Any]
) -> list[ChapterBody]:
    """Resolve the documents as one and write its chapters, without bodies of those that stand in.

    What stands in for each chapter while others are set is written as well (`STAND_INS`).
    """
    text = _set_pages(extension, work, sources, metadata, "pages.lua")
    return [_chapter_body(**record) for record in json.loads(text)]


def try_writers(
    extension: Path, work: Path, sources: Sequence[Path], metadata: dict[str, Any]
) -> None:
    """Resolve the documents as one and write pages and Typst of it, which nobody reads."""
    _set_pages(extension, work, sources, metadata, "unread.lua")


def _set_pages(
    extension: Path, work: Path, sources: Sequence[Path], metadata: dict[str, Any], writer: str
) -> str:
    filters = ("stand-in", "crossref", "citeproc", "sheet")
    return run_pandoc(
        ["--to", str(extension / "lua" / writer), "--section-divs", "--wrap=none",
         "--syntax-highlighting=none", "--metadata", f"stand-ins={STAND_INS}",
         *_resolving(extension, work, sources, metadata, filters)],
        work,
    )  # fmt: skip


def _resolving(
    extension: Path,
    work: Path,
    sources: Sequence[Path],
    metadata: dict[str, Any],
    filters: Sequence[str],
) -> list[str]:
    """The words by which Pandoc reads the documents and resolves them by these filters."""
    lua = extension / "lua"
    described = work / "metadata.json"
    words = {key: value for key, value in metadata.items() if key not in PATHS}
    described.write_text(json.dumps(words), encoding="utf-8")
    paths = [part for key in PATHS if key in metadata for part in (f"--{key}", str(metadata[key]))]
    steps = [
        "--citeproc" if name == "citeproc" else f"--lua-filter={lua / name}.lua"
        for name in ("editions", "strict", "tables", *filters)
    ]
    reader = ["--from", str(lua / "reader.lua"), "--metadata-file", str(described)]
    return [*reader, *paths, *steps, *map(str, sources)]


def _chapter_body(contents: list[dict[str, Any]], **fields: str) -> ChapterBody:
    return ChapterBody(headings=tuple(Heading(**entry) for entry in contents), **fields)


PAPER = ("paper-columns", "paper-built-in", "paper", "paper-links")  # filters, in this order


def write_typst(extension: Path, book: Path, template: str = BOOK) -> str:
    """The book as Typst, within the template partials."""
    lua = extension / "lua"
    filters = [str(lua / f"{name}.lua") for name in PAPER]
    return run_pandoc(
        ["--from", "json", "--to", "typst-citations", "--wrap=none",
         "--syntax-highlighting=none",
         *(part for path in filters for part in ("--lua-filter", path)),
         "--template", str(extension / template), str(book)],
        book.parent,
    )  # fmt: skip
