"""The tutorial holds: its commands are run, its lines added, its output compared."""

from __future__ import annotations

import csv
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.review_data import load_review_data
from publishing.cli.commands import main

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(sh|text|add|change) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CELL = re.compile(r"(?:^|, )([a-z_]+)=")


def blocks() -> Iterator[tuple[str, str, str]]:
    yield from (match.groups() for match in BLOCK.finditer(PAGE.read_text(encoding="utf-8")))  # type: ignore[misc]


def add(path: Path, text: str) -> None:
    """Add lines as they stand, or in a table as cells by the name of their column."""
    if path.suffix != ".csv":
        path.write_text(path.read_text(encoding="utf-8") + f"\n{text}", encoding="utf-8")
        return
    head = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    with path.open("a", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, head, lineterminator="\n")
        for line in text.splitlines():
            parts = CELL.split(line)
            writer.writerow(dict(zip(parts[1::2], parts[2::2], strict=True)))


def run(words: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run one command of the page; the folder in which the next one runs."""
    if words[0] == "cd":
        monkeypatch.chdir(folder / words[1])
        return folder / words[1]
    assert words[:3] == ["python", "-m", "publishing"]
    load_review_data.cache_clear()  # each command is a process of its own
    main(words[3:])
    return folder


def follow(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    build: bool,
) -> int:
    """Do what the page says; how many outputs were compared."""
    monkeypatch.chdir(folder)
    compared = 0
    for kind, place, text in blocks():
        if kind == "add":
            add(folder / place, text)
        elif kind == "change":
            old, new = text.strip().split(" -> ")
            file = folder / place
            held = file.read_text(encoding="utf-8")
            assert held.count(old) == 1
            file.write_text(held.replace(old, new), encoding="utf-8")
        elif kind == "sh":
            for line in text.splitlines():
                words = shlex.split(line)
                if words[-1] == "build" and not build:
                    return compared
                folder = run(words, folder, monkeypatch)
        else:
            said = capsys.readouterr()
            for line in text.splitlines():
                assert line.strip() in f"{said.out}\n{said.err}", line
            compared += 1
    return compared


def test_the_tutorial_says_what_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert follow(tmp_path, monkeypatch, capsys, build=False) == 6


@pytest.mark.slow
def test_what_the_tutorial_made_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PAGE.parents[1]))  # for the kernels that run documents
    assert follow(tmp_path, monkeypatch, capsys, build=True) == 7
    assert (tmp_path / "mine" / "_site" / "review.pdf").stat().st_size > 100_000
