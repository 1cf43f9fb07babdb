"""Calls Pandoc: reads all documents as one, resolves it, writes JSON pages and Typst."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypandoc  # type: ignore[import-untyped]

from publishing.manuscript.context import line_problem
from publishing.render.chapter_body import ChapterBody, Heading
from schemas.problems import Problem, ReviewError

BOOK = "built-in.typ"  # the template of a PDF
PATHS = ("bibliography", "csl")
STAND_INS = "stand-ins.json"  # beside a resolved book: what stands in for each of its chapters
UTF8 = {"LC_ALL": "C.UTF-8"} if sys.platform == "linux" else {}  # else names of files are lost


def run_pandoc(arguments: Sequence[str], folder: Path) -> str:
    """Run Pandoc in `folder`; a warning is an error, for it would drop something in silence."""
    command = [pypandoc.get_pandoc_path(), *arguments]
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

    What stands in for each chapter while others are set is written beside it (`STAND_INS`).

    Paths are arguments: in metadata an apostrophe or underscores would be read as Markdown.
    Without `citations` they stay as they are written, for an engine that resolves them itself.
    """
    lua = extension / "lua"
    described = work / "metadata.json"
    words = {key: value for key, value in metadata.items() if key not in PATHS}
    described.write_text(json.dumps(words), encoding="utf-8")
    paths = [part for key in PATHS if key in metadata for part in (f"--{key}", str(metadata[key]))]
    resolved = work / "book.json"
    run_pandoc(
        [
            "--from", str(lua / "reader.lua"),
            "--to", "json",
            "--metadata-file", str(described),
            *paths,
            "--lua-filter", str(lua / "editions.lua"),
            "--lua-filter", str(lua / "strict.lua"),
            "--lua-filter", str(lua / "tables.lua"),
            "--metadata", f"stand-ins={STAND_INS}",
            "--lua-filter", str(lua / "stand-in.lua"),
            "--lua-filter", str(lua / "crossref.lua"),
            *(["--citeproc"] if citations else []),
            "--lua-filter", str(lua / "sheet.lua"),
            "--output", str(resolved),
            *map(str, sources),
        ],
        work,
    )  # fmt: skip
    return resolved


def write_pages(extension: Path, book: Path) -> list[ChapterBody]:
    """The chapters of a resolved book."""
    writer = extension / "lua" / "pages.lua"
    text = run_pandoc(
        ["--from", "json", "--to", str(writer), "--section-divs", "--wrap=none",
         "--syntax-highlighting=none", str(book)],
        book.parent,
    )  # fmt: skip
    return [_chapter_body(**record) for record in json.loads(text)]


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
