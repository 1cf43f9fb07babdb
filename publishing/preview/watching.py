"""Says what was saved: documents, or something that more than one page depends on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

FOLDERS = ("evidence", "governance", "report", "releases", "_extensions")
AT_ROOT = (".qmd", ".yml")
TOGETHER = 60  # milliseconds: saves within it are one


class _AtRoot(DefaultFilter):
    """Documents and settings that stand beside the folders."""

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a file counts."""
        return Path(path).suffix in AT_ROOT and super().__call__(change, path)


@asynccontextmanager
async def saves(root: Path, stop: asyncio.Event) -> AsyncIterator[asyncio.Queue[set[str]]]:
    """Paths, from the root, of the files that were saved together, from now on."""
    root = root.resolve()
    queue: asyncio.Queue[set[str]] = asyncio.Queue()
    folders = [root / name for name in FOLDERS if (root / name).is_dir()]

    async def watch(*places: Path, deep: bool) -> None:
        one = DefaultFilter() if deep else _AtRoot()
        async for found in awatch(
            *places, watch_filter=one, debounce=TOGETHER, step=TOGETHER // 2, stop_event=stop,
            recursive=deep,
        ):  # fmt: skip
            queue.put_nowait({Path(path).relative_to(root).as_posix() for _, path in found})

    tasks = [asyncio.create_task(watch(*folders, deep=True))]
    tasks += [asyncio.create_task(watch(root, deep=False))]
    try:
        await asyncio.sleep(0)  # they begin
        yield queue
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
