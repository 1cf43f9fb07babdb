"""The papers for a meeting: what changed, what is open, a ballot, the review with line numbers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from analysis.signoffs import DECISIONS
from analysis.statistics import format_date
from publishing.approval.version import Version, version_of
from publishing.build import render_context
from publishing.displays import table_makers
from publishing.releases import previous_version
from publishing.render.book import Book, Chapter, load_book
from publishing.render.built_in import FIGURES, book_metadata
from publishing.render.checks import read_documents
from publishing.render.context import RenderContext
from publishing.render.execute import Executed, execute_documents
from publishing.render.fonts import check_fonts
from publishing.render.pandoc import EXTENSION, resolve_book, write_typst
from publishing.render.paper import render_pdf
from publishing.table import Cell, Column, Table, escape, table_of
from publishing.workbench import Workbench, load_workbench

OUTPUT = Path("_build") / "board-pack.pdf"
CHANGES = ("conclusions", "numbers", "sources", "methods")
PAGE, BALLOT, NUMBERS = (
    "NEWPAGEHERE",
    "BALLOTHERE",
    "NUMBERSFROMHERE",
)  # words that no document uses
LINES = ("Name", "Role", "Decision", "Changes asked for", "", "Conflicts of interest", "Date",
         "Signature")  # fmt: skip
SHORT = 16


def build_board_pack(root: Path, progress: Callable[[str], None]) -> Path:
    """Render the papers for the first edition into _build/; the path of the PDF."""
    bench = load_workbench(root)
    version = version_of(bench)
    book = load_book(root)
    progress(f"Running the {len(book.chapters)} documents of the edition")
    executed = execute_documents(
        root, read_documents(root, [book]), progress, {"REVIEW_ENGINE": "built-in"}
    )
    done = {item.path: item for item in executed}
    context = render_context(bench, version)
    context = replace(context, title=f"{context.title}: papers for the board")
    progress("Setting the papers")
    pdf = set_papers(bench, version, book, [done[c.path] for c in book.chapters], context)
    output = root / OUTPUT
    output.parent.mkdir(exist_ok=True)
    part = output.with_suffix(".part")
    part.write_bytes(pdf)
    part.replace(output)
    return output


def set_papers(
    bench: Workbench,
    version: Version,
    book: Book,
    executed: Sequence[Executed],
    context: RenderContext,
) -> bytes:
    """The PDF of the papers, followed by the documents of a book with numbered lines."""
    papers = [text for _, text in write_papers(bench, version)]
    chapters = [Chapter("board-pack", "For the meeting")] * len(papers)
    extended = replace(book, chapters=(*chapters, *book.chapters))
    extension = bench.root / EXTENSION
    with tempfile.TemporaryDirectory(prefix="review-board-") as scratch:
        work = Path(scratch)
        sources = []
        for number, text in enumerate([*papers, *(item.markdown for item in executed)]):
            source = work / f"{number:02}.md"
            source.write_text(text, encoding="utf-8")
            sources.append(source)
        metadata = book_metadata(bench.root, extended, [], context)
        typst = write_typst(extension, resolve_book(extension, work, sources, metadata))
        code = (extension / "board-pack.typ").read_text(encoding="utf-8") + place_marks(typst)
        check_fonts(extension)
        return render_pdf(code, work, bench.root / FIGURES, [], context, extension / "fonts")


def place_marks(source: str) -> str:
    """Put the ballot on a page, its lines to write on, and the line numbers where the marks are."""
    labels = ", ".join(f'"{label}"' for label in LINES)
    code = {PAGE: "#pagebreak()", BALLOT: f"#ballot(({labels}))", NUMBERS: "#show: numbered-lines"}
    for mark, typst in code.items():
        if source.count(mark) != 1:
            raise ValueError(f"the mark {mark} occurs {source.count(mark)} times")
        source = source.replace(mark, typst)
    return source


def write_papers(bench: Workbench, version: Version) -> Iterator[tuple[str, str]]:
    """Each paper as its name and its Markdown, in the order of the meeting."""
    yield "changes", _changes(bench, version)
    yield "questions", _questions(bench)
    yield "judgements", _judgements(bench)
    yield "ballot", _ballot(bench, version)


def _changes(bench: Workbench, version: Version) -> str:
    earlier = previous_version(bench.root, version.version)
    head = "# What changed {#sec-papers-changes .unnumbered}\n\n"
    moved = ""
    if version.moved:
        names = ", ".join(escape(name) for name in version.moved)
        moved = f"Since the content that was approved last, these moved: {names}.\n\n"
    if earlier is None:
        said = "There is no earlier release, so there is nothing to compare this version with."
        return f"{head}{moved}{said}\n"
    parts = [
        part
        for name in CHANGES
        for part in (
            f"## {name.capitalize()} {{#sec-papers-changes-{name} .unnumbered}}",
            _float(
                f"changes-{name}",
                f"{name.capitalize()} that changed",
                table_makers(bench.root)[f"changes-{name}"](bench),
            ),
        )
    ]
    return f"{head}{moved}Compared with version {earlier}.\n\n" + "\n\n".join(parts) + "\n"


def _questions(bench: Workbench) -> str:
    tables = table_makers(bench.root)
    return "\n\n".join(
        [
            "# Open questions {#sec-papers-questions .unnumbered}",
            "## What is due {#sec-papers-due .unnumbered}",
            _float(
                "due",
                "Why sources are to be read again",
                tables["due-reasons"](bench),
            ),
            "## Statements nobody could confirm {#sec-papers-unverified .unnumbered}",
            "None of these reaches a statistic.",
            _float("unverified", "Recalled or half seen", tables["unverified"](bench)),
        ]
    )


def _judgements(bench: Workbench) -> str:
    return "\n\n".join(
        [
            "# Judgements awaiting a decision {#sec-papers-judgements .unnumbered}",
            "Each of these is a draft. The review prints it as one until a person signs it.",
            _float("drafts", "Certainty, as drafted", render_drafts(bench)),
            PAGE,
        ]
    )


def render_drafts(bench: Workbench) -> Table:
    """Every overall certainty judgement that is a draft, with room for what the board says."""
    frame = bench.evidence.judgements
    drafts = frame[(frame["domain"] == "overall") & (frame["status"] != "signed")]
    titles = {topic.topic: topic.title for topic in bench.evidence.review.certainty.topics}
    return table_of(
        "drafts",
        [
            Column("Question", width=24),
            Column("Draft", width=9),
            Column("Why", width=36),
            Column("The board says", width=14),
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


def _ballot(bench: Workbench, version: Version) -> str:
    quorum = bench.evidence.review.quorum
    needed = " and ".join(f"{count} × {escape(role)}" for role, count in quorum.roles.items())
    choices = ", ".join(DECISIONS)
    command = (
        "nox -s signoff -- --reviewer … --role … --decision … --conflicts … "
        f"--hash {version.content_hash[:SHORT]}"
    )
    return "\n\n".join(
        [
            "# Ballot {#sec-papers-ballot .unnumbered}",
            f"Version {escape(version.version)}, last updated {format_date(version.date)}, "
            f"evidence to {format_date(version.evidence_to)}. "
            f"Status: {version.status}; {escape(version.reason)}.",
            "Content hash, of which a decision names at least the first twelve characters:",
            f"`{version.content_hash[:32]}` `{version.content_hash[32:]}`",
            f"Build hash: `{version.build_hash[:SHORT]}`. It revokes nothing by itself.",
            f"Needed: {needed}. Decisions: {choices}. A decision is recorded with",
            f"`{command}`",
            escape(quorum.policy),
            BALLOT,
            NUMBERS,
        ]
    )


def _float(name: str, caption: str, table: Table) -> str:
    return f"::: {{#tbl-papers-{name}}}\n{table._repr_markdown_()}\n\n{caption}\n:::"
