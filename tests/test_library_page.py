"""The page on the library holds what its blocks print."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "library.md"
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL)


def blocks(text: str) -> list[tuple[str, str]]:
    """Each block of Python, with what the page says it prints."""
    return [(found[1], found[2] or "") for found in BLOCK.finditer(text)]


def printed(code: str, names: dict[str, Any]) -> str:
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        exec(compile(code, str(PAGE), "exec"), names)
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())


def test_every_block_prints_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    told = [(printed(code, names), text) for code, text in blocks(PAGE.read_text("utf-8"))]
    assert len(told) == 10
    for now, said in told:
        assert now == said
    assert (tmp_path / "forest.svg").read_text("utf-8").count("<path") > 6
