"""Reads the finished pages and the finished PDF as a reader gets them, and refuses what they
print without a source: a digit, or a quantity in words, that no claim and no row vouches for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from report.figures import FIGURES
from report.phrases import stale_exceptions, wording_of
from report.scan.alts import check_alts
from report.scan.compare import compare_paper
from report.scan.facts import Facts, facts_of
from report.scan.pages import Page, read_site
from report.scan.paper import read_paper
from report.scan.rules import check_page
from report.tracing import draw
from report.workbench import Workbench
from schemas.problems import Problem, ReviewError

__all__ = ["Scan", "check_site", "scan_site"]


@dataclass(frozen=True)
class Scan:
    """What was read, and every problem of it."""

    pages: int
    claims: int
    rows: int
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return f"{self.pages} pages read: {self.claims} claims and {self.rows} row figures printed"


def scan_site(
    site: Path,
    bench: Workbench,
    *,
    names: Iterable[str],
    words: Iterable[str] = (),
    order: Sequence[str] = (),
    pdf: str | None = None,
) -> Scan:
    """Read every page of a finished site and its PDF.

    `names` may hold digits; `words` are version, hash and such; `order` lists the pages as the
    PDF has them; `pdf` is the PDF's name in the site, None where there is none.
    """
    facts = facts_of(bench, names, words)
    pages = read_site(site)
    problems = check_pages(pages, facts, bench)
    if pdf is not None and pages:
        ordered = [page for path in order for page in pages if page.path == path]
        problems += compare_paper(ordered or pages, read_paper(site / pdf), pdf)
    return Scan(len(pages), _count(pages, "claim"), _count(pages, "row"), tuple(problems))


def check_pages(pages: Sequence[Page], facts: Facts, bench: Workbench) -> list[Problem]:
    """Every problem of the pages; a site without any claim is one."""
    wording = wording_of(bench.evidence)
    numbers = {key: number for page in pages for key, number in page.numbers.items() if key}
    drawn = {name: draw(bench, FIGURES[name]) for name in figures_on(pages)}
    problems: list[Problem] = []
    for page in pages:
        problems += check_page(page, facts, wording, numbers)
        problems += check_alts(page, facts, wording, drawn)
    problems += stale_exceptions(wording.exceptions, ("quantity",))
    if pages and not _count(pages, "claim"):
        what = "no page prints a claim: the documents were not run, or the marks of claims are lost"
        problems.append(Problem("the site", what=what, expected="claims", rule="scan"))
    return problems


def figures_on(pages: Iterable[Page]) -> list[str]:
    """Names of the project's figures that pages show."""
    places = {
        passage.place.removeprefix("fig-")
        for page in pages
        for passage in page.passages
        if passage.kind == "alt text"
    }
    return sorted(places & FIGURES.keys())


def _count(pages: Iterable[Page], role: str) -> int:
    return sum(
        piece.role == role
        for page in pages
        for passage in page.passages
        for piece in passage.pieces
    )


def check_site(scan: Scan) -> None:
    """Raise ReviewError with every problem of a scan."""
    if scan.problems:
        raise ReviewError(scan.problems)
