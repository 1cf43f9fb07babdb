"""Reads a page that Quarto wrote and gives its chapter in the form both engines share.

Quarto numbers, resolves and sets; its classes, wrappers and page furniture are taken off here,
so that `publishing.site` puts the same furniture round the chapters of either engine.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from lxml import etree, html  # type: ignore[import-untyped]

from publishing.render.chapter_body import ChapterBody, Heading

Element = Any  # of lxml, which brings no types
FURNITURE = (  # of Quarto, and the banner of lua/furniture.lua
    "header[@id='title-block-header']",
    "*[contains(concat(' ', @class, ' '), ' review-banner ')]",
    "nav[contains(@class, 'page-navigation')]",
    "script",
    "div[@id='refs'][contains(@style, 'display: none')]",
    "div[@id='quarto-appendix']/h2",
)
OWN_CLASSES = {
    "anchored", "figure", "figure-img", "img-fluid", "caption-top", "table", "header",
    "odd", "even", "quarto-figure", "quarto-figure-center", "quarto-float",
}  # fmt: skip
OWN_ATTRIBUTES = (
    "data-anchor-id", "data-number", "data-quarto-table-cell-role", "data-quarto-bootstrap",
    "data-quarto-disable-processing",
)  # fmt: skip
NUMBER = re.compile(r"^\s*(?P<label>(?:Figure|Table)\s+[\d.]+):\s+")
CALLOUT = re.compile(r"(?:^| )callout-(note|warning|important|tip|caution)(?: |$)")


def titles_of(pages: Mapping[str, str]) -> dict[str, Heading]:
    """The title of each page; ValueError for a page without one."""
    return {page: _take_title(_main(text, page)) for page, text in pages.items()}


def _main(text: str, page: str) -> Element:
    main = html.document_fromstring(text).find(".//main[@id='quarto-document-content']")
    if main is None:
        raise ValueError(f"{page} has no <main id=quarto-document-content>")
    return main


def read_chapter(text: str, path: str, page: str, titles: Mapping[str, Heading]) -> ChapterBody:
    """The chapter of one of Quarto's pages.

    `path` is the document, `page` its address in the edition. Raises ValueError for a page
    that is not as Quarto writes it.
    """
    main = _main(text, page)
    title = _take_title(main)
    for pattern in FURNITURE:
        for element in main.xpath(f".//{pattern}"):
            element.drop_tree()
    for rewrite in (_floats, _callouts, _references, _images, _headings, _footnotes, _tables):
        rewrite(main)
    _links(main, page, titles)
    _clean(main)
    _unwrap_conditions(main)
    headings = tuple(_contents(main))
    _anchors(main)
    body = _inner(main)
    number = f'<span class="section-number">{title.number}</span> ' if title.number else ""
    first = f"<h1>{number}{title.title} {_anchor(title.id)}</h1>\n"
    plain = html.fromstring(f"<p>{title.title}</p>").text_content()
    return ChapterBody(path, page, title.id, title.number, plain, headings, first + body)


def _classes(element: Element) -> list[str]:
    return (element.get("class") or "").split()


def _inner(element: Element) -> str:
    """The HTML inside an element."""
    parts = [escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode", method="html") for child in element]
    return "".join(parts).strip()


def _unwrap_first_section(main: Element, section: Element) -> None:
    heading = section.find("h1")
    if heading is not None:
        heading.drop_tree()
    section.drop_tag()


def _take_title(main: Element) -> Heading:
    """The chapter's identifier, number and title, taken out of the page."""
    named = main.find(".//span[@class='quarto-section-identifier']")
    if named is not None:
        number = named.findtext(".//span[@class='chapter-number']") or ""
        title = named.find(".//span[@class='chapter-title']")
        return Heading(
            1, named.get("id"), number.strip(), _inner(named if title is None else title)
        )
    section = main.find("section[@class]")
    if section is None or section.find("h1") is None:
        raise ValueError("a page lacks the title of its chapter")
    heading, identifier = section.find("h1"), section.get("id")
    number = heading.find("span[@class='header-section-number']")
    said = "" if number is None else number.text_content()
    if number is not None:
        number.drop_tree()
    found = Heading(1, identifier, said.strip(), _inner(heading))
    _unwrap_first_section(main, section)
    return found


def _floats(main: Element) -> None:
    """A figure or table with its caption, as one `<figure class="float">`."""
    for div in list(main.iter("div")):
        if "quarto-float" not in _classes(div):
            continue
        figure, caption = div.find("figure"), div.find("figure/figcaption")
        kind = "tbl" if div.get("id", "").startswith("tbl") else "fig"
        identifier = f"{div.get('id')}-caption"
        body = next(child for child in figure if child is not caption)
        figure.attrib.clear()
        figure.set("id", div.get("id"))
        figure.set("class", f"float float-{kind}")
        caption.attrib.clear()
        caption.set("id", identifier)
        _label(caption)
        body.attrib.clear()
        if kind == "tbl":
            body.attrib.update({"class": "table-box", "role": "region", "tabindex": "0",
                                "aria-labelledby": identifier})  # fmt: skip
        else:
            body.tag = "p"
        div.drop_tag()


def _label(caption: Element) -> None:
    """`Figure 4.1: Text` becomes a label and the text."""
    found = NUMBER.match(caption.text or "")
    if found is None:
        return
    label = html.Element("span", {"class": "float-label"})
    label.text = f"{found['label']}."
    label.tail = " " + caption.text[found.end() :].lstrip()
    caption.text = "\n"
    caption.insert(0, label)


def _callouts(main: Element) -> None:
    for div in list(main.iter("div")):
        kind = CALLOUT.search(div.get("class") or "")
        if kind is None or "callout" not in _classes(div):
            continue
        container = div.find(".//div[@class='callout-title-container flex-fill']")
        body = div.find(".//div[@class='callout-body-container callout-body']")
        for spoken in container.xpath(".//span[@class='screen-reader-only']"):
            spoken.drop_tree()
        title = html.Element("p", {"class": "callout-title"})
        title.text = container.text_content().strip()
        div.attrib.clear()
        div.attrib.update({"class": f"callout callout-{kind[1]}", "role": "note"})
        for child in list(div):
            div.remove(child)
        div.text = "\n"
        div.append(title)
        title.tail = "\n"
        for child in list(body):
            div.append(child)


def _links(main: Element, page: str, titles: Mapping[str, Heading]) -> None:
    """Addresses of pages as the built-in engine writes them; a bare page by its chapter."""
    for link in main.iter("a"):
        address, _, anchor = (link.get("href") or "").partition("#")
        if not address.endswith(".html") or ":" in address:
            continue
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), address))
        if target not in titles:
            continue
        title = titles[target]
        place = "" if target == page else way(page, target)
        link.set("href", f"{place}#{anchor or title.id}")
        if not anchor and title.number and link.get("class") == "cross-reference":
            link.text = f"Chapter\u00a0{title.number}"


def way(page: str, target: str) -> str:
    """The way from one page of an edition to another."""
    folder = posixpath.dirname(page)
    if folder and target.startswith(f"{folder}/"):
        return target[len(folder) + 1 :]
    return "../" * page.count("/") + target


def _references(main: Element) -> None:
    for link in main.iter("a"):
        classes = _classes(link)
        if "quarto-xref" in classes:
            text = link.text_content()
            for child in list(link):
                link.remove(child)
            link.text = text
            link.set("class", "cross-reference")
        if link.get("role") == "doc-biblioref":
            del link.attrib["role"]


def _images(main: Element) -> None:
    for image in main.iter("img"):
        image.set("loading", "lazy")
        image.set("src", image.get("src", "").removeprefix("./"))  # of the first page alone


def _headings(main: Element) -> None:
    for number in list(main.iter("span")):
        if "header-section-number" in _classes(number):
            number.set("class", "section-number")


def _footnotes(main: Element) -> None:
    """Quarto gathers footnotes in an appendix of its own; here they end the chapter."""
    for appendix in main.xpath(".//div[@id='quarto-appendix']"):
        appendix.drop_tag()


def _tables(main: Element) -> None:
    """A table outside a float can be scrolled to by keyboard, as one inside can."""
    for found in list(main.iter("table")):
        if any("table-box" in _classes(above) for above in found.iterancestors()):
            continue
        box = html.Element("div", {"class": "table-box", "role": "region", "tabindex": "0",
                                   "aria-label": "Table"})  # fmt: skip
        found.addprevious(box)
        box.tail, found.tail = found.tail, "\n"
        box.text = "\n"
        box.append(found)


def _clean(main: Element) -> None:
    """Take off what Quarto's own style sheet, scripts and conditions need."""
    for element in main.iter(etree.Element):
        kept = [name for name in _classes(element) if name not in OWN_CLASSES]
        if kept:
            element.set("class", " ".join(kept))
        else:
            element.attrib.pop("class", None)
        for name in OWN_ATTRIBUTES:
            element.attrib.pop(name, None)


def _unwrap_conditions(main: Element) -> None:
    """A conditional span that is visible leaves a span without attributes."""
    for span in list(main.iter("span")):
        if not span.attrib and not any(above.get("id") == "refs" for above in span.iterancestors()):
            span.drop_tag()


def _contents(main: Element) -> Iterator[Heading]:
    for heading in main.iter("h2", "h3"):
        section = heading.getparent()
        number = heading.find("span[@class='section-number']")
        said = "" if number is None else number.text_content()
        copy = html.fromstring(etree.tostring(heading, encoding="unicode", with_tail=False))
        for inner in copy.xpath("span[@class='section-number']"):
            inner.drop_tree()
        yield Heading(int(heading.tag[1]), section.get("id") or "", said, _inner(copy))


def _anchor(identifier: str) -> str:
    return f'<a href="#{identifier}" class="anchor" aria-label="Link to this section">#</a>'


def _anchors(main: Element) -> None:
    for heading in main.iter("h2", "h3", "h4", "h5", "h6"):
        identifier = heading.getparent().get("id")
        if not identifier:
            continue
        anchor = html.fragment_fromstring(_anchor(identifier))
        last = heading[-1] if len(heading) else None
        if last is None:
            heading.text = (heading.text or "").rstrip() + " "
        else:
            last.tail = (last.tail or "").rstrip() + " "
        heading.append(anchor)
