"""Builds a site beside the last good one and swaps them; clears what a killed build left."""

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

from schemas.problems import ReviewError

SCRATCH = "review-build"
DAY = 86400.0  # seconds; where processes cannot be asked, an older folder is nobody's


def folder_prefix(name: str) -> str:
    """How the name of a folder of this process begins."""
    return f"{name}-{os.getpid()}-"


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


@contextmanager
def staged(output: Path) -> Iterator[Path]:
    """Yield an empty folder beside `output`; on success it takes the place of `output`.

    Whatever fails inside, a full disk included, leaves `output` as it was.
    """
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        _repair(output)
        clear_abandoned(output.parent, output.name)
        stage = Path(tempfile.mkdtemp(prefix=folder_prefix(f".{output.name}"), dir=output.parent))
    except OSError as error:
        raise ReviewError(f"cannot write beside {output}: {error.strerror}") from error
    try:
        yield stage
        stage.chmod(0o755)
        _swap(stage, output)
    except OSError as error:
        place = error.filename or ""
        inside = f" ({place})" if place and stage.name not in str(place) else ""
        raise ReviewError(
            f"{output} could not be written: {_reason(error)}{inside}; what was there is as it was"
        ) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _reason(error: OSError) -> str:
    """Why, in words; of many files that could not be copied, why the first could not."""
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list):
        return re.sub(r"^\[Errno \d+\] |: .*", "", str(error.args[0][0][-1]))
    return error.strerror or str(error)


def _repair(output: Path) -> None:
    """Bring the old output back when an earlier build was killed in the middle of the swap."""
    old = sorted(output.parent.glob(f".{output.name}-*-old"))
    if old and not output.exists():
        old.pop().rename(output)
    for rest in old:
        shutil.rmtree(rest, ignore_errors=True)


def _swap(stage: Path, output: Path) -> None:
    if not output.exists():
        stage.rename(output)
        return
    old = stage.with_name(stage.name + "-old")
    output.rename(old)
    try:
        stage.rename(output)
    except OSError:
        old.rename(output)
        raise
    shutil.rmtree(old, ignore_errors=True)


def copy_into(site: Path, files: dict[str, Path]) -> None:
    """Copy files to their names in the site."""
    for name, path in sorted(files.items()):
        place = site / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
        place.chmod(0o644)
