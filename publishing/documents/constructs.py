"""Refuses, by name, what one of the two engines would render otherwise or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath

from publishing.manuscript.editions import CLASSES as CONDITIONAL
from publishing.manuscript.editions import CONDITIONS
from publishing.manuscript.qmd import Document, Prose, without_code
from schemas.fonts import say_unset, unset

CALLOUTS = {"note", "warning", "important", "tip", "caution"}
TOP = {
    "verdict",
    "answer",
    "answer-figures",
    "answer-picture",
    "answer-harm",
    "answer-state",
    "ways",
}
CLASSES = {"unnumbered", "unlisted", "key-messages"} | TOP | {f"callout-{c}" for c in CALLOUTS}
CLASSES |= CONDITIONAL
KEYS = {"title", "fig-alt", "width"} | CONDITIONS
IDENTIFIERS = ("sec-", "fig-", "tbl-")
ATTRIBUTES = re.compile(r"\{((?:[#.][^\s{}]+|-|[\w-]+=(?:\"[^\"]*\"|[^\s{}]+))(?:[^{}]*))\}")
ATTRIBUTE = re.compile(
    r"(?P<id>#[^\s]+)|(?P<class>\.[^\s]+)|(?P<key>[\w-]+)=(?:\"[^\"]*\"|\S+)|(?P<odd>\S+)"
)
DIV = re.compile(r"^\s*(?P<colons>:{3,})\s*(?P<rest>.*?)\s*$")
HEADING = re.compile(r"^(?P<marks>#{1,6})\s+(?P<text>.*)$")
IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)(\{[^}]*\})?")
DEEPEST = 6  # divs within each other: Typst gives up on many
REFUSED = (
    (re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"), "a control character", "take it out"),
    (re.compile(r"^(?: {2}|\t|> ?){9,}\S"), "text nested deeper than eight", "write it flatter"),
    (re.compile(r"\{\{[<%]"), "a shortcode", "write what it would print"),
    (re.compile(r"<(?!https?://|mailto:)[A-Za-z/!?][^<>]*>"), "raw HTML", "write Markdown"),
    (re.compile(r"<!--"), "an HTML comment", "remove it"),
    (re.compile(r"(?<!\\)\$\$|(?<!\\)\$\S(?:[^$]*\S)?\$(?!\d)"), "an equation",
     "write it in Unicode text: equations fail PDF/UA-1"),
    (re.compile(r"(?<!\\)\\[A-Za-z]+"), "raw LaTeX", "write Markdown"),
    (re.compile(r"^\s*\|\s[^|]*$"), "a line block", "write a paragraph or a list"),
    (re.compile(r"^\(@\w*\)\s"), "an example list", "write a numbered list"),
    (re.compile(r"^={3,}\s*$"), "an underlined heading", "begin it with #"),
    (re.compile(r"^(?:[\s>:*+-]+(?:(?:\d+|[a-zA-Z])[.)]\s+)?|(?:\d+|[a-zA-Z])[.)]\s+)#{1,6}\s"),
     "a heading in a list or quotation", "begin the line with it"),
    (re.compile(r"\[-?@(?:fig|tbl|sec)-"), "a cross-reference in brackets", "drop the brackets"),
    (re.compile(r"(?<!\w)-@(?:fig|tbl|sec)-"), "a cross-reference without its name", "drop the -"),
)  # fmt: skip
IN_CODE = (
    (re.compile(r"`[^`]*`\{=\w+\}"), "raw text for one format", "write Markdown"),
    (re.compile(r"`\{(?!python\}\s)[^`}]*\}?[^`]*`"), "inline code of another engine",
     "use {python}"),
    (re.compile(r"(?<!`)`r\s[^`]+`"), "inline code of another engine", "use {python}"),
    (re.compile(r"(?<![\w@])@(?:fig|tbl|sec)-[\w.-]*\w\s*(?:\[|`\{python\})"),
     "a cross-reference right before a bracket or inline code",
     "put a word or a comma between them: Pandoc reads both as one citation"),
    (re.compile(r"`\{python\}\s+sources\([^`]*`\["), "sources(...) right before a bracket",
     "put a space between them: Pandoc reads both as one link"),
)  # fmt: skip


def check_constructs(document: Document) -> None:
    """Look at prose and captions; complain of each construct that is not supported."""
    _check_start(document)
    _check_divs(document)
    for number, text in [*document.prose_lines(), *document.captions]:
        if signs := unset([text]):
            what, expected, action = say_unset(text, signs)
            document.complain(number, what, action, expected)
        for pattern, name, action in IN_CODE:
            if pattern.search(text):
                document.complain(number, f"{name} is not supported", action)
        plain = without_code(text)
        for pattern, name, action in REFUSED:
            if pattern.search(plain):
                document.complain(number, f"{name} is not supported", action)
        for match in ATTRIBUTES.finditer(plain):
            _check_attributes(document, number, match[1])
        _check_images(document, number, plain)


def _check_attributes(document: Document, number: int, text: str) -> None:
    for match in ATTRIBUTE.finditer(text):
        if match["id"] and not match["id"][1:].startswith(IDENTIFIERS) and match["id"] != "#refs":
            document.complain(number, f"identifier {match['id']} is not supported",
                              expected="#sec-, #fig-, #tbl- or #refs")  # fmt: skip
        if match["class"] and match["class"][1:] not in CLASSES:
            expected = "one of " + ", ".join(sorted(CLASSES))
            document.complain(number, f"class {match['class']} is not supported", expected=expected)
        if match["key"] and match["key"] not in KEYS:
            expected = "one of " + ", ".join(sorted(KEYS))
            document.complain(
                number, f"attribute {match['key']} is not supported", expected=expected
            )
        if match["odd"]:
            document.complain(number, f"attribute {match['odd']} is not supported")


def _check_start(document: Document) -> None:
    """The title comes before any cell: Quarto takes it for the title of the page."""
    first = document.pieces[0] if document.pieces else None
    if not isinstance(first, Prose) or not first.text.lstrip().startswith("# "):
        line = first.line if first else 1
        document.complain(line, "the document does not begin with its title",
                          "put # Title {#sec-...} right after the front matter")  # fmt: skip


def _check_divs(document: Document) -> None:
    """Divs are opened with attributes and closed without, in pairs; a callout has no heading."""
    opened: list[tuple[int, str]] = []
    for number, text in document.prose_lines():
        match = DIV.match(text)
        if match is None:
            if HEADING.match(text) and any(".callout-" in how for _, how in opened):
                document.complain(number, "a heading in a callout is not supported",
                                  'give the callout title="..."')  # fmt: skip
            continue
        if match["rest"] == "":
            if not opened:
                document.complain(number, "::: closes nothing", "remove it")
            else:
                opened.pop()
        elif match["rest"].startswith("{") and match["rest"].rstrip(":").rstrip().endswith("}"):
            opened.append((number, match["rest"]))
            if len(opened) == DEEPEST + 1:
                what = f"a div within {DEEPEST} others is not supported"
                document.complain(number, what, "close one of them before it")
        else:
            document.complain(number, f"a div written as {text.strip()} is not supported",
                              "write its class as {.class}")  # fmt: skip
            opened.append((number, match["rest"]))
    for number, _ in opened:
        document.complain(number, "::: is opened and never closed", "close it with :::")


def check_headings(document: Document) -> None:
    """One first-level heading, first, with an identifier; no level is skipped (PDF/UA-1)."""
    levels: list[int] = []
    for number, text in document.prose_lines():
        match = HEADING.match(text)
        if match is None:
            continue
        level = len(match["marks"])
        if not levels and level != 1:
            document.complain(number, "the first heading is not of the first level", "use one #")
        if levels and level == 1:
            document.complain(number, "a second heading of the first level", "use ##")
        if levels and level > levels[-1] + 1:
            document.complain(number, f"heading level {level} follows level {levels[-1]}",
                              "skip no level: PDF/UA-1 forbids it")  # fmt: skip
        if level == 1 and "{#sec-" not in text:
            document.complain(number, "the title has no identifier", "add {#sec-...}")
        levels.append(level)
    if not levels:
        document.complain(1, "the document has no title", "begin it with # Title {#sec-...}")
    _check_headed(document)


def _check_headed(document: Document) -> None:
    """Below a heading stands text, a display or a heading of a lower level.

    The paper counts on it: headings keep together with what they head, on one page.
    """
    headings = [
        (number, len(match["marks"]), match["text"])
        for number, text in document.prose_lines()
        if (match := HEADING.match(text))
    ]
    filled = set(_filled_lines(document))
    last = (max(filled, default=0) + 1, 0, "")
    for (number, level, text), (end, next_level, _) in pairwise([*headings, last]):
        headed = next_level > level or not filled.isdisjoint(range(number, end))
        if level > 1 and not headed:
            name = text.partition(" {")[0]
            document.complain(number, f"the heading {name!r} heads nothing",
                              "write text or a display below it, or take it out")  # fmt: skip


def _filled_lines(document: Document) -> Iterator[int]:
    """Lines with text or a cell that shows something; the list of references is text."""
    for number, text in document.prose_lines():
        div = DIV.match(text)
        if text.strip() and not HEADING.match(text) and (div is None or "#refs" in text):
            yield number
    yield from (number for number, _ in document.fenced_lines())
    for cell in document.cells:
        if cell.options.get("include") is not False:
            yield cell.line


def _check_images(document: Document, number: int, text: str) -> None:
    for match in IMAGE.finditer(text):
        attributes = match[1] or ""
        if "fig-alt=" not in attributes:
            document.complain(number, "an image without fig-alt", "say in it what the image shows")
    for target in re.findall(r"!\[[^\]]*\]\(([^)\s]*)", text):
        if target and PurePosixPath(target).suffix not in {".svg", ".png", ".jpg"}:
            document.complain(number, f"an image of the kind {target} is not supported",
                              expected="svg, png or jpg")  # fmt: skip
