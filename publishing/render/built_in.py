"""The built-in engine: resolves an edition with Pandoc and sets it with Typst, both wheels."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from publishing.manuscript.book import Book
from publishing.manuscript.context import Attachment, RenderContext
from publishing.render.chapter_body import ChapterBody, body_of_json
from publishing.render.engine import Job
from publishing.render.executed import Executed
from publishing.render.kept_editions import (
    paper_inputs,
    pdf_inputs,
    shared_inputs,
)
from publishing.render.kept_pages import KeptPages
from publishing.render.markdown import escape, for_edition
from publishing.render.metadata import review_metadata
from publishing.render.pandoc import BOOK, STAND_INS, resolve_book, set_pages, write_typst
from publishing.render.paper import render_pdf
from publishing.render.stamps import stamp_of, unstamped

FIGURES = "figures"


class BuiltIn:
    """Pandoc and Typst as wheels; both work outside this interpreter's lock."""

    name = "built-in"
    at_once = 2

    def set_pages(self, job: Job, book: Book) -> tuple[ChapterBody, ...]:
        """Set the pages of one edition."""
        with tempfile.TemporaryDirectory(prefix="review-") as scratch:
            return _Setting(job, book, Path(scratch)).chapters()

    def set_paper(self, job: Job, book: Book) -> bytes:
        """Set the PDF of one edition."""
        with tempfile.TemporaryDirectory(prefix="review-") as scratch:
            return _Setting(job, book, Path(scratch)).pdf()


@dataclass
class _Setting:
    """An edition while it is set; a step that was kept for the same inputs is not run again."""

    job: Job
    book: Book
    work: Path

    @property
    def name(self) -> str:
        return f"the edition {self.book.edition}" if self.book.edition else "the review"

    @cached_property
    def metadata(self) -> dict[str, Any]:
        context = unstamped(self.job.context_of(self.book))
        return book_metadata(self.job.root, self.book, self.job.attachments, context)

    def texts(self, format_: str) -> list[Executed]:
        """Its documents as far as a format needs them, before they are stamped."""
        return [
            replace(done, markdown=for_edition(done.markdown, self.book.edition, format_))
            for done in (self.job.executed[chapter.path] for chapter in self.book.chapters)
        ]

    def resolve(self, sources: Sequence[Executed]) -> Path:
        """Resolve these in a folder of their own; the path of Pandoc's JSON."""
        self.job.progress(f"Resolving citations and cross-references of {self.name}")
        work = Path(tempfile.mkdtemp(dir=self.work))
        return resolve_edition(self.job.extension, work, sources, self.metadata)

    def chapters(self) -> tuple[ChapterBody, ...]:
        """The bodies of its pages, stamped with the hashes of this build."""
        steps, shared = self.job.keeping.steps, shared_inputs(self.job, self.metadata)
        kept = KeptPages(steps, self.name, self.texts("html"), shared, self.set)
        stamp = stamp_of(self.job.context)
        texts = (stamp.put(payload.decode()) for payload in kept.made())
        return tuple(body_of_json(json.loads(text)) for text in texts)

    def set(self, sources: Sequence[Executed]) -> tuple[dict[str, bytes], Path]:
        """Set these in a folder of their own; what stands in for each lies there."""
        whole = sum(not one.stands_in for one in sources)
        self.job.progress(f"Setting {whole} of {len(sources)} pages of {self.name}")
        work = Path(tempfile.mkdtemp(dir=self.work))
        bodies = set_edition(self.job.extension, work, sources, self.metadata)
        texts = {one.path: json.dumps(asdict(one), ensure_ascii=False) for one in bodies}
        return {path: text.encode() for path, text in texts.items()}, work / STAND_INS

    def pdf(self) -> bytes:
        """Its PDF, stamped with the hashes of this build."""

        def write() -> bytes:
            return write_typst(self.job.extension, self.resolve(sources)).encode()

        steps, context = self.job.keeping.steps, self.job.context_of(self.book)
        sources = self.texts("pdf")
        inputs = paper_inputs(self.job, sources, self.metadata, BOOK)
        source = stamp_of(context).put(steps.run(f"paper {self.name}", inputs, write).decode())
        inputs = pdf_inputs(self.job, source, attached=True)
        return steps.run(f"PDF {self.name}", inputs, lambda: self._typeset(source, context))

    def _typeset(self, source: str, context: RenderContext) -> bytes:
        job = self.job
        job.progress(f"Setting the PDF of {self.name}")
        fonts, figures = job.extension / "fonts", job.root / FIGURES
        return render_pdf(source, self.work, figures, job.attachments, context, fonts)


def resolve_edition(
    extension: Path,
    work: Path,
    sources: Sequence[Executed],
    metadata: dict[str, Any],
    citations: bool = True,
) -> Path:
    """Resolve the documents of an edition in the folder `work`; the path of Pandoc's JSON."""
    return resolve_book(extension, work, written(work, sources), metadata, citations)


def set_edition(
    extension: Path, work: Path, sources: Sequence[Executed], metadata: dict[str, Any]
) -> list[ChapterBody]:
    """Set the pages of an edition in the folder `work`."""
    return set_pages(extension, work, written(work, sources), metadata)


def written(work: Path, sources: Sequence[Executed]) -> list[Path]:
    """Where the documents were written for Pandoc, in the folder `work`."""
    paths = [work / f"{number:02}.md" for number in range(len(sources))]
    for path, done in zip(paths, sources, strict=True):
        path.write_text(done.markdown, encoding="utf-8")
    return paths


def book_metadata(
    root: Path, book: Book, attachments: Sequence[Attachment], context: RenderContext
) -> dict[str, Any]:
    """Metadata of the merged book, as Pandoc wants it."""
    settings = book.metadata
    style = settings.get("csl")
    return {
        "title": escape(context.title),
        "lang": context.language,
        "edition": book.edition,
        "bibliography": str(context.bibliography),
        "link-citations": bool(settings.get("link-citations", True)),
        "reference-section-title": "",
        "toc-depth": 2,
        **({"fontsize": str(settings["fontsize"])} if "fontsize" in settings else {}),
        "chapters": [{"path": chapter.path, "part": chapter.part} for chapter in book.chapters],
        "review": review_metadata(context, attachments),
        **({"csl": str(root / style)} if style else {}),
        **({"nocite": settings["nocite"]} if "nocite" in settings else {}),
    }
