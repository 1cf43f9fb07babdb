"""A drawing as a page holds it: words stay words, and colours are attributes a page may restyle.

A strict policy forbids styles inside a page, so each becomes presentation attributes; only
identifiers that something refers to stay, with the name of the figure before them.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

FINE = re.compile(r"-?\d+\.\d{3,}")
REFERENCE = re.compile(r"(?<=url\(#)[^)]+")
UNTURNED = re.compile(r"rotate\(-?0(?: [^)]*)?\)")
HREF = "{http://www.w3.org/1999/xlink}href"
LEADING = re.compile(r"^ +")
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
    for side in ("width", "height"):  # points become the pixels of a page
        root.set(side, str(round(float(root.get(side).removesuffix("pt")) * 96 / 72)))
    for key, value in {**INHERITED, "class": kind, "role": "img", "aria-label": alt}.items():
        root.set(key, value)
    text: str = etree.tostring(root, encoding="unicode")
    return text


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
