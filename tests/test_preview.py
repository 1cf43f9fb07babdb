"""The preview: what it shows is what a build shows, and an error is named until it is mended."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from tornado.websocket import websocket_connect

from publishing.cli.commands import main
from publishing.documents import calls
from publishing.manuscript.context import line_problem
from publishing.manuscript.qmd import read_document
from publishing.preview.behind import run_behind
from publishing.preview.forget import forget
from publishing.preview.kept_calls import Again, take_up
from publishing.preview.kernel import is_lasting
from publishing.preview.panel import panel, with_panel
from publishing.preview.server import listen
from publishing.preview.watching import saves
from publishing.render.execute import execute_document, running_kernel
from publishing.render.execute_here import outputs_of
from publishing.render.unread import unread
from schemas.problems import ReviewError
from schemas.reading_evidence import collect_problems
from tests.quick_build import quick_build
from tests.small_review import PROJECT, rewrite, small_review

CHAPTER = "report/response.qmd"
PAGE = "report/response.html"
OWN = re.compile(
    r'<(?:link|script)[^>]*"/_preview/[^>]*>(?:</script>)?\n|<aside id="preview".*?</aside>\n'
)
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>\n')
ENOUGH = 90.0  # seconds, on a machine that does much else


class Preview:
    """A preview of the small review that runs as a writer runs it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.chapter = root / CHAPTER
        environment = {**os.environ, "PYTHONPATH": str(PROJECT), "REVIEW_FONTS": ""}
        words = [sys.executable, "-m", "publishing", "preview", CHAPTER, "--pages-alone"]
        self.process = subprocess.Popen(
            [*words, "--edition", "clinician", "--port", "0"], cwd=root, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.address = re.sub(
            r".* open (http://[\d.:]+/).*\s", r"\1", self.process.stdout.readline()
        )

    def get(self, page: str = PAGE) -> str:
        """A page as the browser gets it."""
        with urlopen(self.address + page, timeout=ENOUGH) as answer:
            return str(answer.read().decode())

    def until(self, words: str, *, gone: bool = False) -> str:
        """The chapter's page once it holds these words, or once it does not."""
        end = time.monotonic() + ENOUGH
        while (words in (page := self.get())) == gone:
            assert time.monotonic() < end, f"{words!r} in {page}"
            time.sleep(0.05)
        return page


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    root = small_review(tmp_path_factory.mktemp("preview"), engine=True)
    quick_build(root, formats=["html"])
    one = Preview(root)
    try:
        one.get()
        yield one
    finally:
        one.process.send_signal(signal.SIGINT)
        said = one.process.communicate(timeout=ENOUGH)[0]
    assert one.process.returncode == 0
    assert said.endswith("the preview has ended\n")
    assert "Traceback" not in said


@pytest.fixture
def text(preview: Preview) -> Iterator[str]:
    """The chapter, put back afterwards."""
    before = preview.chapter.read_text(encoding="utf-8")
    yield before
    preview.chapter.write_text(before, encoding="utf-8")
    preview.until('role="alert"', gone=True)


@pytest.mark.slow
def test_a_page_is_the_page_of_the_build(preview: Preview) -> None:
    """The list of references is, once the chapters that nobody opened have run."""
    site = preview.root / "_site"
    for built in [site / "index.html", *sorted((site / "report").glob("*.html"))]:
        page = built.relative_to(site).as_posix()
        expected = POLICY.sub("", built.read_text(encoding="utf-8"))
        end = time.monotonic() + ENOUGH
        while (shown := without_papers(OWN.sub("", preview.get(page)))) != expected:
            assert time.monotonic() < end, (page, shown, expected)
            time.sleep(0.2)


def without_papers(page: str) -> str:
    """A page without links to PDFs: this build made none."""
    return re.sub(r'<ol>(?:<li><a href="[^"]*\.pdf">[^<]*</a></li>)+</ol>\n', "", page)


@pytest.mark.slow
def test_a_saved_sentence_reaches_the_page(preview: Preview, text: str) -> None:
    preview.chapter.write_text(f"{text}\nA sentence was added.\n", encoding="utf-8")
    assert "<p>A sentence was added.</p>" in preview.until("A sentence was added.")


@pytest.mark.slow
def test_a_saved_claim_reaches_the_page(preview: Preview, text: str) -> None:
    more = '\nOnce more `{python} claim("orr.cilta").n` `{python} sources("orr.cilta")`.\n'
    preview.chapter.write_text(text + more, encoding="utf-8")
    page = preview.until("Once more")
    assert 'data-claim="orr.cilta"' in page.partition("Once more")[2][:200]


@pytest.mark.slow
def test_a_broken_cell_is_named_on_the_last_good_page_until_it_is_mended(
    preview: Preview, text: str
) -> None:
    broken = f"{text}\n```{{python}}\n1 / 0\n```\n"
    preview.chapter.write_text(broken, encoding="utf-8")
    page = preview.until('role="alert"')
    line = broken.split("\n").index("1 / 0") + 1
    assert f"<code>{CHAPTER} line {line}</code><p>a document may not run 1 / 0</p>" in page
    assert "Cytokine release syndrome" in page
    preview.chapter.write_text(f"{text}\nAll is well.\n", encoding="utf-8")
    assert 'role="alert"' not in preview.until("All is well.")


@pytest.mark.slow
def test_a_changed_row_reaches_the_page_and_a_wrong_one_is_named_as_validate_names_it(
    preview: Preview, text: str
) -> None:
    table = preview.root / "evidence" / "arms.csv"
    before = table.read_bytes()
    try:
        rewrite(table, lambda rows: [row | {"n_infused": "many"} for row in rows])
        page = preview.until('role="alert"')
        first = collect_problems(preview.root)[1][0]
        assert escape(first.what) in page
        assert first.place in page
    finally:
        table.write_bytes(before)
    preview.until('role="alert"', gone=True)


@pytest.mark.slow
def test_an_open_page_is_told_to_load_again(preview: Preview, text: str) -> None:
    async def told() -> list[dict[str, object]]:
        address = preview.address.replace("http", "ws") + f"_preview/socket?page=/{PAGE}"
        socket = await websocket_connect(address)
        heard = [json.loads(str(await socket.read_message()))]
        preview.chapter.write_text(f"{text}\nTold at once.\n", encoding="utf-8")
        while not heard[-1].get("reload"):
            heard.append(json.loads(str(await asyncio.wait_for(socket.read_message(), ENOUGH))))
        socket.close()
        return heard

    assert "hidden" in str(asyncio.run(told())[0]["panel"])
    assert "Told at once." in preview.get()


@pytest.mark.slow
def test_nothing_is_given_out_under_another_name_or_from_another_folder(preview: Preview) -> None:
    foreign = Request(preview.address + PAGE, headers={"Host": "example.org"})
    for request in (foreign, preview.address + "..%2f..%2fevidence/arms.csv"):
        with pytest.raises(HTTPError) as error:
            urlopen(request, timeout=ENOUGH)
        error.value.close()
        assert error.value.code == 404


@pytest.mark.slow
def test_the_check_behind_the_pages_names_what_is_wrong_elsewhere(
    preview: Preview, text: str
) -> None:
    """The panel of this page tells it, though the page itself is as it should be."""
    other = preview.root / "report" / "numbers.qmd"
    before = other.read_text(encoding="utf-8")
    try:
        other.write_text(f"{before}\nTyped: 47.3 percent.\n", encoding="utf-8")
        page = preview.until('role="alert"')
        line = before.count("\n") + 2
        assert f"<code>report/numbers.qmd line {line}</code>" in page
    finally:
        other.write_text(before, encoding="utf-8")
    preview.until('role="alert"', gone=True)


def test_what_runs_behind_the_pages_ends_when_nobody_waits(tmp_path: Path) -> None:
    (tmp_path / "sleeper.py").write_text(
        "import os, pathlib, time\n"
        "pathlib.Path('part').write_text(str(os.getpid()))\n"
        "pathlib.Path('part').rename('number')\n"
        "time.sleep(600)\n"
    )

    async def given_up() -> None:
        waiting = asyncio.create_task(run_behind(tmp_path, "sleeper"))
        while not (tmp_path / "number").exists():
            await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(asyncio.wait_for(given_up(), ENOUGH))
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "number").read_text()), 0)


def test_a_document_that_runs_behind_the_pages_is_given_up(tmp_path: Path) -> None:
    code = "import pathlib, time\npathlib.Path('begun').touch()\ntime.sleep(60)"
    (tmp_path / "long.qmd").write_text(f"# Long\n\n```{{python}}\n{code}\n```\n")

    async def give_up() -> None:
        async with running_kernel(tmp_path) as client:
            document = read_document(tmp_path, "long.qmd")
            running = asyncio.create_task(execute_document(client, document))
            while not (tmp_path / "begun").exists():
                await asyncio.sleep(0.01)
            running.cancel()
            await asyncio.wait([running])
            assert running.cancelled()

    asyncio.run(give_up())


def test_what_is_saved_before_the_first_page_is_shown_is_not_missed(tmp_path: Path) -> None:
    async def first_saved() -> set[str]:
        async with saves(tmp_path, asyncio.Event()) as found:
            (tmp_path / "index.qmd").write_text("# Saved\n")
            return await asyncio.wait_for(found.get(), ENOUGH)

    (tmp_path / "report").mkdir()
    assert asyncio.run(first_saved()) == {"index.qmd"}


def test_what_fails_behind_the_pages_says_why(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("raise SystemExit('no room is left')")
    with pytest.raises(ReviewError, match=r"^no room is left$"):
        asyncio.run(run_behind(tmp_path, "broken"))


def test_a_port_in_use_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(PROJECT)
    with listen(0) as taken:
        port = taken.getsockname()[1]
        assert main(["preview", "--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert said == f"port {port} is in use, perhaps by another preview; name another with --port\n"


def test_a_document_of_no_edition_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(PROJECT)
    assert main(["preview", "report/nowhere.qmd"]) == 1
    assert "report/nowhere.qmd is no chapter of any edition" in capsys.readouterr().err


def test_the_panel_says_where_what_and_what_to_do_and_marks_nothing_up() -> None:
    problem = line_problem("report/x.qmd", 7, "a < b", "write more", "b")
    shown = panel(ReviewError([problem]), good=True)
    for words in ("report/x.qmd line 7", "a &lt; b", "<dd>write more</dd>", "<dd>b</dd>"):
        assert words in shown


def test_the_policy_of_a_page_is_kept_and_lets_its_preview_connect() -> None:
    rule = "default-src 'none'; img-src 'self'"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{rule}">'
    page = f"<head>\n{meta}\n</head><body></body>"
    text, policy = with_panel(page, "", "127.0.0.1:1")
    assert policy == f"{rule}; connect-src 'self' ws://127.0.0.1:1"
    assert "http-equiv" not in text


@pytest.mark.parametrize(
    ("code", "lasting"),
    [
        ('table("headline")', False),
        ('claim("orr.cilta").full', False),
        ("from publishing.documents.calls import claim", True),
        ("x = 1", True),
        ('term("leukapheresis")', True),
        ("meanings()", True),
        ("(x := 1)", True),
    ],
)
def test_code_that_leaves_something_behind_is_told_apart(code: str, lasting: bool) -> None:
    assert is_lasting(code) is lasting


def test_a_chapter_that_has_not_run_stands_with_its_headings_and_floats() -> None:
    document = read_document(PROJECT / "tests" / "fixtures" / "small_review", CHAPTER)
    text = unread(document).markdown
    for words in ("{#sec-response}", "{#fig-forest}", "{#tbl-headline}", "@fig-forest"):
        assert words in text
    assert "{python}" not in text


def test_a_display_is_shown_as_it_was_kept_until_its_file_or_its_evidence_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = small_review(tmp_path / "review")
    monkeypatch.chdir(project)
    monkeypatch.setattr(calls, "showing", calls.showing)
    monkeypatch.setenv("CI", "")
    drawn = outputs_of(calls.table("headline"))
    take_up()
    forget()
    assert outputs_of(calls.table("headline")) == drawn
    forget()
    again = calls.table("headline")
    assert isinstance(again, Again)
    assert outputs_of(again) == drawn
    place = project / "report" / "tables" / "headline.yml"
    place.write_text(place.read_text().replace("title: Source", "title: The source", 1))
    forget()
    assert "The source" in str(outputs_of(calls.table("headline")))
