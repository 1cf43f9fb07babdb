"""A copy of the whole project, and the command that builds it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from analysis.review_data import load_review_data
from publishing.lifecycle.verification import verify_site
from schemas.problems import ReviewError

ROOT = Path(__file__).parents[1]
MADE = ("_site", "_build", "figures")  # by a build
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


def finished_copy(folder: Path) -> Path:
    """A copy with its site: that of the project where it is of these files, else built anew."""
    project = copy_project(folder)
    if not _site_is_of_these_files():
        done = build(project)
        assert done.returncode == 0, done.stderr
        return project
    for name in filter(lambda name: (ROOT / name).is_dir(), MADE):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("html", "pdf"))
    return project


def _site_is_of_these_files() -> bool:
    if not (ROOT / "_site").is_dir():
        return False
    try:
        verify_site(load_review_data(ROOT), ROOT / "_site")
    except ReviewError:
        return False
    return True


def build(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Build as a writer does: a second build uses what the first one kept."""
    other = ("QUARTO_PATH", "PYTHONPATH")
    environment = {name: value for name, value in os.environ.items() if name not in other}
    return subprocess.run(
        [sys.executable, "-m", "publishing", "build", *words],
        cwd=project, capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
