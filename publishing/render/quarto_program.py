"""Finds Quarto, says whether it can be used, and whether parity was recorded for it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from schemas.problems import ReviewError
from schemas.strict_yaml import load_yaml

OLDEST = (1, 10, 17)  # the first that bundles a Typst which makes PDF/UA-1 and PDF/A-3a at once
PARITY_FILE = Path(__file__).with_name("parity.yml")


class QuartoError(ReviewError):
    """Quarto ended with an error, or wrote what cannot be read: not a fault of the review."""


@cache
def recorded_parity() -> dict[str, Any]:
    """What `parity.yml` holds: versions compared with the built-in engine, known differences."""
    return dict(load_yaml(PARITY_FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Quarto:
    """An installed Quarto and its version."""

    program: Path
    version: tuple[int, ...]

    @property
    def usable(self) -> bool:
        """Whether it is new enough for Typst books and two PDF standards at once."""
        return self.version >= OLDEST

    @property
    def compared(self) -> bool:
        """Whether `nox -s parity` was recorded for this version."""
        return self.spoken in recorded_parity()["versions"]

    @property
    def spoken(self) -> str:
        """The version as it is written."""
        return ".".join(map(str, self.version))


def find_quarto() -> Quarto | None:
    """Quarto of QUARTO_PATH (folder or program), else of PATH; None when there is none."""
    named = os.environ.get("QUARTO_PATH")
    found = _program(Path(named)) if named else shutil.which("quarto")
    if not found:
        return None
    try:
        done = subprocess.run(
            [found, "--version"], capture_output=True, encoding="utf-8", check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.match(r"\s*(\d+)\.(\d+)\.(\d+)", done.stdout)
    version = tuple(map(int, match.groups())) if match else (0,)
    return Quarto(Path(found), version)


def unusable_path() -> str:
    """What is wrong with QUARTO_PATH, in words; empty where it is right or not set."""
    named = os.environ.get("QUARTO_PATH")
    if not named or (_program(Path(named)) and find_quarto()):
        return ""
    return f"QUARTO_PATH is {named}, and no Quarto that runs is there"


def _program(path: Path) -> str | None:
    places = [path / "bin" / "quarto", path / "quarto", path]
    return next((str(place) for place in places if place.is_file()), None)
