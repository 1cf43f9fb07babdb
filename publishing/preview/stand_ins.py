"""What stands for the chapters that are not set: their headings, numbers, citations and anchors."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from publishing.render.executed import Executed
from publishing.render.pandoc import run_pandoc


def stand_ins(extension: Path, edition: str, executed: Sequence[Executed]) -> list[Executed]:
    """What other chapters of an edition need of each of these documents, for Pandoc to read."""
    lua = extension / "lua"
    filters = [word for name in ("editions", "tables", "stand-in")
               for word in ("--lua-filter", str(lua / f"{name}.lua"))]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="review-stand-in-") as scratch:
        sources = [Path(scratch) / f"{number:03}.md" for number in range(len(executed))]
        for source, done in zip(sources, executed, strict=True):
            source.write_text(done.markdown, encoding="utf-8")
        text = run_pandoc(
            ["--from", str(lua / "reader.lua"), "--to", "json", "--metadata",
             f"edition={edition}", *filters, *map(str, sources)],
            Path(scratch),
        )  # fmt: skip
    whole = json.loads(text)
    return [
        Executed(done.path, json.dumps(whole | {"meta": {}, "blocks": [chapter]}))
        for done, chapter in zip(executed, whole["blocks"], strict=True)
    ]
