"""Language guard: what the prose of the documents may say for the evidence behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from analysis.kept import Keeping, hash_files, hash_of_bytes
from analysis.reads import Once
from analysis.review_data import ReviewData
from publishing.checks.guard.citations import uncited, uncited_by_edition
from publishing.checks.guard.claim_facts import Claims
from publishing.checks.guard.numbers import check_numbers
from publishing.checks.guard.products import Products, check_order, check_products
from publishing.checks.guard.prose import (
    GLOSSARY,
    Prose,
    prose_and_captions,
    prose_of_words,
    read_displays,
    read_glossary,
)
from publishing.checks.guard.question import check_protocol
from publishing.checks.guard.rules import Guard
from publishing.checks.phrases import WordingException, same_stem, stale_exceptions, wording_of
from publishing.documents.reads import watched_data
from publishing.manuscript.book import Book, load_books, plain_documents
from publishing.manuscript.qmd import read_document
from schemas.choices import WORDING_RULES
from schemas.conclusions import PLACEHOLDER
from schemas.problems import Problem
from schemas.review import FILE as REVIEW

__all__ = ["guard_prose"]


def sentences_of(data: ReviewData) -> dict[str, str]:
    """What each conclusion prints, its claims as marks."""
    return {
        evaluated.id: PLACEHOLDER.sub(r"⟦\1⟧", evaluated.conclusion.sentence)
        for evaluated in data.ledger.conclusions
    }


def guard_prose(
    root: Path, paths: Iterable[str], data: ReviewData, keeping: Keeping | None = None
) -> list[Problem]:
    """Every finding of documents, tables and figures, and every exception nothing needs.

    A file in which nothing was found is read again when it changes, or what was read for it.
    """
    reader = _Reader(root, watched_data(data), keeping or Keeping())
    documents = {path: partial(reader.document, path) for path in paths}
    displays = {
        file: partial(prose_of_words, file, said) for file, said in read_displays(root).items()
    }
    checks: dict[str, Callable[[], Iterable[Problem]]] = {
        file: partial(reader.problems, read) for file, read in (documents | displays).items()
    }
    checks[GLOSSARY] = reader.glossary
    checks[REVIEW] = lambda: check_protocol(reader.guard)
    found = [one for file, check in checks.items() for one in reader.check(file, check)]
    return found + stale_exceptions(reader.guard.wording.exceptions, WORDING_RULES)


class _Reader:
    """Reads one file after the other; `data` notes what is read of it."""

    def __init__(self, root: Path, data: ReviewData, keeping: Keeping) -> None:
        self.root, self.data, self.keeping = root, data, keeping
        self.books = load_books(data.root)
        self.said = sentences_of(data)
        self.shared = Once()
        editions = hash_files(data.root, sorted(data.root.glob("_quarto*.yml")))
        self.inputs = {"the editions": editions, "conclusions": hash_of_bytes(repr(self.said))}

    @property
    def guard(self) -> Guard:
        """The rules, with the lists of words."""
        plain = plain_documents(self.books)
        return self.shared.of(
            "guard", lambda: Guard(wording_of(self.data.evidence), Claims(self.data), plain)
        )

    @property
    def products(self) -> Products:
        """The names of products and studies."""
        return self.shared.of("products", lambda: Products(self.guard.claims))

    def document(self, path: str) -> Prose:
        """The prose of a document."""
        return prose_and_captions(read_document(self.root, path), self.said)

    def check(self, file: str, find: Callable[[], Iterable[Problem]]) -> list[Problem]:
        """What is wrong in one file; the exceptions it needs are in use."""
        found: list[Problem] = []

        def look() -> bytes | None:
            found.extend(find())
            used = [one.name for one in self._exceptions(file) if one.used]
            return None if found else json.dumps(used).encode()

        inputs = {"its text": hash_files(self.root, [self.root / file]), **self.inputs}
        kept = self.keeping.run(f"guard {file}", inputs, look)
        for item in self._exceptions(file) if kept else ():
            item.used |= item.name in json.loads(kept or b"")
        return found

    def _exceptions(self, file: str) -> list[WordingException]:
        return [one for one in self.guard.wording.exceptions if same_stem(one.file, file)]

    def problems(self, read: Callable[[], Prose]) -> Iterator[Problem]:
        """What is wrong in a document, a table, a figure or the book."""
        guard, prose = self.guard, read()
        yield from guard.check(prose)
        yield from check_numbers(guard, prose)
        yield from _uncited(guard, self.books, self.root, prose, self.said)
        yield from check_products(guard, self.products, prose)
        yield from check_order(guard, self.products, prose)

    def glossary(self) -> list[Problem]:
        """Findings of style alone: the glossary defines."""
        glossary = self.data.evidence.glossary
        terms = read_glossary(zip(glossary["term"], glossary["plain_language"], strict=True))
        sentences = (each for paragraph in terms.paragraphs for each in paragraph.sentences)
        return [one for each in sentences for one in self.guard.style(terms.file, each)]


def _uncited(
    guard: Guard, books: Iterable[Book], root: Path, prose: Prose, said: Mapping[str, str]
) -> Iterable[Problem]:
    """Claims without a source; of a document of plain and other editions, in each by itself."""
    holding = (book for book in books if book.plain)
    shared = {chapter.path for book in holding for chapter in book.chapters} - guard.plain
    if prose.file in shared:
        return uncited_by_edition(root, prose.file, books, said, guard.claims)
    return uncited(prose, guard.claims, plain=prose.file in guard.plain)
