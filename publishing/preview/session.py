"""What the preview knows: the review, a kernel, the pages that were set, and what is wrong."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publishing.manuscript.extension import EXTENSION
from publishing.manuscript.qmd import read_document
from publishing.preview.behind import as_review_error, check_behind
from publishing.preview.forget import forget
from publishing.preview.kernel import RememberingClient
from publishing.preview.page import Review, read_review, read_saved, write_page
from publishing.preview.stand_ins import stand_ins
from publishing.render.execute import execute_document, running_kernel
from publishing.render.executed import Executed
from publishing.render.unread import unread
from schemas.problems import ReviewError


@dataclass
class Page:
    """A page as it was last set, and what stands in the way of setting it now."""

    html: str = ""
    error: ReviewError | None = None
    fresh: bool = False


@dataclass
class Session:
    """One edition of one review; `changed` is told a document, and whether its page is new."""

    root: Path
    edition: str
    changed: Callable[[str, bool], None] = lambda path, new: None
    review: Review | None = None
    wrong: ReviewError | None = None  # of the whole review, as `validate` says it
    pages: dict[str, Page] = field(default_factory=dict)
    executed: dict[str, Executed] = field(default_factory=dict)
    standing: dict[str, Executed] = field(default_factory=dict)  # for chapters that are not set
    behind: set[str] = field(default_factory=set)  # chapters whose stand-in is not of this state
    folder: Path = field(default_factory=Path)
    site: Path = field(default_factory=Path)
    client: Any = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    opened: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def open(self) -> None:
        """Start the kernel, and read the review meanwhile."""
        scratch = tempfile.TemporaryDirectory(prefix="review-preview-", ignore_cleanup_errors=True)
        self.folder = self.site = Path(self.opened.enter_context(scratch))
        async with self.turn:
            await asyncio.gather(self._start_kernel(), self._read())

    async def close(self) -> None:
        """Stop the kernel; take away what was written."""
        await self.opened.aclose()

    async def _start_kernel(self) -> None:
        running = running_kernel(self.root, RememberingClient)
        self.client = await self.opened.enter_async_context(running)
        await self.client.forget()

    async def _read(self) -> None:
        """Read the evidence; what is wrong with it stands in the way of every page."""
        self.review, self.wrong = None, None
        try:
            self.review = await asyncio.to_thread(read_review, self.root, self.edition)
            self.behind |= {chapter.path for chapter in self.review.book.chapters}
        except (ReviewError, OSError) as error:
            self.wrong = as_review_error(error)

    async def saved(self, documents: Collection[str], *, more: bool) -> None:
        """Take up what was saved: documents, or `more`: evidence, claims, displays, settings."""
        async with self.turn:
            self.wrong = None
            if more or self.review is None:
                forget()
                await asyncio.gather(self._read(), self.client.forget())
            self.behind |= set(documents)
            for page in self.pages.values():
                page.fresh = False

    # pages ---------------------------------------------------------------------------------------

    async def page(self, path: str) -> Page:
        """The page of a document, set anew where something was saved since."""
        page = self.pages.setdefault(path, Page())
        async with self.turn:
            if not page.fresh:
                await self._set(path, page)
        return page

    def error_on(self, path: str) -> ReviewError | None:
        """What the panel of a page tells: what stops the page, and what is wrong elsewhere."""
        own = self.pages[path].error if path in self.pages else None
        found = [problem for one in (own, self.wrong) if one for problem in one.problems]
        return ReviewError(found) if found else own or self.wrong

    async def _set(self, path: str, page: Page) -> None:
        before = page.html
        try:
            page.html, page.error = await self._html(path), None
        except (ReviewError, OSError) as error:
            page.error = as_review_error(error)
        page.fresh = True
        self.changed(path, page.html != before)

    async def _html(self, path: str) -> str:
        review = self.review
        if review is None:
            raise self.wrong or ReviewError("the review cannot be read")
        document = read_saved(review, path)
        stamped = asyncio.create_task(asyncio.to_thread(review.stamped))
        try:
            done = await execute_document(self.client, document)
            self.executed[path] = done
            await self._have_stand_ins(review, path)
        finally:
            self.review = review = await stamped
        site = Path(tempfile.mkdtemp(dir=self.folder))
        chapters = {**self.standing, path: done}
        html = await asyncio.to_thread(write_page, review, path, chapters, site)
        before, self.site = self.site, site
        if before != self.folder:
            shutil.rmtree(before, ignore_errors=True)
        return html

    async def _have_stand_ins(self, review: Review, path: str) -> None:
        """Have something stand for every other chapter: what is known without running it."""
        chapters = (chapter.path for chapter in review.book.chapters)
        missing = [one for one in chapters if one != path and one not in self.standing]
        if missing:
            await self._stand_for(unread(read_document(self.root, one)) for one in missing)

    async def _stand_for(self, executed: Iterable[Executed]) -> None:
        extension = self.root / EXTENSION
        made = await asyncio.to_thread(stand_ins, extension, self.edition, list(executed))
        self.standing |= {done.path: done for done in made}

    # behind the pages ----------------------------------------------------------------------------

    async def check(self, *, draw: bool = False) -> None:
        """Say of the whole review what `validate` says; it also draws every table and figure."""
        before = str(self.wrong or "")
        self.wrong = await check_behind(self.root, draw=draw)
        if str(self.wrong or "") != before:
            for path in self.pages:
                self.changed(path, False)

    async def read_others(self) -> None:
        """Run the chapters nobody opened, so that what stands for them is whole.

        A page is set anew where that changes it: where a number or a citation depends on them.
        """
        before, review = dict(self.standing), self.review
        if review is None:
            return
        async with running_kernel(self.root, RememberingClient) as running:
            client: Any = running  # of that kind
            await client.forget()  # it takes up what was kept
            for path in sorted(self.behind):
                fresh = path in self.pages and self.pages[path].fresh
                done = self.executed.get(path) if fresh else None
                done = done or await execute_document(client, read_saved(review, path))
                await self._stand_for([done])
                self.behind.discard(path)
        if self.standing != before:
            for page in self.pages.values():
                page.fresh = False
