"""Reads the prose of documents as paragraphs of sentences, each with the claims it prints."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from publishing.displays.prose import Words, marked, words_of_books, words_of_displays
from publishing.manuscript.qmd import INLINE, Document, read_document

HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*(?:\{([^}]*)\})?\s*$")
FENCE = re.compile(r"^\s*:{3,}\s*(.*?)\s*$")
TITLE = re.compile(r'title="([^"]*)"')
ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)]|:|\[\^[^\]]+\]:)\s+")
GLOSSARY = "evidence/glossary.csv"
CITED = re.compile(r"\[[^\]]*@[^\]]*\]|(?<!\w)@[\w:.+/-]+")
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)(?:\{[^}]*\})?")
SPLIT = re.compile(r"(?<=[.!?])\s+(?=[\w“⟦(])")
SOURCES = re.compile(r"`\{python\} sources\(([^)]*)\)`")
QUOTED = re.compile(r"\"([^\"]+)\"")
CLAIM = re.compile(r"⟦([^⟧]*)⟧")


@dataclass(frozen=True)
class Sentence:
    """A sentence, the line it begins on, and a mark ⟦id⟧ for each claim it prints."""

    line: int
    text: str

    @property
    def claims(self) -> tuple[str, ...]:
        """Identifiers of its claims, in order."""
        return tuple(CLAIM.findall(self.text))

    @property
    def words(self) -> str:
        """The sentence as a message quotes it."""
        return " ".join(self.text.split())


@dataclass
class Paragraph:
    """A paragraph, list item or definition, with the section and callout it stands in."""

    file: str
    section: str
    heading: str
    callout: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    own: list[tuple[int, str]] = field(default_factory=list)  # line, claim; no conclusion's
    cited: bool = False

    @property
    def claims(self) -> tuple[str, ...]:
        """Claims of all its sentences."""
        return tuple(claim for sentence in self.sentences for claim in sentence.claims)

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True)
class Section:
    """A heading or the title of a callout, with every paragraph under it."""

    file: str
    line: int
    heading: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def claims(self) -> tuple[str, ...]:
        """Claims of all its paragraphs."""
        return tuple(claim for paragraph in self.paragraphs for claim in paragraph.claims)


@dataclass
class Prose:
    """The paragraphs of one document, and its sections from the outside in."""

    file: str
    paragraphs: list[Paragraph] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    sourced: set[str] = field(default_factory=set)  # claims that `sources(...)` names anywhere


def read_prose(root: Path, path: str, said: Mapping[str, str] | None = None) -> Prose:
    """Read one document; `said` holds the sentence of each conclusion, its claims as ⟦id⟧."""
    return prose_of(read_document(root, path), said)


def prose_of(document: Document, said: Mapping[str, str] | None = None) -> Prose:
    """The prose of a document that was read."""
    reader = Reader(document.path, said or {})
    last = 0
    for number, text in document.prose_lines():
        if number != last + 1:
            reader.end_paragraph()
        last = number
        reader.read(number, text)
    reader.close()
    return reader.prose


class Reader:
    """Takes lines and keeps what is open: headings, a callout, a paragraph."""

    def __init__(self, file: str, said: Mapping[str, str]) -> None:
        self.prose = Prose(file)
        self.said = said
        self.headings: list[tuple[int, int, str, str, int]] = []
        self.callouts: list[tuple[int, str, int]] = []
        self.paragraph: Paragraph | None = None

    def read(self, number: int, text: str) -> None:
        """Take one line."""
        if match := HEADING.match(text):
            self.end_paragraph()
            self.end_sections(len(match[1]))
            where = re.search(r"#([\w.-]+)", match[3] or "")
            start = len(self.prose.paragraphs)
            name = where[1] if where else ""
            self.headings.append((len(match[1]), number, match[2], name, start))
        elif match := FENCE.match(text):
            self.end_paragraph()
            self.read_fence(number, match[1])
        elif not text.strip():
            self.end_paragraph()
        else:
            self.add(number, text)

    def read_fence(self, number: int, rest: str) -> None:
        """Open a div, or close the last one; the title of a callout heads what it holds."""
        if rest:
            title = TITLE.search(rest)
            self.callouts.append((number, title[1] if title else "", len(self.prose.paragraphs)))
        elif self.callouts:
            line, title_text, start = self.callouts.pop()
            if title_text:
                held = tuple(self.prose.paragraphs[start:])
                self.prose.sections.append(Section(self.prose.file, line, title_text, held))

    def add(self, number: int, text: str) -> None:
        """Add a line to the paragraph; a list item begins one of its own."""
        if ITEM.match(text) and not text.lstrip().startswith(":"):
            self.end_paragraph()
        if self.paragraph is None:
            _, _, heading, name, _ = self.headings[-1] if self.headings else (0, 0, "", "", 0)
            callout = self.callouts[-1][1] if self.callouts else ""
            self.paragraph = Paragraph(self.prose.file, name, heading, callout)
        plain, cited = plain_text(ITEM.sub("", text, count=1), self.said)
        self.paragraph.cited |= cited
        self.paragraph.own += [(number, name) for name in claims_called(text)]
        for match in SOURCES.finditer(text):
            self.prose.sourced |= set(QUOTED.findall(match[1]))
        self.paragraph.sentences += [
            Sentence(number, part) for part in SPLIT.split(plain) if part.strip()
        ]

    def end_paragraph(self) -> None:
        """Keep the open paragraph."""
        if self.paragraph is not None and self.paragraph.sentences:
            self.prose.paragraphs.append(self.paragraph)
        self.paragraph = None

    def end_sections(self, level: int) -> None:
        """Close every section of this level or deeper."""
        while self.headings and self.headings[-1][0] >= level:
            _, line, heading, _, start = self.headings.pop()
            held = tuple(self.prose.paragraphs[start:])
            self.prose.sections.append(Section(self.prose.file, line, heading, held))

    def close(self) -> None:
        """Close everything."""
        self.end_paragraph()
        self.end_sections(1)
        self.prose.sections.sort(key=lambda section: section.line)


def plain_text(text: str, said: Mapping[str, str]) -> tuple[str, bool]:
    """A line with claims as ⟦id⟧, without citations and links; whether it cites."""
    cited = bool(CITED.search(INLINE.sub("", text)))
    cited |= any("sources" in match["code"] for match in INLINE.finditer(text))
    text = INLINE.sub(lambda match: _mark(match["code"], said), text)
    text = CITED.sub(" ", LINK.sub(r"\1", text))
    return re.sub(r"[*_`]+", "", text).strip(), cited


def _mark(code: str, said: Mapping[str, str]) -> str:
    return " ".join(
        said.get(name, "") if kind == "conclusion" else f"⟦{name}⟧" for kind, name in _named(code)
    )


def claims_called(text: str) -> list[str]:
    """The claims that a line prints by `claim(...)`, its conclusions' left out."""
    codes = [match["code"] for match in INLINE.finditer(text)]
    return [name for code in codes for kind, name in _named(code) if kind == "claim"]


def _named(code: str) -> Iterator[tuple[str, str]]:
    """Each call of `claim` or `conclusion`, with the identifier it names."""
    try:
        tree = ast.parse(code.strip(), mode="eval")
    except SyntaxError:
        return
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    for call in calls:
        known = isinstance(call.func, ast.Name) and call.func.id in ("claim", "conclusion")
        if known and isinstance(call.args[0], ast.Constant):
            yield ast.unparse(call.func), str(call.args[0].value)


def prose_and_captions(document: Document, said: Mapping[str, str]) -> Prose:
    """The prose of a document, with the captions of its tables."""
    prose = prose_of(document, said)
    for line, caption in document.captions:
        prose.paragraphs.append(_alone(document.path, "", line, caption))
    return prose


def read_displays(root: Path) -> dict[str, list[Words]]:
    """The words of every table and figure, and of the book: captions, notes, titles of parts."""
    found: dict[str, list[Words]] = {}
    for words in (*words_of_displays(root), *words_of_books(root)):
        found.setdefault(words.file, []).append(words)
    return found


def prose_of_words(file: str, said: Iterable[Words]) -> Prose:
    """The prose of one of these files."""
    texts = ((words, CITED.sub(" ", marked(words.text))) for words in said)
    return Prose(file, [_alone(file, words.place, words.line, text) for words, text in texts])


def read_glossary(rows: Iterable[tuple[str, str]]) -> Prose:
    """Terms of the glossary with their explanations."""
    lines = enumerate(rows, start=2)
    return Prose(GLOSSARY, [_alone(GLOSSARY, term, line, text) for line, (term, text) in lines])


def _alone(file: str, place: str, line: int, text: str) -> Paragraph:
    sentences = [Sentence(line, part) for part in SPLIT.split(text) if part.strip()]
    return Paragraph(file, place, place, sentences=sentences)
