"""Puts the furniture round each chapter and writes the HTML pages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from html import escape, unescape
from itertools import groupby
from pathlib import Path
from string import Template
from typing import Any

from analysis.statistics import format_date
from analysis.words import say
from publishing.manuscript.book import Book
from publishing.manuscript.context import RenderContext
from publishing.render.audience import ASSETS as AUDIENCE_ASSETS
from publishing.render.audience import Counterparts, chooser, relative
from publishing.render.linked_data import as_script, cited_in, linked_data
from publishing.render.metadata import SHORT_HASH, spoken_date

ASSETS = (
    "css/review.css",
    "css/site.css",
    "css/versions.css",
    "css/explorer.css",
    "html/theme.js",
    "html/site.js",
    "html/tables.js",
    "html/explorer.js",
    "html/versions.js",
    *AUDIENCE_ASSETS,
)
LEDGER = "ledger.json"
Page = dict[str, Any]


def write_site(
    site: Path,
    extension: Path,
    pages: Sequence[Page],
    book: Book,
    context: RenderContext,
    downloads: Sequence[tuple[str, str]],
    counterparts: Counterparts,
) -> None:
    """Write the pages of one edition into its folder of `site`.

    `downloads` are (path in the site, text of the link).
    """
    folder = site / book.folder
    assets = folder / "assets"
    assets.mkdir(parents=True)
    for asset in ASSETS:
        shutil.copyfile(extension / asset, assets / Path(asset).name)
    shutil.copytree(extension / "css" / "fonts", assets / "fonts")
    template = Template((extension / "html" / "page.html").read_text(encoding="utf-8"))
    parts = {chapter.path: chapter.part for chapter in book.chapters}
    for index, page in enumerate(pages):
        place = folder / page["page"]
        place.parent.mkdir(parents=True, exist_ok=True)
        own = book.place(page["page"])
        fields = _fields(page, index, pages, parts, context) | {
            "downloads": _downloads(downloads, own),
            "audience": chooser(own, counterparts),
            "canonical": _canonical(own, context),
            "linked_data": as_script(
                linked_data(context, page["title"], cited_in(page["body"]), relative(own, LEDGER))
            ),
        }
        place.write_text(template.substitute(fields), encoding="utf-8")


def _fields(
    page: Page,
    index: int,
    pages: Sequence[Page],
    parts: dict[str, str],
    context: RenderContext,
) -> dict[str, str]:
    base = "../" * page["page"].count("/")
    own = "" if index == 0 else f"{page['title']} – "
    return {
        "base": base,
        "language": escape(context.language),
        "page_title": escape(own + context.title),
        "description": escape(_description(page)),
        "title": escape(context.title),
        "version": escape(context.version),
        "status": escape(context.status),
        "chapters": _chapters(page, pages, parts, base),
        "crumbs": _crumbs(page, pages, parts, base),
        "banner": _banner(context),
        "id": escape(page["id"]),
        "body": page["body"],
        "turn": _turn(pages, index, base),
        "colophon": _colophon(context),
    }


def _canonical(page: str, context: RenderContext) -> str:
    """The address that this version of the page keeps; nothing where no site is named."""
    if not context.site_url:
        return ""
    address = f"{context.site_url.rstrip('/')}/v/{context.version}/{page}"
    return f'<link rel="canonical" href="{escape(address)}">'


def _description(page: Page) -> str:
    """The first paragraph without its marks, cut at a word."""
    found = re.search(r"<p>(.*?)</p>", page["body"], re.DOTALL)
    marks = r"<a [^>]*footnote-ref.*?</a>|<[^>]+>"
    text = unescape(re.sub(marks, "", found[1])) if found else page["title"]
    text = " ".join(text.split())
    return text if len(text) <= 200 else text[:200].rsplit(" ", 1)[0] + " …"


def _chapters(page: Page, pages: Sequence[Page], parts: dict[str, str], base: str) -> str:
    html = []
    for part, members in groupby(pages, key=lambda other: parts[other["path"]]):
        html.append(f'<p class="part">{escape(part)}</p>' if part else "")
        html.append("<ol>")
        for other in members:
            here = ' aria-current="page"' if other is page else ""
            number = f'<span class="number">{other["number"]}</span>' if other["number"] else ""
            link = f'<a href="{base}{other["page"]}"{here}>{number}{escape(other["title"])}</a>'
            inside = _contents(other) if other is page else ""
            html.append(f"<li>{link}{inside}</li>")
        html.append("</ol>")
    return "\n".join(filter(None, html))


def _crumbs(page: Page, pages: Sequence[Page], parts: dict[str, str], base: str) -> str:
    """The way from the first page to this one, by its part; none on the first page."""
    if page is pages[0]:
        return ""
    part = parts[page["path"]]
    first = next(other for other in pages if parts[other["path"]] == part)
    ways = [(pages[0]["title"], f"{base}{pages[0]['page']}")]
    ways += [(part, f"{base}{first['page']}")] if part else []
    links = "".join(f'<li><a href="{way}">{escape(name)}</a></li>' for name, way in ways)
    here = f'<li aria-current="page">{escape(page["title"])}</li>'
    where = say("page.where")
    return f'<nav class="crumbs" aria-label="{where}"><ol>{links}{here}</ol></nav>'


def _downloads(downloads: Sequence[tuple[str, str]], page: str) -> str:
    if not downloads:
        return ""
    links = "".join(
        f'<li><a href="{relative(page, path)}">{escape(text)}</a></li>' for path, text in downloads
    )
    return f'<ol class="downloads">{links}</ol>'


def _step(name: str, state: str) -> str:
    current = ' aria-current="step"' if state == "current" else ""
    words = say(f"status.{state}")
    kind = state.replace(" ", "-")
    return f'<li class="{kind}"{current}>{escape(name)}<span class="unseen"> ({words})</span></li>'


def _banner(context: RenderContext) -> str:
    steps = "".join(_step(name, state) for name, state in context.status_steps)
    text = f"<p>{escape(context.banner)}</p>" if context.banner else ""
    if not (text or steps):
        return ""
    label = say("status.steps")
    listed = f'<ol class="steps" aria-label="{label}">{steps}</ol>' if steps else ""
    kind = "banner" if context.banner else "banner approved"
    return f'<aside class="{kind}" aria-label="{say("status.label")}">{text}{listed}</aside>'


def _turn(pages: Sequence[Page], index: int, base: str) -> str:
    html = ""
    for step, name in ((-1, "previous"), (1, "next")):
        if 0 <= index + step < len(pages):
            other = pages[index + step]
            link = f'class="{name}" rel="{name[:4]}"'
            text = f"<small>{say(f'page.{name}')}</small>{escape(other['title'])}"
            html += f'<a {link} href="{base}{other["page"]}">{text}</a>'
    return html


def _contents(page: Page) -> str:
    items = "".join(
        f'<li><a href="#{entry["id"]}">{entry["title"]}</a></li>'
        for entry in page["contents"]
        if entry["level"] == 2
    )
    label = say("page.contents")
    return f'<ol class="contents" aria-label="{label}">{items}</ol>' if items else ""


def _colophon(context: RenderContext) -> str:
    rows = [
        (say("cover.version"), context.version),
        (say("cover.status"), context.status),
        (say("cover.updated"), spoken_date(context)),
        (say("cover.evidence_to"), format_date(context.evidence_to)),
        (say("cover.content"), context.content_hash[:SHORT_HASH]),
        *([(say("cover.build"), context.build_hash[:SHORT_HASH])] if context.build_hash else []),
        (say("cover.rendered_by"), say("cover.engine", engine=context.engine)),
    ]
    return "\n".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in rows)
