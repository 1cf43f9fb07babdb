"""A copy of the whole project, and the command that builds it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEFT_BEHIND = shutil.ignore_patterns(
    ".git",
    ".nox",
    ".venv",
    "_site",
    "_build",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
    "node_modules",
)


def copy_project(folder: Path) -> Path:
    shutil.copytree(ROOT, folder, ignore=LEFT_BEHIND)
    shutil.rmtree(folder / "figures", ignore_errors=True)
    return folder


def build(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("QUARTO_PATH", "PYTHONPATH")}
    return subprocess.run(
        [sys.executable, "-m", "publishing", "build", *words],
        cwd=project, capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
