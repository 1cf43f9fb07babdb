"""Compares what real Quarto and the built-in engine make of the review: `nox -s parity`.

Every page: title, headings, text with its claims, citations, cross-references and numbers,
links, images, tables. Every PDF: its words. A difference that `parity.yml`
does not list fails.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from difflib import SequenceMatcher
from fnmatch import fnmatch
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pypdfium2  # type: ignore[import-untyped]

from publishing.checks.scan.paper import HYPHEN, first_page, text_of
from publishing.lifecycle.attachments import attachments
from publishing.lifecycle.checked import check_review, render_context
from publishing.manuscript.book import choose_books, load_books
from publishing.render.finished_page import read_page
from publishing.render.quarto_program import find_quarto, recorded_parity
from publishing.site.writer import render_review
from schemas.problems import ReviewError

PAGE_NUMBER = re.compile(r"\d+(?=\s*$| \d+ )", re.MULTILINE)  # next: a chapter of another column
WORD = re.compile(r"\w+")  # an address may break at another sign
MARK = re.compile(r"(?<=\d)(?=[A-Z])")  # a footnote's mark, whose distance to the note may differ
CUT = re.compile(rf"(\w+){HYPHEN}")  # the first half of a word that is cut at the end of a line
KINDS = {
    "a": ("href",), "img": ("src", "alt"), "td": ("colspan",), "th": ("colspan", "scope"),
    "script": ("src",), "link": ("href",),
}  # fmt: skip
BARE = {"h1", "h2", "h3", "h4", "section", "figure", "table", "tr"}
Fact = tuple[str, str]


@dataclass(frozen=True)
class Difference:
    """Where the engines differ, and what each has there."""

    place: str
    built_in: str
    quarto: str

    def __str__(self) -> str:
        return f"{self.place}: built-in {self.built_in!r}, Quarto {self.quarto!r}"

    def accepted(self, listed: Sequence[Mapping[str, str]]) -> bool:
        """Whether a reviewer listed it."""
        return any(
            fnmatch(self.place, entry["in"])
            and entry["built_in"] == self.built_in
            and entry["quarto"] == self.quarto
            for entry in listed
        )


class _Elements(HTMLParser):
    """Links, images, cells and headings in order, each with what matters of it."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: list[Fact] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that a reader follows, sees or reads by its place."""
        values = dict(attrs)
        if tag in KINDS or tag in BARE or values.get("id"):
            names = ("id", *KINDS.get(tag, ()))
            said = " ".join(values.get(name) or "" for name in names).strip()
            self.facts.append((tag, unquote(said)))  # %C3%BC is ü in an address


def page_facts(text: str) -> list[Fact]:
    """What a page says, piece by piece, then its elements."""
    said = [
        (f"{passage.kind} {piece.role} {piece.reference}".strip(), " ".join(piece.text.split()))
        for passage in read_page(text, "").passages
        for piece in passage.pieces
    ]
    elements = _Elements()
    elements.feed(text)
    return [fact for fact in said if fact[1]] + elements.facts


def compare_pages(place: str, built_in: str, quarto: str) -> Iterator[Difference]:
    """The differences of one page, in order."""
    first, second = page_facts(built_in), page_facts(quarto)
    for kind, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Difference(place, _spoken(first[a:b]), _spoken(second[c:d]))


def _spoken(facts: Sequence[Fact]) -> str:
    return "; ".join(f"{kind}: {text}" for kind, text in facts)


def compare_papers(place: str, built_in: Path, quarto: Path) -> Iterator[Difference]:
    """Words that one PDF has and the other has not; where they stand may differ."""
    (first, cut_first), (second, cut_second) = _words(built_in), _words(quarto)
    lacking, added = first - second, second - first
    _join(added, cut_second, lacking)
    _join(lacking, cut_first, added)
    for word in sorted(set(lacking) | set(added)):
        yield Difference(place, " ".join([word] * lacking[word]), " ".join([word] * added[word]))


def _words(file: Path) -> tuple[Counter[str], set[str]]:
    """Words of all pages without the page numbers of the contents, and halves of cut words."""
    with closing(pypdfium2.PdfDocument(file)) as document:
        pages, first = [text_of(page) for page in document], first_page(document) - 1
    pages[:first] = [PAGE_NUMBER.sub("", text) for text in pages[:first]]
    text = MARK.sub(" ", "\n".join(pages))
    return Counter(WORD.findall(text)), set(CUT.findall(text))


def _join(halves: Counter[str], cut: Collection[str], whole: Counter[str]) -> None:
    """Take out, of both, what one PDF has whole and the other cut at the end of a line."""
    for start in cut:
        for word in [word for word in whole if word.startswith(start)]:
            end = word.removeprefix(start)
            times = min(halves[start], halves[end], whole[word])
            halves -= Counter({start: times, end: times})
            whole -= Counter({word: times})


def compare_sites(built_in: Path, quarto: Path) -> list[Difference]:
    """All differences of two sites; a page or PDF that one lacks is one."""
    found: list[Difference] = []
    for pattern in ("*.html", "*.pdf"):
        names = [
            {path.relative_to(site).as_posix() for path in site.rglob(pattern)}
            for site in (built_in, quarto)
        ]
        for name in sorted(names[0] ^ names[1]):
            found.append(Difference(name, *("there" if name in own else "" for own in names)))
        for name in sorted(names[0] & names[1]):
            found += _compare_file(name, built_in / name, quarto / name)
    return found


def _compare_file(name: str, built_in: Path, quarto: Path) -> Iterator[Difference]:
    if built_in.suffix == ".pdf":
        return compare_papers(name, built_in, quarto)
    return compare_pages(name, *(file.read_text(encoding="utf-8") for file in (built_in, quarto)))


def render_both(root: Path, folder: Path, editions: Sequence[str]) -> tuple[Path, Path]:
    """The sites of both engines, of the same evidence; raises ReviewError."""
    data, version = check_review(root, "built-in")
    sites = []
    for engine in ("built-in", "quarto"):
        sites.append(folder / engine)
        render_review(
            root,
            engine=engine,
            output=sites[-1],
            progress=lambda text: print(text, flush=True),
            attachments=attachments(data, version),
            context=render_context(data, version),
            editions=editions,
        )
    return sites[0], sites[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, print every difference that is not listed; 0 where there is none."""
    parser = argparse.ArgumentParser(prog="parity", description=__doc__)
    parser.add_argument("--edition", action="append", default=[], help="compare this one alone")
    options = parser.parse_args(arguments)
    found = find_quarto()
    if found is None or not found.usable:
        print("SKIPPED: no Quarto that can render the review on PATH or in QUARTO_PATH")
        return 0
    root = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="review-parity-") as scratch:
        differences = compare_sites(*render_both(root, Path(scratch), options.edition))
    strange = [one for one in differences if not one.accepted(recorded_parity()["differences"])]
    for difference in strange:
        print(difference)
    books = choose_books(load_books(root), options.edition)
    pages = sum(len(book.chapters) for book in books)
    listed = len(differences) - len(strange)
    print(f"Quarto {found.spoken}: {pages} pages and {len(books)} PDFs compared")
    print(f"{listed} listed differences, {len(strange)} not listed")
    return 1 if strange else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ReviewError as error:
        sys.exit(f"parity: {error}")
