"""The Quarto engine: renders in a staged copy of the project, never in place."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from publishing.manuscript.book import PROJECT_FILE, Book
from publishing.manuscript.context import Attachment, RenderContext
from publishing.manuscript.qmd import Document
from publishing.render.audience import ASSETS, Counterparts, chooser, counterparts
from publishing.render.built_in import book_metadata
from publishing.render.execute import execute_documents
from publishing.render.metadata import review_metadata
from publishing.render.pandoc import EXTENSION
from publishing.render.sheets import sheets_of, write_sheets
from publishing.render.staging import copy_into
from schemas.problems import ReviewError
from schemas.rounding import round_half_up

OLDEST = (1, 10, 17)  # the first that bundles a Typst which makes PDF/UA-1 and PDF/A-3a at once
FORMATS = {"html": "review-html", "pdf": "review-typst"}
NOT_COPIED = shutil.ignore_patterns(".*", "_site", "_build", "__pycache__", "node_modules")
BIBLIOGRAPHY = "_references.bib"
METADATA_FILE = "_review.json"


@dataclass(frozen=True)
class Quarto:
    """An installed Quarto and its version."""

    program: Path
    version: tuple[int, ...]

    @property
    def usable(self) -> bool:
        """Whether it is new enough for Typst books and two PDF standards at once."""
        return self.version >= OLDEST

    @property
    def spoken(self) -> str:
        """The version as it is written."""
        return ".".join(map(str, self.version))


def find_quarto() -> Quarto | None:
    """Quarto of QUARTO_PATH (folder or program), else of PATH; None when there is none."""
    named = os.environ.get("QUARTO_PATH")
    found = _program(Path(named)) if named else shutil.which("quarto")
    if not found:
        return None
    try:
        done = subprocess.run(
            [found, "--version"], capture_output=True, encoding="utf-8", check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.match(r"\s*(\d+)\.(\d+)\.(\d+)", done.stdout)
    version = tuple(map(int, match.groups())) if match else (0,)
    return Quarto(Path(found), version)


def unusable_path() -> str:
    """What is wrong with QUARTO_PATH, in words; empty where it is right or not set."""
    named = os.environ.get("QUARTO_PATH")
    if not named or (_program(Path(named)) and find_quarto()):
        return ""
    return f"QUARTO_PATH is {named}, and no Quarto that runs is there"


def _program(path: Path) -> str | None:
    places = [path / "bin" / "quarto", path / "quarto", path]
    return next((str(place) for place in places if place.is_file()), None)


def render_quarto(
    root: Path,
    books: Sequence[Book],
    documents: Sequence[Document],
    *,
    formats: Collection[str],
    site: Path,
    progress: Callable[[str], None],
    attachments: Sequence[Attachment],
    context: RenderContext,
) -> tuple[dict[str, float], list[str], tuple[str, ...]]:
    """Render into the empty folder `site`; return seconds, remarks and the pages written."""
    started = time.monotonic()
    quarto = find_quarto()
    assert quarto is not None
    with tempfile.TemporaryDirectory(prefix="review-quarto-") as scratch:
        copy = Path(scratch) / "project"
        progress("Copying the project")
        shutil.copytree(root, copy, ignore=NOT_COPIED)
        copy_into(copy, {attachment.name: attachment.path for attachment in attachments})
        _use_bibliography(copy, context.bibliography)
        for book in books:
            own = replace(context, audience=book.audience)
            metadata = {"lang": own.language, "review": review_metadata(own, attachments)}
            (copy / METADATA_FILE).write_text(json.dumps(metadata), encoding="utf-8")
            for name in [FORMATS[format_] for format_ in sorted(formats)]:
                count = len(book.chapters)
                progress(f"Quarto renders {count} documents as {name} {book.edition}".rstrip())
                _run(quarto, copy, name, book.edition, progress)
            output = copy / str(book.metadata["project"].get("output-dir", "_site"))
            shutil.copytree(output, site / book.folder, dirs_exist_ok=True)
            if "pdf" in formats:
                _set_sheets(copy, book, documents, own, site)
    copy_into(site, {attachment.name: attachment.path for attachment in attachments})
    pages = [book.place(chapter.page) for book in books for chapter in book.chapters]
    found = tuple(page for page in pages if (site / page).is_file())
    add_choosers(root, site, found, counterparts(books, documents))
    return {"total": float(round_half_up(time.monotonic() - started, 2))}, [], found


def _set_sheets(
    copy: Path, book: Book, documents: Sequence[Document], context: RenderContext, site: Path
) -> None:
    """Single pages are set by the built-in renderer: a Quarto book has one PDF."""
    wanted = [document for document in documents if document.path in sheets_of(book)]
    done = execute_documents(copy, wanted, lambda _: None, {"REVIEW_ENGINE": "quarto"})
    metadata = book_metadata(copy, book, (), context)
    write_sheets(copy, book, {one.path: one for one in done}, metadata, context, site)


def _use_bibliography(copy: Path, bibliography: Path) -> None:
    """Let the copy cite from the printed bibliography, which has the state of each source."""
    shutil.copyfile(bibliography, copy / BIBLIOGRAPHY)
    settings = copy / PROJECT_FILE
    text = settings.read_text(encoding="utf-8")
    line = f"bibliography: {BIBLIOGRAPHY}"
    settings.write_text(re.sub(r"(?m)^bibliography:.*$", line, text), encoding="utf-8")


def add_choosers(root: Path, site: Path, pages: Sequence[str], found: Counterparts) -> None:
    """Put the chooser of audiences at the top of each page that Quarto wrote."""
    if not found or not pages:
        return
    copy_into(site, {f"assets/{Path(name).name}": root / EXTENSION / name for name in ASSETS})
    for page in pages:
        place = site / page
        text = place.read_text(encoding="utf-8")
        base = "../" * page.count("/")
        head = (
            f'<link rel="stylesheet" href="{base}assets/audience.css">\n'
            f'<script defer src="{base}assets/audience.js"></script>\n</head>'
        )
        text = text.replace("</head>", head, 1)
        start, opening, rest = re.split(r"(<body[^>]*>)", text, maxsplit=1)
        text = f"{start}{opening}\n{chooser(page, found)}{rest}"
        place.write_text(text, encoding="utf-8")


def _run(
    quarto: Quarto, copy: Path, format_: str, edition: str, progress: Callable[[str], None]
) -> None:
    command = [
        str(quarto.program), "render", "--to", format_,
        *(["--profile", edition] if edition else []),
        "--metadata-file", str(copy / METADATA_FILE), "--no-clean",
    ]  # fmt: skip
    environment = {**os.environ, "QUARTO_PYTHON": sys.executable, "REVIEW_ENGINE": "quarto"}
    lines: list[str] = []
    with subprocess.Popen(
        command,
        cwd=copy,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if re.match(r"\[\s*\d+/\d+\]", line):
                progress(line.strip())
    if process.returncode:
        said = "\n".join(lines[-12:])
        raise ReviewError(f"Quarto stopped with exit code {process.returncode}:\n{said}")
