"""Language guard: what the prose of the documents may say for the evidence behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from analysis.review_data import ReviewData
from publishing.checks.guard.citations import uncited, uncited_by_edition
from publishing.checks.guard.claim_facts import Claims
from publishing.checks.guard.clean import CleanFiles
from publishing.checks.guard.numbers import check_numbers
from publishing.checks.guard.products import Products, check_order, check_products
from publishing.checks.guard.prose import Prose, read_all, read_displays, read_glossary
from publishing.checks.guard.question import check_protocol
from publishing.checks.guard.rules import Guard
from publishing.checks.phrases import stale_exceptions, wording_of
from publishing.manuscript.book import Book, load_books, plain_documents
from schemas.choices import WORDING_RULES
from schemas.conclusions import PLACEHOLDER
from schemas.problems import Problem

__all__ = ["guard_prose"]


def sentences_of(data: ReviewData) -> dict[str, str]:
    """What each conclusion prints, its claims as marks."""
    return {
        evaluated.id: PLACEHOLDER.sub(r"⟦\1⟧", evaluated.conclusion.sentence)
        for evaluated in data.ledger.conclusions
    }


def guard_prose(root: Path, paths: Iterable[str], data: ReviewData) -> list[Problem]:
    """Every finding of documents, tables and figures, and every exception nothing needs.

    A file in which nothing was found is not read again while it and the evidence are as they were.
    """
    wording = wording_of(data.evidence)
    clean = CleanFiles(root, data.root, wording.exceptions)
    books, said = load_books(data.root), sentences_of(data)
    guard = Guard(wording, Claims(data), plain_documents(books))
    products = Products(guard.claims)
    changed = [path for path in paths if not clean.knows(path)]
    displays = [prose for prose in read_displays(root) if not clean.knows(prose.file)]
    found = []
    for prose in (*read_all(root, changed, said), *displays):
        problems = [*guard.check(prose), *check_numbers(guard, prose)]
        problems += _uncited(guard, books, root, prose, said)
        problems += check_products(guard, products, prose)
        problems += check_order(guard, products, prose)
        if not problems:
            clean.add(prose.file)
        found += problems
    clean.keep()
    found += _glossary(guard, data)
    found += check_protocol(guard)
    return found + stale_exceptions(wording.exceptions, WORDING_RULES)


def _uncited(
    guard: Guard, books: Iterable[Book], root: Path, prose: Prose, said: Mapping[str, str]
) -> Iterable[Problem]:
    """Claims without a source; of a document of plain and other editions, in each by itself."""
    holding = (book for book in books if book.plain)
    shared = {chapter.path for book in holding for chapter in book.chapters} - guard.plain
    if prose.file in shared:
        return uncited_by_edition(root, prose.file, books, said, guard.claims)
    return uncited(prose, guard.claims, plain=prose.file in guard.plain)


def _glossary(guard: Guard, data: ReviewData) -> list[Problem]:
    """Findings of style alone: the glossary defines."""
    glossary = data.evidence.glossary
    terms = read_glossary(zip(glossary["term"], glossary["plain_language"], strict=True))
    sentences = (each for paragraph in terms.paragraphs for each in paragraph.sentences)
    return [one for each in sentences for one in guard.style(terms.file, each)]
