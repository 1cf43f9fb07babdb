"""Sets each edition before any of its code has run: what a typesetter would refuse is named."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.kept import Keeping, hash_files, hash_of_bytes
from analysis.review_data import ReviewData
from analysis.source_states import states_of
from publishing.manuscript.book import Book, load_books
from publishing.manuscript.context import RenderContext, line_problem
from publishing.manuscript.extension import EXTENSION
from publishing.manuscript.qmd import read_document
from publishing.render.bibliography import annotate_bibliography
from publishing.render.built_in import BuiltIn, book_metadata, written
from publishing.render.executed import Executed
from publishing.render.kept_editions import unstamped
from publishing.render.kept_pages import KeptPages
from publishing.render.pandoc import STAND_INS, try_writers
from publishing.render.unread import unread
from schemas.problems import Problem, ReviewError
from schemas.references import FILE as BIBLIOGRAPHY


def unset_problems(data: ReviewData, context: RenderContext, keeping: Keeping) -> list[Problem]:
    """What stops Pandoc in any edition, with marks in place of what the cells show.

    Of an edition in which nothing was found, what has changed is set again, and what others say
    to it, as its pages are.
    """
    root, own = data.root, unstamped(context)
    editions = [_Unread(root, book, own, keeping) for book in load_books(root)]
    changed = [one for one in editions if one.keeping.steps.kept(one.step, one.inputs) is None]
    if not changed:
        return []
    with tempfile.TemporaryDirectory(prefix="review-unread-") as scratch:
        references = Path(scratch) / "references.bib"
        text = (root / BIBLIOGRAPHY).read_text(encoding="utf-8")
        references.write_text(annotate_bibliography(text, states_of(data.evidence)), "utf-8")
        with ThreadPoolExecutor(BuiltIn.at_once) as pool:
            found = list(pool.map(lambda one: one.problems(references), changed))
    return list(dict.fromkeys(problem for problems in found for problem in problems))


@dataclass
class _Unread:
    """An edition before any of its code has run."""

    root: Path
    book: Book
    context: RenderContext
    keeping: Keeping

    def __post_init__(self) -> None:
        chapters = self.book.chapters
        self.texts = [unread(read_document(self.root, chapter.path)) for chapter in chapters]
        metadata = self._metadata(self.context.bibliography)
        style = [Path(metadata["csl"])] if "csl" in metadata else []
        lua = sorted((self.root / EXTENSION / "lua").iterdir())
        self.shared = {
            "its settings": hash_of_bytes(json.dumps(metadata, sort_keys=True)),
            "the references": hash_files(self.root, [self.root / BIBLIOGRAPHY, *style]),
            "the format": hash_files(self.root, lua),
            "the program": self.keeping.program,
        }
        documents = hash_of_bytes(*(text.markdown for text in self.texts))
        self.inputs = {"its documents": documents, **self.shared}
        self.step = f"set {self.book.edition} unread".replace("  ", " ")

    def problems(self, references: Path) -> list[Problem]:
        """What stops Pandoc; where nothing does, that is kept."""
        found = list(self._problems(references))
        if not found:
            self.keeping.steps.keep(self.step, self.inputs, b"")
        return found

    def _problems(self, references: Path) -> Iterator[Problem]:
        metadata = self._metadata(references)

        def set_(sources: Sequence[Executed]) -> tuple[dict[str, bytes], Path]:
            work = Path(tempfile.mkdtemp(dir=references.parent))
            try_writers(self.root / EXTENSION, work, written(work, sources), metadata)
            return {one.path: b"" for one in sources}, work / STAND_INS

        name = f"the edition {self.book.edition}, unread"
        try:
            KeptPages(self.keeping.steps, name, self.texts, self.shared, set_).made()
        except ReviewError as error:
            said = " ".join(str(error).split())
            named = [line_problem(self.book.file, 0, f"cannot be set: {said}")]
            yield from error.problems or named

    def _metadata(self, references: Path) -> dict[str, Any]:
        own = replace(self.context, bibliography=references)
        return {**book_metadata(self.root, self.book, (), own), "uncited": True}
