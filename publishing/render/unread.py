"""A document as far as it is known before its code has run: in place of results stand marks."""

from __future__ import annotations

from publishing.documents.calls_and_links import figure_ids
from publishing.manuscript.qmd import INLINE, Cell, Document, Prose
from publishing.render.executed import Executed


def unread(document: Document) -> Executed:
    """The document with an empty figure or table, under its own caption, for each of its cells."""
    figures = dict(figure_ids(document))
    parts = []
    for piece in document.pieces:
        if isinstance(piece, Prose):
            parts.append(INLINE.sub("", piece.text))
        elif name := str(piece.options.get("label", "")) or figures.get(piece.line, ""):
            parts.append(f"::: {{#{name}}}\nx\n\n{_caption_of(piece)}\n:::")
    return Executed(document.path, "\n\n".join(parts) + "\n")


def _caption_of(cell: Cell) -> str:
    return str(cell.options.get("tbl-cap", "x"))
