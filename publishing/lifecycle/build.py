"""From valid evidence to a rendered site: what the pages are told, what goes with them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from analysis.content import hash_of_program
from analysis.kept import Keeping, Steps, hash_of_bytes, steps_of
from analysis.review_data import (
    ReviewData,
    describe_evidence,
    forget_earlier,
    load_review_data,
)
from analysis.status import Status
from publishing.checks.drawn import drawn_problems
from publishing.checks.files import check_files
from publishing.checks.places import place_problems
from publishing.checks.scan import Edition, check_site, scan_site
from publishing.checks.validation import find_problems, find_wording_problems
from publishing.documents.calls import state_of
from publishing.documents.catalogue import load_displays
from publishing.documents.digits import names_with_digits
from publishing.documents.kept_results import recall_analyses
from publishing.documents.reads import Fingerprints, rests_on_evidence, watched_data
from publishing.lifecycle.attachments import attachments
from publishing.lifecycle.page_format import format_problems
from publishing.lifecycle.unchanged import keep_site
from publishing.lifecycle.unset import unset_problems
from publishing.lifecycle.verification import name_moved
from publishing.manuscript.book import Book, choose_books, load_book, load_books
from publishing.manuscript.context import RenderContext, RenderResult
from publishing.manuscript.extension import EXTENSION
from publishing.render.bibliography import PRINTED, write_bibliography
from publishing.render.editions import choose_engine, render_editions
from publishing.render.quarto import QuartoError
from publishing.render.staging import own_scratch, staged
from publishing.render.stamps import CONTENT, SHORT_HASH, stamp_of
from publishing.site.ask.asked import asked_problems
from publishing.site.ask.index import add_search
from publishing.site.ask.lexicon import synonym_problems
from publishing.site.cards import ClaimCards, add_cards
from publishing.site.kept_texts import KeptTexts
from publishing.site.manifest import MARK, write_manifest
from publishing.site.version import Version, version_of, write_version
from publishing.site.writer import write_papers, write_site
from schemas.problems import ReviewError

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


def keeping_of(data: ReviewData, steps: Steps) -> Keeping:
    """Where a build of this review keeps its steps."""
    program = hash_of_program(data.root)
    hashes = Fingerprints(data, partial(state_of, data), steps, program)
    state = hash_of_bytes(hashes("evidence"), program)
    keeping = Keeping(steps, program, hashes.__getitem__, state=state,
                      rests_on_evidence=rests_on_evidence)  # fmt: skip
    keep_analyses = recall_analyses(data, keeping)

    def close() -> None:
        keep_analyses()
        hashes.keep()

    return replace(keeping, close=close)


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


def check_review(
    root: Path, engine: str = "auto", steps: Steps | None = None, *, draw: bool = False
) -> tuple[ReviewData, Version]:
    """What a valid review computes; ReviewError lists every problem that a writer can mend.

    Of `steps`, a check that found nothing in the same inputs is not run again. Tables and figures
    are proved, and pages set, while a build runs; with `draw` they are proved, and set, here.
    """
    check_files(root)
    steps = steps or steps_of(root)
    if steps.clean:
        forget_earlier(root)
    try:
        data = load_review_data(root)
    except ReviewError as error:
        raise ReviewError(find_problems(root) or str(error)) from error
    keeping = keeping_of(data, steps)
    resting = {name: keeping.now(name) for name in ("evidence", "settings")}
    resting["the program"] = keeping.program
    check = partial(keeping.steps.unless_clean, inputs=resting)
    if problems := check("check the evidence", check=lambda: find_problems(root)):
        raise ReviewError(problems)
    version = version_of(data, choose_engine(engine))
    context = render_context(data, version, write=False)
    with ThreadPoolExecutor(1) as pool:  # Pandoc works while Python goes on
        unset = pool.submit(unset_problems, data, context, keeping) if draw else None
        problems = find_wording_problems(data, context, keeping)
        problems += check("check the synonyms", check=lambda: synonym_problems(data))
        problems += place_problems(data)
        problems += asked_problems(data)
        problems += format_problems(root, context, keeping)
        problems += drawn_problems(data, keeping) if draw else ()
    problems = problems or (unset.result() if unset else [])
    keeping.close()
    if problems:
        raise ReviewError(problems)
    return data, version


def render_context(data: ReviewData, version: Version, *, write: bool = True) -> RenderContext:
    """Everything the page furniture prints, and the names documents may use.

    The bibliography is written for the engine, unless nothing is rendered.
    """
    if write:
        write_bibliography(data.evidence, data.root / PRINTED)
    review = data.evidence.review
    status = Status(version.status, version.reason)
    return RenderContext(
        title=review.title,
        question=review.question,
        answer=next((c.text for c in data.ledger.conclusions if c.id == review.answer), ""),
        version=review.version,
        status=status.name,
        status_steps=status.steps,
        banner=status.banner,
        date=datetime.date.fromisoformat(review.date),
        evidence_to=review.evidence_to,
        content_hash=version.content_hash,
        build_hash=version.build_hash,
        site_url=str(load_book(data.root).metadata["book"].get("site-url", "")),
        bibliography=data.root / PRINTED,
        language=review.language,
        licence=review.licence,
        references={
            key: (fields.get("title", "").strip("{}"), fields.get("doi", ""))
            for key, fields in data.evidence.bibliography.items()
        },
        citekeys=frozenset(data.evidence.sources["citekey"]),
        claims=frozenset(data.ledger.records),
        conclusions=frozenset(evaluated.id for evaluated in data.ledger.conclusions),
        tables=frozenset(load_displays(data.root).tables),
        figures=frozenset(load_displays(data.root).figures),
        names=names_with_digits(data) | _named_in_status(version),
    )


def _named_in_status(version: Version) -> frozenset[str]:
    """People, claims and files that the status names, where they hold digits."""
    words = [*version.moved, *" ".join((version.reason, *version.remarks)).split()]
    return frozenset(word for word in words if any(sign.isdigit() for sign in word))
