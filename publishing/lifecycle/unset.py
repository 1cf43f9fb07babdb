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
from publishing.manuscript.book import Book, load_books
from publishing.manuscript.context import RenderContext, line_problem
from publishing.manuscript.extension import EXTENSION
from publishing.manuscript.qmd import read_document
from publishing.render.bibliography import printed_bibliography
from publishing.render.built_in import BuiltIn, book_metadata, written
from publishing.render.executed import Executed
from publishing.render.kept_pages import KeptPages
from publishing.render.pandoc import STAND_INS, try_writers
from publishing.render.stamps import unstamped
from publishing.render.unread import unread
from schemas.problems import Problem, ReviewError


def _changed(data: ReviewData, context: RenderContext, keeping: Keeping) -> list[UnreadEdition]:
    """The editions that were not found to be without fault as they stand."""
    root, own = data.root, unstamped(context)
    references = printed_bibliography(data.evidence)
    editions = [UnreadEdition(root, book, own, keeping, references) for book in load_books(root)]
    return [one for one in editions if keeping.steps.kept(one.step, one.inputs) is None]


def unset_problems(data: ReviewData, context: RenderContext, keeping: Keeping) -> list[Problem]:
    """What stops Pandoc in any edition, with marks in place of what the cells show.

    What has changed is set again, and what others say to it, as its pages are.
    """
    with ThreadPoolExecutor(BuiltIn.at_once) as pool:
        found = list(pool.map(UnreadEdition.problems, _changed(data, context, keeping)))
    return list(dict.fromkeys(problem for problems in found for problem in problems))


@dataclass
class UnreadEdition:
    """An edition before any of its code has run, with the text of its bibliography."""

    root: Path
    book: Book
    context: RenderContext
    keeping: Keeping
    references: str

    def __post_init__(self) -> None:
        chapters = self.book.chapters
        self.texts = [unread(read_document(self.root, chapter.path)) for chapter in chapters]
        metadata = self._metadata(self.context.bibliography)
        style = [Path(metadata["csl"])] if "csl" in metadata else []
        lua = sorted((self.root / EXTENSION / "lua").iterdir())
        self.shared = {
            "its settings": hash_of_bytes(json.dumps(metadata, sort_keys=True)),
            "the references": hash_files(self.root, style, self.references),
            "the format": hash_files(self.root, lua),
            "the program": self.keeping.program,
        }
        documents = hash_of_bytes(*(text.markdown for text in self.texts))
        self.inputs = {"its documents": documents, **self.shared}
        self.step = f"set {self.book.edition} unread".replace("  ", " ")

    def problems(self) -> list[Problem]:
        """What stops Pandoc; where nothing does, that is kept."""
        with tempfile.TemporaryDirectory(prefix="review-unread-") as scratch:
            found = list(self._problems(Path(scratch)))
        if not found:
            self.keeping.steps.keep(self.step, self.inputs, b"")
        return found

    def _problems(self, scratch: Path) -> Iterator[Problem]:
        references = scratch / "references.bib"
        references.write_text(self.references, encoding="utf-8")
        metadata = self._metadata(references)

        def set_(sources: Sequence[Executed]) -> tuple[dict[str, bytes], Path]:
            work = Path(tempfile.mkdtemp(dir=scratch))
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
