"""The papers for a meeting: what changed, what is open, a ballot, the review with line numbers."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from analysis.review_data import ReviewData
from analysis.statistics import format_date
from analysis.words import say
from publishing.documents.catalogue import Folder
from publishing.documents.document_checks import read_documents
from publishing.history.releases import previous_version
from publishing.lifecycle.checked import check_review, render_context
from publishing.manuscript.book import Book, Chapter, load_book
from publishing.manuscript.context import RenderContext
from publishing.manuscript.extension import EXTENSION
from publishing.printing.table import Cell, Column, Table, escape, table_of
from publishing.render.built_in import FIGURES, book_metadata
from publishing.render.execute import execute_documents
from publishing.render.executed import Executed
from publishing.render.fonts import check_fonts
from publishing.render.pandoc import resolve_book, write_typst
from publishing.render.paper import render_pdf
from publishing.site.version import Version
from publishing.tables.kinds import TABLE_KINDS
from schemas.choices import DECISIONS

OUTPUT = Path("_build") / "board-pack.pdf"
CHANGES = ("conclusions", "numbers", "sources", "methods")
PAGE, BALLOT, NUMBERS = (
    "NEWPAGEHERE",
    "BALLOTHERE",
    "NUMBERSFROMHERE",
)  # words that no document uses
LINES = ("name", "role", "decision", "changes", "room", "conflicts", "date", "signature")
SHORT = 16
TABLES = Folder(Path(__file__).parent, "papers", TABLE_KINDS)
"""Part of the package: what a review shows in tables of its own is not asked."""


def build_board_pack(root: Path, progress: Callable[[str], None]) -> Path:
    """Render the papers for the first edition into _build/; the path of the PDF."""
    data, version = check_review(root, "built-in")
    book = load_book(root)
    progress(f"Running the {len(book.chapters)} documents of the edition")
    executed = execute_documents(root, read_documents(root, [book]), progress)
    done = {item.path: item for item in executed}
    context = render_context(data, version)
    context = replace(context, title=say("board.title", title=context.title))
    progress("Setting the papers")
    pdf = set_papers(data, version, book, [done[c.path] for c in book.chapters], context)
    output = root / OUTPUT
    output.parent.mkdir(exist_ok=True)
    part = output.with_suffix(".part")
    part.write_bytes(pdf)
    part.replace(output)
    return output


def set_papers(
    data: ReviewData,
    version: Version,
    book: Book,
    executed: Sequence[Executed],
    context: RenderContext,
) -> bytes:
    """The PDF of the papers, followed by the documents of a book with numbered lines."""
    papers = [text for _, text in write_papers(data, version)]
    chapters = [Chapter("board-pack", say("board.part"))] * len(papers)
    extended = replace(book, chapters=(*chapters, *book.chapters))
    extension = data.root / EXTENSION
    with tempfile.TemporaryDirectory(prefix="review-board-") as scratch:
        work = Path(scratch)
        sources = []
        for number, text in enumerate([*papers, *(item.markdown for item in executed)]):
            source = work / f"{number:02}.md"
            source.write_text(text, encoding="utf-8")
            sources.append(source)
        metadata = book_metadata(data.root, extended, [], context)
        typst = write_typst(extension, resolve_book(extension, work, sources, metadata))
        code = (extension / "board-pack.typ").read_text(encoding="utf-8") + place_marks(typst)
        check_fonts(extension)
        return render_pdf(code, work, data.root / FIGURES, [], context, extension / "fonts")


def place_marks(source: str) -> str:
    """Put the ballot on a page, its lines to write on, and the line numbers where the marks are."""
    labels = ", ".join(f'"{say(f"board.line_{line}")}"' for line in LINES)
    code = {PAGE: "#pagebreak()", BALLOT: f"#ballot(({labels}))", NUMBERS: "#show: numbered-lines"}
    for mark, typst in code.items():
        found = re.findall(rf"#block\[\s*{mark}\s*\]", source)
        if len(found) != 1:
            raise ValueError(f"the mark {mark} occurs {len(found)} times")
        source = source.replace(found[0], typst)
    return source


def _alone(mark: str) -> str:
    """A mark that no column of text holds: what takes its place works on the whole page."""
    return f"::: {{.columns}}\n{mark}\n:::"


def write_papers(data: ReviewData, version: Version) -> Iterator[tuple[str, str]]:
    """Each paper as its name and its Markdown, in the order of the meeting."""
    yield "changes", _changes(data, version)
    yield "questions", _questions(data)
    if (drafts := render_drafts(data)).rows:
        yield "judgements", _judgements(drafts)
    yield "ballot", _ballot(data, version)


def _changes(data: ReviewData, version: Version) -> str:
    earlier = previous_version(data.root, version.version)
    head = _head(1, "changes") + "\n\n"
    moved = ""
    if version.moved:
        names = ", ".join(escape(name) for name in version.moved)
        moved = say("board.moved", names=names) + "\n\n"
    if earlier is None:
        return f"{head}{moved}{say('board.no_release')}\n"
    parts = [
        part
        for name in CHANGES
        for part in (
            f"## {name.capitalize()} {{#sec-papers-changes-{name} .unnumbered}}",
            _float(
                f"changes-{name}",
                say("board.changed", part=name.capitalize()),
                TABLES[f"changes-{name}"].make(data),
            ),
        )
    ]
    compared = say("board.compared", version=earlier)
    return f"{head}{moved}{compared}\n\n" + "\n\n".join(parts) + "\n"


def _questions(data: ReviewData) -> str:
    due, unverified = (TABLES[name].make(data) for name in ("due", "unverified"))
    parts = [
        _head(1, "questions"),
        _head(2, "due"),
        _float("due", say("board.due_caption"), due),
    ]
    if unverified.rows:
        parts += [
            _head(2, "unverified"),
            say("board.unverified_lead"),
            _float("unverified", say("board.unverified_caption"), unverified),
        ]
    return "\n\n".join(parts)


def _judgements(drafts: Table) -> str:
    return "\n\n".join(
        [
            _head(1, "judgements"),
            say("board.judgements_lead"),
            _float("drafts", say("board.drafts"), drafts),
        ]
    )


def render_drafts(data: ReviewData) -> Table:
    """Every overall certainty judgement that is a draft, with room for what the board says."""
    frame = data.evidence.judgements
    drafts = frame[(frame["domain"] == "overall") & (frame["status"] != "signed")]
    titles = {topic.topic: topic.title for topic in data.evidence.review.certainty.topics}
    return table_of(
        "drafts",
        [
            Column(say("board.question"), width=24),
            Column(say("board.draft"), width=9),
            Column(say("board.why"), width=36),
            Column(say("board.says"), width=14),
        ],
        [
            [
                Cell(titles.get(str(row["topic"]), str(row["topic"]).replace("-", " "))),
                Cell(str(row["judgement"])),
                Cell(str(row["reason"])),
                Cell("\u00a0" * 24),  # room to write
            ]
            for row in drafts.to_dict("records")
        ],
    )


def _ballot(data: ReviewData, version: Version) -> str:
    quorum = data.evidence.review.quorum
    needed = say("board.and").join(
        f"{count} × {escape(role)}" for role, count in quorum.roles.items()
    )
    choices = ", ".join(DECISIONS)
    command = (
        "nox -s signoff -- --reviewer … --role … --decision … --conflicts … "
        f"--hash {version.content_hash[:SHORT]}"
    )
    return "\n\n".join(
        [
            _alone(PAGE),
            _head(1, "ballot"),
            say(
                "board.version",
                version=escape(version.version),
                date=format_date(version.date),
                evidence_to=format_date(version.evidence_to),
                status=version.status,
                reason=escape(version.reason),
            ),
            say("board.hash"),
            f"`{version.content_hash[:32]}` `{version.content_hash[32:]}`",
            say("board.build", hash=version.build_hash[:SHORT]),
            say("board.needed", needed=needed, choices=choices),
            f"`{command}`",
            escape(quorum.policy),
            _alone(BALLOT),
            _alone(NUMBERS),
        ]
    )


def _head(level: int, name: str) -> str:
    """A heading of the papers, with its identifier."""
    return f"{'#' * level} {say(f'board.{name}')} {{#sec-papers-{name} .unnumbered}}"


def _float(name: str, caption: str, table: Table) -> str:
    return f"::: {{#tbl-papers-{name}}}\n{table._repr_markdown_()}\n\n{caption}\n:::"
