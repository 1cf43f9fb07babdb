"""Sets each edition before any of its code has run: what a typesetter would refuse is named."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from analysis.kept import Keeping, hash_files, hash_of_bytes
from analysis.review_data import ReviewData
from analysis.source_states import states_of
from publishing.manuscript.book import Book, load_books
from publishing.manuscript.context import RenderContext, line_problem
from publishing.manuscript.extension import EXTENSION
from publishing.manuscript.qmd import read_document
from publishing.render.bibliography import annotate_bibliography
from publishing.render.built_in import book_metadata, resolve_edition
from publishing.render.executed import Executed
from publishing.render.kept_editions import unstamped
from publishing.render.pandoc import write_pages, write_typst
from publishing.render.unread import unread
from schemas.problems import Problem, ReviewError
from schemas.references import FILE as BIBLIOGRAPHY


def unset_problems(data: ReviewData, context: RenderContext, keeping: Keeping) -> list[Problem]:
    """What stops Pandoc in any edition, with marks in place of what the cells show.

    An edition in which nothing was found is set again when a document or a setting has changed.
    """
    root, found = data.root, list[Problem]()
    own = unstamped(context)
    files = [root / BIBLIOGRAPHY, *sorted((root / EXTENSION).rglob("*"))]
    for book in load_books(root):
        texts = [unread(read_document(root, chapter.path)) for chapter in book.chapters]
        settings = json.dumps(book_metadata(root, book, (), own), sort_keys=True)
        inputs = {
            "its documents": hash_of_bytes(*(text.markdown for text in texts)),
            "its settings": hash_of_bytes(settings),
            "references and format": hash_files(root, files),
            "the program": keeping.program,
        }
        name = f"set {book.edition} unread".replace("  ", " ")
        check = partial(_unset, data, book, own, texts)
        found += keeping.steps.unless_clean(name, inputs, check)
    return list(dict.fromkeys(found))


def _unset(
    data: ReviewData, book: Book, context: RenderContext, texts: Sequence[Executed]
) -> Iterator[Problem]:
    root, extension = data.root, data.root / EXTENSION
    with tempfile.TemporaryDirectory(prefix="review-unread-") as scratch:
        work = Path(scratch)
        references = work / "references.bib"
        text = (root / BIBLIOGRAPHY).read_text(encoding="utf-8")
        references.write_text(annotate_bibliography(text, states_of(data.evidence)), "utf-8")
        metadata = book_metadata(root, book, (), replace(context, bibliography=references))
        try:
            resolved = resolve_edition(extension, work, texts, metadata)
            write_pages(extension, resolved)
            write_typst(extension, resolved)
        except ReviewError as error:
            said = " ".join(str(error).split())
            yield from error.problems or [line_problem(book.file, 0, f"cannot be set: {said}")]
