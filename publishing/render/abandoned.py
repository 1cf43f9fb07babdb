"""Folders of builds that were killed: found by the process in their names, and removed."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCRATCH = "review-build"
DAY = 86400.0  # seconds; where processes cannot be asked, an older folder is nobody's


def folder_prefix(name: str) -> str:
    """How the name of a folder of this process begins."""
    return f"{name}-{os.getpid()}-"


def is_own_folder(folder: Path) -> bool:
    """Whether this process made a folder, by its name."""
    return re.match(rf"\.+.*-{os.getpid()}-", folder.name) is not None


def clear_abandoned(parent: Path, name: str) -> None:
    """Remove the folders of this name whose process is no more."""
    pattern = re.compile(rf"\.*{re.escape(name)}-(\d+)-")
    for folder in parent.iterdir() if parent.is_dir() else ():
        made = pattern.match(folder.name)
        if made and not _runs(int(made[1]), folder):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(process: int, folder: Path) -> bool:
    if sys.platform == "win32":  # a signal would end it
        return folder.exists() and time.time() - folder.stat().st_mtime < DAY
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


@contextmanager
def own_scratch() -> Iterator[None]:
    """Every temporary folder made inside stands in one, which the next build clears if need be."""
    before = tempfile.tempdir
    clear_abandoned(Path(tempfile.gettempdir()), SCRATCH)
    with tempfile.TemporaryDirectory(prefix=folder_prefix(SCRATCH)) as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before
