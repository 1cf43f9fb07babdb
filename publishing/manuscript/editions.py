"""What a document holds in one edition: Quarto's `.content-visible` and `.content-hidden`.

Supported are divs and, on one line, spans, with the conditions `when-profile` and
`unless-profile`. A document is executed whole, once; its hidden parts are dropped afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from publishing.manuscript.qmd import CODE_SPAN, FENCE, Cell, Document, Prose
from schemas.problems import Problem

CLASSES = {"content-visible", "content-hidden"}
CONDITIONS = {"when-profile", "unless-profile"}
CONDITION = re.compile(r"([\w-]+)=(?:\"([^\"]*)\"|([^\s{}\"]+))")
DIV = re.compile(r"^\s*:{3,}\s*(.*?)\s*$")
SPAN_END = re.compile(r"\]\{([^{}]*\.content-(?:visible|hidden)\b[^{}]*)\}")


def is_conditional(attributes: str) -> bool:
    """Whether an attribute list makes its div or span conditional."""
    return any(f".{name}" in attributes.split() for name in CLASSES)


def is_visible(attributes: str, edition: str) -> bool:
    """Whether a conditional div or span stands in an edition, by the rule of Quarto."""
    match = True
    for key, quoted, bare in CONDITION.findall(attributes):
        if key in CONDITIONS:
            match = match and ((quoted or bare) == edition) == (key == "when-profile")
    return match == (".content-visible" in attributes.split())


def spans_of(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and attributes of each conditional span of a line."""
    plain = CODE_SPAN.sub(lambda match: "\0" * len(match[0]), text)
    for match in SPAN_END.finditer(plain):
        depth = 0
        for at in range(match.start(), -1, -1):
            depth += {"]": 1, "[": -1}.get(plain[at], 0)
            if depth == 0:
                yield at, match.end(), match[1]
                break


def _visible_text(text: str, edition: str) -> str:
    for start, end, attributes in sorted(spans_of(text), reverse=True):
        if not is_visible(attributes, edition):
            text = text[:start] + text[end:]
    return text


@dataclass
class _Divs:
    """Which divs are open, and whether their text stands in an edition."""

    edition: str
    open: list[bool]
    fence: str = ""

    def read(self, text: str) -> str:
        """One line as the edition has it: empty where it is hidden or only a condition."""
        fence = FENCE.match(text)
        if self.fence or fence:
            self._follow_fence(fence)
            return text if all(self.open) else ""
        div = DIV.match(text)
        if div is None:
            return _visible_text(text, self.edition) if all(self.open) else ""
        if div[1]:
            self.open.append(not is_conditional(div[1].strip("{}")) or is_visible(
                div[1].strip("{}"), self.edition
            ))  # fmt: skip
        elif self.open:
            kept = all(self.open)
            self.open.pop()
            return text if kept else ""
        return text if all(self.open) else ""

    def _follow_fence(self, fence: re.Match[str] | None) -> None:
        if not self.fence:
            self.fence = fence["ticks"] if fence else ""
        elif fence and fence["ticks"].startswith(self.fence) and not fence["info"]:
            self.fence = ""


def edition_view(document: Document, edition: str) -> Document:
    """The document as one edition has it, its lines where they were; problems of its own."""
    divs = _Divs(edition, [])
    pieces: list[Prose | Cell] = []
    for piece in document.pieces:
        if isinstance(piece, Prose):
            text = "\n".join(divs.read(line) for line in piece.text.split("\n"))
            pieces.append(piece if text == piece.text else replace(piece, text=text))
        elif all(divs.open):
            pieces.append(piece)
    return Document(document.path, document.front, pieces)


def without_hidden_divs(text: str, edition: str) -> str:
    """The text without the divs that an edition hides; hidden spans stay for the engine to drop.

    An empty line stands for all that is hidden at one place, however much that is.
    """
    divs, kept, hidden = _Divs(edition, []), list[str](), False
    for line in text.split("\n"):
        before, was_hidden = all(divs.open), hidden
        divs.read(line)
        hidden = not (before and all(divs.open))
        if not (hidden and was_hidden):
            kept.append("" if hidden else line)
    return "\n".join(kept)


def check_conditions(document: Document, editions: Collection[str]) -> None:
    """Conditions are those both engines know, and name editions."""
    known = ", ".join(sorted(filter(None, editions))) or "none: the project has no profiles"
    for number, text in document.prose_lines():
        div = DIV.match(text)
        found = [attributes for _, _, attributes in spans_of(text)]
        if div and is_conditional(div[1].strip("{}")):
            found.append(div[1].strip("{}"))
        for attributes in found:
            conditions = [(key, one or two) for key, one, two in CONDITION.findall(attributes)]
            if not any(key in CONDITIONS for key, _ in conditions):
                document.complain(number, "a conditional part without a condition",
                                  'add when-profile="..." or unless-profile="..."')  # fmt: skip
            for key, value in conditions:
                if key in CONDITIONS and value not in editions:
                    document.complain(number, f"unknown profile {value}", expected=known)


def problems_by_edition(
    found: Sequence[tuple[str, Sequence[Document]]],
) -> list[Problem]:
    """Problems of each edition's documents, each once; those of some editions name them."""
    holders: dict[str, list[str]] = {}
    editions: dict[Problem, list[str]] = {}
    first: dict[Problem, Problem] = {}
    for edition, documents in found:
        for document in documents:
            holders.setdefault(document.path, []).append(edition)
            for problem in document.problems:
                same = replace(problem, action="")  # an edition may have a nearer name to offer
                editions.setdefault(same, []).append(edition)
                first.setdefault(same, problem)
    return [
        first[same]
        if names == holders[same.file]
        else replace(first[same], what=f"{same.what} in the edition {' and '.join(names)}")
        for same, names in editions.items()
    ]
