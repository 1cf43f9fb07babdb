"""The rule of citations: a paragraph that prints a claim cites a source of it.

A page for readers without training cites at its end, so that no names stand in its sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from publishing.checks.guard.claim_facts import Claims
from publishing.checks.guard.prose import Prose, prose_and_captions
from publishing.manuscript.book import Book
from publishing.manuscript.context import line_problem
from publishing.manuscript.editions import edition_view
from publishing.manuscript.qmd import read_document
from schemas.problems import Problem


def uncited(prose: Prose, claims: Claims, *, plain: bool = False) -> Iterator[Problem]:
    """Each paragraph that prints a claim with sources by `claim(...)` and cites nothing.

    In a `plain` document it is enough that `sources(...)` names the claim anywhere.
    """
    elsewhere = prose.sourced if plain else frozenset()
    for paragraph in prose.paragraphs:
        if paragraph.cited:
            continue
        lines = {name: line for line, name in reversed(paragraph.own)}
        known = [record for record in claims.known(lines) if record.citekeys]
        named = [record.id for record in known if record.id not in elsewhere]
        if named:
            first = min(named, key=lines.__getitem__)
            asked = ", ".join(f'"{name}"' for name in lines if name in named)
            what = f"the paragraph prints the claim {first} and cites no source"
            action = "end it with `{python} sources(" + asked + ")`"
            yield line_problem(paragraph.file, lines[first], what, action)


def uncited_by_edition(
    root: Path, path: str, books: Iterable[Book], said: Mapping[str, str], claims: Claims
) -> list[Problem]:
    """The same in a document of plain and of other editions: each by what it prints itself."""
    document = read_document(root, path)
    found: dict[Problem, None] = {}
    for book in books:
        if path in {chapter.path for chapter in book.chapters}:
            prose = prose_and_captions(edition_view(document, book.edition), said)
            found |= dict.fromkeys(uncited(prose, claims, plain=bool(book.plain)))
    return list(found)
