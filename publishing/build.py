"""From valid evidence to a rendered site: what the pages are told, what goes with them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from analysis.source_status import states_of
from analysis.status import Status
from analysis.words import say
from publishing.approval.verify import name_moved
from publishing.approval.version import Version, version_of, write_version
from publishing.ask.index import add_search
from publishing.bibliography import write_bibliography
from publishing.cards import Deck, add_cards
from publishing.catalogue import load_displays
from publishing.manifest import MARK, write_manifest
from publishing.releases import as_json, changes_of
from publishing.render import choose_engine, render_review
from publishing.render.book import Book, choose_books, load_book, load_books
from publishing.render.context import Attachment, RenderContext, RenderResult
from publishing.render.fonts import check_fonts
from publishing.render.metadata import SHORT_HASH
from publishing.render.pandoc import EXTENSION
from publishing.render.staging import staged
from publishing.scan import Edition, check_site, scan_site
from publishing.validation import find_problems, find_wording_problems
from publishing.workbench import Workbench, describe_evidence, load_workbench
from schemas.problems import ReviewError

MARKED = "Made by a build of the review; the next build may replace this folder.\n"
MIME_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".bib": "application/x-bibtex",
    ".yml": "application/yaml",
}


def build_review(
    root: Path,
    *,
    formats: Sequence[str],
    engine: str,
    output: Path,
    progress: Callable[[str], None],
    editions: Collection[str] = (),
) -> RenderResult:
    """Validate, compute and render; raises ReviewError and leaves `output` as it was."""
    check_fonts(root / EXTENSION)
    progress("validating the evidence and computing the ledger")
    bench, version = check_review(root, engine)
    progress(f"{describe_evidence(bench.evidence)}; {len(bench.ledger.records)} claims")
    progress(f"{version.status}: {version.reason}{name_moved(version)}")
    files = attachments(bench, version)
    context = render_context(bench, version)
    with staged(output) as stage:
        result = render_review(
            root,
            formats=formats,
            engine=engine,
            output=stage,
            progress=progress,
            attachments=files,
            context=context,
            editions=editions,
        )
        deck = Deck(bench, context.title, context.version, context.content_hash[:SHORT_HASH])
        add_cards(stage, root / EXTENSION, deck, result.pages)
        size = add_search(stage, root / EXTENSION, bench, result.pages)
        progress(f"Index of the search: {size // 1000} kB")
        progress("Reading the finished pages and the PDFs")
        for said in scan_output(bench, stage, context, choose_books(load_books(root), editions)):
            progress(said)
        write_version(stage, version)
        write_manifest(stage)
        (stage / MARK).write_text(MARKED, encoding="utf-8", newline="\n")
    return replace(result, output=output)


def scan_output(
    bench: Workbench, site: Path, context: RenderContext, books: Sequence[Book]
) -> list[str]:
    """Read each edition that was rendered and say what it prints.

    Raises ReviewError for every figure that nothing vouches for, in any edition.
    """
    folders = [book.folder for book in load_books(bench.root)]
    scans = scan_site(
        site,
        bench,
        [
            Edition(
                book.folder,
                tuple(chapter.page for chapter in book.chapters),
                book.pdf if (site / book.pdf).is_file() else None,
                tuple(folder for folder in folders if folder and folder != book.folder),
            )
            for book in books
        ],
        names=context.names,
        words=(context.version, *_corrected(bench), *_printed_hashes(context)),
    )
    check_site(scans)
    return [
        f"{book.edition}: {scan}" if book.edition else str(scan)
        for book, scan in zip(books, scans.editions, strict=True)
    ]


def _corrected(bench: Workbench) -> tuple[str, ...]:
    correction = bench.evidence.review.correction
    return (correction.of,) if correction else ()


def _printed_hashes(context: RenderContext) -> tuple[str, ...]:
    hashes = (context.content_hash, context.build_hash)
    return tuple(digest[:length] for digest in hashes for length in (64, 16, 12))


def attachments(bench: Workbench, version: Version) -> list[Attachment]:
    """The ledger, written under _build/, and every evidence file."""
    folder = bench.root / "_build"
    folder.mkdir(exist_ok=True)
    (folder / "ledger.json").write_text(
        bench.ledger.to_json(describe_version(version)), encoding="utf-8"
    )
    (folder / "ledger.csv").write_text(bench.ledger.to_csv(), encoding="utf-8")
    changes = as_json(changes_of(bench).to_dict())
    (folder / "changes.json").write_text(changes, encoding="utf-8")
    evidence = sorted((bench.root / "evidence").iterdir())
    named = [(path, f"evidence/{path.name}") for path in evidence if path.suffix in MIME_TYPES]
    named += [(folder / name, name) for name in ("ledger.json", "ledger.csv", "changes.json")]
    named += [(bench.root / "report" / name, name) for name in ("ledger.schema.json", "claims.csv")]
    return [
        Attachment(path, name, MIME_TYPES[path.suffix], describe_file(name)) for path, name in named
    ]


def describe_file(name: str) -> str:
    """What a file that goes with the review holds, in words."""
    stem = Path(name).stem.replace("_", " ")
    if name.startswith("evidence/"):
        return say(f"files.evidence{'_csv' if name.endswith('.csv') else ''}", name=stem)
    return say(f"files.{name}")


def describe_version(version: Version) -> dict[str, str]:
    """What the ledger says of the build it belongs to."""
    fields = ("version", "date", "evidence_to", "status", "content_hash", "build_hash")
    return {name: str(getattr(version, name)) for name in fields}


def check_review(root: Path, engine: str = "auto") -> tuple[Workbench, Version]:
    """What a valid review computes; ReviewError lists every problem that a writer can mend."""
    if problems := find_problems(root):
        raise ReviewError(problems)
    bench = load_workbench(root)
    version = version_of(bench, choose_engine(engine))
    if problems := find_wording_problems(bench, render_context(bench, version)):
        raise ReviewError(problems)
    return bench, version


def render_context(bench: Workbench, version: Version) -> RenderContext:
    """Everything the page furniture prints, and the names documents may use."""
    review = bench.evidence.review
    status = Status(version.status, version.reason)
    return RenderContext(
        title=review.title,
        question=review.question,
        version=review.version,
        status=status.name,
        status_steps=status.steps,
        banner=status.banner,
        date=datetime.date.fromisoformat(review.date),
        evidence_to=review.evidence_to,
        content_hash=version.content_hash,
        build_hash=version.build_hash,
        site_url=str(load_book(bench.root).metadata["book"].get("site-url", "")),
        bibliography=write_bibliography(bench.root, states_of(bench.evidence)),
        language=review.language,
        licence=review.licence,
        references={
            key: (fields.get("title", "").strip("{}"), fields.get("doi", ""))
            for key, fields in bench.evidence.bibliography.items()
        },
        citekeys=frozenset(bench.evidence.sources["citekey"]),
        claims=frozenset(bench.ledger.records),
        conclusions=frozenset(licensed.id for licensed in bench.ledger.conclusions),
        tables=frozenset(load_displays(bench.root).tables),
        figures=frozenset(load_displays(bench.root).figures),
        names=names_with_digits(bench) | _named_in_status(version),
    )


def _named_in_status(version: Version) -> frozenset[str]:
    """People, claims and files that the status names, where they hold digits."""
    words = [*version.moved, *" ".join((version.reason, *version.remarks)).split()]
    return frozenset(word for word in words if any(sign.isdigit() for sign in word))


def names_with_digits(bench: Workbench) -> frozenset[str]:
    """Names whose digits state no result: vocabulary, studies, products, registry numbers."""
    evidence = bench.evidence
    words = evidence.vocabulary
    columns = [
        words[words["kind"] == "name"]["term"],
        words["label"],
        words["abbreviation"],
        evidence.studies["name"],
        evidence.studies["registry_ids"],
        evidence.products["generic_name"],
        evidence.products["brand_names"],
        evidence.products["code_names"],
        evidence.arms["label"],
        evidence.glossary["term"],
        evidence.glossary["abbreviation"],
    ]
    cells = [str(cell) for column in columns for cell in column.dropna()]
    parts = [part.strip() for cell in cells for part in cell.split("|")]
    return frozenset(part for part in parts if any(sign.isdigit() for sign in part))
