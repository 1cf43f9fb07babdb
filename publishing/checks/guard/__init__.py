"""Language guard: what the prose of the documents may say for the evidence behind it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from analysis.review_data import ReviewData
from publishing.checks.guard.citations import uncited, uncited_by_edition
from publishing.checks.guard.claim_facts import Claims
from publishing.checks.guard.numbers import check_numbers
from publishing.checks.guard.products import Products, check_products
from publishing.checks.guard.prose import read_all, read_displays, read_glossary
from publishing.checks.guard.question import check_protocol
from publishing.checks.guard.rules import Guard
from publishing.checks.phrases import stale_exceptions, wording_of
from publishing.manuscript.book import load_books, plain_documents
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
    """Every finding of documents, tables and figures, and every exception nothing needs."""
    wording = wording_of(data.evidence)
    claims = Claims(data)
    books = load_books(data.root)
    plain, said = plain_documents(books), sentences_of(data)
    guard = Guard(wording, claims, plain)
    mixed = {chapter.path for book in books if book.plain for chapter in book.chapters} - plain
    documents = [*read_all(root, paths, said), *read_displays(root)]
    glossary = data.evidence.glossary
    terms = read_glossary(zip(glossary["term"], glossary["plain_language"], strict=True))
    found = [problem for prose in documents for problem in guard.check(prose)]
    for paragraph in terms.paragraphs:  # they define: of the rules, style alone is for them
        found += [one for each in paragraph.sentences for one in guard.style(terms.file, each)]
    found += [problem for prose in documents for problem in check_numbers(guard, prose)]
    products = Products(guard.claims)
    for prose in documents:
        if prose.file in mixed:
            found += uncited_by_edition(root, prose.file, books, said, claims)
        else:
            found += uncited(prose, claims, plain=prose.file in plain)
        found += check_products(guard, products, prose)
    found += check_protocol(guard)
    return found + stale_exceptions(wording.exceptions, WORDING_RULES)
