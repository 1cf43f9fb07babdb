"""Runs the check behind the pages, in a process of its own, so that it holds up no page."""

from __future__ import annotations

import asyncio
import pickle
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import redirect_stdout, suppress
from pathlib import Path

from schemas.problems import ReviewError

DRAW = "draw"


async def run_behind(root: Path, *words: str) -> bytes:
    """What a module of this program prints; ReviewError with its last words where it fails.

    Whoever stops waiting ends it: it would be of an older state.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *words, cwd=root, stdin=DEVNULL, stdout=PIPE, stderr=PIPE,
        start_new_session=True,
    )  # fmt: skip
    try:
        printed, said = await process.communicate()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
    if process.returncode:
        told = said.decode(errors="replace").strip()
        raise ReviewError(told or f"{words[0]} ended with {process.returncode}")
    return printed


async def check_behind(root: Path, *, draw: bool) -> ReviewError | None:
    """What `validate` would say of the review; None where it is valid."""
    words = [__name__, str(root), *([DRAW] if draw else [])]
    try:
        found: ReviewError | None = pickle.loads(await run_behind(root, *words))
    except (ReviewError, OSError) as error:
        return as_review_error(error)
    return found


def as_review_error(error: ReviewError | OSError) -> ReviewError:
    """What went wrong, as a panel tells it."""
    return error if isinstance(error, ReviewError) else ReviewError(f"{error}")


def main(root: str, *words: str) -> None:
    """Check the review at `root`, with its tables and figures drawn if asked; print the outcome."""
    from publishing.lifecycle.checked import check_review

    found = None
    with redirect_stdout(sys.stderr):
        try:
            check_review(Path(root), "built-in", draw=DRAW in words)
        except (ReviewError, OSError) as error:
            found = as_review_error(error)
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
