"""A document as it was executed: its Markdown, what its code showed and what that read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from publishing.manuscript.qmd import Document
from publishing.render.markdown import document_markdown

Shown = list[dict[str, Any]]
"""What a piece showed: the values of inline code, or the outputs of a cell."""
Reads = tuple[tuple[str, ...], ...]


@dataclass
class Executed:
    """A document after execution: Markdown for Pandoc, seconds, remarks worth showing.

    `reads` names what each piece read of the review, as `analysis.reads` notes it, and `shown`
    is what it showed.
    """

    path: str
    markdown: str = ""
    seconds: float = 0.0
    remarks: list[str] = field(default_factory=list)
    reads: Reads = ()
    shown: list[Shown] = field(default_factory=list)

    @property
    def read(self) -> set[str]:
        """The names of all that its code read."""
        return {name for piece in self.reads for name in piece}

    @property
    def stands_in(self) -> bool:
        """Whether it is Pandoc's JSON of what other pages need of it."""
        return self.markdown.startswith("{")

    @classmethod
    def of(cls, document: Document, shown: list[Shown], **more: Any) -> Executed:
        """The document with what its code showed in place; ReviewError for what cannot be set."""
        remarks: list[str] = []
        markdown = document_markdown(document, shown, remarks)
        return cls(document.path, markdown, remarks=remarks, shown=shown, **more)


def without_code(document: Document) -> Executed:
    """A document that has no code: it is what it says."""
    return Executed.of(document, [[] for _ in document.pieces])
