"""What every verb shares: the group they belong to, the project they work on, their progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publishing.manuscript.extension import place_extension
from schemas.root import find_root
from schemas.rounding import fixed

if TYPE_CHECKING:
    from analysis.review_data import ReviewData

FINISHED = click.option(
    "--output", type=click.Path(path_type=Path), default=Path("_site"), help="The finished review."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def verbs() -> None:
    """A clinical evidence review that is built, not typed; `nox -l` lists the same things."""


def project() -> Path:
    """The folder of the project, with the format of its pages."""
    root = find_root()
    place_extension(root)
    return root


def review_data() -> ReviewData:
    """Evidence, syntheses and ledger of the project."""
    from analysis.review_data import load_review_data

    return load_review_data(project())


def progress_from_now() -> Callable[[str], None]:
    """Prints a message with the seconds since this moment."""
    started = time.monotonic()

    def progress(message: str) -> None:
        print(f"{fixed(time.monotonic() - started, 1):>6} s  {message}", flush=True)

    return progress
