"""What stands for the chapters that are not set: their headings, numbers, citations and anchors."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from publishing.documents.calls_and_links import figure_ids
from publishing.manuscript.qmd import INLINE, Cell, Document, Prose
from publishing.render.executed import Executed
from publishing.render.pandoc import run_pandoc


def unread(document: Document) -> Executed:
    """A document as far as it is known before its code has run: tables and figures are empty."""
    figures = dict(figure_ids(document))
    parts = []
    for piece in document.pieces:
        if isinstance(piece, Prose):
            parts.append(INLINE.sub("", piece.text))
        elif name := _float_of(piece, figures):
            parts.append(f"::: {{#{name}}}\n-\n\n-\n:::")
    return Executed(document.path, "\n\n".join(parts) + "\n")


def _float_of(cell: Cell, figures: dict[int, str]) -> str:
    return str(cell.options.get("label", "")) or figures.get(cell.line, "")


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
