"""Serves the pages on this machine alone, and tells open ones when to load again."""

from __future__ import annotations

import errno
import json
import mimetypes
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tornado.routing import HostMatches
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketHandler

from publishing.preview.panel import panel, with_panel
from publishing.preview.session import Session
from schemas.problems import ReviewError

HOST = "127.0.0.1"
NAMES = r"(127\.0\.0\.1|localhost)"  # asked by any other name, nothing is given out
OWN = Path(__file__).parent
SCRIPTS = ("preview.css", "preview.js")


def listen(port: int) -> socket.socket:
    """The port of this machine, taken; ReviewError where another program has it."""
    try:
        taken = socket.create_server((HOST, port))
        taken.setblocking(False)
        return taken
    except OSError as error:
        in_use = error.errno == errno.EADDRINUSE
        reason = "is in use, perhaps by another preview" if in_use else f"cannot be used: {error}"
        raise ReviewError(f"port {port} {reason}; name another with --port") from error


@dataclass
class Shown:
    """What is handed out: pages of a session, their files, and the files of the last build.

    `documents` are by the path of their page; `listeners` are the pages that are open.
    """

    session: Session
    built: Path
    documents: dict[str, str]
    first: str
    listeners: list[Listener] = field(default_factory=list)

    def changed(self, document: str, new: bool) -> None:
        """Tell who has the page of this document open."""
        for one in self.listeners:
            if one.document == document:
                one.tell({"reload": True} if new else {"panel": self.panel(document)})

    def panel(self, document: str) -> str:
        """The panel of a page."""
        page = self.session.pages.get(document)
        return panel(self.session.error_on(document), good=bool(page and page.html))

    def opened(self) -> set[str]:
        """The documents whose pages are open."""
        return {one.document for one in self.listeners}

    def file(self, path: str) -> Path | None:
        """A file that belongs to the page that was set last, or to the last build."""
        for folder in (self.session.site, self.built):
            place = (folder / path).resolve()
            if place.is_relative_to(folder.resolve()) and place.is_file():
                return place
        return None


class Pages(RequestHandler):
    """Gives out pages, each with its panel, and files as they are."""

    def initialize(self, shown: Shown) -> None:
        """Know what there is."""
        self.shown = shown

    async def get(self, path: str) -> None:
        """A page is set when it is asked for."""
        self.set_header("Cache-Control", "no-store")
        if not path:
            self.redirect(f"/{self.shown.first}")
        elif document := self.shown.documents.get(path):
            page = await self.shown.session.page(document)
            text, policy = with_panel(
                page.html, self.shown.panel(document), self.request.host
            )  # fmt: skip
            self.set_header("Content-Security-Policy", policy)
            self.finish(text)
        else:
            self._give(OWN / path.removeprefix("_preview/") if path in _own() else None, path)

    def _give(self, own: Path | None, path: str) -> None:
        file = own or self.shown.file(path)
        if file is None:
            raise HTTPError(404, reason="Not built yet")
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self.set_header("Content-Type", kind)
        self.finish(file.read_bytes())


def _own() -> Iterator[str]:
    return (f"_preview/{name}" for name in SCRIPTS)


class Listener(WebSocketHandler):
    """An open page, which is told when to load again."""

    def initialize(self, shown: Shown) -> None:
        """Know whom to join."""
        self.shown = shown
        self.document = ""

    def open(self, *_: str, **__: str) -> None:
        """Join, and hear at once what is wrong now."""
        page = self.get_query_argument("page").lstrip("/")
        self.document = self.shown.documents.get(page, "")
        self.shown.listeners.append(self)
        if self.document:
            self.tell({"panel": self.shown.panel(self.document)})

    def on_message(self, message: str | bytes) -> None:
        """Pages say nothing."""

    def on_close(self) -> None:
        """Leave."""
        self.shown.listeners.remove(self)

    def tell(self, told: dict[str, object]) -> None:
        """Send a message; a page that has gone hears nothing."""
        if self.ws_connection is not None:
            self.write_message(json.dumps(told))


def application(shown: Shown) -> Application:
    """What answers under the names of this machine."""
    rules = [
        (r"/_preview/socket", Listener, {"shown": shown}),
        (r"/(.*)", Pages, {"shown": shown}),
    ]
    return Application([(HostMatches(NAMES), rules)], log_function=lambda _: None)
