"""What an edit costs: a cold build of a copy, then nothing, one sentence, one cell of the evidence.

Prints processor seconds and seconds on the clock of each build, and their ratio to the cold one;
then the same of `validate`, unchanged and after one more sentence. Pages and PDFs are built apart
(`--format`), one edition or all.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOT_COPIED = shutil.ignore_patterns(
    ".*", "_site", "_build", "__pycache__", "node_modules", "examples", "tests"
)
DOCUMENT, TABLE, COLUMN = "report/sequencing.qmd", "outcomes", "locator"
Build = tuple[float, float]
"""Processor seconds and seconds on the clock."""


def run(project: Path, words: list[str]) -> Build:
    """Run a command on the copy, in a process of its own."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    environment = {**os.environ, "PYTHONPATH": str(project), "CI": ""}
    command = [sys.executable, "-m", "publishing", *words]
    subprocess.run(command, cwd=project, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, time.monotonic() - started


def nothing(_: Path) -> None:
    """Edit nothing."""


def sentence(project: Path) -> None:
    """One more sentence, without a result, at the end of a chapter."""
    path = project / DOCUMENT
    path.write_text(path.read_text(encoding="utf-8") + "\n\nMore is to follow.\n", encoding="utf-8")


def cell(project: Path) -> None:
    """Another place in a source, in the first row of the table."""
    path = project / "evidence" / f"{TABLE}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, head = list(reader), list(reader.fieldnames or ())
    rows[0][COLUMN] += ", right"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, head, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


EDITS: dict[str, tuple[Callable[[Path], None], str]] = {
    "cold": (nothing, ""),
    "nothing changed": (nothing, "2%"),
    "one sentence": (sentence, "3%"),
    "one evidence cell": (cell, "7%"),
}
CHECKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "validate, the first": (nothing, ""),  # proves what a build proves as it draws
    "validate, unchanged": (nothing, "2 s"),
    "validate, a sentence": (sentence, "2 s"),
}


def measure(words: list[str]) -> Iterator[tuple[str, Build]]:
    """Each build in turn, then each check, in one copy of the project."""
    with tempfile.TemporaryDirectory(prefix="bench-edits-") as scratch:
        project = Path(scratch) / "review"
        shutil.copytree(ROOT, project, ignore=NOT_COPIED)
        for name, (edit, _) in EDITS.items():
            edit(project)
            yield name, run(project, ["build", "--output", "_build/site", *words])
        for name, (edit, _) in CHECKS.items():
            edit(project)
            yield name, run(project, ["validate"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=("all", "html", "pdf"), default="html")
    parser.add_argument("--edition", help="one edition alone; all when none is named")
    asked = parser.parse_args()
    words = ["--engine", "built-in", "--format", asked.format]
    words += ["--edition", asked.edition] if asked.edition else []
    cold: Build | None = None
    print(f"{'':20}{'processor s':>12}{'clock s':>9}{'ratio':>8}  aim")
    for name, (spent, passed) in measure(words):
        cold = cold or (spent, passed)
        ratio = f"{100 * spent / cold[0]:.1f}%"
        aim = (EDITS | CHECKS)[name][1]
        print(f"{name:20}{spent:12.1f}{passed:9.1f}{ratio:>8}  {aim}", flush=True)


if __name__ == "__main__":
    main()
