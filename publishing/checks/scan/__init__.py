"""Reads the finished pages and the finished PDF as a reader gets them, and refuses what they
print without a source: a digit, or a quantity in words, that no claim and no row stands behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from analysis.review_data import ReviewData
from publishing.checks.phrases import Wording, wording_of
from publishing.checks.scan.alts import check_alts
from publishing.checks.scan.compare import compare_paper
from publishing.checks.scan.facts import Facts, facts_of
from publishing.checks.scan.paper import read_paper
from publishing.checks.scan.rules import check_page
from publishing.displays.tracing import TracedFigure, draw
from publishing.documents.catalogue import load_displays
from publishing.render.finished_page import Page, read_site
from schemas.problems import Problem, ReviewError

__all__ = ["Edition", "Scan", "check_site", "scan_site"]


@dataclass(frozen=True)
class Edition:
    """One edition in the site: its folder, its pages in the order of the PDF, the PDF.

    `pages` are paths in the folder, `pdf` is a path in the site; `others` are folders of
    other editions, which are left alone.
    """

    folder: str = ""
    pages: tuple[str, ...] = ()
    pdf: str | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scan:
    """What was read in one edition, and every problem of it."""

    pages: int
    claims: int
    rows: int
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return f"{self.pages} pages read: {self.claims} claims and {self.rows} row figures printed"


def scan_site(
    site: Path,
    data: ReviewData,
    editions: Sequence[Edition],
    *,
    names: Iterable[str],
    words: Iterable[str] = (),
) -> tuple[Scan, ...]:
    """Read every page of these editions of a finished site and their PDFs.

    `names` may hold digits; `words` are version, hash and such.
    """
    facts = facts_of(data, names, words)
    wording = wording_of(data.evidence)
    drawn: dict[str, TracedFigure] = {}
    return tuple(scan_edition(site, edition, facts, data, wording, drawn) for edition in editions)


def scan_edition(
    site: Path,
    edition: Edition,
    facts: Facts,
    data: ReviewData,
    wording: Wording,
    drawn: dict[str, TracedFigure],
) -> Scan:
    """Read one edition."""
    pages = read_site(site / edition.folder, edition.others)
    problems = check_pages(pages, facts, data, wording, drawn)
    if edition.pdf is not None and pages:
        ordered = [page for path in edition.pages for page in pages if page.path == path]
        paper = read_paper(site / edition.pdf)
        problems += compare_paper(ordered or pages, paper, PurePosixPath(edition.pdf).name)
    if edition.folder:
        problems = [replace(item, file=f"{edition.folder}/{item.file}") for item in problems]
    return Scan(len(pages), _count(pages, "claim"), _count(pages, "row"), tuple(problems))


def check_pages(
    pages: Sequence[Page],
    facts: Facts,
    data: ReviewData,
    wording: Wording,
    drawn: dict[str, TracedFigure] | None = None,
) -> list[Problem]:
    """Every problem of the pages of one edition; one without any claim is a problem.

    `drawn` keeps the figures that were drawn for another edition.
    """
    numbers = {key: number for page in pages for key, number in page.numbers.items() if key}
    known = {} if drawn is None else drawn
    figures = load_displays(data.root).figures
    for name in figures_on(pages, figures):
        if name not in known:
            known[name] = draw(data, figures[name])
    problems: list[Problem] = []
    for page in pages:
        problems += check_page(page, facts, wording, numbers)
        problems += check_alts(page, facts, wording, known)
    if pages and data.ledger.records and not _count(pages, "claim"):
        what = "no page prints a claim: the documents were not run, or the marks of claims are lost"
        problems.append(Problem("the site", what=what, expected="claims", rule="scan"))
    return problems


def figures_on(pages: Iterable[Page], names: Iterable[str]) -> list[str]:
    """Names of the project's figures that pages show."""
    places = {
        passage.place.removeprefix("fig-")
        for page in pages
        for passage in page.passages
        if passage.kind == "alt text"
    }
    return sorted(places & set(names))


def _count(pages: Iterable[Page], role: str) -> int:
    return sum(
        piece.role == role
        for page in pages
        for passage in page.passages
        for piece in passage.pieces
    )


def check_site(scans: Iterable[Scan]) -> None:
    """Raise ReviewError with every problem of every edition."""
    problems = [problem for scan in scans for problem in scan.problems]
    if problems:
        raise ReviewError(problems)
