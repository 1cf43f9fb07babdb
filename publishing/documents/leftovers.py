"""Finds marks that would be printed as they stand: calls outside code, emphasis never closed.

Pandoc refuses none of them: it prints the signs, and drops a space at the edge of a span.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from publishing.manuscript.qmd import CODE_SPAN, INLINE, Document

CALL = re.compile(
    r"\b(?:claim|conclusion|sources|table|figure|term|words|state)\(\s*[\"'“”‘’][^)\n]*\)?"
)
PLAIN = (  # what holds its signs by right, or pairs with itself
    re.compile(r"\\."),
    re.compile(r"(?<=\])\([^()\s]*(?:\s+\"[^\"]*\")?\)"),  # the target of a link
    re.compile(r"<https?://[^>]*>|https?://\S+"),
    re.compile(r"\{[^{}\n]*\}"),
    re.compile(r"(?m)^\s*(?:[-*+]|\d+[.)])\s"),  # the mark of a list item
    re.compile(r"(?m)^\s*(?:\*\s*){3,}$"),  # a rule
)
PAIRS = (
    re.compile(r"(\*{1,3})(?=[^\s*])(?:[^*]|\*(?!\1))*?(?<=[^\s*])\1"),
    re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])[^_]*(?:(?<=\w)_(?=\w)[^_]*)*(?<=[^\s_])\1(?!\w)"),
)
EDGE = re.compile(r"(?<=\S)\[\s[^\[\]]*\]\{|(?<!\!)\[[^\[\]]*\s\]\{[^{}]*\}(?=\w)")
LEFT = (
    (re.compile(r"`"), "a backtick", "write it in pairs round code, or take it out"),
    (re.compile(r"\*+(?=\S)|(?<=\S)\*+"), "an asterisk", "close the emphasis, or write \\*"),
    (re.compile(r"(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)"), "an underscore",
     "close the emphasis, or write \\_"),
)  # fmt: skip


def check_leftovers(document: Document) -> None:
    """Complain of each call outside code, and of each mark that has no partner."""
    for line, text in paragraphs_of(document):
        for at, what, action in leftovers_in(text):
            document.complain(line + at, f"{what} would be printed as it stands", action)
        for span in EDGE.finditer(text):
            what = f"the space within {span[0]} is not printed"
            action = "write it outside the brackets, or `\\ ` for one that stays"
            document.complain(line + _place(text, span), what, action)
    for line, caption in document.captions:
        for _, what, action in leftovers_in(caption):
            document.complain(line, f"{what} would be printed as it stands", action)


def paragraphs_of(document: Document) -> Iterator[tuple[int, str]]:
    """First line and text of each block of prose between empty lines, cells and divs."""
    start, held = 0, list[str]()
    for number, text in document.prose_lines():
        apart = not text.strip() or text.lstrip().startswith((":::", "#"))
        if held and (apart or number != start + len(held)):
            yield start, "\n".join(held)
            held = []
        if apart and text.strip():
            yield number, text
        elif text.strip():
            start = start if held else number
            held.append(text)
    if held:
        yield start, "\n".join(held)


def leftovers_in(text: str) -> Iterator[tuple[int, str, str]]:
    """Place (lines from the first), words and advice for each mark that is left over."""
    text = INLINE.sub(_blank, text)
    for match in CALL.finditer(text):
        yield _place(text, match), match[0], "write it in code: `{python} " + match[0] + "`"
    text = CODE_SPAN.sub(_blank, text)
    for pattern in PLAIN:
        text = pattern.sub(_blank, text)
    for pattern in PAIRS:
        text = pattern.sub(_blank, text)
    for pattern, what, action in LEFT:
        if alone := pattern.search(text):
            yield _place(text, alone), f"{what} without its partner", action
    yield from _brackets(text)


def _brackets(text: str) -> Iterator[tuple[int, str, str]]:
    """The first square bracket without its partner."""
    opened: list[int] = []
    for at, sign in enumerate(text):
        if sign == "[":
            opened.append(at)
        elif sign == "]" and opened:
            opened.pop()
        elif sign == "]":
            opened = [at]
            break
    if opened:
        action = "close or open it, or write \\[ or \\]"
        yield text.count("\n", 0, opened[0]), "a square bracket without its partner", action


def _blank(match: re.Match[str]) -> str:
    """What stands for a part that is in order: a letter, and its line ends."""
    return "x" + "\n" * match[0].count("\n") if match[0].strip() else match[0]


def _place(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start())
