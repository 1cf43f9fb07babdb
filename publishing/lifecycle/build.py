"""From valid evidence to a rendered site: what the pages are told, what goes with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from analysis.kept import Keeping, Steps, steps_of
from analysis.review_data import (
    ReviewData,
    describe_evidence,
)
from publishing.checks.scan import Edition, check_site, scan_site
from publishing.documents.reads import watched_data
from publishing.lifecycle.attachments import attachments
from publishing.lifecycle.checked import check_review, keeping_of, render_context
from publishing.lifecycle.unchanged import keep_site
from publishing.lifecycle.verification import name_moved
from publishing.manuscript.book import Book, choose_books, load_books
from publishing.manuscript.context import RenderContext, RenderResult
from publishing.manuscript.extension import EXTENSION
from publishing.render.editions import render_editions
from publishing.render.quarto_program import QuartoError
from publishing.render.staging import own_scratch, staged
from publishing.render.stamps import CONTENT, SHORT_HASH, stamp_of
from publishing.site.ask.index import add_search
from publishing.site.cards import ClaimCards, add_cards
from publishing.site.kept_texts import KeptTexts
from publishing.site.manifest import MARK, write_manifest
from publishing.site.version import write_version
from publishing.site.writer import write_papers, write_site

MARKED = "Made by a build of the review; the next build may replace this folder.\n"


def build_review(
    root: Path,
    *,
    formats: Sequence[str],
    engine: str,
    output: Path,
    progress: Callable[[str], None],
    editions: Collection[str] = (),
    steps: Steps | None = None,
) -> RenderResult:
    """Validate, compute and render; raises ReviewError and leaves `output` as it was.

    Of `steps`, those whose inputs are those of an earlier build are not run again. Where nobody
    named Quarto (`auto`) and Quarto itself fails, the built-in engine goes on.
    """
    settings: dict[str, Any] = {
        "formats": formats,
        "output": output,
        "progress": progress,
        "editions": editions,
        "steps": steps or steps_of(root),
    }
    with own_scratch():
        try:
            return _build(root, engine=engine, **settings)
        except QuartoError as error:
            if engine != "auto":
                raise
            progress(f"{error}\nGoing on with the built-in engine")
            return _build(root, engine="built-in", **settings)


def _build(
    root: Path,
    *,
    formats: Sequence[str],
    engine: str,
    output: Path,
    progress: Callable[[str], None],
    editions: Collection[str],
    steps: Steps,
) -> RenderResult:
    progress("validating the evidence and computing the ledger")
    data, version = check_review(root, engine, steps)
    progress(f"{describe_evidence(data.evidence)}; {len(data.ledger.records)} claims")
    progress(f"{version.status}: {version.reason}{name_moved(version)}")
    keeping = keeping_of(data, steps)
    files = attachments(data, version, keeping)
    context = render_context(data, version)
    rendering = render_editions(
        root,
        formats=formats,
        engine=engine,
        progress=progress,
        attachments=files,
        context=context,
        editions=editions,
        keeping=keeping,
    )
    with staged(output) as stage, rendering as rendered:
        pages = write_site(root, stage, rendered, files)
        kept = KeptTexts(keeping, stamp_of(context))
        deck = ClaimCards(watched_data(data), context.title, context.version, CONTENT[:SHORT_HASH])
        add_cards(stage, root / EXTENSION, deck, pages, kept=kept)
        size = add_search(stage, root / EXTENSION, data, pages, kept)
        progress(f"Index of the search: {size // 1000} kB")
        progress("Reading the finished pages and the PDFs")
        papers = partial(write_papers, stage, rendered)
        books = choose_books(load_books(root), editions)
        for said in scan_output(data, stage, context, books, keeping, papers):
            progress(said)
        write_version(stage, version)
        write_manifest(stage)
        (stage / MARK).write_text(MARKED, encoding="utf-8", newline="\n")
    keeping.close()
    steps.tidy()
    built = rendered.result(output, pages)
    keep_site(root, steps, built, formats=formats, engine=engine, editions=editions)
    return built


def scan_output(
    data: ReviewData,
    site: Path,
    context: RenderContext,
    books: Sequence[Book],
    keeping: Keeping | None = None,
    papers: Callable[[], None] = lambda: None,
) -> list[str]:
    """Read each edition that was rendered and say what it prints; `papers` waits for the PDFs.

    Raises ReviewError for every figure that no source stands behind, in any edition.
    """
    folders = [book.folder for book in load_books(data.root)]
    scans = scan_site(
        site,
        data,
        [
            Edition(
                book.folder,
                tuple(chapter.page for chapter in book.chapters),
                book.pdf,
                tuple(folder for folder in folders if folder and folder != book.folder),
            )
            for book in books
        ],
        names=context.names,
        words=(context.version, *_corrected(data)),
        hashes=stamp_of(context).printed,
        keeping=keeping,
        papers=papers,
    )
    check_site(scans)
    return [
        f"{book.edition}: {scan}" if book.edition else str(scan)
        for book, scan in zip(books, scans, strict=True)
    ]


def _corrected(data: ReviewData) -> tuple[str, ...]:
    correction = data.evidence.review.correction
    return (correction.of,) if correction else ()
