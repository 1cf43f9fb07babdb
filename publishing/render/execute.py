"""Runs the cells and the inline code of documents in Jupyter kernels and returns Markdown.

A document is executed once; its cells keep both their HTML and their Markdown, so that the
site and the PDF come from the same values. A kernel runs one document after the other and
forgets every name in between: what is imported and computed is not imported and computed anew.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from publishing.manuscript.context import line_problem
from publishing.manuscript.qmd import Cell, Document, Prose
from publishing.render.executed import Executed, Reads, without_code
from schemas.problems import ReviewError
from schemas.rounding import fixed

AT_ONCE, FEW = 2, 3  # kernels; documents for which starting a second one takes longer than it saves
CELL_SECONDS = 300
SOCKET_PATH = 100  # bytes; systems take 104 or 108 with what zmq adds, and no longer name
START_SECONDS = 120
INLINE_TYPE = "application/vnd.review.inline+json"
KERNEL = "review"

# Sent to the kernel as text, so that the kernel needs nothing but the project's own folder.
RESET_KERNEL = f'''
get_ipython().reset(new_session=True)
try:
    from analysis.reads import begin_pieces as _review_begin, next_piece as _review_next
    from analysis.reads import noted_by_piece as _review_noted
    get_ipython().events.register("pre_run_cell", _review_next)  # once, however often it is asked
    _review_begin()
except ImportError:  # a project that calls nothing of the package reads nothing by it
    _review_noted = list
def _review_inline(expressions):
    from IPython.display import display
    done = []
    for line, expression in expressions:
        try:
            value = eval(expression, globals())
            markdown = getattr(value, "_repr_markdown_", None)
            done.append({{"markdown": markdown()}} if markdown else {{"text": str(value)}})
        except Exception as error:
            failure = f"{{type(error).__name__}}: {{error}}"
            done.append({{"line": line, "expression": expression, "error": failure}})
            break
    display({{"{INLINE_TYPE}": done}}, raw=True)
'''
SAY_READS = f'''
from IPython.display import display
display({{"{INLINE_TYPE}": _review_noted()}}, raw=True)
'''


class _OneKernel(KernelSpecManager):
    """Knows one kernel, this interpreter, whatever kernels the machine has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the kernel of this interpreter."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}",
                   "--HistoryManager.enabled=False", "--log-level=ERROR"]  # fmt: skip
        return KernelSpec(argv=command, display_name="Python", language="python")


def execute_documents(
    root: Path,
    documents: Sequence[Document],
    progress: Callable[[str], None],
) -> list[Executed]:
    """Execute documents in `root`, in up to two kernels; raises ReviewError at the first crash."""
    return asyncio.run(_execute_all(root, documents, progress))


async def _execute_all(
    root: Path,
    documents: Sequence[Document],
    progress: Callable[[str], None],
) -> list[Executed]:
    waiting = deque(document for document in documents if document.has_code)
    done = {text.path: without_code(text) for text in documents if not text.has_code}
    count = len(waiting)

    async def work() -> None:
        async with running_kernel(root) as client:
            while waiting:
                document = waiting.popleft()
                executed = await execute_document(client, document)
                done[document.path] = executed
                number = count + len(done) - len(documents)
                progress(f"[{number}/{count}] {document.path} ({fixed(executed.seconds, 1)} s)")

    tasks = [asyncio.create_task(work()) for _ in range(min(count, AT_ONCE if count > FEW else 1))]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [done[document.path] for document in documents]


async def execute_document(client: NotebookClient, document: Document) -> Executed:
    """Execute one document in a running kernel; raises ReviewError where its code fails."""
    started = time.monotonic()
    try:
        await _run_code(client, RESET_KERNEL)
        shown = [await _run(client, document, piece) for piece in document.pieces]
        reads = _by_piece(document, _shown(await _run_code(client, SAY_READS)))
    except DeadKernelError as error:
        message = "the kernel died (out of memory?)"
        raise ReviewError([line_problem(document.path, 0, message)]) from error
    return Executed.of(document, shown, reads=reads, seconds=time.monotonic() - started)


def _by_piece(document: Document, reads: Sequence[Sequence[str]]) -> Reads:
    """What each piece of a document read; a kernel knows those with code alone."""
    rest = iter(reads)
    coded = (isinstance(piece, Cell) or document.inlines_of(piece) for piece in document.pieces)
    return tuple(tuple(next(rest, ())) if code else () for code in coded)


@asynccontextmanager
async def running_kernel(
    root: Path, kind: type[NotebookClient] = NotebookClient
) -> AsyncIterator[NotebookClient]:
    """A running kernel, with a folder of its own for its connection and its profile."""
    with tempfile.TemporaryDirectory(prefix="rv") as scratch:
        manager = _manager(Path(scratch))
        client = _client(root, manager, kind)
        kernel_environment = {**os.environ, "IPYTHONDIR": scratch, "PYTHONHASHSEED": "0"}
        async with _running(client, manager, kernel_environment):
            yield client


@asynccontextmanager
async def _running(
    client: NotebookClient, manager: AsyncKernelManager, environment: dict[str, str]
) -> AsyncIterator[None]:
    """Start the kernel; stop it whatever happens. nbclient's own set-up leaves exit handlers."""

    async def stop() -> None:
        if client.kc is not None:
            client.kc.stop_channels()
        if manager.has_kernel:
            await manager.shutdown_kernel(now=True)
        await manager.cleanup_resources()

    try:
        await _unbroken(client.async_start_new_kernel(env=environment))
        await client.async_start_new_kernel_client()
        yield
    finally:
        await _unbroken(stop())


async def _unbroken(work: Coroutine[Any, Any, None]) -> None:
    """Await `work` to its end even when this document is given up meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


def _manager(scratch: Path) -> AsyncKernelManager:
    """A kernel of this interpreter, reached through files where their path is not too long."""
    manager = AsyncKernelManager(
        kernel_name=KERNEL,
        kernel_spec_manager=_OneKernel(),
        connection_file=str(scratch / "k"),
    )
    socket = scratch / "s"
    if sys.platform != "win32" and len(os.fsencode(socket)) <= SOCKET_PATH:
        manager.transport = "ipc"
        manager.ip = str(socket)
    return manager


def _client(root: Path, manager: AsyncKernelManager, kind: type[NotebookClient]) -> NotebookClient:
    notebook: Any = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    return kind(
        notebook,
        km=manager,
        timeout=CELL_SECONDS,
        startup_timeout=START_SECONDS,
        resources={"metadata": {"path": str(root)}},
    )


async def _run(
    client: NotebookClient, document: Document, piece: Prose | Cell
) -> list[dict[str, Any]]:
    """Run a piece; return what it showed."""
    own = [n for n, _ in document.inlines if n >= piece.line] if isinstance(piece, Prose) else []
    line = min(own, default=piece.line)  # of prose, that of its first inline code
    try:
        if isinstance(piece, Prose):
            return await _run_prose(client, document, piece)
        return await _run_code(client, piece.code)
    except CellExecutionError as error:
        if isinstance(piece, Prose):
            raise
        raise _crash(document.path, piece.code_line, error) from error
    except CellTimeoutError as error:
        message = f"the code did not end within {CELL_SECONDS} s"
        action = "make it quicker, or take it out: a cell calls claim, table, figure and the like"
        raise ReviewError([line_problem(document.path, line, message, action)]) from error
    except DeadKernelError as error:
        message = "the kernel died while this ran (out of memory?)"
        action = "run it again with more memory, or take the code out"
        raise ReviewError([line_problem(document.path, line, message, action)]) from error


async def _run_code(client: NotebookClient, code: str) -> list[dict[str, Any]]:
    cell: Any = nbformat.v4.new_code_cell(code)  # type: ignore[no-untyped-call]
    client.nb.cells.append(cell)
    try:
        await client.async_execute_cell(cell, len(client.nb.cells) - 1)
    except DeadKernelError:
        task = asyncio.current_task()
        if task and task.cancelling():  # nbclient takes that for the death of the kernel
            raise asyncio.CancelledError from None
        raise
    return list(cell.outputs)


async def _run_prose(
    client: NotebookClient, document: Document, piece: Prose
) -> list[dict[str, Any]]:
    wanted = document.inlines_of(piece)
    if not wanted:
        return []
    outputs = await _run_code(client, f"_review_inline({json.dumps(wanted)})")
    values: list[dict[str, Any]] = _shown(outputs)
    if "error" in values[-1]:
        what = f"inline code {values[-1]['expression']} failed: {values[-1]['error']}"
        raise ReviewError([line_problem(document.path, values[-1]["line"], what)])
    return values


def _shown(outputs: Sequence[Mapping[str, Any]]) -> Any:
    """What code of ours displayed for this process."""
    return next(o["data"][INLINE_TYPE] for o in outputs if INLINE_TYPE in o.get("data", {}))


def _crash(path: str, code_line: int, error: CellExecutionError) -> ReviewError:
    """Turn a crashed cell into one message: file, line of the statement, type and text."""
    traceback = re.sub(r"\x1b\[[0-9;]*m", "", error.traceback or "")
    places = re.findall(r"Cell In\[\d+\], line (\d+)", traceback)
    line = code_line + (int(places[0]) - 1 if places else 0)
    what = f"{error.ename}: {error.evalue}".strip()
    if os.environ.get("REVIEW_TRACEBACK") == "1":
        what += "\n" + traceback
    action = "" if "\n" in what else "set REVIEW_TRACEBACK=1 to see where it came from"
    return ReviewError([line_problem(path, line, what, action)])
