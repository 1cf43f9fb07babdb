"""Runs the preview: watch, set what is open, then check and build the rest behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tornado.httpserver import HTTPServer

from publishing.manuscript.book import Book, choose_books, load_books
from publishing.preview.behind import run_behind
from publishing.preview.server import HOST, Shown, application, listen
from publishing.preview.session import Session
from publishing.preview.watching import saves
from schemas.problems import ReviewError

BUILT = Path("_build") / "preview"
QUIET = 3.0  # seconds without a save before the rest is built


def book_of(root: Path, document: str, edition: str) -> Book:
    """The edition that is shown: the one named, else the first that holds the document."""
    books = choose_books(load_books(root), [edition] if edition else [])
    for book in books:
        if not document or document in {chapter.path for chapter in book.chapters}:
            return book
    where = f"the edition {edition}" if edition else "any edition"
    raise ReviewError(f"{document} is no chapter of {where}; name one as its chapter list does")


@dataclass
class Preview:
    """One edition as it is written; `whole`: its site and PDF are built behind the pages."""

    root: Path
    book: Book
    document: str
    port: int
    whole: bool
    progress: Callable[[str], None]
    later: asyncio.Task[None] | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Serve until it is cancelled."""
        place = listen(self.port)
        port = place.getsockname()[1]
        pages = {self.book.place(one.page): one.path for one in self.book.chapters}
        first = next(page for page, path in pages.items() if path == self.document)
        session = Session(self.root, self.book.edition)
        shown = Shown(session, self.root / BUILT, pages, first)
        session.changed = shown.changed
        server = HTTPServer(application(shown))
        server.add_socket(place)
        try:
            self.progress(f"starting; open http://{HOST}:{port}/{first}")
            async with saves(self.root, self.stop) as found:
                await session.open()
                await session.page(self.document)
                self._say(session, self.document)
                self.later = asyncio.create_task(self._later(session, shown))
                while True:
                    await self._saved(session, shown, await found.get())
        finally:
            server.stop()
            await self._end_later()
            await session.close()
            await server.close_all_connections()

    async def _saved(self, session: Session, shown: Shown, found: Collection[str]) -> None:
        self._give_up_later()
        documents = {path for path in found if path in shown.documents.values()}
        await session.saved(documents, more=bool(set(found) - documents))
        self.progress(f"saved: {', '.join(sorted(found))}")
        for path in sorted(shown.opened() | {self.document}):
            await session.page(path)
            self._say(session, path)
        await self._end_later()
        self.later = asyncio.create_task(self._later(session, shown))

    def _say(self, session: Session, path: str) -> None:
        error = session.error_on(path)
        self.progress(f"{path} cannot be shown:\n{error}" if error else f"{path} is shown")

    async def _later(self, session: Session, shown: Shown) -> None:
        """What may wait: check the whole review, read the other chapters, build the site."""
        await session.check()
        if session.wrong is not None:
            return
        await asyncio.sleep(QUIET if self.whole else 0)
        with suppress(ReviewError):  # named by the check, or by the page when it is opened
            await session.read_others()
            for path in sorted(shown.opened() | {self.document}):
                await session.page(path)
        await session.check(draw=True)
        if self.whole and session.wrong is None:
            await self._build()

    async def _build(self) -> None:
        """Build the whole edition with its PDF, as a command of its own."""
        named = ["--edition", self.book.edition] if self.book.edition else []
        try:
            await run_behind(self.root, "publishing", "build", *named, "--output", str(BUILT))
            self.progress(f"the site and {self.book.pdf} are built")
        except ReviewError as error:
            self.progress(f"no PDF: {error}")

    def _give_up_later(self) -> None:
        """Tell what runs behind the pages to end, once: it would be of an older state."""
        if self.later and not self.later.cancelling():
            self.later.cancel()

    async def _end_later(self) -> None:
        """Wait until it has ended: a kernel of its own takes a while, which no page waits for."""
        self._give_up_later()
        if self.later:
            await asyncio.gather(self.later, return_exceptions=True)


def preview(
    root: Path, document: str, edition: str, port: int, *, whole: bool,
    progress: Callable[[str], None],
) -> None:  # fmt: skip
    """Show a document, the first of its edition unless named, until Ctrl-C."""
    book = book_of(root, document, edition)
    shown = document or book.chapters[0].path
    with suppress(KeyboardInterrupt):
        asyncio.run(Preview(root, book, shown, port, whole, progress).run())
    progress("the preview has ended")
