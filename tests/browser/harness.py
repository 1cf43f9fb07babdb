"""What the browser tests drive: Chromium on finished pages, axe, and the Nu HTML checker."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
NU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
POLICY = """addEventListener("securitypolicyviolation", broken => console.error(
  `policy: ${broken.effectiveDirective} refused ${broken.blockedURI} ${broken.sourceFile}`));"""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules of axe that a theme can move
NARROW, WIDE = 320, 1280
SWITCHED_OFF = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",  # pages of its own that each window loads unseen
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades",
    "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints",
    "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning",
)  # fmt: skip
"""Features that are no part of a page: Playwright's list, which this one replaces, and two more."""


def missing(what: str, remedy: str) -> NoReturn:
    """Skip for a named reason, or fail where BROWSER_TESTS=required says that nothing may lack."""
    reason = f"{what} is not here: {remedy}"
    if os.environ.get("BROWSER_TESTS") == "required":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def find_chromium() -> str:
    """The path of Chromium: CHROMIUM_PATH, or the first known name on PATH."""
    named = os.environ.get("CHROMIUM_PATH")
    found = named or next(filter(None, map(shutil.which, CHROMIUM)), "")
    if not found or not Path(found).is_file():
        missing("Chromium", "install it, or name it by CHROMIUM_PATH")
    return found


def find_module(path: Path) -> Path:
    """A file that `npm ci` brings."""
    if not path.is_file():
        missing(f"the npm package of {path.name}", "run `npm ci` in tests/browser")
    return path


def is_foreign(url: str, own: str) -> bool:
    """Whether a request leaves the pages: another host than `own`, or any from a file."""
    parts = urlsplit(url)
    if parts.scheme in ("data", "blob", "about", "file"):
        return False
    return f"{parts.scheme}://{parts.netloc}" != own


class Visit:
    """One page as a reader has it, and what it asked for and complained of meanwhile."""

    def __init__(self, context: BrowserContext, own: str) -> None:
        self.context = context
        context.add_init_script(POLICY)
        self.page: Page = context.new_page()
        self.own = own
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        context.on("request", self._note_request)
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note_request(self, request: Request) -> None:
        if is_foreign(request.url, self.own):
            self.foreign.append(request.url)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def axe(self, within: str = "", *, colours: bool = False) -> list[str]:
        """Every WCAG 2.2 A and AA rule that axe finds broken: rule, target and what to do.

        `colours` asks those alone that another theme can move.
        """
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(find_module(AXE).read_text(encoding="utf-8") + ";0")
        asked = {"type": "rule", "values": COLOURS} if colours else {"type": "tag", "values": WCAG}
        options = {"runOnly": asked, "resultTypes": ["violations"]}
        options["preload"] = False  # style sheets of a file are not to be fetched
        found: list[dict[str, Any]] = self.page.evaluate(
            "([where, options]) => axe.run(where || document, options)"
            ".then(result => result.violations)",
            [within, options],
        )
        return [
            f"{rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"]
        ]

    def overflow(self) -> int:
        """Pixels by which the page is wider than its window."""
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width


class Reader:
    """Opens pages of a finished site, from a server or as files, the way a reader would."""

    def __init__(self, browser: Browser, site: Path, server: str) -> None:
        self.browser = browser
        self.site = site
        self.server = server
        self.visits: list[Visit] = []

    def url(self, path: str, origin: str) -> str:
        """The address of a page (`report/safety.html#sec-x`) from `server` or `file`."""
        return f"{self.server}/{path}" if origin == "server" else f"{self.site.as_uri()}/{path}"

    def open(
        self,
        path: str = "index.html",
        *,
        origin: str = "file",
        width: int = WIDE,
        height: int = 900,
        dark: bool = False,
        javascript: bool = True,
        touch: bool = False,
        forced_colours: bool = False,
        still: bool = True,
        **options: Any,
    ) -> Visit:
        """Open a page in a fresh context; if `still`, motion is reduced: nothing is half way."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            has_touch=touch,
            forced_colors="active" if forced_colours else "none",
            reduced_motion="reduce" if still else "no-preference",
            **options,
        )
        visit = Visit(context, self.server if origin == "server" else "")
        self.visits.append(visit)
        visit.page.goto(self.url(path, origin))
        return visit

    def close(self) -> None:
        """End every visit; a page that asked another host or complained fails its test."""
        visits, self.visits = self.visits, []
        for visit in visits:
            visit.context.close()
        asked = sorted({f"asked {url}" for visit in visits for url in visit.foreign})
        said = [text for visit in visits for text in visit.complaints]
        if asked or said:
            pytest.fail("\n".join(asked + said), pytrace=False)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_words: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


OF_POLICY = "violates Content Security Policy"
"""The checker gives a file no origin, so that 'self' is nothing to it: the browser judges that."""


def check_html(files: Sequence[Path]) -> list[str]:
    """What the Nu HTML checker complains of: file, line and message."""
    java = shutil.which("java")
    if not java:
        missing("Java", "the Nu HTML checker needs a headless one, 11 or newer")
    done = subprocess.run(
        [java, "-jar", str(find_module(NU)), "--format", "json", "--exit-zero-always",
         *map(str, files)],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    report = done.stdout if done.stdout.strip() else done.stderr
    return [
        f"{Path(message.get('url', '')).name}:{message.get('lastLine', 0)} {message['message']}"
        for message in json.loads(report)["messages"]
        if (message["type"] != "info" or message.get("subType") == "warning")
        and OF_POLICY not in message["message"]
    ]
