"""Takes passages, headings, tables and figures, with their anchors, from finished pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from analysis.words import say
from publishing.render.finished_page import Page, Passage, Piece

SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z\x01])")
MARKED = re.compile("\x01([^\x02]*)\x02([^\x03]*)\x03")
WORDS_OF_A_TABLE = 1500
FLOATS = ("tbl-", "fig-")
NOT_TEXT = ("title", "description", "label")
GAP = re.compile(rf"\b(?:{say('search.gap')})\b", re.I)
UNTESTED = re.compile(rf"\b(?:{say('search.untested')})\b", re.I)


@dataclass(frozen=True)
class Place:
    """Where something is printed: the page, the identifier on it, and both in words."""

    page: str
    anchor: str
    title: str
    heading: str

    @property
    def address(self) -> str:
        """The link, from the root of the site."""
        return f"{self.page}#{self.anchor}" if self.anchor else self.page


@dataclass
class SearchItem:
    """One passage, table, figure or heading.

    `gap` marks a statement of what is not known, `untested` one that says no trial compared.
    """

    kind: str
    text: str
    place: Place
    claims: tuple[str, ...] = ()
    citekeys: tuple[str, ...] = ()
    sentences: tuple[tuple[str, tuple[str, ...]], ...] = ()
    gap: bool = False
    untested: bool = False
    words: list[str] = field(default_factory=list)


def items_on(page: Page, title: str) -> Iterator[SearchItem]:
    """Everything on a page that may be found, in reading order."""
    here, term, begun = Place(page.path, "", title, title), "", False
    floats: dict[str, SearchItem] = {}
    last = ""
    for passage in page.passages:
        begun = begun or passage.kind == "heading"
        if passage.furniture or not begun or passage.kind in NOT_TEXT or _reference(passage):
            continue
        if passage.kind == "heading":
            here, term = Place(page.path, passage.place, title, _plain(passage)), ""
            yield SearchItem("section", here.heading, here)
        elif passage.kind in ("caption", "cell", "alt text"):
            last = passage.place if passage.place.startswith(FLOATS) else last
            if last and last not in floats:
                kind = "figure" if last.startswith("fig-") else "table"
                place = Place(page.path, last, title, here.heading)
                floats[last] = SearchItem(kind, "", place)
            if last:
                _add(floats[last], passage)
        elif _plain(passage):
            gap = bool(GAP.search(term) or GAP.search(here.heading))
            yield _paragraph(passage, here, gap)
            term = _plain(passage) if len(_plain(passage)) < 60 else term
    yield from (item for item in floats.values() if item.text)


def _reference(passage: Passage) -> bool:
    return passage.place.startswith("ref-")


def _add(item: SearchItem, passage: Passage) -> None:
    if passage.kind == "caption" and not item.text:
        item.text = _plain(passage)
    else:
        item.words += _plain(passage).split()
    item.claims += tuple(piece.reference for piece in passage.claims)


def table_words(item: SearchItem) -> str:
    """The words of a table, each once, as many as an index needs."""
    return " ".join(dict.fromkeys(item.words))[:WORDS_OF_A_TABLE]


def _paragraph(passage: Passage, place: Place, gap: bool) -> SearchItem:
    sentences = tuple(_sentences(passage.pieces))
    return SearchItem(
        "passage",
        " ".join(text for text, _ in sentences),
        place,
        claims=tuple(dict.fromkeys(piece.reference for piece in passage.claims)),
        citekeys=tuple(_citekeys(passage.pieces)),
        sentences=sentences,
        gap=gap,
        untested=any(UNTESTED.search(text) for text, _ in sentences),
    )


def _sentences(pieces: Sequence[Piece]) -> Iterator[tuple[str, tuple[str, ...]]]:
    marked = "".join(
        f"\x01{piece.reference}\x02{piece.text}\x03" if piece.role == "claim" else piece.text
        for piece in pieces
        if piece.role != "citation"
    )
    for sentence in SENTENCE.split(" ".join(marked.split())):
        claims = tuple(found[1] for found in MARKED.finditer(sentence))
        text = MARKED.sub(lambda found: found[2], sentence)
        if text.strip(" ()."):
            yield re.sub(r"\s*\(\s*\)|\s+(?=[.,;])", "", text).strip(), claims


def _citekeys(pieces: Sequence[Piece]) -> Iterator[str]:
    keys = (key for piece in pieces if piece.role == "citation" for key in piece.reference.split())
    yield from dict.fromkeys(keys)


def _plain(passage: Passage) -> str:
    text = "".join(piece.text for piece in passage.pieces if piece.role != "number")
    return " ".join(text.replace("#", " ").split())
