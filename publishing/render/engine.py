"""What an engine is given for an edition, and what it promises."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from analysis.kept import Keeping
from publishing.manuscript.book import Book
from publishing.manuscript.context import Attachment, RenderContext
from publishing.manuscript.extension import EXTENSION
from publishing.render.chapter_body import RenderedEdition
from publishing.render.executed import Executed
from publishing.render.stamps import stamp_of
from schemas.rounding import round_half_up


@dataclass
class Clock:
    """Seconds by step."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step."""
        started = time.monotonic()
        yield
        self.seconds[name] = float(round_half_up(time.monotonic() - started, 2))


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
    clock: Clock
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
    """Turns executed documents into editions; `at_once` of them side by side."""

    name: str
    at_once: int

    def set_edition(self, job: Job, book: Book) -> RenderedEdition:
        """Set one edition in the formats of the job."""
