"""Where links and images of a document lead: to the web or within the review, never to a program.

A page of the review loads nothing from elsewhere and runs nothing that a document holds.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from publishing.manuscript.qmd import Document, without_code

SCHEMES = ("http", "https", "mailto")
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
TARGET = re.compile(r"\]\(\s*(?:<([^>]*)>|([^\s)]*))")
DEFINITION = re.compile(r"^ {0,3}\[(?!\^)[^\]\n]+\]:\s*(?:<([^>\n]*)>|(\S+))", re.MULTILINE)
AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*:[^<>]*)>")
IMAGE = re.compile(r"(?<!\\)!\[")
IMAGES = (".svg", ".png", ".jpg")
PICTURES = ("/figures/", "/report/")  # those of cells, and those beside the documents
IGNORED = re.compile(r"[\x00-\x20\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\ufeff\\]")
"""What browsers, or Pandoc, take out of an address before they read its scheme."""


def check_targets(document: Document) -> None:
    """Complain of each link that is no address of a page, and each image that is no own file."""
    numbers, lines = [], []
    for number, line in document.prose_lines():
        numbers.append(number)
        lines.append(without_code(line))
    text = "\n".join(lines)
    starts = [0, *accumulate(len(line) + 1 for line in lines)]

    def complain(place: int, what: str, action: str, expected: str = "") -> None:
        document.complain(numbers[bisect_right(starts, place) - 1], what, action, expected)

    for place, target, image in _targets(text):
        if image and (scheme_of(target) or is_elsewhere(target)):
            complain(place, f"the image {target} is not a file of the review",
                     "put the file beside the document", "svg, png or jpg")  # fmt: skip
        elif scheme_of(target) not in ("", *SCHEMES):
            complain(place, f"a link to {target} is not supported",
                     "link to a page of the review or of the web",
                     "https, http, mailto or a file of the review")  # fmt: skip
    for match in IMAGE.finditer(text):
        if not text.startswith("(", _closing(text, match.end()) + 1):
            complain(match.start(), "an image by reference is not supported", "name its file here")


def check_pictures(root: Path, document: Document) -> None:
    """Complain of each image that is not there, or is no picture."""
    drawn = ((number, text) for number, text in document.prose_lines() if "![" in text)
    for number, text in drawn:
        for _, target, image in _targets(without_code(text)):
            own = image and not scheme_of(target) and not is_elsewhere(target)
            if own and (wrong := _not_shown(root, target)):
                expected = "a picture (svg, png or jpg) of the review, such as /report/x.png"
                action = "put it there, or take the image out"
                document.complain(number, f"the image {target} {wrong}", action, expected)


def _not_shown(root: Path, target: str) -> str:
    if not target.startswith(PICTURES):
        return "is not named from the root of the review"
    path = root / target[1:]
    if not path.resolve().is_relative_to(root.resolve()):
        return "lies outside the folder of the review"
    if not path.is_file():
        return "is not there"
    from lxml import etree  # type: ignore[import-untyped]  # both take long to import,
    from PIL import Image  # and most reviews draw all they show

    try:
        if path.suffix == ".svg":
            return _wrong_drawing(etree.parse(path).getroot())
        with Image.open(path) as picture:
            picture.verify()
    except (etree.XMLSyntaxError, OSError, SyntaxError):
        return "is no picture"
    return ""


def _wrong_drawing(drawing: Any) -> str:
    """Whether an SVG is none, runs something, or loads something from elsewhere."""
    from lxml import etree

    if not drawing.tag.endswith("}svg"):
        return "is no picture"
    for element in drawing.iter(etree.Element):
        name = etree.QName(element).localname
        loads = [value for key, value in element.attrib.items() if key.endswith("href")]
        runs = name in ("script", "foreignObject") or any(key[:2] == "on" for key in element.attrib)
        if runs or not all(value.startswith(("#", "data:image/")) for value in loads):
            return f"runs or loads something ({name})"
    return ""


def scheme_of(target: str) -> str:
    """The scheme of an address as a browser reads it, in lower case; empty where it has none."""
    match = SCHEME.match(IGNORED.sub("", _unescaped(target)))
    return match[1].lower() if match else ""


def is_elsewhere(target: str) -> bool:
    """Whether an address without a scheme names another host: `//host/file`."""
    plain = IGNORED.sub("", _unescaped(target).replace("\\", "/"))
    return plain.startswith("//")


def _unescaped(target: str) -> str:
    """Entities read twice: what one reader leaves, the next one reads."""
    return html.unescape(html.unescape(target))


def _targets(text: str) -> Iterator[tuple[int, str, bool]]:
    """Each address with its place, and whether an image is drawn from it."""
    images = {_closing(text, match.end()) for match in IMAGE.finditer(text)}
    for match in TARGET.finditer(text):
        yield match.start(), match[1] or match[2] or "", match.start() in images
    for match in DEFINITION.finditer(text):
        yield match.start(), match[1] or match[2], False
    for match in AUTOLINK.finditer(DEFINITION.sub(lambda found: " " * len(found[0]), text)):
        yield match.start(), match[1], False


def _closing(text: str, start: int) -> int:
    """The place of the bracket that closes one opened right before `start`."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"[": 1, "]": -1}.get(text[place], 0)
        if not depth:
            return place
    return len(text)
