"""A drawing as page and paper hold it: words stay words, colours are attributes one may restyle.

A strict policy forbids styles inside a page, so each becomes presentation attributes; only
identifiers that something refers to stay, with the name of the figure before them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

FINE = re.compile(r"-?\d+\.\d{3,}")
REFERENCE = re.compile(r"(?<=url\(#)[^)]+")
UNTURNED = re.compile(r"rotate\(-?0(?: [^)]*)?\)")
HREF = "{http://www.w3.org/1999/xlink}href"
LEADING = re.compile(r"^ +")
MADE_HERE = "data-figure"
FACE = "'Review Sans'"
INHERITED = {"stroke-linejoin": "round", "font-family": f"{FACE}, sans-serif"}
Element = Any  # of lxml, which brings no types


def page_drawing(written: bytes, name: str, alt: str, kind: str = "") -> str:
    """The SVG that matplotlib wrote with its words as words, made fit for a page.

    `name` is that of the figure, `alt` its alternative text, `kind` the class that styles know.
    """
    root = etree.fromstring(written)
    for tag in ("metadata", "style"):
        for found in list(root.iter(f"{{*}}{tag}")):
            found.getparent().remove(found)
    elements = list(root.iter("{*}*"))
    used = {element.get(HREF, "").removeprefix("#") for element in elements}
    used |= {found for element in elements for value in element.attrib.values()
             for found in REFERENCE.findall(value)}  # fmt: skip
    used.discard("")
    for element in elements:
        _settle(element, used, name)
    etree.strip_tags(root, "bare")
    etree.cleanup_namespaces(root)
    own = {MADE_HERE: name, "class": kind, "role": "img", "aria-label": alt}
    for key, value in {**INHERITED, **own}.items():
        root.set(key, value)
    text: str = etree.tostring(root, encoding="unicode")
    return text


def is_drawing(path: Path) -> bool:
    """Whether a file is such a drawing; a picture that a writer brings stays a file of its own."""
    if path.suffix != ".svg" or not path.is_file():
        return False
    return etree.parse(path).getroot().get(MADE_HERE) is not None


def _settle(element: Element, used: set[str], name: str) -> None:
    for part in filter(None, element.attrib.pop("style", "").split("; ")):
        key, _, value = part.partition(": ")
        if (key, value) != ("font-family", FACE):
            element.set(key, value.rstrip(";"))
    target = element.attrib.pop(HREF, "")
    if target:
        element.set("href", f"#{name}-{target.removeprefix('#')}")
    own = element.attrib.pop("id", "")
    for key, value in element.attrib.items():
        named = REFERENCE.sub(rf"{name}-\g<0>", value)
        element.set(key, FINE.sub(_shorter, " ".join(named.split())))
    if own in used:
        element.set("id", f"{name}-{own}")
    if UNTURNED.fullmatch(element.get("transform", "")):
        del element.attrib["transform"]
    words = etree.QName(element).localname in ("text", "tspan")
    if words and element.text:  # a page would take spaces at the beginning away
        element.text = LEADING.sub(lambda match: "\N{NO-BREAK SPACE}" * len(match[0]), element.text)
    if not words:
        element.text = None
        if etree.QName(element).localname == "g" and not element.attrib:
            element.tag = "bare"
    element.tail = None if element.tail is None or not element.tail.strip() else element.tail


def _shorter(match: re.Match[str]) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
