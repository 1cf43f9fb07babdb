"""Writes the site of the editions that an engine set: pages, PDFs, figures, files."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from jinja2 import Environment

from analysis.kept import Keeping
from analysis.words import say
from publishing.manuscript.context import Attachment, RenderContext, RenderResult
from publishing.manuscript.extension import EXTENSION
from publishing.render.chapter_body import ChapterBody, RenderedEdition
from publishing.render.editions import Rendered, render_editions
from publishing.render.staging import copy_into, staged
from publishing.site.assets import OF_PAGES
from publishing.site.audience import Counterparts, counterparts
from publishing.site.figures import files_of, fonts_script, images_of, set_figures, size_images
from publishing.site.linked_data import citation_files
from publishing.site.pages import Downloads, page_template, words_of, write_pages

FORMATS = ("html", "pdf")


def render_review(
    root: Path,
    *,
    formats: Collection[str] = FORMATS,
    engine: str = "auto",
    output: Path,
    progress: Callable[[str], None],
    attachments: Sequence[Attachment] = (),
    context: RenderContext,
    editions: Collection[str] = (),
    keeping: Keeping | None = None,
) -> RenderResult:
    """Render the project at `root` into `output`, replacing it in one step or not at all.

    Raises what `render_editions` raises.
    """
    rendering = render_editions(
        root, formats=formats, engine=engine, progress=progress, attachments=attachments,
        context=context, editions=editions, keeping=keeping,
    )  # fmt: skip
    with staged(output) as site, rendering as rendered:
        pages = write_site(root, site, rendered, attachments)
        write_papers(site, rendered)
    return rendered.result(output, pages)


def write_site(
    root: Path, site: Path, rendered: Rendered, attachments: Sequence[Attachment]
) -> tuple[str, ...]:
    """Write the pages of every edition into the empty folder `site`; their paths."""
    links = counterparts([edition.book for edition in rendered.editions], rendered.documents)
    templates = page_template(root / EXTENSION)
    pages: list[str] = []
    for edition in rendered.editions:
        if edition.chapters:
            downloads = _downloads(edition, attachments)
            _write_edition(root, site, edition, templates, rendered.context, downloads, links)
        pages += [edition.book.place(chapter.page) for chapter in edition.chapters]
    copy_into(site, {attachment.name: attachment.path for attachment in attachments})
    for name, text in citation_files(rendered.context).items() if pages else ():
        (site / name).write_text(text, encoding="utf-8", newline="\n")
    return tuple(pages)


def write_papers(site: Path, rendered: Rendered) -> None:
    """Write every PDF into the site, as soon as it is set."""
    for name, pdf in rendered.papers.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(pdf.result())


def _downloads(edition: RenderedEdition, attachments: Sequence[Attachment]) -> Downloads:
    """Its PDFs, and the files at the root of the site, which plain editions leave out."""
    book = edition.book
    papers = [(book.pdf, say("page.pdf"))] if edition.has_pdf else []
    papers += [(book.place(sheet.file), words_of(sheet)) for sheet in edition.sheets]
    names = [attachment.name for attachment in attachments]
    return Downloads(papers, [] if book.plain else [name for name in names if "/" not in name])


def _write_edition(
    root: Path,
    site: Path,
    edition: RenderedEdition,
    templates: Environment,
    context: RenderContext,
    downloads: Downloads,
    links: Counterparts,
) -> None:
    book, extension = edition.book, root / EXTENSION
    folder = site / book.folder
    copy_into(folder / "assets", {PurePosixPath(name).name: extension / name for name in OF_PAGES})
    shutil.copytree(extension / "css" / "fonts", folder / "assets" / "fonts")
    place = folder / "assets" / "figure-fonts.js"
    place.write_text(fonts_script(extension / "css" / "fonts"), encoding="utf-8", newline="\n")
    chapters = [_drawn(chapter, root) for chapter in edition.chapters]
    own = replace(context, audience=book.audience)
    write_pages(folder, templates, chapters, book, own, downloads, links, edition.sheets)
    shown = {path for one in edition.chapters for path in images_of(one.body, one.page).values()}
    for path in sorted(shown):
        copy_into(folder, files_of(path, root))


def _drawn(chapter: ChapterBody, root: Path) -> ChapterBody:
    body = set_figures(chapter.body, chapter.page, root)
    return replace(chapter, body=size_images(body, chapter.page, root))
