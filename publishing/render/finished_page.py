"""Reads a finished HTML page as a reader gets it: passages of text, and what each part rests on.

Furniture counts too: what stands in a banner, a menu or an alt text is read like any sentence.
Both engines are understood; what they mark by different classes is named here once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

from publishing.printing.table import PAGE_ONLY

BLOCKS = frozenset(
    """address article aside blockquote body caption dd details div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody
    td tfoot th thead title tr ul""".split()  # noqa: SIM905
)
VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
SILENT = frozenset({"script", "style", "template", "noscript", "svg"})  # drawings are proved
ALT = {"img": "alt", "svg": "aria-label"}
KINDS = {
    "title": "title", "td": "cell", "th": "cell", "figcaption": "caption", "caption": "caption",
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading",
    "h6": "heading", "li": "list", "dd": "list", "dt": "list",
}  # fmt: skip
FURNITURE = {"nav", "header", "footer", "aside"}
CITATIONS = {"citation", "footnote-ref", "footnote-back"}
CROSS_REFERENCES = {"cross-reference", "quarto-xref"}
NUMBERS = {"section-number", "header-section-number", "float-label", "chapter-number", "number"}
CAPTION = re.compile(r"-caption(-[0-9a-f-]+)?$")
LABELS = {
    "caption": re.compile(r"^\s*(?:Figure|Table)\s+\d+(?:\.\d+)*[:.]?\s"),
    "title": re.compile(r"^\s*\d+(?:\.\d+)*\s"),
}
BIBLIOGRAPHIES = {"references", "csl-bib-body"}


@dataclass(frozen=True)
class Piece:
    """A run of text and what it rests on.

    `role` is text, claim, row, citation, cross-reference, number or name; `reference` is the
    claim's identifier, the row's `table:key`, or the identifier a cross-reference points to.
    """

    text: str
    role: str = "text"
    reference: str = ""


@dataclass(frozen=True)
class Passage:
    """One block of a page. `kind` says what it is; `place` is the nearest identifier round it."""

    page: str
    kind: str
    place: str
    pieces: tuple[Piece, ...]
    furniture: bool = False

    @property
    def text(self) -> str:
        """The words as a reader sees them, white space collapsed."""
        return " ".join("".join(piece.text for piece in self.pieces).split())

    @property
    def claims(self) -> tuple[Piece, ...]:
        """The claims printed here, in order."""
        return tuple(piece for piece in self.pieces if piece.role == "claim")


@dataclass(frozen=True)
class Page:
    """A page: its passages in reading order, and the printed number of each identifier."""

    path: str
    passages: tuple[Passage, ...]
    numbers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Element:
    """An open element: what it makes of the text inside it."""

    tag: str
    role: str
    reference: str
    kind: str
    furniture: bool
    identifier: str


class Reader(HTMLParser):
    """Collects passages; a block element ends the passage before it."""

    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.passages: list[Passage] = []
        self.numbers: dict[str, str] = {}
        self.open: list[Element] = [Element("", "text", "", "paragraph", False, "")]
        self.pieces: list[Piece] = []
        self.silent = 0
        self.lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; an image is a passage of its own, its alt text."""
        values = {name: value or "" for name, value in attrs}
        if tag in BLOCKS:
            self.flush()
        if tag == "br":
            self.pieces.append(Piece(" "))
        if tag == "meta" and values.get("name") == "description":
            self.add("description", values.get("content", ""))
        if tag in ALT:
            self.flush()
            self.add("alt text", values.get(ALT[tag], ""))
        for name in ("title", "aria-label"):
            if values.get(name) and tag not in ("html", "svg") and self.open[-1].role != "citation":
                self.add("label", values[name], furniture=True)
        if tag in VOID:
            return
        self.silent += tag in SILENT
        self.count_item(tag, values)
        self.open.append(self.element(tag, values))

    def count_item(self, tag: str, values: dict[str, str]) -> None:
        """Print the number of a list item, as a browser does."""
        if tag in ("ol", "ul"):
            start = values.get("start", "1")
            self.lists.append(int(start) if tag == "ol" and start.isdigit() else None)
        elif tag == "li" and self.lists and self.lists[-1] is not None:
            if not self.open[-1].furniture:
                self.pieces.append(Piece(f"{self.lists[-1]}. ", "number"))
            self.lists[-1] += 1

    def element(self, tag: str, values: dict[str, str]) -> Element:
        """What an element makes of its text: its own role, or that of the element round it."""
        outer = self.open[-1]
        role, reference = outer.role, outer.reference
        if role in ("text", "row"):
            own = _role(values, tag)
            role, reference = own if own[0] != "text" else (role, reference)
        identifier = CAPTION.sub("", values.get("id", "")) or outer.identifier
        page_only = PAGE_ONLY in values.get("class", "").split()
        furniture = outer.furniture or tag in FURNITURE or page_only
        return Element(tag, role, reference, KINDS.get(tag, outer.kind), furniture, identifier)

    def handle_endtag(self, tag: str) -> None:
        """Close the element of this name and whatever was left open inside it."""
        if tag in BLOCKS:
            self.flush()
        if tag in ("ol", "ul") and self.lists:
            self.lists.pop()
        tags = [element.tag for element in self.open]
        if tag not in tags[1:]:
            return
        while self.open[-1].tag != tag:
            self.silent -= self.open.pop().tag in SILENT
        self.silent -= tag in SILENT
        self.open.pop()

    def handle_data(self, data: str) -> None:
        """Add text to the passage."""
        if self.silent or not data:
            return
        element = self.open[-1]
        if element.role == "number" and data.strip():
            self.numbers.setdefault(element.identifier, number_in(data))
        self.pieces.append(Piece(data, element.role, element.reference))

    def flush(self) -> None:
        """End the passage."""
        pieces, self.pieces = tuple(_joined(self.pieces)), []
        if "".join(piece.text for piece in pieces).strip():
            top = self.open[-1]
            passage = Passage(self.path, top.kind, top.identifier, pieces, top.furniture)
            self.passages.append(passage)

    def add(self, kind: str, text: str, *, furniture: bool = False) -> None:
        """A passage that is an attribute."""
        if text.strip():
            place = self.open[-1].identifier
            passage = Passage(self.path, kind, place, (Piece(text),), furniture)
            self.passages.append(passage)


def _role(values: dict[str, str], tag: str) -> tuple[str, str]:
    """What the text of an element rests on, and by which reference."""
    classes = set(values.get("class", "").split())
    name = values.get("id", "")
    address = name.startswith(("row-", "claim-")) and tag != "section"
    cited = classes & CITATIONS or values.get("role") in ("doc-biblioref", "doc-noteref")
    listed = classes & BIBLIOGRAPHIES or name == "refs"
    rules: tuple[tuple[object, str, str], ...] = (
        ("data-claim" in values, "claim", values.get("data-claim", "")),
        ("data-row" in values, "row", values.get("data-row", "")),
        (cited or listed, "citation", values.get("data-cites", "")),
        (classes & CROSS_REFERENCES, "cross-reference", values.get("href", "").partition("#")[2]),
        (classes & NUMBERS, "number", ""),
        (address, "name", name),
    )
    return next(((role, reference) for holds, role, reference in rules if holds), ("text", ""))


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Neighbours of one role as one piece, so that a link inside a claim does not split it."""
    held: Piece | None = None
    for piece in pieces:
        if held and (held.role, held.reference) == (piece.role, piece.reference):
            held = Piece(held.text + piece.text, held.role, held.reference)
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def number_in(text: str) -> str:
    """The number of a heading or float: `Table 5.1.` -> `5.1`."""
    found = re.search(r"\d+(?:\.\d+)*", text)
    return found[0] if found else ""


def without_scripts(text: str) -> str:
    """A page without its scripts, which nobody reads as text."""
    return SCRIPT.sub("", text)


def read_page(text: str, path: str) -> Page:
    """Read one page; `path` is its place in the site."""
    reader = Reader(path)
    reader.feed(text)
    reader.close()
    reader.flush()
    passages = tuple(_with_label(passage) for passage in reader.passages)
    for passage in passages:
        if passage.kind == "caption" and passage.pieces[0].role == "number":
            reader.numbers.setdefault(passage.place, number_in(passage.pieces[0].text))
    return Page(path, passages, reader.numbers)


def _with_label(passage: Passage) -> Passage:
    """Mark the number before a caption or title, where the engine prints it as plain text."""
    first = passage.pieces[0]
    pattern = LABELS.get(passage.kind)
    label = pattern.match(first.text) if pattern and first.role == "text" else None
    if label is None:
        return passage
    parts = (Piece(label[0], "number"), Piece(first.text[label.end() :]))
    return replace(passage, pieces=(*parts, *passage.pieces[1:]))


def texts_of_site(site: Path, others: Sequence[str] = ()) -> dict[str, str]:
    """Every HTML page of a folder by its path and in that order, those of `others` left out."""
    left_out = [site / other for other in others]
    return {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(site.rglob("*.html"))
        if not any(path.is_relative_to(folder) for folder in left_out)
    }
