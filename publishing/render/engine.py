"""What an engine is given for an edition, and what it promises."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from analysis.kept import Keeping
from publishing.manuscript.book import Book
from publishing.manuscript.context import Attachment, RenderContext
from publishing.manuscript.extension import EXTENSION
from publishing.render.chapter_body import ChapterBody
from publishing.render.executed import Executed
from publishing.render.stamps import stamp_of


@dataclass(frozen=True)
class Job:
    """What the editions share while they are set; `executed` are the documents by path.

    Signs stand in them where hashes are printed, which are stamped last.
    """

    root: Path
    formats: Collection[str]
    attachments: Sequence[Attachment]
    context: RenderContext
    executed: Mapping[str, Executed]
    progress: Callable[[str], None]
    keeping: Keeping = field(default_factory=Keeping)

    @property
    def extension(self) -> Path:
        """The folder of the format extension."""
        return self.root / EXTENSION

    def context_of(self, book: Book) -> RenderContext:
        """The context with the audience of an edition; plain editions answer in their own words."""
        answer = "" if book.plain else self.context.answer
        return replace(self.context, audience=book.audience, answer=answer)

    def source_of(self, path: str) -> Executed:
        """An executed document as this build prints it."""
        done = self.executed[path]
        return replace(done, markdown=stamp_of(self.context).put(done.markdown))

    def sources_of(self, book: Book) -> list[Executed]:
        """The executed documents of an edition in order, as this build prints them."""
        return [self.source_of(chapter.path) for chapter in book.chapters]


class Engine(Protocol):
    """Turns executed documents into pages and PDFs; `at_once` editions of them side by side."""

    name: str
    at_once: int

    def set_pages(self, job: Job, book: Book) -> tuple[ChapterBody, ...]:
        """Set the pages of one edition."""

    def set_paper(self, job: Job, book: Book) -> bytes:
        """Set the PDF of one edition."""
