"""The Quarto engine: hands executed documents to Quarto in a copy of the project.

Documents are executed once, by `publishing.render.execute`; Quarto gets their Markdown, numbers
and resolves it, sets the PDF and writes pages, of which the chapters are read.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from publishing.manuscript.book import PROJECT_FILE, Book
from publishing.render.built_in import book_metadata, resolve_edition
from publishing.render.chapter_body import ChapterBody
from publishing.render.engine import Job
from publishing.render.markdown import in_form
from publishing.render.metadata import review_metadata
from publishing.render.quarto_pages import read_chapter, titles_of
from publishing.render.quarto_program import Quarto, QuartoError
from publishing.render.staging import copy_into

FORMATS = {"html": "review-html", "pdf": "review-typst"}
NOT_COPIED = shutil.ignore_patterns(".*", "_site", "_build", "__pycache__", "node_modules")
BIBLIOGRAPHY = "_references.bib"
METADATA_FILE = "_review.json"
CONTROL = re.compile(r"\x1b\[[0-9;]*m|\r")
FOOTNOTE = re.compile(
    r"\[\^([^\]\s]+)\]"
)  # in a book, Quarto takes the same mark for the same note
PROGRESS = re.compile(r"\[\s*\d+/\d+\]")
FAULT = re.compile(r"(?i)(fatal )?error\b")


class QuartoEngine:
    """Quarto, edition by edition: each run has the copy to itself."""

    name = "quarto"
    at_once = 1

    def __init__(self, program: Quarto) -> None:
        self.program = program

    def set_pages(self, job: Job, book: Book) -> tuple[ChapterBody, ...]:
        """Let Quarto set the pages of one edition."""
        with self._ran(job, book, "html", _page_metadata(job, book)) as output:
            return tuple(_read_chapters(output, book))

    def set_paper(self, job: Job, book: Book) -> bytes:
        """Let Quarto set the PDF of one edition."""
        with self._ran(job, book, "pdf", _paper_metadata(job, book)) as output:
            return _read_pdf(output)

    @contextmanager
    def _ran(self, job: Job, book: Book, format_: str, metadata: dict[str, Any]) -> Iterator[Path]:
        """What Quarto wrote of an edition in one format, in a copy of the project."""
        with tempfile.TemporaryDirectory(prefix="review-quarto-") as scratch:
            copy = Path(scratch) / "project"
            shutil.copytree(job.root, copy, ignore=NOT_COPIED)
            copy_into(copy, {attachment.name: attachment.path for attachment in job.attachments})
            _use_bibliography(copy, job.context.bibliography)
            self._run(job, book, copy, format_, metadata)
            yield copy / str(book.metadata["project"].get("output-dir", "_site"))

    def _run(
        self, job: Job, book: Book, copy: Path, format_: str, metadata: dict[str, Any]
    ) -> None:
        """Put the documents of the edition, in the form of a format, into the copy; render."""
        for number, done in enumerate(job.sources_of(book)):
            markdown = FOOTNOTE.sub(rf"[^{number}-\1]", in_form(done.markdown, format_))
            text = f"---\nengine: markdown\n---\n\n{markdown}"
            (copy / done.path).write_text(text, encoding="utf-8")
        (copy / METADATA_FILE).write_text(json.dumps(metadata), encoding="utf-8")
        name = FORMATS[format_]
        job.progress(
            f"Quarto renders {len(book.chapters)} documents as {name} {book.edition}".rstrip()
        )
        command = [
            str(self.program.program), "render", "--to", name,
            *(["--profile", book.edition] if book.edition else []),
            "--metadata-file", str(copy / METADATA_FILE), "--no-clean",
        ]  # fmt: skip
        run_quarto(command, copy, job.progress)


def _paper_metadata(job: Job, book: Book) -> dict[str, Any]:
    context = job.context_of(book)
    return {"lang": context.language, "review": review_metadata(context, job.attachments)}


def _page_metadata(job: Job, book: Book) -> dict[str, Any]:
    """Every page names all that its edition cites: Quarto resolves a page alone, and so gives
    each work the same number on all of them."""
    cited = ", ".join(f"@{key}" for key in cited_in_edition(job, book))
    given = str(book.metadata.get("nocite", ""))
    return {"lang": job.context.language, "nocite": ", ".join(filter(None, [given, cited]))}


def cited_in_edition(job: Job, book: Book) -> list[str]:
    """The citekeys of an edition, sorted, as Pandoc reads them."""
    with tempfile.TemporaryDirectory(prefix="review-cited-") as scratch:
        metadata = book_metadata(job.root, book, job.attachments, job.context_of(book))
        resolved = resolve_edition(
            job.extension, Path(scratch), job.sources_of(book), metadata, citations=False
        )
        found = re.findall(r'"citationId":"([^"]+)"', resolved.read_text(encoding="utf-8"))
    return sorted(set(found))


def _use_bibliography(copy: Path, bibliography: Path) -> None:
    """Let the copy cite from the printed bibliography, which has the state of each source."""
    shutil.copyfile(bibliography, copy / BIBLIOGRAPHY)
    settings = copy / PROJECT_FILE
    text = re.sub(r"(?m)^bibliography:.*$\n?", "", settings.read_text(encoding="utf-8"))
    settings.write_text(f"{text.rstrip()}\nbibliography: {BIBLIOGRAPHY}\n", encoding="utf-8")


def _read_pdf(output: Path) -> bytes:
    """The one PDF of a book, which Quarto names by its title where no name is given."""
    found = sorted(output.glob("*.pdf"))
    if len(found) != 1:
        names = ", ".join(place.name for place in found) or "none"
        raise QuartoError(f"Quarto was to write one PDF; it wrote {names}")
    return found[0].read_bytes()


def _read(place: Path) -> bytes:
    if not place.is_file():
        raise QuartoError(f"Quarto wrote no {place.name}")
    return place.read_bytes()


def _read_chapters(output: Path, book: Book) -> list[ChapterBody]:
    pages = {
        chapter.page: _read(output / chapter.page).decode("utf-8") for chapter in book.chapters
    }
    try:
        titles = titles_of(pages)
        return [
            read_chapter(pages[chapter.page], chapter.path, chapter.page, titles)
            for chapter in book.chapters
        ]
    except ValueError as error:
        raise QuartoError(f"Quarto wrote a page that cannot be read: {error}") from error


def run_quarto(command: list[str], folder: Path, progress: Callable[[str], None]) -> None:
    """Run Quarto in `folder`; raises QuartoError with the reason it gives."""
    environment = {**os.environ, "QUARTO_PYTHON": sys.executable}
    lines: list[str] = []
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:  # fmt: skip
        for line in process.stdout or ():
            lines.append(CONTROL.sub("", line).strip())
            if PROGRESS.match(lines[-1]):
                progress(lines[-1])
    if process.returncode:
        said = "\n".join(_reason(list(filter(None, lines))))
        raise QuartoError(f"Quarto stopped with exit code {process.returncode}:\n{said}")


def _reason(lines: list[str]) -> list[str]:
    """The lines from the first that speaks of an error on, else the last: a filter that fails
    prints its reason above a long stack."""
    begins = [at for at, line in enumerate(lines) if FAULT.match(line)]
    return lines[begins[0] :][:12] if begins else lines[-12:]
